//! The emulator's clock, for a bot that runs beside it as another process.

use crate::clock::{Clock, Stopwatch};
use jiff::Timestamp;
use serde::Deserialize;
use std::time::Duration;
use tokio::sync::watch;

/// How often a clock that runs by itself is carried on between two readings.
const TICK: Duration = Duration::from_millis(200);
/// A long poll may take this long; then it is asked again.
const POLL: Duration = Duration::from_secs(60);

/// The clock could not be read for the first time.
#[derive(Debug, thiserror::Error)]
#[error(
    "the emulator's clock cannot be read at {url}: {error}\n  = start the emulator first, or write [time] source = \"host\""
)]
pub struct ToldError {
    url: String,
    error: reqwest::Error,
}

#[derive(Clone, Copy, Deserialize)]
struct Reading {
    version: u64,
    now_ms: i64,
    running: bool,
}

/// A clock that shows what the emulator behind `api_url` says, from now on.
///
/// # Errors
///
/// If there is no emulator.
pub async fn emulators_clock(api_url: &str) -> Result<Clock, ToldError> {
    let url = format!("{}/emulator/clock", api_url.trim_end_matches('/'));
    let failed = |error| ToldError { url: url.clone(), error };
    let client = reqwest::Client::builder().no_proxy().timeout(POLL).build().map_err(failed)?;
    let mut reading = read(&client, &url).await.map_err(failed)?;
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
    Ok(Clock::told(told))
}

async fn read(client: &reqwest::Client, url: &str) -> Result<Reading, reqwest::Error> {
    client.get(url).send().await?.error_for_status()?.json().await
}

fn time(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
}
