//! `helmsman run` is killed without warning, again and again, and started again: at each named step of posting,
//! answering and closing, of voting and counting, and at random moments. Each voyage is a team in a Discord of its own, on a clock that moves
//! only when it is told to; the process is the real binary.
//!
//! No step needs a hook in the program: Discord holds the request before which or after which the program is to die.
//!
//! What must hold whatever happens is in [`logbook`]. A voyage draws all its decisions from its seed; a failure names it.
//! `HELMSMAN_KILLS` says how many kills there are to be, `HELMSMAN_SEED` repeats the voyage of one seed.

mod crew;
mod logbook;
mod poll;
mod steps;
mod voyage;

use crate::dice::parameter;
use std::collections::BTreeMap;
use voyage::Voyage;

/// Kills of one voyage.
const A_VOYAGE: u64 = 16;

/// Says which seed failed.
struct Named(u64);

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("HELMSMAN_SEED={} repeats this voyage", self.0);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_and_nothing_is_said_twice_however_often_it_is_killed() {
    let kills = parameter("HELMSMAN_KILLS").unwrap_or(A_VOYAGE);
    let seeds = match parameter("HELMSMAN_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..kills.div_ceil(A_VOYAGE),
    };
    let voyages = seeds.end - seeds.start;
    let mut died: BTreeMap<String, u32> = BTreeMap::new();
    let (mut acknowledged, mut votes) = (0, 0);
    for seed in seeds {
        let _named = Named(seed);
        let log = Voyage::begin(seed).await.sail(A_VOYAGE).await;
        acknowledged += log.acknowledged;
        votes += log.votes.iter().filter(|vote| vote.acknowledged).count() as u64;
        for step in log.died {
            *died.entry(step).or_default() += 1;
        }
    }
    let all: u32 = died.values().sum();
    println!(
        "{all} kills in {voyages} voyages, {acknowledged} acknowledged answers, {votes} votes: {died:#?}"
    );
    assert!(u64::from(all) >= voyages * A_VOYAGE && acknowledged > voyages && votes > voyages);
    if voyages >= 18 {
        for step in steps::ALL {
            assert!(died.contains_key(step.name), "it never died there: {}", step.name);
        }
    }
}
