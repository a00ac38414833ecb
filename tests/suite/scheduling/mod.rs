//! What managers arrange, and what the channel then shows: whole days, with the scheduler.

mod days_off;
mod excuses;
mod mending;
mod nudges;
mod pauses;
mod roles;
