//! The only SQL. One small file a table; domain types in and out.
//!
//! This folder must not know Discord's library, wording or rules.
