//! The playground as a page: emulator and bot behind it, the clock, and what the page's panel asks for.
//!
//! One loop owns everything. It hears the panel's requests one after the other; a move of the clock goes on beside it, one
//! at a time. Between moves the clock runs with the host's time, a second at a time.

use super::{
    Setting,
    cast::{Cast, ZONE},
    crowd::{Crowd, Habits},
    note::{LAST, MONDAY, Note},
    panel::{self, Asked, Move, Request},
    play::{MOMENT, NO_LATER, NOTHING_DUE, NOTHING_FOR},
    stage::{Stage, StageError},
    view::relative,
};
use crate::{
    app::library,
    cli::{Ending, code},
};
use emulator::{Id, Page};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use std::{future::Future, io::Write, pin::Pin, time::Duration};
use tokio::{sync::mpsc, time::MissedTickBehavior};

/// So much passes on the clock in as much of the host's time.
const TICK: Duration = Duration::from_secs(1);
/// So many ticks pass before a kept playground notes what the clock shows.
const NOTED_EVERY: u32 = 60;
/// Whoever stops it does not wait longer than this, whatever hangs.
const TO_STOP: Duration = Duration::from_secs(5);

/// The others as they usually are.
const USUAL: Habits = Habits { within: SignedDuration::from_hours(7), forgets: 20, replies: 12 };
/// Those whose answers a newcomer finds.
const EAGER: Habits = Habits { within: SignedDuration::from_mins(10), forgets: 0, replies: 0 };
/// When a newcomer comes: on Wednesday, a quarter of an hour after the third prompt.
const BEFORE: SignedDuration = SignedDuration::from_mins((2 * 24 + 1) * 60);
const FIRST_LOOK: SignedDuration = SignedDuration::from_mins((2 * 24 + 1) * 60 + 45);

/// Serves the page until `end`, and writes one line with its address when it can be opened.
///
/// # Errors
///
/// If something cannot be started, or the port is another's.
pub async fn serve(
    setting: &Setting,
    out: &mut impl Write,
    end: impl Future<Output = ()>,
) -> Result<(), Ending> {
    let wrong = |error: &dyn std::fmt::Display| Ending::new(code::WRONG, error);
    let library =
        library::load(setting.prompts.as_deref()).map_err(|error| Ending::new(code::CONFIG, error))?;
    let note = setting.data.as_deref().map(Note::of);
    let stopped = note.as_ref().map(Note::read).transpose()?.flatten();
    let mut cast = None;
    let set = |discord: &emulator::Discord, app: &emulator::App| {
        if let Some(inspector) = setting.inspector {
            discord.inspect(inspector);
        }
        cast = Some(Cast::enter(discord, app));
        if let Some(stopped) = stopped {
            discord.clock().set(stopped);
        }
    };
    let data = setting.data.as_deref();
    tokio::pin!(end);
    let stage = tokio::select! {
        stage = Stage::start_on(setting.port, MONDAY, setting.seed, data, library, set) => stage,
        () = &mut end => return Ok(()),
    };
    let stage = stage.map_err(|error| wrong(&error))?;
    let Some(cast) = cast else { return Err(Ending::new(code::WRONG, "nobody came")) };
    let (ask, asked) = mpsc::channel(panel::WAITING);
    let host = Host { stage, cast, note, seed: setting.seed, resumed: stopped.is_some() };
    let served = host.begin_and_serve(ask, asked, out, end).await;
    if tokio::time::timeout(TO_STOP, host.stage.stop()).await.is_err() {
        tracing::warn!("the playground did not stop in time");
    }
    served.map_err(|error| wrong(&error))
}

struct Host {
    stage: Stage,
    cast: Cast,
    note: Option<Note>,
    seed: u64,
    /// The story has been going on before.
    resumed: bool,
}

type Moving<'a> = Pin<Box<dyn Future<Output = Result<(), String>> + 'a>>;

impl Host {
    async fn begin_and_serve(
        &self,
        ask: mpsc::Sender<Request>,
        asked: mpsc::Receiver<Request>,
        out: &mut impl Write,
        mut end: impl Future<Output = ()> + Unpin,
    ) -> Result<(), StageError> {
        if !self.resumed {
            tokio::select! {
                opened = self.open() => opened?,
                () = &mut end => return Ok(()),
            }
        }
        self.stage.discord.set_page(Page {
            title: "Helmsman playground".into(),
            notes: self.cast.notes(),
            panel: Some(panel::panel(ask)),
        });
        let url = self.stage.discord.page_url();
        // Whoever closed the output finds the page all the same.
        let _ = writeln!(out, "ready: open {url} in a browser (Ctrl-C ends it)").and_then(|()| out.flush());
        self.serve(asked, end).await;
        Ok(())
    }

    /// Something to see for a newcomer: two prompts that are closed, one that is open and that some have answered, and a
    /// poll.
    async fn open(&self) -> Result<(), StageError> {
        self.cast.set_the_team_up(&self.stage).await?;
        self.note_clock();
        let rng = || StdRng::seed_from_u64(self.seed);
        let three = |person: &emulator::Person| ["cleo", "dan", "max"].contains(&person.name().as_str());
        Crowd::new(&self.stage, &self.cast, three, EAGER, rng()).until(MONDAY + BEFORE, |_| {}).await?;
        let two = |person: &emulator::Person| ["cleo", "max"].contains(&person.name().as_str());
        Crowd::new(&self.stage, &self.cast, two, EAGER, rng()).until(MONDAY + FIRST_LOOK, |_| {}).await
    }

    async fn serve(&self, mut asked: mpsc::Receiver<Request>, mut end: impl Future<Output = ()> + Unpin) {
        let mut tick = tokio::time::interval(TICK);
        // After the machine has slept the story goes on where it was.
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut ticks = 0;
        let mut moving: Option<(Moving<'_>, panel::Reply)> = None;
        loop {
            tokio::select! {
                () = &mut end => break,
                done = finished(&mut moving) => {
                    self.note_clock();
                    if let Some((_, reply)) = moving.take() {
                        reply.send(done.map_or_else(|error| json!({ "error": error }), |()| json!({})));
                    }
                    self.tell_state(false).await;
                }
                request = asked.recv() => {
                    let Some(Request { asked, reply }) = request else { break };
                    match asked {
                        Asked::State => reply.send(self.state(moving.is_some()).await),
                        Asked::Stop => {
                            if let Some((_, mover)) = moving.take() {
                                mover.send(json!({ "stopped": true }));
                                self.note_clock();
                                self.tell_state(false).await;
                            }
                            reply.send(json!({}));
                        }
                        Asked::Move(_) if moving.is_some() => {
                            reply.send(json!({ "error": "The clock is moving already." }));
                        }
                        Asked::Move(step) => {
                            moving = Some((Box::pin(self.go(step)), reply));
                            self.tell_state(true).await;
                        }
                    }
                }
                _ = tick.tick(), if moving.is_none() => {
                    self.stage.discord.clock().advance(TICK);
                    ticks = (ticks + 1) % NOTED_EVERY;
                    if ticks == 0 {
                        self.note_clock();
                        self.tell_state(false).await;
                    }
                }
            }
        }
        self.note_clock();
    }

    fn note_clock(&self) {
        if let Some(Err(error)) = self.note.as_ref().map(|note| note.write(self.stage.now())) {
            tracing::warn!(%error, "the time could not be noted");
        }
    }

    async fn go(&self, step: Move) -> Result<(), String> {
        let now = self.stage.now();
        let to = |by: i64| {
            let target = now + SignedDuration::from_hours(by);
            if target > LAST { Err(NO_LATER.to_owned()) } else { Ok(target) }
        };
        let moved = match step {
            Move::Hour => self.stage.at(to(1)?).await,
            Move::Day => self.stage.at(to(24)?).await,
            Move::Next => return self.next(to(NOTHING_FOR.as_hours())?).await,
            Move::Week { me } => self.week(me, now, to(7 * 24)?).await,
        };
        moved.map_err(|error| error.to_string())
    }

    /// On to the next prompt, and the moment that it takes for everything around it to be said.
    async fn next(&self, until: Timestamp) -> Result<(), String> {
        let wrong = |error: StageError| error.to_string();
        let reader = &self.cast.people[0];
        let newest = || self.cast.prompts(reader, &self.stage.app).last().map(|prompt| prompt.id);
        let before = newest();
        while self.stage.step(until).await.map_err(wrong)? {
            if newest() > before {
                return self.stage.at(self.stage.now() + MOMENT).await.map_err(wrong);
            }
        }
        Err(NOTHING_DUE.to_owned())
    }

    /// Seven days in which the others answer by themselves.
    async fn week(&self, me: Option<Id>, begin: Timestamp, end: Timestamp) -> Result<(), StageError> {
        let rng = StdRng::seed_from_u64(self.seed ^ begin.as_second().unsigned_abs());
        let mut crowd = Crowd::new(&self.stage, &self.cast, |person| Some(person.id()) != me, USUAL, rng);
        for day in 1..=7 {
            let to = (begin + SignedDuration::from_hours(24 * day)).min(end);
            let progress = |text: &str| {
                let progress = json!({ "done": day - 1, "of": 7, "text": text });
                self.stage.discord.tell_panel(json!({ "progress": progress }));
            };
            let zone = self.zone().await;
            let time = || self.stage.now().to_zoned(zone.clone()).strftime("%a %-d %b, %H:%M").to_string();
            progress(&time());
            let told = |name: &str| progress(&format!("{}: {name} answers", time()));
            crowd.until(to, told).await?;
        }
        self.stage
            .discord
            .tell_panel(json!({ "progress": { "done": 7, "of": 7, "text": "A week has passed" } }));
        Ok(())
    }

    async fn zone(&self) -> TimeZone {
        let zone = self.stage.zone(self.cast.places()).await;
        zone.or_else(|| TimeZone::get(ZONE).ok()).unwrap_or(TimeZone::UTC)
    }

    async fn tell_state(&self, busy: bool) {
        let state = self.state(busy).await;
        self.stage.discord.tell_panel(json!({ "state": state }));
    }

    /// What the panel shows.
    async fn state(&self, busy: bool) -> Value {
        let (now, zone) = (self.stage.now(), self.zone().await);
        let next = self.stage.next_prompt(self.cast.places()).await;
        let next = next.map(
            |at| json!({ "in": relative(now, at), "at_ms": at.as_millisecond(), "what": "the next prompt" }),
        );
        let prompt = self.cast.prompts(&self.cast.people[0], &self.stage.app).pop();
        let prompt = prompt.map(|prompt| json!({ "channel": prompt.channel_id(), "message": prompt.id }));
        let poll = self.cast.poll(&self.cast.people[0], &self.stage.app);
        let poll = poll.map(|poll| json!({ "channel": poll.channel_id(), "message": poll.id }));
        json!({
            "local": now.to_zoned(zone.clone()).strftime("%a %-d %b %Y, %H:%M").to_string(),
            "zone": zone.iana_name(), "next": next, "busy": busy, "resumed": self.resumed,
            "tour": { "prompt": prompt, "poll": poll },
        })
    }
}

/// Waits for the end of a move, if there is one.
async fn finished(moving: &mut Option<(Moving<'_>, panel::Reply)>) -> Result<(), String> {
    match moving {
        Some((moving, _)) => moving.await,
        None => std::future::pending().await,
    }
}
