//! The log: lines to standard error, as the config wants them.

use crate::config::{Log, LogFormat};
use std::io::IsTerminal;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

/// Crates that may put requests, and with them tokens or people's texts, into lines below `info`. Whatever the config
/// says, those lines are not logged, and neither are the spans around any line: they name requests with all they hold.
const TALKATIVE: [&str; 9] = [
    "serenity",
    "poise",
    "reqwest",
    "hyper",
    "hyper_util",
    "h2",
    "rustls",
    "tungstenite",
    "tokio_tungstenite",
];

/// Warns with the whole text of what it could not read, which may hold an interaction's token.
const QUOTING: &str = "serenity::gateway::ws";

/// Begins to log to standard error, in colours if they are wanted and there is a terminal. From then on everything in the
/// process logs there.
///
/// # Errors
///
/// If something in the process logs already.
pub fn init(log: &Log, colours: bool) -> Result<(), TryInitError> {
    let colours = colours && std::io::stderr().is_terminal();
    subscriber(log, std::io::stderr, colours).try_init()
}

/// What [`init`] installs, for any writer.
pub fn subscriber<W>(log: &Log, writer: W, colours: bool) -> impl Subscriber + Send + Sync + use<W>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = log.level.targets().and(filter_fn(|line| {
        let owner = line.target().split("::").next().unwrap_or_default();
        let safe = line.is_event() && *line.level() <= tracing::Level::INFO && line.target() != QUOTING;
        safe || !TALKATIVE.contains(&owner)
    }));
    let layer = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(colours);
    let layer = match log.format {
        LogFormat::Text => layer.boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry().with(layer.with_filter(filter))
}
