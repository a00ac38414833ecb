//! People who act as their clients let them, and what they see.
//!
//! An actor does what a person can do in Discord's client and is refused what the client refuses. It
//! knows no application in particular and checks nothing: what it gets back is what a person would see.

mod command;
mod component;
mod message;
mod modal;
mod options;
mod person;
mod response;
mod writing;

pub use command::Choice;
pub use message::{Button, Message, SelectMenu};
pub use modal::{Modal, ModalInput};
pub use person::Person;
pub use response::{Response, ResponseKind};
pub(crate) use writing::TOO_POWERFUL;
pub use writing::Upload;
