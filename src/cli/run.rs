//! `helmsman run`: serve Discord until a signal.

use super::{Ending, code};
use crate::{
    app::library,
    chat::discord::HttpParts,
    clock::Clock,
    config::{Config, Discord, Environment, TimeSource, Token},
    gateway::Ready,
    logging,
    run::{Bot, BotParts, StartError, ToldError, emulators_clock},
    store::Store,
};
use std::{convert::Infallible, path::Path, time::Duration};

/// The longest that one request to Discord may take.
const TIME_OUT: Duration = Duration::from_secs(10);

/// Serves until SIGTERM or Ctrl-C, or until Discord says something final.
///
/// # Errors
///
/// With the message and the exit code of what is wrong.
pub fn run(config: Option<&Path>, environment: &Environment, seed: u64) -> Result<(), Ending> {
    let wrong = |error: &dyn std::fmt::Display| Ending::new(code::CONFIG, error);
    let config = Config::load(config).map_err(|error| wrong(&error))?;
    let token =
        Token::find(environment, config.discord.token_file.as_deref()).map_err(|error| wrong(&error))?;
    let library = library::load(config.prompts.directory.as_deref()).map_err(|error| wrong(&error))?;
    let ca_pem = config.discord.ca_file.as_deref().map(authority).transpose()?;
    logging::init(&config.log, !environment.plain).map_err(|error| wrong(&error))?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| wrong(&error))?;
    let result = runtime.block_on(async {
        // From here on a signal is heard, even while something does not answer.
        let mut stop = Stop::listen().map_err(|error| Ending::new(code::WRONG, error))?;
        let reach = async {
            let http = http(&config, &token, ca_pem).await?;
            Ok((clock(&config, &http).await?, http))
        };
        let (clock, http) = tokio::select! {
            reached = reach => reached?,
            () = stop.asked() => return Ok(()),
        };
        let path = &config.database.path;
        let store = Store::open(path).await.map_err(|error| Ending::new(code::DATABASE, error))?;
        let parts = BotParts { store: store.clone(), library, clock, http, seed };
        let bot = tokio::select! {
            bot = Bot::start(parts) => bot.map_err(ending),
            () = stop.asked() => {
                store.close().await;
                return Ok(());
            }
        };
        match bot {
            Ok(bot) => serve(bot, stop, path).await,
            Err(ending) => {
                store.close().await;
                Err(ending)
            }
        }
    });
    // Looking a name up cannot be broken off, and is not waited for.
    runtime.shutdown_background();
    result
}

/// The certificate in `discord.ca_file`, if it is one.
fn authority(path: &Path) -> Result<Vec<u8>, Ending> {
    let file = path.display();
    let pem = std::fs::read(path).map_err(|error| {
        let help = "check that the file is there, and who may read it";
        Ending::new(code::CONFIG, format!("{file}: cannot be read: {error}\n  = {help}"))
    })?;
    let none = || {
        let help = "discord.ca_file names a file that begins with -----BEGIN CERTIFICATE-----";
        Ending::new(code::CONFIG, format!("{file}: there is no certificate in it\n  = {help}"))
    };
    let found = reqwest::Certificate::from_pem_bundle(&pem).unwrap_or_default();
    if found.is_empty() {
        return Err(none());
    }
    let all =
        found.into_iter().fold(reqwest::Client::builder(), reqwest::ClientBuilder::add_root_certificate);
    all.build().map_err(|_| none())?;
    Ok(pem)
}

async fn serve(mut bot: Bot, mut stop: Stop, database: &Path) -> Result<(), Ending> {
    let ready = bot.ready();
    let say_so = async {
        tracing::info!("{}", ready_line(&ready.await, database));
        std::future::pending::<Infallible>().await
    };
    let fatal = tokio::select! {
        biased;
        fatal = bot.ended() => Some(fatal),
        () = stop.asked() => None,
        never = say_so => match never {},
    };
    tracing::info!("stopping");
    bot.stop().await;
    tracing::info!("stopped");
    fatal.map_or(Ok(()), |fatal| Err(Ending::new(code::REFUSED, fatal)))
}

/// What whoever has just started it waits for.
fn ready_line(Ready { name, servers }: &Ready, database: &Path) -> String {
    let s = if *servers == 1 { "" } else { "s" };
    let version = env!("CARGO_PKG_VERSION");
    format!("ready: Helmsman {version} as {name}, {servers} server{s}, database {}", database.display())
}

/// Hears SIGTERM and Ctrl-C. Afterwards neither ends the process by itself any more.
struct Stop {
    #[cfg(unix)]
    term: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Stop {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { term: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Stop {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {})
    }

    async fn asked(&mut self) {
        // If it cannot be heard there is only the hard way.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}

async fn http(config: &Config, token: &Token, ca_pem: Option<Vec<u8>>) -> Result<HttpParts, Ending> {
    let Discord { api_url, connect_to, .. } = &config.discord;
    let connect_to = match connect_to {
        Some(place) => Some(look_up(&place.to_string()).await?),
        None => None,
    };
    let api_url = (!api_url.is_discord()).then(|| api_url.to_string());
    Ok(HttpParts { token: token.expose().to_owned(), api_url, connect_to, ca_pem, time_out: TIME_OUT })
}

async fn clock(config: &Config, http: &HttpParts) -> Result<Clock, Ending> {
    match config.time.source {
        TimeSource::Host => Ok(Clock::host()),
        TimeSource::Emulator => emulators_clock(http).await.map_err(|error| {
            let code = match &error {
                ToldError::Client(_) => code::CONFIG,
                ToldError::Unread { .. } => code::UNREACHABLE,
            };
            Ending::new(code, error)
        }),
    }
}

async fn look_up(place: &str) -> Result<std::net::SocketAddr, Ending> {
    let failed = |reason: String| {
        Ending::new(code::UNREACHABLE, format!("discord.connect_to: {place} cannot be found: {reason}"))
    };
    let mut found = tokio::net::lookup_host(place).await.map_err(|error| failed(error.to_string()))?;
    found.next().ok_or_else(|| failed("no address".to_owned()))
}

fn ending(error: StartError) -> Ending {
    let code = match &error {
        StartError::Client(_) => code::CONFIG,
        StartError::NoGateway(_) => code::UNREACHABLE,
        StartError::Fatal(_) => code::REFUSED,
        StartError::Store(_) => code::DATABASE,
    };
    Ending::new(code, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_counted_as_people_count() {
        let line = |servers| ready_line(&Ready { name: "Helm".into(), servers }, Path::new("h.db"));
        assert!(line(0).ends_with(" as Helm, 0 servers, database h.db"), "{}", line(0));
        assert!(line(1).ends_with(" as Helm, 1 server, database h.db"), "{}", line(1));
    }
}
