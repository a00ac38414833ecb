//! Gateway sessions: what was dispatched, and to whom.

use super::World;
use crate::id::Id;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedSender;

/// How many dispatches a session keeps for a resume.
const REPLAY: usize = 10_000;

/// What goes to a socket.
#[derive(Clone, Debug)]
pub(crate) enum Frame {
    /// A payload.
    Text(Arc<str>),
    /// An orderly end with that code; without one the connection is cut.
    Close(Option<u16>),
}

/// A session of an application, connected or waiting to be resumed.
#[derive(Clone, Debug)]
pub struct Session {
    /// The session id of READY.
    pub id: String,
    /// The application.
    pub app: Id,
    /// The intents of its IDENTIFY.
    pub intents: u64,
    /// Shard number and count.
    pub shard: (u64, u64),
    /// The sequence number of the last dispatch.
    pub sequence: u64,
    /// Whether READY was sent.
    pub ready: bool,
    /// How often it was resumed.
    pub resumes: u64,
    pub(crate) replay: VecDeque<(u64, Arc<str>)>,
    pub(crate) outlet: Option<UnboundedSender<Frame>>,
    pub(crate) connection: u64,
}

impl Session {
    /// Whether a socket is open for it.
    pub fn connected(&self) -> bool {
        self.outlet.is_some()
    }

    /// Whether events of that guild go to this shard.
    pub(crate) fn serves(&self, guild: Option<Id>) -> bool {
        match guild {
            Some(guild) => (guild.0 >> 22) % self.shard.1 == self.shard.0,
            None => self.shard.0 == 0,
        }
    }
}

impl World {
    /// The one function through which every dispatch goes to a session.
    pub(crate) fn dispatch(&mut self, session: &str, name: &str, body: &str) {
        let Some(session) = self.sessions.get_mut(session) else { return };
        session.sequence += 1;
        let text = format!("{{\"t\":\"{name}\",\"s\":{},\"op\":0,\"d\":{body}}}", session.sequence);
        let text: Arc<str> = text.into();
        if session.replay.len() == REPLAY {
            session.replay.pop_front();
        }
        session.replay.push_back((session.sequence, text.clone()));
        let handed = session.outlet.as_ref().is_some_and(|outlet| outlet.send(Frame::Text(text)).is_ok());
        let app = session.app;
        if handed && let Some(app) = self.applications.get_mut(&app) {
            app.delivered += 1;
        }
    }

    /// Sends what a resumed session missed after `sequence`; false if too much was forgotten.
    pub(crate) fn replay(&mut self, session: &str, sequence: u64) -> bool {
        let Some(session) = self.sessions.get_mut(session) else { return false };
        let first = session.replay.front().map_or(session.sequence + 1, |(sequence, _)| *sequence);
        if sequence > session.sequence || sequence + 1 < first {
            return false;
        }
        let mut handed = 0;
        if let Some(outlet) = &session.outlet {
            for (_, text) in session.replay.iter().filter(|(number, _)| *number > sequence) {
                handed += u64::from(outlet.send(Frame::Text(text.clone())).is_ok());
            }
        }
        session.resumes += 1;
        let app = session.app;
        if let Some(app) = self.applications.get_mut(&app) {
            app.delivered += handed;
        }
        true
    }
}
