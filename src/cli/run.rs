//! `helmsman run`: serve Discord until a signal.

use super::{Ending, code};
use crate::{
    app::library,
    chat::discord::HttpParts,
    clock::Clock,
    config::{Config, Environment, TimeSource, Token},
    logging,
    run::{Bot, BotParts, StartError, emulators_clock},
    store::Store,
};
use std::{path::Path, time::Duration};

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
    let ca_pem = config.discord.ca_file.as_deref().map(std::fs::read).transpose();
    let ca_pem = ca_pem.map_err(|error| wrong(&format!("discord.ca_file cannot be read: {error}")))?;
    logging::init(&config.log).map_err(|error| wrong(&error))?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| wrong(&error))?;
    runtime.block_on(async {
        let clock = clock(&config).await?;
        let connect_to = match &config.discord.connect_to {
            Some(place) => Some(look_up(&place.to_string()).await?),
            None => None,
        };
        let path = &config.database.path;
        let store = Store::open(path).await.map_err(|error| Ending::new(code::DATABASE, error))?;
        let api_url = (!config.discord.api_url.is_discord()).then(|| config.discord.api_url.to_string());
        let http =
            HttpParts { token: token.expose().to_owned(), api_url, connect_to, ca_pem, time_out: TIME_OUT };
        let bot = Bot::start(BotParts { store, library, clock, http, seed }).await.map_err(ending)?;
        serve(bot).await
    })
}

async fn serve(mut bot: Bot) -> Result<(), Ending> {
    let asked = stop_asked();
    let fatal = tokio::select! {
        biased;
        fatal = bot.ended() => Some(fatal),
        result = asked => {
            result.map_err(|error| Ending::new(code::WRONG, error))?;
            tracing::info!("stopping");
            None
        }
    };
    bot.stop().await;
    tracing::info!("stopped");
    fatal.map_or(Ok(()), |fatal| Err(Ending::new(code::REFUSED, fatal)))
}

#[cfg(unix)]
async fn stop_asked() -> std::io::Result<()> {
    let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        _ = term.recv() => Ok(()),
        result = tokio::signal::ctrl_c() => result,
    }
}

#[cfg(not(unix))]
async fn stop_asked() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

async fn clock(config: &Config) -> Result<Clock, Ending> {
    match config.time.source {
        TimeSource::Host => Ok(Clock::host()),
        TimeSource::Emulator => {
            let url = match &config.discord.connect_to {
                // The emulator serves the same paths with and without TLS; its clock is asked for without.
                Some(_) => {
                    return Err(Ending::new(
                        code::CONFIG,
                        "the emulator's clock is read at discord.api_url\n  = set that instead of \
                         discord.connect_to, or write [time] source = \"host\"",
                    ));
                }
                None => config.discord.api_url.to_string(),
            };
            emulators_clock(&url).await.map_err(|error| Ending::new(code::UNREACHABLE, error))
        }
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
