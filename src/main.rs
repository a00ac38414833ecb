//! The command line: what can be said, and what each ending means.

use clap::{Parser, Subcommand};
use helmsman::{
    cli::{
        Ending, code,
        prompts::{Checked, prompts_check},
        run::run,
    },
    config::Environment,
    playground::{self, Setting, Way},
};
use rand::TryRng;
use std::path::PathBuf;
use std::process::ExitCode;

/// Helmsman helps a team on Discord practise leadership and management: a short prompt every working day, answered in
/// one tap or one sentence, and a streak for each person.
#[derive(Parser)]
#[command(version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  helmsman playground                    try it here, in the browser: no token, no network
  helmsman playground < week.txt         play the lines of a file and print what people see
  DISCORD_TOKEN=… helmsman run           serve a real server, on the defaults
  helmsman run --config helmsman.toml    the same, with a config (see config.example.toml)
  helmsman prompts check my-series/      what is wrong with my series files?
  helmsman prompts check *.toml          the same, file by file

Exit codes:
  0  all is well
  1  something is wrong with what was asked to be checked or played
  2  the command line is wrong
  3  the config, the token or a series file is wrong or missing
  4  the database cannot be used
  5  Discord cannot be reached
  6  Discord does not accept the token or the intents";

/// The page's port, if none is given: nobody's by name, and easy to type.
const PORT: u16 = 4646;

#[derive(Subcommand)]
enum Command {
    /// Serve Discord until SIGTERM or Ctrl-C.
    ///
    /// The token comes from the environment (DISCORD_TOKEN), from the systemd credential discord-token, or from the file
    /// that the config names. Without --config, helmsman.toml in the working directory is read if there is one.
    Run {
        /// The config file.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Look after series of prompts.
    #[command(subcommand)]
    Prompts(Prompts),
    /// Try Helmsman without Discord: a server with a team, six people whom you can be, and a clock that you move.
    ///
    /// It prints the address of a chat page for your browser, which nobody but this machine can open, and serves it until
    /// Ctrl-C or SIGTERM. With --terminal, or if standard input is no terminal, lines such as `clock next` or `ben: click 1` say what
    /// happens; `help` lists them. Lines on standard input are played to their end, so a script can play a week; everything
    /// that people see is printed.
    Playground {
        /// Keep the data in this directory and go on from it next time: teams, answers, streaks and the clock, not what was said
        /// in the channel. Without it everything is forgotten at the end.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
        /// Play with the series of this directory, too, as [prompts] directory of the config would add them.
        #[arg(long, value_name = "DIR")]
        prompts: Option<PathBuf>,
        /// Drive it from the terminal by lines of text, without a page.
        #[arg(long)]
        terminal: bool,
        /// Serve the page even if standard input is no terminal, as in a container.
        #[arg(long, conflicts_with = "terminal")]
        page: bool,
        /// The page's port on 127.0.0.1; 0 takes any that is free.
        #[arg(long, value_name = "NUMBER", default_value_t = PORT, conflicts_with = "terminal")]
        port: u16,
        /// What all that is random is drawn from: the same number and the same lines give the same story.
        #[arg(long, value_name = "NUMBER", default_value_t = 1)]
        seed: u64,
    },
}

#[derive(Subcommand)]
enum Prompts {
    /// Check series files, each *.toml of a directory, or (without PATH) what is compiled in.
    Check {
        /// Files and directories.
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Say what they cover together (themes, kinds, leans, sources) and what might give an answer away.
        #[arg(long)]
        coverage: bool,
    },
}

fn main() -> ExitCode {
    match perform(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Ending { code, message }) => {
            if let Some(message) = message {
                eprintln!("helmsman: {message}");
            }
            ExitCode::from(code)
        }
    }
}

fn perform(command: Command) -> Result<(), Ending> {
    match command {
        Command::Run { config } => run(config.as_deref(), &Environment::read(), chance()?),
        Command::Prompts(Prompts::Check { paths, coverage }) => {
            match prompts_check(&paths, coverage, &mut std::io::stdout().lock()) {
                Ok(Checked::Fine) => Ok(()),
                Ok(Checked::Wrong) => Err(Ending { code: code::WRONG, message: None }),
                Err(error) => Err(Ending::new(code::WRONG, error)),
            }
        }
        Command::Playground { data, prompts, terminal, page, port, seed } => {
            let way = match (terminal, page) {
                (true, _) => Some(Way::Lines),
                (_, true) => Some(Way::Page),
                _ => None,
            };
            let Environment { plain, columns, .. } = Environment::read();
            let styled = !plain;
            playground::play(Setting {
                data,
                prompts,
                seed,
                styled,
                columns,
                way,
                port,
                ..Setting::default()
            })
        }
    }
}

/// The one number that is not given: whatever is random in a running bot comes from it.
fn chance() -> Result<u64, Ending> {
    rand::rngs::SysRng.try_next_u64().map_err(|error| Ending::new(code::WRONG, error))
}
