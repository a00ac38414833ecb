//! What is to go wrong: faults that a test plants, and the decision whether one strikes.
//!
//! Nothing here does anything: `rest` and `world` ask whether a fault strikes and act on the answer. This folder knows neither
//! sockets nor the world.

mod book;
mod event;
mod fault;
mod handle;
mod route;

pub use book::FaultReport;
pub use event::EventFault;
pub use fault::{Chance, Done, Fault, FaultClock, RequestFault, Scope};
pub use handle::FaultHandle;
pub use route::Route;

pub(crate) use book::Strike;
pub(crate) use event::Place;
pub(crate) use handle::Faults;
pub(crate) use route::segments;
