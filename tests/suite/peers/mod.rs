//! What people complain about in other bots. Each test is named after what must not happen, and names the complaint.
//!
//! `streaks` and `time` need no more than the domain; `stored` takes the database.

mod stored;
mod streaks;
mod time;
