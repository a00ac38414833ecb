//! An emulated Discord as a process of its own: one guild, one channel, some people, one application.
//!
//! It prints one line of JSON with addresses, token and ids, then takes actions: a line of JSON each on
//! standard input (answered by a line), or the same over `POST /emulator/act`.

use clap::Parser;
use emulator::{Discord, Options, RateLimits, bits};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};

/// Run a Discord on loopback, to try a bot against.
#[derive(Debug, Parser)]
struct Arguments {
    /// Port on 127.0.0.1 (a free one by default)
    #[arg(long)]
    port: Option<u16>,
    /// Serve REST over TLS too, for `discord.com` and `localhost`
    #[arg(long)]
    tls: bool,
    /// Where to write the certificate of the authority that signed for TLS
    #[arg(long, requires = "tls", value_name = "PATH")]
    ca_file: Option<PathBuf>,
    /// `host` to run with the host's clock, or a time such as 2027-01-04T08:00:00Z at which the clock stands
    #[arg(long, default_value = "host")]
    clock: String,
    /// What all that is random is drawn from
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The heartbeat interval that the gateway asks for, in milliseconds
    #[arg(long, default_value_t = 41_250)]
    heartbeat_ms: u64,
    /// Let any number of requests through
    #[arg(long)]
    no_rate_limits: bool,
    /// Names of people; the first one owns the server
    #[arg(long, value_delimiter = ',', default_value = "ana,ben,cleo")]
    people: Vec<String>,
    /// Name of the server
    #[arg(long, default_value = "Harbour")]
    guild: String,
    /// Name of the text channel
    #[arg(long, default_value = "general")]
    channel: String,
    /// Name of the application
    #[arg(long, default_value = "Bot")]
    app: String,
    /// Permissions of the application's role, as bits
    #[arg(long, default_value_t = bits::DEFAULT_EVERYONE)]
    permissions: u64,
    /// Serve the page's files from this directory, to work on them without compiling
    #[arg(long, value_name = "DIR")]
    page_files: Option<PathBuf>,
    /// Privileged intents that are switched on for the application, as bits
    #[arg(long, default_value_t = 0)]
    intents: u64,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    let start = match arguments.clock.as_str() {
        "host" => None,
        at => Some(at.parse::<Timestamp>().map_err(|error| format!("--clock {at}: {error}"))?),
    };
    let options = Options {
        start,
        seed: arguments.seed,
        tls: arguments.tls,
        port: arguments.port,
        rate_limits: if arguments.no_rate_limits { RateLimits::off() } else { RateLimits::default() },
        heartbeat: Duration::from_millis(arguments.heartbeat_ms),
        page_files: arguments.page_files.clone(),
        ..Options::default()
    };
    let discord = Discord::start(options).await?;
    print(&stage(&discord, &arguments)?)?;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        tokio::select! {
            line = lines.next_line() => match line? {
                Some(line) if line.trim().is_empty() => {}
                Some(line) => print(&answer(&discord, &line).await)?,
                // Without standard input it serves until it is stopped.
                None => break tokio::signal::ctrl_c().await?,
            },
            stopped = tokio::signal::ctrl_c() => break stopped?,
        }
    }
    discord.shutdown().await;
    Ok(())
}

fn stage(discord: &Discord, arguments: &Arguments) -> Result<Value, Failure> {
    let app = discord.application(&arguments.app);
    discord.allow_intents(&app, arguments.intents);
    let guild = discord.guild(&arguments.guild);
    let channel = guild.text_channel(&arguments.channel);
    let mut people = serde_json::Map::new();
    for (at, name) in arguments.people.iter().enumerate() {
        let person = guild.person(name);
        people.insert(name.clone(), json!(person.id()));
        if at == 0 {
            let maker = guild.owner();
            guild.set_owner(&person);
            guild.leave(&maker);
        }
    }
    guild.add_app(&app, arguments.permissions);
    let tls = discord.tls();
    if let (Some(tls), Some(path)) = (&tls, &arguments.ca_file) {
        std::fs::write(path, &tls.ca_pem).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(json!({
        "page": discord.page_url(), "api_url": discord.api_url(), "tls": tls.map(|tls| tls.addr), "ca_file": arguments.ca_file,
        "token": app.token, "application": app.id, "guild": guild.id(), "channel": channel.id(),
        "people": people,
    }))
}

async fn answer(discord: &Discord, line: &str) -> Value {
    match serde_json::from_str::<Value>(line) {
        Ok(request) => discord.act(&request).await,
        Err(error) => json!({ "error": format!("not JSON: {error}") }),
    }
}

fn print(value: &Value) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{value}")?;
    out.flush()
}
