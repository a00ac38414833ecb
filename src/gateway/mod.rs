//! The one connection by which Discord tells what happens: kept alive, and each event handed to whom it concerns.
//!
//! This folder must not know rules or SQL. When to connect is decided in [`supervisor`], what an event means to us in
//! `ears`; here is the loop around both.

mod ears;
mod session;
pub mod supervisor;
mod tasks;

pub use ears::{Ears, Ready, Senses};
pub use supervisor::{Fatal, Health};
pub use tasks::{Count, Tasks};

use crate::{
    chat::discord::{Discord, Gateway, Trouble},
    clock::Stopwatch,
};
use session::{End, Heard, Pulse};
use std::time::Duration;
use supervisor::{Action, Event, Supervisor};
use tokio::{
    sync::{mpsc, watch},
    task::{AbortHandle, JoinHandle},
};

/// How often a connection that says nothing is felt for its pulse: so late at most is known that it broke.
const FEEL: Duration = Duration::from_secs(5);

/// The connection at work.
struct Line {
    discord: Discord,
    ears: Ears,
    watch: Stopwatch,
    supervisor: Supervisor,
    health: watch::Sender<Health>,
    pulse: Pulse,
    beat: Option<Duration>,
    heard: (mpsc::UnboundedSender<Heard>, mpsc::UnboundedReceiver<Heard>),
    asked: mpsc::UnboundedReceiver<Result<Gateway, Trouble>>,
    answer: mpsc::UnboundedSender<Result<Gateway, Trouble>>,
    address: String,
    session: Option<JoinHandle<End>>,
    /// Ends the session even if the line is dropped.
    _guard: Option<Guard>,
}

struct Guard(AbortHandle);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Keeps the connection until `stop` says true or Discord says something final. Events are handed to `ears`.
/// `health` is told of each change.
pub async fn run(
    discord: Discord,
    ears: Ears,
    health: watch::Sender<Health>,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Fatal> {
    let (answer, asked) = mpsc::unbounded_channel();
    let mut line = Line {
        discord,
        ears,
        watch: Stopwatch::start(),
        supervisor: Supervisor::default(),
        health,
        pulse: Pulse::new(),
        beat: None,
        heard: mpsc::unbounded_channel(),
        asked,
        answer,
        address: String::new(),
        session: None,
        _guard: None,
    };
    let result = tokio::select! {
        fatal = line.keep() => Err(fatal),
        _ = stop.wait_for(|stop| *stop) => Ok(()),
    };
    line.ears.lost().await;
    result
}

impl Line {
    async fn keep(&mut self) -> Fatal {
        let mut event = Event::Look;
        loop {
            let action = self.supervisor.step(self.watch.elapsed(), event);
            let health = self.supervisor.health();
            if self.health.send_if_modified(|known| std::mem::replace(known, health) != health) {
                tracing::info!(?health, "the connection to Discord");
            }
            if let Some(fatal) = self.act(action).await {
                return fatal;
            }
            event = self.next().await;
        }
    }

    async fn act(&mut self, action: Option<Action>) -> Option<Fatal> {
        match action {
            Some(Action::Ask) => {
                let (discord, answer) = (self.discord.clone(), self.answer.clone());
                tokio::spawn(async move {
                    let _ = answer.send(discord.gateway().await);
                });
            }
            Some(Action::Connect) => self.connect(),
            Some(Action::Drop) => {
                tracing::warn!("the connection to Discord says nothing any more; it is made anew");
                self.hang_up().await;
            }
            Some(Action::GiveUp(fatal)) => {
                if fatal == Fatal::Token {
                    self.discord.deny();
                }
                self.hang_up().await;
                return Some(fatal);
            }
            None => {}
        }
        None
    }

    fn connect(&mut self) {
        self.heard = mpsc::unbounded_channel();
        self.pulse = Pulse::new();
        let run = session::run(
            self.address.clone(),
            self.discord.callbacks(),
            self.heard.0.clone(),
            self.pulse.clone(),
        );
        let session = tokio::spawn(run);
        self._guard = Some(Guard(session.abort_handle()));
        self.session = Some(session);
    }

    async fn hang_up(&mut self) {
        self._guard = None;
        self.session = None;
        self.ears.lost().await;
    }

    /// What happens next, as the supervisor sees it.
    async fn next(&mut self) -> Event {
        let now = self.watch.elapsed();
        let wait = self.supervisor.look_at().map_or(FEEL, |at| at.saturating_sub(now).min(FEEL));
        tokio::select! {
            // First what was heard: it may be the last words of a session that has ended.
            biased;
            Some(heard) = self.heard.1.recv() => match heard {
                Heard::Begun(shards) => {
                    self.ears.begun(shards);
                    Event::Look
                }
                Heard::Event(event) => {
                    let (context, event) = *event;
                    self.ears.hear(context, event).await;
                    Event::Alive
                }
            },
            end = ended(&mut self.session) => {
                self.session = None;
                self.hang_up().await;
                match end {
                    End::Fatal(fatal) => Event::Final(fatal),
                    End::Lost(why) => {
                        tracing::warn!(why, "the connection to Discord was lost");
                        Event::Ended
                    }
                }
            }
            Some(answer) = self.asked.recv() => self.answered(answer),
            () = tokio::time::sleep(wait) => self.feel().await,
        }
    }

    fn answered(&mut self, answer: Result<Gateway, Trouble>) -> Event {
        match answer {
            Ok(gateway) if gateway.shards > 1 => Event::Final(Fatal::TooManyServers),
            Ok(gateway) => {
                self.address = gateway.url;
                let limit = gateway.session_start_limit;
                Event::Address { remaining: limit.remaining, reset: Duration::from_millis(limit.reset_after) }
            }
            Err(Trouble::Refused { status: 401, .. }) => Event::Final(Fatal::Token),
            Err(trouble) => {
                tracing::warn!(reason = trouble.reason(), "Discord did not say where its gateway is");
                Event::NoAddress
            }
        }
    }

    async fn feel(&mut self) -> Event {
        match self.pulse.feel().await {
            Some((_, false)) if self.supervisor.health() == Health::Live => {
                self.ears.broken();
                Event::Broken
            }
            Some((beat, true)) if beat != self.beat => {
                self.beat = beat;
                self.ears.alive();
                Event::Alive
            }
            _ => Event::Look,
        }
    }
}

async fn ended(session: &mut Option<JoinHandle<End>>) -> End {
    match session {
        Some(session) => session.await.unwrap_or_else(|error| End::Lost(error.to_string())),
        None => std::future::pending().await,
    }
}
