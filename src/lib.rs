//! Helmsman: a self-hosted Discord bot that helps a team practise leadership and management.
//!
//! The rooms of the house, from the street to the cellar; an arrow may skip rooms and never points back:
//!
//! ```text
//! main -> commands, scheduler, playground -> chat -> app -> store -> domain
//! ```
//!
//! `ARCHITECTURE.md` is the map. `tests/suite/tidy.rs` holds the arrows.

pub mod app;
pub mod chat;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod config;
pub mod domain;
pub mod gateway;
pub mod logging;
pub mod playground;
pub mod run;
pub mod scheduler;
pub mod store;
