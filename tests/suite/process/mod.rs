//! The program as whoever installs it meets it: the real binary, started as a process of its own, with its arguments,
//! files, signals, output and exit codes.
//!
//! Nothing here sleeps: a test waits for a line of the log, or for state in the emulator. A child that does not end in
//! [`LIMIT`] is killed, and its test fails.

mod arguments;
pub mod child;
mod config;
mod database;
mod emulator_process;
mod page;
mod ready;
mod refused;
pub mod scene;
mod series;
mod serving;
mod stopping;
mod unit;
mod unreachable;

use std::time::Duration;

/// No child may live longer than this.
const LIMIT: Duration = Duration::from_secs(120);

/// Shaped like a token, and nobody's.
const TOKEN: &str = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB";

/// The exit codes, as `--help` lists them.
mod code {
    pub const WRONG: i32 = 1;
    pub const USAGE: i32 = 2;
    pub const CONFIG: i32 = 3;
    pub const DATABASE: i32 = 4;
    pub const UNREACHABLE: i32 = 5;
    pub const REFUSED: i32 = 6;
}
