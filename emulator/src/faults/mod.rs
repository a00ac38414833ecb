//! What is to go wrong: faults that a test plants, and the decision whether one strikes.
//!
//! Nothing here does anything: `rest` and `world` ask whether a fault strikes and act on the answer. This folder knows neither
//! sockets nor the world.

mod book;
mod event;
mod fault;
mod route;

pub use book::{FaultHandle, FaultReport};
pub use event::EventFault;
pub use fault::{Chance, Done, Fault, FaultClock, RequestFault, Scope};
pub use route::Route;

pub(crate) use book::{Faults, Strike};
pub(crate) use event::Place;
pub(crate) use route::segments;
