//! Slash commands, buttons and modals: parse, call `app`, render with `chat`.
//!
//! This folder must not know rules or SQL. Who may do what is checked again on each click and each modal.
