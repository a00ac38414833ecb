//! Outcomes as messages, and the one path by which Helmsman says anything of its own accord.
//!
//! This folder must not know rules or SQL: what is due, and what became of it, is `app`'s.

pub mod discord;
pub mod help;
pub mod intro;
pub mod page;
pub mod permissions;
pub mod problem;
pub mod series_text;
pub mod setup_panel;
pub mod times;
