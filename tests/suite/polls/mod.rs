//! Polls as conversations: of managers, members, nominees, admins and people from elsewhere.

mod attack;
mod bad_input;
mod edits;
pub mod hall;
mod managing;
mod moments;
mod nominees;
mod whole;
