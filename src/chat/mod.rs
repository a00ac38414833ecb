//! Outcomes as messages, and the one path by which Helmsman says anything of its own accord.
//!
//! This folder must not know rules or SQL: what is due, and what became of it, is `app`'s.

pub mod answer_reply;
pub mod audit_text;
pub mod calendar_text;
pub mod count_edits;
pub mod days_off_text;
pub mod discord;
pub mod doubts;
pub mod escape;
pub mod excuse_text;
pub mod help;
pub mod import_text;
pub mod intro;
pub mod me;
pub mod mend_text;
pub mod moment_text;
pub mod nudge_message;
pub mod outbound;
pub mod outgoing;
pub mod page;
pub mod permissions;
pub mod picture;
pub mod poll_closing;
pub mod poll_edits;
pub mod poll_list;
pub mod poll_message;
pub mod poll_panel;
pub mod poll_result;
pub mod poll_vote;
pub mod problem;
pub mod prompt_message;
pub mod proposal_text;
pub mod read_back;
pub mod remove_text;
pub mod reveal_message;
pub mod schedule_panel;
pub mod series_text;
pub mod setup_more;
pub mod setup_panel;
pub mod strengths;
pub mod suggestion_text;
pub mod times;
pub mod trouble_text;
