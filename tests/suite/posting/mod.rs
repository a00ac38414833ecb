//! Schedules, claims, the outbox and closes, through the database with any `now`.

pub mod desk;

mod claims;
mod clocks;
mod closes;
mod jobs;
mod live;
mod pictured;
mod restless;
mod turns;
