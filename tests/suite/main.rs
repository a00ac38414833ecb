//! Everything that is tested through more than one room of the house, in one binary.

mod answer_texts;
mod answering;
mod answers;
mod command_line;
mod commands;
mod config;
mod connection;
mod desk;
mod dice;
mod fortnight;
mod harness;
mod library;
mod logging;
mod messages;
mod peers;
mod peers_app;
mod posting;
mod process;
mod series_file;
mod series_file_props;
mod store;
mod streaks;
mod tidy;
mod whole_loop;
mod world;
mod zones;
