//! The page's side of the emulator: what is sent to whom, who is let in, and what a client with a screen can do.

mod acting;
mod bad_input;
mod guards;
mod sent;
mod viewer;
