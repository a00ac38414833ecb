//! Why something was not posted, or stopped being posted. Codes for the database; the words for people are `chat`'s.

/// Why an occurrence is missed, skipped, retracted or unknown, or why a schedule is suspended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// A day off with this name.
    DayOff(String),
    /// A manager skipped the date.
    SkippedByHand,
    /// The zone goes from the day before straight to a later one.
    NoSuchDay,
    /// Helmsman came too late: the catch-up window had passed.
    TooLate,
    /// A newer prompt of the same schedule was due as well; only the newest is caught up.
    Overtaken,
    /// Permissions that are needed in the channel are missing: these raw bits.
    Missing(u64),
    /// The channel is gone.
    ChannelGone,
    /// Discord refused with this code of its own (or the HTTP status, if it gave none).
    Refused(u32),
    /// The bot was removed from the server.
    Removed,
    /// The series with this id is no longer there.
    SeriesGone(String),
    /// The team's time zone is not known any more.
    ZoneGone(String),
    /// Whether it was posted cannot be found out, because the history may not be read.
    CannotSearch,
    /// Its message was deleted.
    Deleted,
    /// A manager took it back.
    TakenBack,
}

impl Reason {
    /// The code in the database.
    pub fn code(&self) -> String {
        match self {
            Reason::DayOff(name) => format!("day-off:{name}"),
            Reason::SkippedByHand => "skipped-by-hand".into(),
            Reason::NoSuchDay => "no-such-day".into(),
            Reason::TooLate => "too-late".into(),
            Reason::Overtaken => "overtaken".into(),
            Reason::Missing(bits) => format!("missing:{bits}"),
            Reason::ChannelGone => "channel-gone".into(),
            Reason::Refused(code) => format!("refused:{code}"),
            Reason::Removed => "removed".into(),
            Reason::SeriesGone(id) => format!("series-gone:{id}"),
            Reason::ZoneGone(zone) => format!("zone-gone:{zone}"),
            Reason::CannotSearch => "cannot-search".into(),
            Reason::Deleted => "deleted".into(),
            Reason::TakenBack => "taken-back".into(),
        }
    }

    /// The reason with this code.
    pub fn parse(code: &str) -> Option<Reason> {
        let (word, rest) = code.split_once(':').unwrap_or((code, ""));
        Some(match word {
            "day-off" => Reason::DayOff(rest.into()),
            "skipped-by-hand" => Reason::SkippedByHand,
            "no-such-day" => Reason::NoSuchDay,
            "too-late" => Reason::TooLate,
            "overtaken" => Reason::Overtaken,
            "missing" => Reason::Missing(rest.parse().ok()?),
            "channel-gone" => Reason::ChannelGone,
            "refused" => Reason::Refused(rest.parse().ok()?),
            "removed" => Reason::Removed,
            "series-gone" => Reason::SeriesGone(rest.into()),
            "zone-gone" => Reason::ZoneGone(rest.into()),
            "cannot-search" => Reason::CannotSearch,
            "deleted" => Reason::Deleted,
            "taken-back" => Reason::TakenBack,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back() {
        for reason in [
            Reason::DayOff("Spring: first".into()),
            Reason::SkippedByHand,
            Reason::NoSuchDay,
            Reason::TooLate,
            Reason::Overtaken,
            Reason::Missing(1 << 38),
            Reason::ChannelGone,
            Reason::Refused(50001),
            Reason::Removed,
            Reason::SeriesGone("old".into()),
            Reason::ZoneGone("Mars/Olympus".into()),
            Reason::CannotSearch,
            Reason::Deleted,
            Reason::TakenBack,
        ] {
            assert_eq!(Reason::parse(&reason.code()), Some(reason));
        }
        assert_eq!(Reason::parse("missing:much"), None);
        assert_eq!(Reason::parse("?"), None);
    }
}
