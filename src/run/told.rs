//! The emulator's clock, for a bot that runs beside it as another process.

use crate::{
    chat::discord::{ClientError, HttpParts},
    clock::{Clock, Stopwatch},
};
use jiff::Timestamp;
use serde::Deserialize;
use std::{error::Error, time::Duration};
use tokio::sync::watch;

/// How often a clock that runs by itself is carried on between two readings.
const TICK: Duration = Duration::from_millis(200);
/// A long poll may take this long; then it is asked again.
const POLL: Duration = Duration::from_secs(60);

/// The clock could not be read for the first time.
#[derive(Debug, thiserror::Error)]
pub enum ToldError {
    /// The certificate, most likely.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// It does not answer, or it is no emulator.
    #[error(
        "the emulator's clock cannot be read at {url}: {reason}\n  = start the emulator first, or write [time] source = \"host\""
    )]
    Unread {
        /// Where it should be.
        url: String,
        /// What happened instead.
        reason: String,
    },
}

#[derive(Clone, Copy, Deserialize)]
struct Reading {
    version: u64,
    now_ms: i64,
    running: bool,
}

/// A clock that shows what the emulator says that these parts lead to, from now on.
///
/// # Errors
///
/// If there is no emulator.
pub async fn emulators_clock(http: &HttpParts) -> Result<Clock, ToldError> {
    let base = http.api_url.as_deref().unwrap_or("https://discord.com");
    let url = format!("{}/emulator/clock", base.trim_end_matches('/'));
    let client = http.client()?.timeout(POLL).build().map_err(ClientError::from)?;
    let mut reading = read(&client, &url)
        .await
        .map_err(|error| ToldError::Unread { url: url.clone(), reason: reason(&error) })?;
    let (tell, told) = watch::channel(time(reading.now_ms));
    tokio::spawn(async move {
        while !tell.is_closed() {
            let since = Stopwatch::start();
            let after = format!("{url}?after={}", reading.version);
            let next = read(&client, &after);
            tokio::pin!(next);
            let next = loop {
                tokio::select! {
                    next = &mut next => break next,
                    () = tokio::time::sleep(TICK), if reading.running => {
                        tell.send_replace(time(reading.now_ms + since.elapsed().as_millis() as i64));
                    }
                }
            };
            match next {
                Ok(next) => reading = next,
                Err(_) => {
                    if reading.running {
                        reading.now_ms += since.elapsed().as_millis() as i64;
                    }
                    tokio::time::sleep(TICK).await;
                }
            }
            tell.send_if_modified(|now| {
                let moved = *now != time(reading.now_ms);
                *now = time(reading.now_ms);
                moved
            });
        }
    });
    // It comes to us by a way of its own: an answer may show a move of which we have not yet been told.
    Ok(Clock::discords(told))
}

async fn read(client: &reqwest::Client, url: &str) -> Result<Reading, reqwest::Error> {
    client.get(url).send().await?.error_for_status()?.json().await
}

/// The innermost cause says it in the fewest words.
fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

fn time(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
}
