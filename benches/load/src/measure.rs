//! Times and what is made of them.

use std::time::{Duration, Instant};

/// How often each figure is measured. The median of these is what is printed.
pub const ROUNDS: usize = 5;

/// The one place of this program that reads a clock.
#[expect(clippy::disallowed_methods, reason = "a program that measures has to look at the clock")]
pub fn now() -> Instant {
    Instant::now()
}

/// The instant at which a run begins, for ids and windows of what the bot stores.
#[expect(clippy::disallowed_methods, reason = "see `now`")]
pub fn today() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// The value below which this part (0 to 1) of the samples lies, by nearest rank.
///
/// # Panics
///
/// When there are no samples.
pub fn quantile(samples: &mut [Duration], part: f64) -> Duration {
    samples.sort_unstable();
    let rank = (samples.len() as f64 * part).ceil() as usize;
    samples[rank.clamp(1, samples.len()) - 1]
}

/// The median of what the rounds gave.
///
/// # Panics
///
/// When there were no rounds.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A duration for people: three digits and a unit.
pub fn shown(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s < 1e-3 => (s * 1e6, "µs"),
        s if s < 1.0 => (s * 1e3, "ms"),
        s => (s, "s"),
    };
    let digits = if value < 10.0 {
        2
    } else if value < 100.0 {
        1
    } else {
        0
    };
    format!("{value:.digits$} {unit}")
}
