//! What managers arrange, and what the channel then shows: whole days, with the scheduler.

mod days_off;
mod excuses;
mod mending;
mod pauses;
mod roles;
