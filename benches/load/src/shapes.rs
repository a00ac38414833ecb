//! The shapes of load: one at a time, so many in flight, so many a second.

use crate::measure::now;
use futures_util::future::BoxFuture;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::mpsc;

/// Something that a person does, and that is over when the person has the answer. Each call is another person. Gives the
/// time that the bot took: from the event's way into the gateway to the arrival of the answer. (Or a commit, to compare.)
pub type Act = Arc<dyn Fn() -> BoxFuture<'static, Duration> + Send + Sync>;

/// One after the other: how long each took.
pub async fn one_at_a_time(count: usize, act: &Act) -> Vec<Duration> {
    let mut took = Vec::with_capacity(count);
    for _ in 0..count {
        took.push(act().await);
    }
    took
}

/// Each `count` times, in turn: how long each took. In turn, because disks and shared processors are slower for seconds at
/// a time; there and back, because what one leaves behind falls to the next.
pub async fn in_turn<const N: usize>(count: usize, acts: [&Act; N]) -> [Vec<Duration>; N] {
    let mut took = [const { Vec::new() }; N];
    for n in 0..count {
        for place in 0..N {
            let place = if n % 2 == 0 { place } else { N - 1 - place };
            took[place].push(acts[place]().await);
        }
    }
    took
}

/// `width` at any time, until `count` are done: how many a second.
pub async fn in_flight(count: usize, width: usize, act: &Act) -> f64 {
    let left = Arc::new(AtomicUsize::new(count));
    let begun = now();
    let lanes = (0..width).map(|_| {
        let (left, act) = (left.clone(), act.clone());
        tokio::spawn(async move {
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)).is_ok() {
                act().await;
            }
        })
    });
    for lane in lanes.collect::<Vec<_>>() {
        lane.await.expect("a lane ends well");
    }
    count as f64 / begun.elapsed().as_secs_f64()
}

/// Begun at a steady rate, whether the ones before are done or not: how long each took.
pub async fn steady(count: usize, each: Duration, act: &Act) -> Vec<Duration> {
    let (results, mut took) = mpsc::unbounded_channel();
    let (runtime, act) = (tokio::runtime::Handle::current(), act.clone());
    // A thread of its own, because the runtime's timers are only good to a millisecond.
    let pace = std::thread::spawn(move || {
        let begun = now();
        for n in 0..count {
            let due = begun + each * n as u32;
            std::thread::sleep(due.saturating_duration_since(now()));
            let (act, results) = (act(), results.clone());
            runtime.spawn(async move {
                // The receiver waits for all.
                let _ = results.send(act.await);
            });
        }
    });
    let mut all = Vec::with_capacity(count);
    while let Some(one) = took.recv().await {
        all.push(one);
    }
    pace.join().expect("the pace is kept");
    all
}
