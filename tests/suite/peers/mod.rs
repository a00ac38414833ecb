//! What people complain about in other bots. Each test is named after what must not happen, and names the complaint.
//!
//! These need no more than the domain; what takes the database or Discord stands in files of its own beside them.

mod streaks;
mod time;
