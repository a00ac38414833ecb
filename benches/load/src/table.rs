//! What was measured, beside its bar.

use std::fmt;

/// What a figure is held against.
#[derive(Clone, Copy, Debug)]
pub enum Bar {
    /// It must not be more.
    AtMost(f64),
    /// It must not be less.
    AtLeast(f64),
    /// None: it is shown to be read.
    None,
}

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    what: String,
    value: f64,
    shown: String,
    bar: Bar,
    bar_shown: String,
}

impl Row {
    /// A ratio.
    pub fn ratio(what: impl Into<String>, value: f64, bar: Bar) -> Self {
        Self::new(what, value, bar, |value| format!("{value:.2} ×"))
    }

    /// Any figure, with the way in which it and its bar are written.
    pub fn new(what: impl Into<String>, value: f64, bar: Bar, shown: impl Fn(f64) -> String) -> Self {
        let bar_shown = match bar {
            Bar::AtMost(limit) => format!("≤ {}", shown(limit)),
            Bar::AtLeast(limit) => format!("≥ {}", shown(limit)),
            Bar::None => String::new(),
        };
        Self { what: what.into(), value, shown: shown(value), bar, bar_shown }
    }

    /// By how many times the bar is missed; 1 and less is within it.
    fn missed(&self) -> f64 {
        match self.bar {
            Bar::AtMost(limit) => self.value / limit,
            Bar::AtLeast(limit) => limit / self.value,
            Bar::None => 0.0,
        }
    }

    fn verdict(&self) -> String {
        match self.missed() {
            _ if matches!(self.bar, Bar::None) => String::new(),
            missed if missed <= 1.0 => "ok".into(),
            missed => format!("MISSED by {missed:.2} ×"),
        }
    }
}

/// All lines.
#[derive(Debug, Default)]
pub struct Table(Vec<Row>);

impl Table {
    /// One more.
    pub fn push(&mut self, row: Row) {
        self.0.push(row);
    }

    /// Whether a bar is missed by more than so many times. A figure that is no number misses every bar.
    pub fn fails(&self, times: f64) -> bool {
        let bars = self.0.iter().filter(|row| !matches!(row.bar, Bar::None));
        bars.map(Row::missed).any(|missed| missed.is_nan() || missed > times)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widest = |pick: fn(&Row) -> &str| {
            self.0.iter().map(|row| pick(row).chars().count()).max().unwrap_or_default()
        };
        let (what, shown, bar) =
            (widest(|row| &row.what), widest(|row| &row.shown), widest(|row| &row.bar_shown));
        for row in &self.0 {
            let line = format!(
                "{:what$}  {:>shown$}  {:bar$}  {}",
                row.what,
                row.shown,
                row.bar_shown,
                row.verdict()
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
