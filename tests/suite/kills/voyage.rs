//! A team's days, with a process that dies.

use super::{
    crew::{self, Entry},
    logbook::{self, Log},
    poll::{self, Vote},
    steps::{self, Part, Step},
};
use crate::{
    dice::Dice,
    process::{child::Child, scene::Scene},
};
use emulator::{Id, Message, Options, Person};
use helmsman::{
    app::schedules,
    store::{schedule, team},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::{collections::BTreeSet, time::Duration};
use tokio::task::JoinSet;

const MONDAY: &str = "2027-01-04T08:00:00Z";
const CONFIG: &str = "[time]\nsource = \"emulator\"\n[log]\nformat = \"json\"\n\
                      level = \"info,helmsman::scheduler=debug,serenity=warn,poise=warn,sqlx=warn\"\n";

/// Longer than a message in doubt takes to be found, with the tries of a search that fails.
const TO_RECOVER: SignedDuration = SignedDuration::from_mins(15);

/// A look takes milliseconds; one that does not come in this time never will.
const TO_LOOK: Duration = Duration::from_secs(20);

pub struct Voyage {
    scene: Scene,
    bot: Option<Child>,
    dice: Dice,
    /// They press buttons.
    clickers: Vec<Person>,
    /// They reply.
    speakers: Vec<Person>,
    /// What they were told, once they were.
    answers: JoinSet<Vec<Entry>>,
    votes: JoinSet<Vec<Vote>>,
    /// Prompts that people have begun to answer.
    answered: BTreeSet<Id>,
    log: Log,
    /// Windows close long before the next prompt.
    short: bool,
    /// Steps that are still to be tried.
    ahead: Vec<Step>,
}

/// The scheduler's word that nothing is due.
#[derive(Clone, Copy, Debug)]
struct Rest {
    now: Timestamp,
    next: Option<Timestamp>,
}

/// The latest such word, if it was said by a look that began when the process was connected.
fn rested(said: &str) -> Option<Rest> {
    let line = said.lines().rev().find(|line| line.contains("\"at rest\""))?;
    let line: Value = serde_json::from_str(line).unwrap();
    // The first to ask for a look is the new session.
    line["served"].as_u64().filter(|served| *served > 0)?;
    let time = |field: &str| line[field].as_str().map(|at| at.parse().unwrap());
    Some(Rest { now: time("now").unwrap(), next: time("next") })
}

/// How often it has said so.
fn rests(said: &str) -> usize {
    said.matches("\"at rest\"").count()
}

impl Voyage {
    /// A team that has started, with threads and with windows as the seed has them.
    pub async fn begin(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let options = Options {
            start: Some(MONDAY.parse().unwrap()),
            seed,
            // Whoever clicks while nobody listens need not wait for long.
            first_response: Duration::from_millis(1_500),
            ..Options::default()
        };
        let scene = Scene::with(options, CONFIG).await;
        let people = |names: &[&str]| names.iter().map(|name| scene.guild.person(name)).collect();
        let (clickers, speakers) = (people(&["ben", "cleo", "dan", "eve"]), people(&["fay", "gus"]));
        let short = dice.chance(50);
        let log = Log::default();
        let (answers, votes) = (JoinSet::new(), JoinSet::new());
        let (answered, ahead) = (BTreeSet::new(), Vec::new());
        let mut voyage =
            Self { scene, bot: None, dice, clickers, speakers, answers, votes, answered, log, short, ahead };
        voyage.start();
        voyage.scene.discord.wait_commands(&voyage.scene.app).await;
        let ana = &voyage.scene.ana;
        let panel = ana.slash(&voyage.scene.channel, "setup", &[("zone", "Europe/London")]).await;
        let started = ana.click(panel.message(), "Start").await;
        assert!(started.text().contains("Helmsman is under way"), "{}", started.text());
        voyage.stop().await;
        voyage.replan().await;
        voyage.start();
        voyage
    }

    /// As a manager might have wanted it from the first.
    async fn replan(&self) {
        let (store, now, short) = (self.scene.store().await, self.now(), self.short);
        let edited = store.write(move |conn| {
            Box::pin(async move {
                let schedule = schedule::get(conn, helmsman::domain::id::ScheduleId(1)).await?.unwrap();
                let team = team::get(conn, schedule.team).await?.unwrap();
                let mut plan = schedule.plan.clone();
                plan.thread = true;
                plan.window_minutes = short.then_some(360);
                schedules::edit_in(conn, &team, &schedule, &plan, now).await
            })
        });
        assert!(edited.await.unwrap());
        store.close().await;
    }

    /// Lives through days until it was killed so often; then lets everything close, and looks at all of it.
    pub async fn sail(mut self, kills: u64) -> Log {
        while (self.log.died.len() as u64) < kills {
            self.day().await;
        }
        let due = self.next_due().await;
        self.reach(due + SignedDuration::from_hours(7)).await;
        self.stop().await;
        self.overhear().await;
        let store = self.scene.store().await;
        logbook::check(&self.scene, &store, &self.log, self.now()).await;
        store.close().await;
        drop(store);
        self.nothing_more_is_said().await;
        self.scene.discord.clone().shutdown().await;
        self.log.acknowledged = self.log.entries.iter().filter(|entry| entry.acknowledged).count() as u64;
        self.log
    }

    /// From shortly before a prompt is due until it is answered, and closed if its window is short.
    async fn day(&mut self) {
        let due = self.next_due().await;
        self.reach(due - SignedDuration::from_mins(1)).await;
        // With windows of a day the close of the last prompt is here as well.
        let part = if !self.short && self.dice.chance(50) { Part::Close } else { Part::Post };
        self.part(part, due + SignedDuration::from_mins(7)).await;
        if self.next_due().await <= self.now() {
            return;
        }
        let answered = self.now() + SignedDuration::from_mins(1);
        self.part(Part::Answer, answered).await;
        if self.dice.chance(60) {
            self.poll().await;
        }
        if self.short {
            self.part(Part::Close, (due + SignedDuration::from_mins(367)).max(self.now())).await;
        }
    }

    /// A poll is opened while nobody runs, posted, voted in and counted.
    async fn poll(&mut self) {
        self.stop().await;
        let store = self.scene.store().await;
        let people: Vec<Person> = self.clickers.iter().take(3).cloned().collect();
        let seed = self.dice.below(1 << 30) as u64;
        let closes = poll::open(&store, &self.scene, &people, self.now(), seed).await;
        store.close().await;
        drop(store);
        self.start();
        self.part(Part::Vote, self.now() + SignedDuration::from_mins(1)).await;
        if self.now() < closes {
            self.part(Part::Count, closes + SignedDuration::from_mins(3)).await;
        }
    }

    /// One part of a day, in which the process dies at one of its steps.
    async fn part(&mut self, part: Part, end: Timestamp) {
        let step = self.next_step(part);
        let starts = part == Part::Vote;
        if starts && step.is_random() {
            // Nobody can die at random before there is somebody.
            self.bot().says_so(rested).await;
        }
        let trap = step.set(&self.scene.discord, &mut self.dice);
        let looks = match starts {
            // It posts what it finds as soon as it is there.
            true => 0,
            false => self.bot().says_so(|said| rested(said).map(|_| rests(said))).await,
        };
        match part {
            Part::Answer => self.everybody_answers(),
            Part::Vote => self.everybody_votes(),
            Part::Post | Part::Close | Part::Count | Part::Start => {}
        }
        let sprung = tokio::select! {
            () = trap.sprung() => true,
            () = self.live(looks, end) => false,
        };
        let name = if sprung { step.name } else { "between two steps" };
        self.kill(name).await;
        if self.dice.chance(50) {
            // Else what was on its way may be done yet.
            trap.forgotten().await;
        }
        self.scene.discord.clear_faults();
        self.go_on().await;
    }

    /// What happens if nothing strikes.
    async fn live(&mut self, looks: usize, end: Timestamp) {
        if self.overhear().await {
            // The first answers of all change the count, now or soon.
            let soon = |said: &str| rested(said)?.next.filter(|next| *next < end).map(drop);
            self.bot().says_so(|said| (rests(said) > looks).then_some(()).or_else(|| soon(said))).await;
        }
        self.reach(end).await;
    }

    /// It is gone for a while, starts again, perhaps dies at that once more, and then has time to recover.
    async fn go_on(&mut self) {
        self.overhear().await;
        let minutes = |n| SignedDuration::from_mins(n);
        let gone = self.dice.pick(&[
            SignedDuration::ZERO,
            SignedDuration::from_secs(2),
            SignedDuration::from_secs(20),
            SignedDuration::from_secs(70),
            minutes(6),
            minutes(40),
        ]);
        let gone =
            if self.dice.chance(7) { SignedDuration::from_hours(self.dice.pick(&[3, 8, 26])) } else { gone };
        self.log.gone.push((self.now(), self.now() + gone));
        self.pass(gone / 2);
        if self.dice.chance(30) {
            self.somebody_speaks();
        }
        self.pass(gone - gone / 2);
        if self.dice.chance(25) {
            let step = self.next_step(Part::Start);
            let trap = step.set(&self.scene.discord, &mut self.dice);
            self.start();
            let bot = self.bot();
            let sprung = tokio::select! {
                () = trap.sprung() => true,
                _ = bot.says_so(rested) => false,
            };
            self.kill(if sprung { step.name } else { "at rest" }).await;
            self.scene.discord.clear_faults();
        }
        self.start();
        self.reach(self.now() + TO_RECOVER).await;
        self.converged().await;
    }

    /// Nothing is left of what was due, as soon as nothing more happens.
    async fn converged(&self) {
        let mut looks = 0;
        loop {
            let left = logbook::left(&mut self.look().await, self.now()).await;
            if left.is_empty() {
                return;
            }
            let again = self.bot().says_so(|said| Some(rests(said)).filter(|now| *now > looks));
            looks = tokio::time::timeout(TO_LOOK, again)
                .await
                .unwrap_or_else(|_| panic!("{}: {left:#?}", self.now()));
        }
    }

    fn next_step(&mut self, part: Part) -> Step {
        if !self.ahead.iter().any(|step| step.part == part) {
            self.ahead.extend(steps::ALL.iter().filter(|step| step.part == part));
            self.dice.shuffle(&mut self.ahead);
        }
        let at = self.ahead.iter().position(|step| step.part == part).expect("each part has steps");
        self.ahead.remove(at)
    }

    fn everybody_answers(&mut self) {
        let Some(prompt) = self.prompt().filter(|prompt| self.answered.insert(prompt.id)) else { return };
        for person in &self.clickers {
            if self.dice.chance(75) {
                let seed = self.dice.below(1 << 30) as u64;
                self.answers.spawn(crew::answer(person.clone(), prompt.clone(), seed));
            }
        }
        self.somebody_speaks();
    }

    fn everybody_votes(&mut self) {
        for person in self.clickers.iter().chain(&self.speakers) {
            let seed = self.dice.below(1 << 30) as u64;
            self.votes.spawn(poll::vote(
                self.scene.discord.clone(),
                self.scene.channel.clone(),
                person.clone(),
                seed,
            ));
        }
    }

    fn somebody_speaks(&mut self) {
        let Some(prompt) = self.prompt() else { return };
        let person = self.dice.pick(&self.speakers);
        self.log.entries.push(crew::speak(&person, &prompt, &mut self.dice));
    }

    /// Waits for whoever waits for an answer. Whether anything that was done counts.
    async fn overhear(&mut self) -> bool {
        let mut counts = false;
        while let Some(told) = self.answers.join_next().await {
            let told = told.unwrap();
            counts |= told.iter().any(|entry| entry.acknowledged);
            self.log.entries.extend(told);
        }
        while let Some(told) = self.votes.join_next().await {
            self.log.votes.extend(told.unwrap());
        }
        counts
    }

    /// The newest message with buttons.
    fn prompt(&self) -> Option<Message> {
        let seen = self.scene.ana.sees(&self.scene.channel);
        let asks = |message: &Message| !message.buttons().is_empty() && !poll::is_one(message);
        seen.into_iter().rev().find(|message| !message.is_ephemeral() && asks(message))
    }

    fn bot(&self) -> &Child {
        self.bot.as_ref().expect("it runs")
    }

    fn start(&mut self) {
        self.bot = Some(self.scene.start());
    }

    async fn stop(&mut self) {
        self.bot().says_so(rested).await;
        let ended = self.bot.take().unwrap().stop().await;
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }

    async fn kill(&mut self, step: &str) {
        let bot = self.bot.take().expect("it runs");
        bot.signal("KILL").await;
        let ended = bot.end().await;
        assert_eq!(ended.code, None, "{ended:?}");
        self.log.died.push(step.to_owned());
    }

    fn now(&self) -> Timestamp {
        self.scene.discord.clock().now()
    }

    fn pass(&self, time: SignedDuration) {
        self.scene.discord.clock().set(self.now() + time);
    }

    /// Moves the clock to `target`, stopping wherever something is due.
    async fn reach(&self, target: Timestamp) {
        let bot = self.bot();
        let mut rest = bot.says_so(rested).await;
        while let Some(next) = rest.next.filter(|next| *next <= target) {
            let to = next.max(self.now() + SignedDuration::from_millis(1));
            self.scene.discord.clock().set(to);
            let there = |rest: &Rest| rest.now >= to || rest.next.is_none_or(|next| next > to);
            rest = bot.says_so(|said| rested(said).filter(there)).await;
        }
        if target > self.now() {
            self.scene.discord.clock().set(target);
        }
    }

    /// The database beside the process that uses it.
    async fn look(&self) -> sqlx::SqliteConnection {
        use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
        self.bot().says_so(rested).await;
        let path = self.scene.place.path("helmsman.db");
        SqliteConnectOptions::new().filename(path).read_only(true).connect().await.unwrap()
    }

    async fn next_due(&self) -> Timestamp {
        let conn = &mut self.look().await;
        let due: i64 = sqlx::query_scalar("SELECT next_due FROM schedule").fetch_one(conn).await.unwrap();
        Timestamp::from_millisecond(due).unwrap()
    }

    /// Another life finds nothing left to do.
    async fn nothing_more_is_said(&mut self) {
        let before = self.scene.channel.message_count();
        self.start();
        self.reach(self.now() + TO_RECOVER).await;
        self.stop().await;
        assert_eq!(self.scene.channel.message_count(), before, "it had said everything");
    }
}
