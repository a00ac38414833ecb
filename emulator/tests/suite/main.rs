//! The emulator as serenity sees it: real sockets, real client, no sleeps.

mod bot;
mod conversation;
