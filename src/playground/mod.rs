//! Discord's emulator and the bot in one process, driven by lines of text, so that anybody can try Helmsman without a
//! server.
//!
//! This folder must not know the bot's inside: it acts as people do, and moves the clock.

mod cast;
mod line;
mod play;
mod stage;
mod view;

pub use stage::{Stage, StageError};

use crate::cli::{Ending, code};
use cast::{Cast, ZONE};
use jiff::{Timestamp, tz::TimeZone};
use play::Play;
use std::{
    io::{BufRead, IsTerminal, Write},
    path::Path,
};
use view::View;

/// A Monday, 08:00 on the team's clock: the same day for every script.
const MONDAY: &str = "2027-01-04T08:00:00Z";
/// Where a kept playground notes the time at which it stopped.
const CLOCK_FILE: &str = "clock";

/// Plays the lines of standard input and prints what people see. With `data` the story goes on from where it stopped.
///
/// # Errors
///
/// If something cannot be started, or (unless somebody types) a line could not be played.
pub fn play(data: Option<&Path>, seed: u64) -> Result<(), Ending> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Ending::new(code::WRONG, error))?;
    let typed = std::io::stdin().is_terminal();
    let mut out = std::io::stdout().lock();
    if typed {
        let hello = "This is a server that exists only here. `help` says what you can do, `people` who is there.\n\
                     Nothing happens by itself: `clock next` moves to the next thing that is due.\n";
        write!(out, "{hello}").map_err(|error| Ending::new(code::WRONG, error))?;
    }
    let failed = runtime.block_on(play_lines(data, seed, typed, &mut std::io::stdin().lock(), &mut out))?;
    match failed {
        0 => Ok(()),
        _ if typed => Ok(()),
        1 => Err(Ending::new(code::WRONG, "one line could not be played")),
        n => Err(Ending::new(code::WRONG, format!("{n} lines could not be played"))),
    }
}

/// As [`play`], from any lines to any place. How many lines could not be played.
///
/// # Errors
///
/// If something cannot be started, or `out` cannot be written.
pub async fn play_lines(
    data: Option<&Path>,
    seed: u64,
    typed: bool,
    lines: &mut impl BufRead,
    out: &mut impl Write,
) -> Result<usize, Ending> {
    let wrong = |error: &dyn std::fmt::Display| Ending::new(code::WRONG, error);
    let start: Timestamp = MONDAY.parse().map_err(|error| wrong(&error))?;
    let zone = TimeZone::get(ZONE).map_err(|error| wrong(&error))?;
    let stopped = data.and_then(|folder| std::fs::read_to_string(folder.join(CLOCK_FILE)).ok());
    let stopped = stopped.and_then(|text| text.trim().parse::<Timestamp>().ok());

    let mut cast = None;
    let stage = Stage::start(start, seed, data, |discord, app| {
        cast = Some(Cast::enter(discord, app));
        if let Some(stopped) = stopped {
            discord.clock().set(stopped);
        }
    });
    let stage = stage.await.map_err(|error| wrong(&error))?;
    let Some(cast) = cast else { return Err(Ending::new(code::WRONG, "nobody came")) };
    if stopped.is_none() {
        cast.set_the_team_up(&stage).await.map_err(|error| wrong(&error))?;
    }
    let view = View::new(zone, cast.names(&stage.app));
    let mut play = Play { stage, cast, view, out, failed: 0 };
    let result = play.all(lines, typed).await;
    let Play { stage, failed, .. } = play;
    if let Some(folder) = data {
        let now = stage.now().to_string();
        std::fs::write(folder.join(CLOCK_FILE), now).map_err(|error| wrong(&error))?;
    }
    stage.stop().await;
    result.map(|()| failed).map_err(|error| wrong(&error))
}
