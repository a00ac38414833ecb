//! Gateway sessions: what was dispatched, and to whom.

use super::World;
use crate::faults::Place;
use crate::id::Id;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedSender;

/// How many dispatches a session keeps for a resume.
const REPLAY: usize = 10_000;

/// What is to be overtaken goes out after so many milliseconds even if nothing overtakes it.
const OVERTAKEN_MS: i64 = 1000;

/// What goes to a socket.
#[derive(Clone, Debug)]
pub(crate) enum Frame {
    /// A payload.
    Text(Arc<str>),
    /// An orderly end with that code; without one the connection is cut.
    Close(Option<u16>),
    /// From here on the connection is a black hole: open, and neither read nor written.
    Hush,
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
    pub(crate) kept: Vec<Kept>,
}

/// A dispatch that is kept back until so many later ones are sent, or its instant comes.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    number: u64,
    behind: Option<u64>,
    name: String,
    body: String,
}

/// That a session's dispatch of that number goes out at an instant (milliseconds of the emulator's clock).
#[derive(Clone, Debug)]
pub(crate) struct PutOff {
    pub(crate) at_ms: i64,
    pub(crate) session: String,
    pub(crate) number: u64,
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
    /// The one function through which every dispatch goes on its way to a session. Faults strike here.
    pub(crate) fn dispatch(&mut self, session: &str, name: &str, body: &str) {
        let Some(places) = self.faults.strike_event(name) else { return self.send(session, name, body) };
        for place in places {
            match place {
                Place::Here => self.send(session, name, body),
                Place::Behind(count) => self.keep(session, name, body, Some(count), OVERTAKEN_MS),
                Place::After(ms) => self.keep(session, name, body, None, ms as i64),
            }
        }
    }

    fn keep(&mut self, session: &str, name: &str, body: &str, behind: Option<u64>, ms: i64) {
        let at_ms = self.now_ms() + ms;
        let Some(entry) = self.sessions.get_mut(session) else { return };
        self.kept_count += 1;
        let number = self.kept_count;
        entry.kept.push(Kept { number, behind, name: name.into(), body: body.into() });
        self.put_off.push(PutOff { at_ms, session: session.into(), number });
    }

    /// Sends what was kept back until now, if it was not sent before.
    pub(crate) fn send_kept(&mut self, put_off: &PutOff) {
        let Some(session) = self.sessions.get_mut(&put_off.session) else { return };
        let Some(at) = session.kept.iter().position(|kept| kept.number == put_off.number) else { return };
        let kept = session.kept.remove(at);
        self.send(&put_off.session, &kept.name, &kept.body);
    }

    /// Sends a dispatch, and behind it those that waited for it.
    fn send(&mut self, session: &str, name: &str, body: &str) {
        self.hand_over(session, name, body);
        let Some(entry) = self.sessions.get_mut(session) else { return };
        for behind in entry.kept.iter_mut().filter_map(|kept| kept.behind.as_mut()) {
            *behind -= 1;
        }
        let overtaken: Vec<Kept> = entry.kept.extract_if(.., |kept| kept.behind == Some(0)).collect();
        for kept in overtaken {
            self.hand_over(session, &kept.name, &kept.body);
        }
    }

    fn hand_over(&mut self, session: &str, name: &str, body: &str) {
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
