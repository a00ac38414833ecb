//! Discord's emulator and the bot in one process, driven by lines of text, so that anybody can try Helmsman without a
//! server.
//!
//! This folder must not know the bot's inside: it acts as people do, and moves the clock.

mod act;
mod cast;
mod commands;
mod ink;
mod line;
mod play;
mod stage;
mod view;

pub use stage::{Stage, StageError};

use crate::{
    app::library,
    cli::{Ending, code},
};
use cast::{Cast, ZONE};
use emulator::Inspector;
use jiff::{Timestamp, tz::TimeZone};
use play::Play;
use std::{
    io::{BufRead, IsTerminal, Write},
    path::PathBuf,
};
use view::View;

/// A Monday, 08:00 on the team's clock: the same day for every script.
const MONDAY: &str = "2027-01-04T08:00:00Z";
/// Where a kept playground notes the time at which it stopped.
const CLOCK_FILE: &str = "clock";

/// What to play with.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// The folder in which the data is kept; without it everything is forgotten at the end.
    pub data: Option<PathBuf>,
    /// A directory of series besides the built-in ones.
    pub prompts: Option<PathBuf>,
    /// What all that is random is drawn from.
    pub seed: u64,
    /// Somebody types: is greeted and asked for the next line, and may make mistakes.
    pub typed: bool,
    /// Whether what is printed goes to a terminal that knows colours.
    pub styled: bool,
    /// Who looks at what emulator and bot say to each other.
    pub inspector: Option<Inspector>,
}

/// Plays the lines of standard input and prints what people see. With `data` the story goes on from where it stopped.
///
/// # Errors
///
/// If something cannot be started, or (unless somebody types) a line could not be played.
pub fn play(setting: Setting) -> Result<(), Ending> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Ending::new(code::WRONG, error))?;
    let typed = std::io::stdin().is_terminal();
    let styled = std::io::stdout().is_terminal();
    let setting = Setting { typed, styled, ..setting };
    let mut out = std::io::stdout().lock();
    let failed = runtime.block_on(play_lines(&setting, &mut std::io::stdin().lock(), &mut out))?;
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
    setting: &Setting,
    lines: &mut impl BufRead,
    out: &mut impl Write,
) -> Result<usize, Ending> {
    let wrong = |error: &dyn std::fmt::Display| Ending::new(code::WRONG, error);
    let start: Timestamp = MONDAY.parse().map_err(|error| wrong(&error))?;
    let zone = TimeZone::get(ZONE).map_err(|error| wrong(&error))?;
    let library =
        library::load(setting.prompts.as_deref()).map_err(|error| Ending::new(code::CONFIG, error))?;
    let clock_file = setting.data.as_ref().map(|folder| folder.join(CLOCK_FILE));
    let stopped = clock_file.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
    let stopped = stopped.and_then(|text| text.trim().parse::<Timestamp>().ok());

    let mut cast = None;
    let stage = Stage::start(start, setting.seed, setting.data.as_deref(), library, |discord, app| {
        if let Some(inspector) = setting.inspector {
            discord.inspect(inspector);
        }
        cast = Some(Cast::enter(discord, app));
        if let Some(stopped) = stopped {
            discord.clock().set(stopped);
        }
    });
    let stage = stage.await.map_err(|error| wrong(&error))?;
    let Some(cast) = cast else { return Err(Ending::new(code::WRONG, "nobody came")) };
    if setting.typed {
        tokio::spawn(leave_on_ctrl_c(stage.temporary()));
    }
    if stopped.is_none() {
        cast.set_the_team_up(&stage).await.map_err(|error| wrong(&error))?;
    }
    let view = View::new(zone, cast.names(&stage.app));
    let mut play = Play { stage, cast, view, out, failed: 0, styled: setting.styled, clock_file };
    let result = play.all(lines, setting.typed).await;
    let Play { stage, failed, .. } = play;
    stage.stop().await;
    result.map(|()| failed).map_err(|error| wrong(&error))
}

/// Nobody can take a thread away from the terminal that it reads. So that nothing stays behind, the temporary folder goes
/// first; what is kept is safe at any moment.
async fn leave_on_ctrl_c(temporary: Option<PathBuf>) {
    if tokio::signal::ctrl_c().await.is_ok() {
        if let Some(folder) = temporary {
            let _ = std::fs::remove_dir_all(folder);
        }
        std::process::exit(130);
    }
}
