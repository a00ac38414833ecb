//! All series that can be scheduled: those compiled in, and those that were added.

use super::problem::listing;
use super::prompt::Series;
use super::series_file;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The files of `prompts/` in the order in which they are offered: the first is the default.
pub const BUILTIN_FILES: [(&str, &str); 12] = [
    ("prompts/steady-and-far.toml", include_str!("../../prompts/steady-and-far.toml")),
    ("prompts/crossing-the-line.toml", include_str!("../../prompts/crossing-the-line.toml")),
    ("prompts/promoted-unprepared.toml", include_str!("../../prompts/promoted-unprepared.toml")),
    ("prompts/letting-go.toml", include_str!("../../prompts/letting-go.toml")),
    ("prompts/growing-leaders.toml", include_str!("../../prompts/growing-leaders.toml")),
    ("prompts/leading-from-any-seat.toml", include_str!("../../prompts/leading-from-any-seat.toml")),
    (
        "prompts/influence-without-authority.toml",
        include_str!("../../prompts/influence-without-authority.toml"),
    ),
    ("prompts/how-power-is-used.toml", include_str!("../../prompts/how-power-is-used.toml")),
    ("prompts/strategy-and-tactics.toml", include_str!("../../prompts/strategy-and-tactics.toml")),
    ("prompts/hold-or-adjust.toml", include_str!("../../prompts/hold-or-adjust.toml")),
    ("prompts/keeping-the-balance.toml", include_str!("../../prompts/keeping-the-balance.toml")),
    ("prompts/fortnight-of-challenges.toml", include_str!("../../prompts/fortnight-of-challenges.toml")),
];

/// Series by id, in a stable order: the built-in ones, then those added, as they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Library {
    /// At least one, ids unique.
    series: Vec<Arc<Series>>,
    /// The ids of those that are one server's own.
    own: BTreeSet<String>,
}

impl Library {
    /// The series that are compiled in.
    ///
    /// # Panics
    ///
    /// If a file of `prompts/` has a mistake. A test proves that none has.
    pub fn builtin() -> Self {
        let read = |(name, text)| match series_file::parse(name, text) {
            Ok(series) => Arc::new(series),
            Err(problems) => panic!("{}", listing(&problems)),
        };
        Self { series: BUILTIN_FILES.map(read).to_vec(), own: BTreeSet::new() }
    }

    /// The library with one more series, or with another one in the place of that with the same id.
    #[must_use]
    pub fn with(mut self, series: impl Into<Arc<Series>>) -> Self {
        let series = series.into();
        match self.series.iter_mut().find(|known| known.id == series.id) {
            Some(known) => *known = series,
            None => self.series.push(series),
        }
        self
    }

    /// As [`Self::with`], a series that only one server has.
    #[must_use]
    pub fn with_own(mut self, series: Arc<Series>) -> Self {
        self.own.insert(series.id.clone());
        self.with(series)
    }

    /// The series with this id.
    pub fn get(&self, id: &str) -> Option<&Series> {
        self.iter().find(|series| series.id == id)
    }

    /// Whether the series with this id is the server's own.
    pub fn is_own(&self, id: &str) -> bool {
        self.own.contains(id)
    }

    /// Whether no other series has this one's title, in whatever case, or its title as an id.
    pub fn is_told_by_title(&self, series: &Series) -> bool {
        let title = series.title.trim().to_lowercase();
        let same = |other: &&Series| other.title.trim().to_lowercase() == title || other.id == title;
        !self.iter().filter(|other| other.id != series.id).any(|other| same(&other))
    }

    /// Every series as it is offered: the server's own first, so that no list cuts them off.
    pub fn offered(&self) -> impl Iterator<Item = &Series> {
        self.own().chain(self.iter().filter(|series| !self.is_own(&series.id)))
    }

    /// The server's own series.
    pub fn own(&self) -> impl Iterator<Item = &Series> {
        self.iter().filter(|series| self.is_own(&series.id))
    }

    /// Every series, the default one first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Series> {
        self.series.iter().map(Arc::as_ref)
    }

    /// What a new team begins with: `steady-and-far`, compiled in or overridden.
    pub fn default_series(&self) -> &Series {
        &self.series[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_comes_first_and_can_be_overridden() {
        let library = Library::builtin();
        assert_eq!(library.default_series().id, "steady-and-far");
        let other = Series { title: "Ours".into(), ..library.default_series().clone() };
        let more = Series { id: "more".into(), ..other.clone() };
        let ids = |library: &Library| library.iter().map(|series| series.id.clone()).collect::<Vec<_>>();
        let larger = library.clone().with(more.clone()).with(other);
        assert_eq!(ids(&larger), [ids(&library), vec!["more".into()]].concat());
        assert_eq!(larger.default_series().title, "Ours");
        assert_eq!(larger.get("more"), Some(&more));
        assert_eq!(larger.get("none"), None);
    }
}
