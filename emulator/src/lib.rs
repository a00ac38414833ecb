#![doc = include_str!("../README.md")]
//!
//! ## Where to begin in this documentation
//!
//! Start one with [`Discord::start`], point a bot at [`Discord::api_url`] (or at [`Discord::tls`]), make
//! a [`Guild`] with people, and let them act: [`Person::slash`], [`Person::click`].
//! What happened is state that can be read: [`Person::sees`], [`Message::text`], [`Discord::world`].
//! What is to go wrong is ordered: [`Discord::fault`], [`Discord::black_hole`], [`Clock::set_host_off`].

#![recursion_limit = "256"] // the JSON of a guild has many fields

mod act;
mod actor;
pub mod bits;
mod clock;
mod discord;
mod faults;
mod gateway;
mod hub;
mod id;
mod inspect;
mod limits;
mod page;
mod rest;
mod rules;
mod server;
mod tls;
mod token;
pub mod world;

pub use actor::{
    Button, Choice, Message, Modal, ModalInput, Person, Response, ResponseKind, SelectMenu, Upload,
};
pub use clock::{Clock, Reading};
pub use discord::{App, Channel, Discord, Guild, Options, Role, SessionInfo, Target};
pub use faults::{
    Chance, Done, EventFault, Fault, FaultClock, FaultHandle, FaultReport, RequestFault, Route, Scope,
};
pub use gateway::Welcome;
pub use hub::LoggedRequest;
pub use id::{DISCORD_EPOCH_MS, Id};
pub use inspect::{Answer, Content, Exchange, Inspector};
pub use limits::{RateLimits, RouteLimit};
pub use page::{Page, Panel};
pub use tls::Tls;
