//! Time zones as people type them. The zones are those of the IANA data inside the binary, so that the same name means
//! the same on every host.

use super::places::{near_misses, zone_matches};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use thiserror::Error;

/// What is wrong with a zone that somebody typed. The text is for that person; the suggestions are ids that
/// `parse_zone` takes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ZoneError {
    /// Nothing was typed.
    #[error("Name a time zone by a place, for example Europe/London or America/New_York, or UTC.")]
    Empty,
    /// "UTC+2": right for a part of the year at most.
    #[error(
        "An offset from UTC does not know when clocks change. Pick a place that keeps your time, for example \
         Europe/London or America/New_York, or plain UTC."
    )]
    Offset,
    /// "EST": a name for a fixed offset that people also use for the whole year.
    #[error("These letters name an offset that knows no summer time. Pick a place: {}.", .0.join(", "))]
    Abbreviation(Vec<String>),
    /// No such id.
    #[error("There is no time zone with this name. {}", did_you_mean(.0))]
    Unknown(Vec<String>),
}

fn did_you_mean(suggestions: &[String]) -> String {
    match suggestions {
        [] => "Pick one from the list, for example Europe/London or America/New_York, or UTC.".into(),
        [one] => format!("Did you mean {one}?"),
        [most @ .., last] => format!("Did you mean {} or {last}?", most.join(", ")),
    }
}

/// IANA ids that are fixed offsets under a name that people also use for a place with summer time.
const FIXED: [(&str, [&str; 2]); 6] = [
    ("EST", ["America/New_York", "America/Panama"]),
    ("MST", ["America/Denver", "America/Phoenix"]),
    ("GMT", ["Europe/London", "UTC"]),
    ("GMT0", ["Europe/London", "UTC"]),
    ("GMT+0", ["Europe/London", "UTC"]),
    ("GMT-0", ["Europe/London", "UTC"]),
];

/// Every id that `parse_zone` takes, in its usual spelling.
pub(super) fn ids() -> Vec<String> {
    let db = TimeZoneDatabase::bundled();
    let all = db.available().map(|name| name.as_str().to_owned());
    // "Factory" is the data's word for "not set".
    all.filter(|id| id != "Factory" && FIXED.iter().all(|(fixed, _)| fixed != id)).collect()
}

/// The zone with this IANA id, in any case. Nothing is guessed: a place that is part of an id is suggested.
pub fn parse_zone(text: &str) -> Result<TimeZone, ZoneError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ZoneError::Empty);
    }
    if let Some((_, places)) = FIXED.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        return Err(ZoneError::Abbreviation(places.map(str::to_owned).to_vec()));
    }
    if is_offset(text) {
        return Err(ZoneError::Offset);
    }
    let spelt = text.replace(' ', "_");
    let found = ids().into_iter().find(|id| id.eq_ignore_ascii_case(&spelt));
    match found.and_then(|id| TimeZoneDatabase::bundled().get(&id).ok()) {
        Some(zone) => Ok(zone),
        None => {
            let matches = zone_matches(text, 3);
            Err(ZoneError::Unknown(if matches.is_empty() { near_misses(text) } else { matches }))
        }
    }
}

/// "UTC+2", "GMT -05:00", "+02", "-3": an offset instead of a place.
pub(super) fn is_offset(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    let bare = text.strip_prefix("utc").or_else(|| text.strip_prefix("gmt")).unwrap_or(&text).trim();
    bare.starts_with(['+', '-', '−', '±']) && bare.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> String {
        parse_zone(text).unwrap().iana_name().unwrap().to_owned()
    }

    #[test]
    fn ids_are_understood_in_any_case() {
        assert_eq!(name("Europe/London"), "Europe/London");
        assert_eq!(name(" europe/london "), "Europe/London");
        assert_eq!(name("america/new york"), "America/New_York");
        assert_eq!(name("utc"), "UTC");
        assert_eq!(name("Asia/Calcutta"), "Asia/Calcutta");
    }

    #[test]
    fn a_place_is_suggested_and_not_guessed() {
        let suggested = |text: &str| match parse_zone(text) {
            Err(ZoneError::Unknown(suggestions)) => suggestions,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(suggested("london"), ["Europe/London"]);
        assert_eq!(suggested("Munich"), ["Europe/Berlin"]);
        assert_eq!(suggested("Zürich"), ["Europe/Zurich"]);
        assert_eq!(suggested("Europe/Lodnon"), ["Europe/London"]);
        assert!(suggested("pacific time").is_empty());
        assert!(suggested("xyzzy").is_empty());
        assert!(suggested(&"x".repeat(5000)).is_empty());
        let text = parse_zone("london").unwrap_err().to_string();
        assert_eq!(text, "There is no time zone with this name. Did you mean Europe/London?");
    }

    #[test]
    fn offsets_and_letters_without_summer_time_are_refused() {
        for text in ["UTC+2", "utc +02:00", "GMT-5", "+02:00", "-3", "UTC−3", "UTC+0"] {
            assert_eq!(parse_zone(text), Err(ZoneError::Offset), "{text}");
        }
        assert!(matches!(parse_zone("est"), Err(ZoneError::Abbreviation(_))));
        assert!(matches!(parse_zone("GMT"), Err(ZoneError::Abbreviation(_))));
        for text in ["Factory", "Etc/Unknown", "../etc/passwd", "Europe/"] {
            assert!(matches!(parse_zone(text), Err(ZoneError::Unknown(_))), "{text}");
        }
        assert_eq!(parse_zone(" "), Err(ZoneError::Empty));
    }

    #[test]
    fn what_is_offered_is_taken() {
        for (_, places) in FIXED {
            assert_eq!(places.map(name), places);
        }
        assert!(ids().len() > 400);
        for id in ids() {
            assert!(parse_zone(&id).is_ok(), "{id}");
            assert_eq!(zone_matches(&id, 1), [id.as_str()], "an exact id comes first");
        }
    }
}
