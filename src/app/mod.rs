//! The use cases: (store, now, rng, input) to an outcome. Each function is one thing that somebody wants done.
//!
//! This folder must not know wording, SQL or Discord's library. What is frozen at a claim is a domain snapshot, not
//! rendered text. Outcomes are enums; a person's mistake is an outcome, not an error.

pub mod agenda;
pub mod ahead;
pub mod alerts;
pub mod answering;
pub mod away;
pub mod calendar;
pub mod closing;
pub mod days_off;
pub mod desk;
pub mod excusing;
pub mod importing;
pub mod library;
pub mod managing;
pub mod mending;
pub mod nudging;
pub mod outbox;
pub mod planning;
pub mod polls;
pub mod posting;
pub mod prompts;
pub mod removing;
pub mod schedules;
pub mod series;
pub mod setup;
pub mod shelf;
pub mod shown;
mod slots;
pub mod streaks;
pub mod suggesting;
pub mod uptime;
