//! What people complain about in other bots. Each test is named after what must not happen, and names the complaint.
//!
//! `streaks` and `time` need no more than the domain; `stored` takes the database; `posting`, `permissions`, `polls` and
//! `process` are conversations with the whole bot.

mod permissions;
mod polls;
mod posting;
mod process;
mod stored;
mod streaks;
mod time;
