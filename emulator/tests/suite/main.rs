//! The emulator as serenity sees it: real sockets, real client, no sleeps.

mod binary;
mod bot;
mod clock;
mod commands;
mod conversation;
mod events;
mod faults;
mod fidelity;
mod gateway;
mod gateway_faults;
mod inspect;
mod interactions;
mod limits;
mod members;
mod messages;
mod nonce;
mod page;
mod permissions;
mod readme;
mod shapes;
mod socket;
mod threads;
mod tls;
mod validation;
