//! What Discord refuses, and with which error.
//!
//! Checks bodies and permissions; changes nothing. Where Discord's own OpenAPI description is lax, the
//! rules here are those of its documentation.

pub(crate) mod access;
pub(crate) mod commands;
pub(crate) mod components;
pub(crate) mod embeds;
pub(crate) mod form;
pub(crate) mod mentions;
pub(crate) mod message;
pub(crate) mod modal;
