//! What the subcommands of `helmsman` do that need no bot: one file a subcommand.
//!
//! This folder must not parse arguments (`main` does) and must not print but to the writer that it is given.

pub mod prompts;
