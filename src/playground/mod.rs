//! Discord's emulator and the bot in one process, as a chat page in the browser or driven by lines of text, so that
//! anybody can try Helmsman without a server.
//!
//! This folder must not know the bot's inside: it acts as people do, and moves the clock. Of what is stored it reads two
//! things: the team's time zone, because its clock is the team's, and when the next prompt is due, to say so.

mod act;
mod cast;
mod commands;
mod crowd;
mod host;
mod ink;
mod line;
mod note;
mod panel;
mod play;
mod seen;
mod stage;
mod view;

pub use host::serve;
pub use stage::{Stage, StageError};

use crate::{
    app::library,
    cli::{Ending, code},
};
use cast::{Cast, ZONE};
use emulator::Inspector;
use ink::Ink;
use jiff::tz::TimeZone;
use note::{MONDAY, Note};
use play::Play;
use std::{
    io::{BufRead, IsTerminal, Write},
    path::PathBuf,
};
use view::View;

/// What to play with.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// The directory in which the data is kept; without it everything is forgotten at the end.
    pub data: Option<PathBuf>,
    /// A directory of series besides the built-in ones.
    pub prompts: Option<PathBuf>,
    /// What all that is random is drawn from.
    pub seed: u64,
    /// Somebody types: is greeted and asked for the next line, and may make mistakes.
    pub typed: bool,
    /// Whether what is printed may have the codes of a terminal in it.
    pub styled: bool,
    /// Who looks at what emulator and bot say to each other.
    pub inspector: Option<Inspector>,
    /// How many columns the terminal has, if that is known.
    pub columns: Option<usize>,
    /// How to play; by itself it is the page for whoever sits at a terminal, and lines for everybody else.
    pub way: Option<Way>,
    /// The port of the page on loopback; 0 is any that is free.
    pub port: u16,
}

/// How to play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// In the browser.
    Page,
    /// By lines of text.
    Lines,
}

/// Serves the page until SIGTERM or Ctrl-C, or plays the lines of standard input and prints what people see. With `data` the story goes on from where it stopped.
/// `setting` says what is allowed to a terminal; whether there is one is found out here.
///
/// # Errors
///
/// If something cannot be started, or (unless somebody types) a line could not be played.
pub fn play(setting: Setting) -> Result<(), Ending> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Ending::new(code::WRONG, error))?;
    let typed = std::io::stdin().is_terminal();
    if setting.way.unwrap_or(if typed { Way::Page } else { Way::Lines }) == Way::Page {
        return runtime.block_on(serve(&setting, &mut std::io::stdout(), stopped()));
    }
    let shown = std::io::stdout().is_terminal();
    let styled = setting.styled && shown;
    let columns = setting.columns.filter(|_| shown);
    let setting = Setting { typed, styled, columns, ..setting };
    let mut out = std::io::stdout().lock();
    let failed = runtime.block_on(play_lines(&setting, &mut std::io::stdin().lock(), &mut out))?;
    if failed.is_empty() || typed { Ok(()) } else { Err(Ending::new(code::WRONG, not_played(&failed))) }
}

/// Returns when somebody wants it to end.
async fn stopped() {
    let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    let terminated = async {
        match &mut terminated {
            Ok(signal) => signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        // Without the signal there is only the other one.
        Ok(()) = tokio::signal::ctrl_c() => {}
        _ = terminated => {}
    }
}

/// At most so many numbers of lines are told.
const MOST_TOLD: usize = 10;

fn not_played(failed: &[usize]) -> String {
    let numbers: Vec<_> = failed.iter().take(MOST_TOLD).map(usize::to_string).collect();
    match (failed.len(), numbers.split_last()) {
        (1, _) | (_, None) => format!("line {} could not be played", numbers.concat()),
        (all, _) if all > MOST_TOLD => {
            format!("lines {} and {} more could not be played", numbers.join(", "), all - MOST_TOLD)
        }
        (_, Some((last, others))) => format!("lines {} and {last} could not be played", others.join(", ")),
    }
}

/// As [`play`], from any lines to any place. Which lines (from 1) could not be played.
///
/// # Errors
///
/// If something cannot be started, or `out` cannot be written.
pub async fn play_lines(
    setting: &Setting,
    lines: &mut impl BufRead,
    out: &mut impl Write,
) -> Result<Vec<usize>, Ending> {
    let wrong = |error: &dyn std::fmt::Display| Ending::new(code::WRONG, error);
    let zone = TimeZone::get(ZONE).map_err(|error| wrong(&error))?;
    let library =
        library::load(setting.prompts.as_deref()).map_err(|error| Ending::new(code::CONFIG, error))?;
    let note = setting.data.as_deref().map(Note::of);
    let stopped = note.as_ref().map(Note::read).transpose()?.flatten();

    let mut cast = None;
    let stage = Stage::start(MONDAY, setting.seed, setting.data.as_deref(), library, |discord, app| {
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
    let ink = Ink::new(setting.styled, setting.columns);
    let typed = setting.typed;
    let mut play = Play { stage, cast, view, out, at: 0, failed: Vec::new(), ink, typed, note };
    let result = play.all(lines, stopped.is_some()).await;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_could_not_be_played_are_told_by_their_numbers() {
        assert_eq!(not_played(&[7]), "line 7 could not be played");
        assert_eq!(not_played(&[3, 7]), "lines 3 and 7 could not be played");
        assert_eq!(not_played(&[3, 7, 12]), "lines 3, 7 and 12 could not be played");
        let many: Vec<_> = (1..=13).collect();
        assert_eq!(not_played(&many), "lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 3 more could not be played");
    }
}
