//! Series and schedules in words.

use crate::{
    domain::{library::Library, reason::Reason},
    store::schedule::{Schedule, State},
};

/// The series' title, or its id if the library does not have it any more.
pub fn title(library: &Library, id: &str) -> String {
    library.get(id).map_or_else(|| id.to_owned(), |series| series.title.clone())
}

/// Why a schedule does not simply run. None: it runs.
pub fn state_words(schedule: &Schedule) -> Option<String> {
    match schedule.state {
        State::Active => None,
        State::Draft => Some("not started".into()),
        State::Paused => Some("paused".into()),
        State::Ended => Some("ended".into()),
        State::Suspended => {
            let reason = schedule.reason.as_deref().and_then(Reason::parse);
            Some(format!("⚠️ stopped: {}", reason.map_or("for a reason I do not know".into(), |r| words(&r))))
        }
    }
}

/// A reason as the end of a sentence.
pub fn words(reason: &Reason) -> String {
    match reason {
        Reason::DayOff(name) => format!("a day off ({name})"),
        Reason::SkippedByHand => "a manager skipped it".into(),
        Reason::NoSuchDay => "the time zone leaves this date out".into(),
        Reason::TooLate => "I was not running at its time".into(),
        Reason::Overtaken => "a newer one was due by then".into(),
        Reason::Missing(bits) => {
            let names = super::permissions::missing(0, *bits).join(", ");
            format!("I lack permissions in the channel ({names})")
        }
        Reason::ChannelGone => "the channel is gone".into(),
        Reason::Refused(code) => format!("Discord refused it (code {code})"),
        Reason::Removed => "I was removed from the server".into(),
        Reason::SeriesGone(id) => format!("the series {id} is no longer there"),
        Reason::ZoneGone(zone) => format!("the time zone {zone} is not known any more"),
        Reason::CannotSearch => {
            "I may not read the channel's history, so I cannot tell whether it was posted".into()
        }
        Reason::Deleted => "its message was deleted".into(),
    }
}
