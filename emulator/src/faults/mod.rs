//! What is to go wrong: faults that a test plants, and the decision whether one strikes.
//!
//! Nothing here does anything: `rest` asks whether a fault strikes and acts on the answer. This folder knows neither
//! sockets nor the world.

mod book;
mod fault;
mod route;

pub use book::{FaultHandle, FaultReport};
pub use fault::{Chance, Done, Fault, FaultClock, RequestFault, Scope};
pub use route::Route;

pub(crate) use book::{Faults, Strike};
