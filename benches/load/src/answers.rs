//! Answers through the whole bot, against bare commands: how fast one is acknowledged, how many a second, and how
//! long the slowest wait when they come steadily.

use crate::{
    Arguments,
    bare::Bare,
    disk::Disk,
    measure::{ROUNDS, median, quantile, shown},
    shapes::{Act, in_flight, in_turn, one_at_a_time, steady},
    table::{Bar, Row, Table},
    whole::Whole,
};
use std::{path::Path, time::Duration};

/// So many at any time.
const WIDTH: usize = 64;
/// 200 a second.
const EACH: Duration = Duration::from_millis(5);

/// How many of each.
struct Counts {
    warm_up: usize,
    idle: usize,
    in_flight: usize,
    steady: usize,
}

impl Counts {
    fn new(arguments: &Arguments) -> Self {
        Self {
            warm_up: 200,
            idle: arguments.count(1_000, 300),
            in_flight: arguments.count(5_000, 1_500),
            steady: arguments.count(2_000, 400),
        }
    }

    /// Nobody answers twice.
    fn people(&self) -> usize {
        self.warm_up + ROUNDS * (self.idle + self.in_flight + self.steady)
    }
}

/// What one round gave. Times in seconds.
struct Round {
    bare: f64,
    commit: f64,
    answer: f64,
    answer_p99: f64,
    bare_rate: f64,
    click: f64,
    click_rate: f64,
    rate: f64,
    per_commit: f64,
    steady_p99: f64,
}

/// Adds the rows of this chapter.
pub async fn measure(arguments: &Arguments, folder: &Path, table: &mut Table) {
    let counts = Counts::new(arguments);
    let bare = Bare::start(counts.people()).await;
    let whole = Whole::start(folder, counts.people()).await;
    let commit = Disk::new(folder).await.commit();
    let (ping, click, answer) = (bare.command(), bare.click(), whole.answer());
    one_at_a_time(counts.warm_up, &ping).await;
    one_at_a_time(counts.warm_up, &click).await;
    one_at_a_time(counts.warm_up, &answer).await;
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        rounds.push(round(&counts, [&ping, &click, &commit, &answer], &whole).await);
    }
    whole.stop().await;
    rows(&rounds, table);
}

async fn round(counts: &Counts, [ping, click, commit, answer]: [&Act; 4], whole: &Whole) -> Round {
    let seconds = |samples: &mut [Duration], part| quantile(samples, part).as_secs_f64();
    let acts = [ping, click, commit, answer];
    let [mut bare, mut clicked, mut committed, mut idle] = in_turn(counts.idle, acts).await;
    let mut loaded = steady(counts.steady, EACH, answer).await;
    let bare_rate = in_flight(counts.in_flight, WIDTH, ping).await;
    let click_rate = in_flight(counts.in_flight, WIDTH, click).await;
    let before = whole.store.commits().0;
    let rate = in_flight(counts.in_flight, WIDTH, answer).await;
    let commits = whole.store.commits().0 - before;
    Round {
        bare: seconds(&mut bare, 0.5),
        commit: seconds(&mut committed, 0.5),
        answer: seconds(&mut idle, 0.5),
        answer_p99: seconds(&mut idle, 0.99),
        bare_rate,
        click: seconds(&mut clicked, 0.5),
        click_rate,
        rate,
        per_commit: counts.in_flight as f64 / commits as f64,
        steady_p99: seconds(&mut loaded, 0.99),
    }
}

fn rows(rounds: &[Round], table: &mut Table) {
    let of = |figure: fn(&Round) -> f64| median(rounds.iter().map(figure));
    let time = |what: &str, figure: fn(&Round) -> f64| Row::new(what, of(figure), Bar::None, shown);
    let rate = |what: &str, figure: fn(&Round) -> f64| {
        Row::new(what, of(figure), Bar::None, |rate| format!("{rate:.0}/s"))
    };
    table.push(Row::ratio(
        "answer p50 / (bare command p50 + one durable commit p50)",
        of(|round| round.answer / (round.bare + round.commit)),
        Bar::AtMost(1.5),
    ));
    table.push(time("  answer p50", |round| round.answer));
    table.push(time("  bare command p50", |round| round.bare));
    table.push(time("  bare click on a message as large as a prompt p50", |round| round.click));
    table.push(time("  durable commit p50", |round| round.commit));
    // What the library itself needs for a click: the larger event, and the larger reply.
    table.push(Row::ratio(
        "  answer p50 / (that click p50 + one durable commit p50)",
        of(|round| round.answer / (round.click + round.commit)),
        Bar::None,
    ));
    table.push(Row::ratio(
        "answers with 64 in flight / bare commands with 64 in flight",
        of(|round| round.rate / round.bare_rate),
        Bar::AtLeast(0.6),
    ));
    table.push(rate("  answers", |round| round.rate));
    table.push(rate("  bare commands", |round| round.bare_rate));
    table.push(rate("  bare clicks on a message as large as a prompt", |round| round.click_rate));
    table.push(Row::ratio("  answers / those clicks", of(|round| round.rate / round.click_rate), Bar::None));
    table.push(Row::new(
        "answers in one commit, with 64 in flight",
        of(|round| round.per_commit),
        Bar::AtLeast(8.0),
        |n| format!("{n:.1}"),
    ));
    table.push(Row::ratio(
        "answer p99 at 200 a second / idle p99",
        of(|round| round.steady_p99 / round.answer_p99),
        Bar::AtMost(3.0),
    ));
    table.push(time("  at 200 a second", |round| round.steady_p99));
    table.push(time("  idle", |round| round.answer_p99));
}
