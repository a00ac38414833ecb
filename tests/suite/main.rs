//! Everything that is tested through more than one room of the house, in one binary.

mod store;
mod tidy;
