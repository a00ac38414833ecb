//! Whole teams over months in seconds, in one process, on the emulator's clock: people who answer, change, explain, share,
//! withdraw, reply, go away, click twice and click late, and managers who pause, skip, edit, post by hand, excuse and delete.
//! After every day all that must hold is checked from both sides: what the database says and what the channel shows, against
//! what the people themselves remember of what they did and were told ([`team`], [`calendar`]).
//!
//! `HELMSMAN_TEAM_MONTHS` says how many (3 if it does not), `HELMSMAN_SEED` which is the first. Whatever is drawn comes from the
//! seed, each team from dice of its own; a failure prints the line that repeats it.

mod calendar;
mod checks;
mod day;
mod delivery;
mod managers;
mod people;
mod replay;
mod reveals;
mod shown;
mod stage;
mod team;
mod town;
mod weather;

use jiff::SignedDuration;
use town::Town;

/// A number from the environment: a parameter of the test run.
#[expect(clippy::disallowed_methods, reason = "a parameter of the test run, not of the product")]
fn parameter(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |n| n.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// One town: so many teams for so many days.
async fn live(seed: u64, teams: usize, days: i64) -> Town {
    let mut town = Town::new(seed, teams).await;
    let start = town.stage.now();
    for day in 1..=days {
        let end = start + SignedDuration::from_hours(24 * day);
        town.plan_day(end);
        town.plan_managers();
        town.plan_weather(end);
        town.live_until(end).await;
        town.check(day == days).await;
    }
    town
}

/// The largest town. More teams in one take less time each, and tell less about which one it was.
const LARGEST: u64 = 5;

#[test]
fn teams_live_through_months_and_nothing_is_lost_or_said_twice() {
    let (first, count) = (parameter("HELMSMAN_SEED", 1), parameter("HELMSMAN_TEAM_MONTHS", 3));
    let towns: Vec<_> =
        (0..count.div_ceil(LARGEST)).map(|n| (first + n, LARGEST.min(count - n * LARGEST))).collect();
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(towns.len());
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((seed, teams)) =
                    towns.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)).copied()
                {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                    let lived = std::panic::catch_unwind(|| {
                        runtime.block_on(async { live(seed, teams as usize, 30).await.stage.end().await });
                    });
                    assert!(
                        lived.is_ok(),
                        "to see this again: HELMSMAN_SEED={seed} HELMSMAN_TEAM_MONTHS={teams} cargo test --test suite \
                         teams_live_through_months"
                    );
                }
            });
        }
    });
}
