//! The figures for speed and memory, as ratios in one run: `cargo run --release -p load -- [--quick] [--fail-at TIMES]`.
//!
//! Discord's emulator, the people and the bots live in this process (where memory or a start is measured, the bot is
//! another process), so every figure holds the emulator's own share as well, on both sides of a ratio. Each figure is
//! the median of five rounds; within a round both sides of a ratio are measured one right after the other, or in
//! turn.

mod answers;
mod bare;
mod calendar;
mod disk;
mod due;
mod measure;
mod memory;
mod pictures;
mod process;
mod shapes;
mod start;
mod streak;
mod table;
mod teams;
mod votes;
mod whole;

use clap::{Parser, ValueEnum};
use helmsman::{cli::Ending, config::Environment};
use std::{path::PathBuf, process::ExitCode};
use table::Table;

/// Measures Helmsman's speed and memory against their bars.
#[derive(Clone, Debug, Parser)]
#[command(name = "load")]
pub struct Arguments {
    /// Small counts, for a look within a few minutes.
    #[arg(long)]
    pub quick: bool,
    /// Ends with an error if a bar is missed by more than so many times.
    #[arg(long, value_name = "TIMES", default_value_t = 1.0)]
    pub fail_at: f64,
    /// Measures only this.
    #[arg(long, value_enum)]
    only: Option<Chapter>,
    /// Runs only Helmsman, with this config.
    #[arg(long, hide = true)]
    helmsman: Option<PathBuf>,
    /// Runs only the bare bot, against this emulator with this token.
    #[arg(long, hide = true, num_args = 2)]
    bare_bot: Option<Vec<String>>,
}

/// What belongs together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Chapter {
    /// Answers against bare commands.
    Answers,
    /// Start and memory.
    Start,
    /// What history costs.
    Streak,
    /// Many schedules in one team.
    Calendar,
    /// Pictures beside messages.
    Pictures,
    /// Prompts that fall due.
    Due,
    /// Votes, and polls that close.
    Polls,
    /// Many servers, many events.
    Memory,
}

impl Arguments {
    fn wants(&self, chapter: Chapter) -> bool {
        self.only.is_none_or(|only| only == chapter)
    }

    /// A count: all of it, or few.
    pub fn count(&self, full: usize, quick: usize) -> usize {
        if self.quick { quick } else { full }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(config) = arguments.helmsman.as_deref() {
        let ended = helmsman::cli::run::run(Some(config), &Environment::read(), 1);
        return ended.map_or_else(
            |Ending { code, message }| {
                eprintln!("{}", message.unwrap_or_default());
                ExitCode::from(code)
            },
            |()| ExitCode::SUCCESS,
        );
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    if let Some([url, token]) = arguments.bare_bot.as_deref() {
        runtime.block_on(bare::run(url, token));
        return ExitCode::SUCCESS;
    }
    runtime.block_on(measure_all(&arguments))
}

async fn measure_all(arguments: &Arguments) -> ExitCode {
    // Beside this program: the folder for temporary files may be in memory, where a commit costs nothing.
    let own = std::env::current_exe().expect("this program knows where it is");
    let disk = own.parent().expect("it is in a folder");
    let folder = tempfile::tempdir_in(disk).expect("a folder is made");
    // Each chapter has a folder of its own: databases side by side would share the ballots beside them.
    let own = |chapter: &str| {
        let own = folder.path().join(chapter);
        std::fs::create_dir(&own).expect("a folder is made");
        own
    };
    let mut table = Table::default();
    if arguments.wants(Chapter::Answers) {
        answers::measure(arguments, &own("answers"), &mut table).await;
    }
    if arguments.wants(Chapter::Start) {
        start::measure(arguments, &own("start"), &mut table).await;
    }
    if arguments.wants(Chapter::Streak) {
        streak::measure(arguments, &own("streak"), &mut table).await;
    }
    if arguments.wants(Chapter::Calendar) {
        calendar::measure(arguments, &own("calendar"), &mut table).await;
    }
    if arguments.wants(Chapter::Pictures) {
        pictures::measure(arguments, &mut table);
    }
    if arguments.wants(Chapter::Due) {
        due::measure(arguments, &own("due"), &mut table).await;
    }
    if arguments.wants(Chapter::Polls) {
        votes::measure(arguments, &own("polls"), &mut table).await;
    }
    if arguments.wants(Chapter::Memory) {
        memory::measure(arguments, &own("memory"), &mut table).await;
    }
    print!("{table}");
    println!(
        "\nEach figure is the median of {} rounds, emulator, people and bots on {} processors, disk: {}.",
        measure::ROUNDS,
        std::thread::available_parallelism().map_or(1, usize::from),
        disk.display(),
    );
    if table.fails(arguments.fail_at) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
