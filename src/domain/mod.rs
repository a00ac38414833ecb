//! What a prompt, a schedule, an answer and a streak are: plain values and the functions that keep their rules.
//!
//! This folder must not know async, IO, clocks, SQL or Discord's library. `now` and randomness are parameters, and
//! nothing here can fail for a reason that is not in its arguments.

pub mod answer;
pub mod coverage;
pub mod id;
pub mod ledger;
pub mod library;
pub mod nearest;
pub mod occurrence;
pub mod outbound;
pub mod poll;
pub mod problem;
pub mod prompt;
pub mod queue;
pub mod reason;
pub mod schedule;
pub mod series_file;
pub mod streak;
