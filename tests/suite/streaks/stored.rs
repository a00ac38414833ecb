//! The stored streaks against the naive version, on random histories that go through the real database: prompts that
//! close in any order, dates that move back with the zone, late retractions, leave, excuses, events delivered several
//! times. After every step the cache is the fold.

use super::{
    naive,
    raw::{Away, DAY, Event, Excuse, Facts, HOUR, Occurrence, State, What},
};
use crate::{
    dice::Dice,
    world::{GUILD, Post, World, at},
};
use helmsman::{
    app::{away, streaks},
    domain::{
        answer,
        id::{OccurrenceId, UserId},
        streak::Streak,
    },
    store::{excuse, team_streak},
};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use std::collections::{HashMap, HashSet};

const PEOPLE: u64 = 5;
const DAYS: i64 = 60;

/// The history as it was told to the database, once for each person.
struct Model {
    world: World,
    people: Vec<Facts>,
    ids: Vec<OccurrenceId>,
    start: Timestamp,
}

fn day(number: i64) -> Date {
    jiff::civil::date(2027, 1, 4).saturating_add(number.days())
}

impl Model {
    async fn new() -> Self {
        let people = vec![Facts::default(); PEOPLE as usize];
        Self { world: World::new().await, people, ids: Vec::new(), start: at("2027-01-04T00:00:00Z") }
    }

    fn time(&self, ms: i64) -> Timestamp {
        self.start + SignedDuration::from_millis(ms)
    }

    fn of(&self, nth: usize) -> Occurrence {
        self.people[0].occurrences[nth]
    }

    fn set(&mut self, nth: usize, change: impl Fn(&mut Occurrence)) {
        self.people.iter_mut().for_each(|facts| change(&mut facts.occurrences[nth]));
    }

    async fn post(&mut self, dice: &mut Dice, now: i64, local: i64) {
        let window = dice.pick(&[HOUR, 4 * HOUR, 24 * HOUR, 24 * HOUR, 24 * HOUR, 72 * HOUR]);
        let new = Occurrence {
            id: self.ids.len(),
            day: local,
            state: State::Posted,
            bonus: dice.chance(15),
            opens: Some(now),
            closes: now + window,
            down: 0,
            tallied: false,
        };
        let post = Post {
            day: day(local),
            opens: self.time(now),
            window: SignedDuration::from_millis(window),
            bonus: new.bonus,
        };
        self.ids.push(self.world.post(post).await);
        self.people.iter_mut().for_each(|facts| facts.occurrences.push(new));
    }

    /// Casts something somewhen and delivers it now, up to three times; it counts if it was cast in the window and
    /// comes before the tally.
    async fn cast(&mut self, dice: &mut Dice, now: i64, nth: usize, who: u64) {
        let of = self.of(nth);
        let opens = of.opens.unwrap();
        let cast_at = dice.pick(&[now, now, now, opens, opens - 1, of.closes - 1, of.closes]).min(now);
        let what =
            dice.pick(&[What::Pick, What::Pick, What::Pick, What::Write, What::Present, What::Withdraw]);
        let cast = self.world.id(self.time(cast_at));
        let event = match what {
            What::Pick => answer::Event::Pick(dice.below(3) as u8),
            What::Write => answer::Event::Write { text: "why".into(), about: None },
            What::Present => answer::Event::Present,
            What::Withdraw => answer::Event::Withdraw,
        };
        for _ in 0..dice.pick(&[1, 1, 2, 3]) {
            self.world.deliver(self.time(now), self.ids[nth], UserId(who), cast, event.clone()).await;
        }
        if of.state == State::Posted && !of.tallied {
            let low = cast.0 & 0xfff;
            self.people[who as usize].events.push(Event { occurrence: of.id, cast_at, low, what });
        }
    }

    async fn leave(&mut self, dice: &mut Dice, now: i64, local: i64, who: u64) {
        let (store, user) = (&self.world.store, UserId(who));
        let (now_at, today) = (self.time(now), day(local));
        if dice.chance(30) {
            away::end(store, now_at, now_at, GUILD, user, today).await.unwrap();
            let ranges = self.people[who as usize].away.iter_mut();
            ranges.filter(|a| a.to >= local && a.ended.is_none()).for_each(|a| a.ended = Some((local, now)));
            return;
        }
        let from = local + dice.below(4) as i64;
        let to = from + dice.below(5) as i64;
        let wish = away::Wish { guild: GUILD, user, today, from: day(from), to: day(to), at: now_at };
        let outcome = away::set(store, now_at, wish).await.unwrap();
        assert!(matches!(outcome, away::SetOutcome::Set(_) | away::SetOutcome::Already(_)), "{outcome:?}");
        if matches!(outcome, away::SetOutcome::Set(_)) {
            self.people[who as usize].away.push(Away { from, to, set_at: now, ended: None });
        }
    }

    async fn excuse(&mut self, dice: &mut Dice, now: i64, local: i64, who: u64) {
        let (team, user, excused) = (self.world.team, UserId(who), local - dice.below(30) as i64);
        let (date, at, undo) = (day(excused), self.time(now), dice.chance(40));
        let job = self.world.store.write(move |conn| {
            Box::pin(async move {
                if undo {
                    excuse::undo(conn, team, user, date, at).await?;
                } else {
                    excuse::insert(conn, team, user, date, "a reason", UserId(1), at).await?;
                }
                let what = streaks::Changed { guild: GUILD, team, user, day: date };
                streaks::refold_in(conn, what, at).await
            })
        });
        job.await.unwrap();
        let excuses = &mut self.people[who as usize].excuses;
        if undo {
            excuses.iter_mut().filter(|e| e.day == excused).for_each(|e| e.undone = true);
        } else {
            excuses.push(Excuse { day: excused, undone: false });
        }
    }

    async fn agree(&self, step: &str) {
        assert_eq!(streaks::check(&self.world.store).await.unwrap(), [], "{step}");
        for (who, facts) in self.people.iter().enumerate() {
            let classes: Vec<_> = naive::classes(facts).into_iter().map(|(_, class)| class).collect();
            let Streak { len, best, p } = self.world.streak(UserId(who as u64)).await;
            let stored = naive::Streak { len, best, p: p.into() };
            assert_eq!(stored, naive::fold(&classes).0, "{step}: {who} {classes:?}");
        }
        let mut conn = self.world.store.read().await.unwrap();
        let stored = team_streak::get(&mut conn, self.world.team).await.unwrap();
        let (len, best) = stored.map_or((0, 0), |cached| (cached.now.len, cached.now.best));
        assert_eq!((len, best), self.naive_team(), "{step}: the team");
    }

    /// "For each closed day with a fair occurrence, let S be the people who answered on at least one of the ten prompt
    /// days before and are not away or excused; below three people nothing changes; if at least 60 % of S answered it
    /// grows, else it is 0."
    fn naive_team(&self) -> (u32, u32) {
        let classes: Vec<HashMap<i64, char>> =
            self.people.iter().map(|facts| naive::classes(facts).into_iter().collect()).collect();
        let answered = |who: usize, day: i64| classes[who].get(&day) == Some(&'A');
        let days: Vec<i64> = naive::classes(&self.people[0]).into_iter().map(|(day, _)| day).collect();
        let posted = |day: i64| {
            self.people[0].occurrences.iter().filter(move |o| o.day == day && o.state == State::Posted)
        };
        let (mut len, mut best) = (0, 0);
        for (nth, day) in days.iter().enumerate() {
            // What the day is for somebody who never answers says whether it closed and was fair.
            let stranger = Facts { occurrences: self.people[0].occurrences.clone(), ..Facts::default() };
            if naive::class(&stranger, *day) != 'M' {
                continue;
            }
            let before: Vec<i64> = days[..nth]
                .iter()
                .rev()
                .copied()
                .filter(|day| posted(*day).next().is_some())
                .take(10)
                .collect();
            let off = |who: usize| {
                let silent = Facts { events: Vec::new(), ..self.people[who].clone() };
                naive::class(&silent, *day) != 'M'
            };
            let s: HashSet<usize> = (0..self.people.len())
                .filter(|who| before.iter().any(|day| answered(*who, *day)) && !off(*who))
                .collect();
            if s.len() < 3 {
                continue;
            }
            let yes = s.iter().filter(|who| answered(**who, *day)).count();
            len = if yes as f64 / s.len() as f64 >= 0.6 { len + 1 } else { 0 };
            best = best.max(len);
        }
        (len, best)
    }
}

async fn history(seed: u64) -> Model {
    let dice = &mut Dice::new(seed);
    let mut model = Model::new().await;
    let (mut now, mut zone) = (0, 0);
    while now < DAYS * DAY {
        now += dice.pick(&[1, HOUR / 2, 2 * HOUR, 3 * HOUR, 7 * HOUR]);
        if dice.chance(4) {
            zone = dice.pick(&[-12, -5, 0, 2, 14]) * HOUR;
        }
        let local = (now + zone).div_euclid(DAY);
        let open: Vec<usize> = (0..model.ids.len())
            .filter(|nth| model.of(*nth).state == State::Posted && !model.of(*nth).tallied)
            .collect();
        let over: Vec<usize> =
            open.iter().copied().filter(|nth| now >= model.of(*nth).closes + 5_000).collect();
        let who = dice.below(PEOPLE as usize) as u64;
        let step = format!("seed {seed}, {now} ms");
        match dice.below(20) {
            0..=1 => model.post(dice, now, local).await,
            2..=8 if !over.is_empty() => {
                // Mostly in order, so that days settle; now and then one stays open for long.
                let nth = if dice.chance(85) { over[0] } else { dice.pick(&over) };
                let down = dice.pick(&[0, 0, 0, 0, 899, 900, 3_600, 9_000]);
                model.world.tally(model.ids[nth], day(model.of(nth).day), down, model.time(now)).await;
                model.set(nth, |o| (o.tallied, o.down) = (true, down));
            }
            9 if dice.chance(30) && !model.ids.is_empty() => {
                let nth = dice.below(model.ids.len());
                model.world.retract(model.ids[nth], day(model.of(nth).day), model.time(now)).await;
                model.set(nth, |o| o.state = State::Retracted);
            }
            10 if dice.chance(40) => model.leave(dice, now, local, who).await,
            11 if dice.chance(60) => model.excuse(dice, now, local, who).await,
            _ if !open.is_empty() => {
                let nth = dice.pick(&open);
                model.cast(dice, now, nth, who).await;
            }
            _ if !model.ids.is_empty() => {
                let nth = dice.below(model.ids.len());
                model.cast(dice, now, nth, who).await;
            }
            _ => continue,
        }
        model.agree(&step).await;
    }
    model
}

#[tokio::test]
async fn the_stored_streaks_are_the_naive_ones_after_every_step() {
    let (mut best, mut team) = (0, 0);
    for seed in 0..3 {
        let model = history(seed).await;
        for who in 0..PEOPLE {
            best = best.max(model.world.streak(UserId(who)).await.best);
        }
        team = team.max(model.naive_team().1);
    }
    // Histories in which nobody ever gets anywhere would prove little.
    assert!(best >= 10 && team >= 3, "{best} {team}");
}

#[tokio::test]
async fn a_retraction_long_after_reaches_the_settled_part_of_the_teams_streak() {
    let mut model = Model::new().await;
    for nth in 0..60 {
        let opens = nth * DAY;
        let post = Post {
            day: day(nth),
            opens: model.time(opens),
            window: SignedDuration::from_hours(1),
            bonus: false,
        };
        let id = model.world.post(post).await;
        model.ids.push(id);
        for who in 0..3 {
            model.world.does(model.time(opens + 1), id, UserId(who), answer::Event::Pick(0)).await;
        }
        model.world.tally(id, day(nth), 0, model.time(opens + HOUR + 5_000)).await;
    }
    let team = async |model: &Model| {
        let mut conn = model.world.store.read().await.unwrap();
        team_streak::get(&mut conn, model.world.team).await.unwrap().unwrap()
    };
    // The first day has no regulars yet.
    let before = team(&model).await;
    assert_eq!(before.now.len, 59);
    assert!(before.settled_day > day(15), "{before:?}");
    model.world.retract(model.ids[10], day(10), model.time(60 * DAY)).await;
    assert_eq!(team(&model).await.now.len, 58);
    assert_eq!(streaks::check(&model.world.store).await.unwrap(), []);
}
