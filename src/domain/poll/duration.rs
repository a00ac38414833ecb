//! How long a poll is open and when people are reminded, as people type it.

use super::{LONGEST, SHORTEST, USUAL};
use crate::domain::{
    id::ceil_minute,
    schedule::{Slot, TimeError, parse_day, parse_time, slot},
};
use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};
use thiserror::Error;

/// What is wrong with how long a poll is to be open. The text is for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DurationError {
    /// "45".
    #[error("Is that {0} minutes or {0} hours? Write \"{0} min\" or \"{0} h\".")]
    NoUnit(String),
    /// "until 5".
    #[error("Is that in the morning or in the afternoon? Write it like \"until 17:00\" or \"until 5 pm\".")]
    AmOrPm,
    /// "17:00".
    #[error(
        "Is that a time of day or a duration? Write \"until {0}\" for the time of day, or \"2 h\" for two hours."
    )]
    NoUntil(String),
    /// A time of day that is none.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// Less than five minutes.
    #[error("That is too short. A poll is open for 5 minutes at least, so that people have time to see it.")]
    TooShort,
    /// More than seven days.
    #[error("That is too long. A poll is open for 7 days at most.")]
    TooLong,
    /// Over already.
    #[error(
        "That is over already. Write a time that is still to come, for example \"until 17:00\", or \"2 h\"."
    )]
    Past,
    /// Anything else.
    #[error(
        "That is no duration. Write it like \"30 min\", \"2 h\", \"1 day\", \"until 17:00\" or \"until fri 12:00\"."
    )]
    Unclear,
}

/// What is wrong with when people are to be reminded. The text is for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RemindError {
    /// "10".
    #[error("Is that {0} minutes or {0} hours? Write \"{0} min\" or \"{0} h\", or leave it empty for none.")]
    NoUnit(String),
    /// Before it opens, or not before it closes.
    #[error(
        "The reminder must fall inside the poll. Write how long before the end, less than the poll itself takes."
    )]
    Outside,
    /// Anything else.
    #[error(
        "That is no time before the end. Write it like \"10 min\" or \"1 h\", or leave it empty for none."
    )]
    Unclear,
}

/// Whether it names a time of day, and not a length.
pub fn names_instant(typed: &str) -> bool {
    instant(&typed.trim().to_lowercase()).is_some()
}

fn instant(typed: &str) -> Option<&str> {
    ["until ", "till ", "til ", "by ", "at "].iter().find_map(|word| typed.strip_prefix(word))
}

/// When a poll that is opened at `now` closes, by what somebody typed: "30m", "2h", "1h30", "90 min", "1 day",
/// "until 17:00", "until fri 12:00"; nothing at all is an hour. Times of day are those of `zone`, the next such.
pub fn parse_closes(typed: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, DurationError> {
    let typed = typed.trim().to_lowercase();
    if typed.is_empty() {
        return Ok(ceil_minute(now + USUAL));
    }
    if let Some(until) = instant(&typed) {
        let at = until_instant(until.trim(), now, zone)?;
        return match at.duration_since(now) {
            time if time <= SignedDuration::ZERO => Err(DurationError::Past),
            time if time < SHORTEST => Err(DurationError::TooShort),
            time if time > LONGEST => Err(DurationError::TooLong),
            _ => Ok(at),
        };
    }
    let length = match length(typed.strip_prefix("for ").unwrap_or(&typed)) {
        Ok(length) => length,
        Err(Odd::NoUnit(number)) => return Err(DurationError::NoUnit(number)),
        Err(Odd::Unclear) if typed.contains(':') && parse_time(&typed).is_ok() => {
            return Err(DurationError::NoUntil(typed));
        }
        Err(Odd::Unclear) => return Err(DurationError::Unclear),
    };
    match length {
        length if length < SHORTEST => Err(DurationError::TooShort),
        length if length > LONGEST => Err(DurationError::TooLong),
        length => Ok(ceil_minute(now + length)),
    }
}

/// When people are reminded of a poll that is open from `opens` to `closes`: "10m before", "15 min"; None for nothing,
/// "none" or "no".
pub fn parse_remind(
    typed: &str,
    opens: Timestamp,
    closes: Timestamp,
) -> Result<Option<Timestamp>, RemindError> {
    let typed = typed.trim().to_lowercase();
    if ["", "none", "no", "-"].contains(&typed.as_str()) {
        return Ok(None);
    }
    let endings = ["before the end", "before the close", "before it closes", "before"];
    let bare = endings.iter().find_map(|ending| typed.strip_suffix(ending)).unwrap_or(&typed);
    let before = match length(bare) {
        Ok(before) => before,
        Err(Odd::NoUnit(number)) => return Err(RemindError::NoUnit(number)),
        Err(Odd::Unclear) => return Err(RemindError::Unclear),
    };
    let inside = before > SignedDuration::ZERO && before < closes.duration_since(opens);
    if inside { Ok(Some(closes - before)) } else { Err(RemindError::Outside) }
}

/// "17:00", "5 pm", "fri 12:00", "12:00 on friday", "tomorrow noon".
fn until_instant(typed: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, DurationError> {
    let here = zone.to_datetime(now);
    let instant = |day, at| match slot(day, at, zone) {
        Slot::At { due, .. } => Ok(due),
        Slot::NoSuchDay { .. } => Err(DurationError::Unclear),
    };
    let time = |typed: &str| {
        // "5" alone is twice a day; "17" is not.
        let twice = typed.parse::<u8>().is_ok_and(|hour| (1..=12).contains(&hour));
        if twice { Err(DurationError::AmOrPm) } else { Ok(parse_time(typed)?) }
    };
    let alone = match time(typed) {
        Ok(at) => {
            let today = instant(here.date(), at)?;
            return if today > now { Ok(today) } else { instant(here.date().saturating_add(1.day()), at) };
        }
        Err(error) => error,
    };
    // A day and a time, in either order; both may be of more than one word.
    for (gap, _) in typed.match_indices([' ', ',']) {
        let (first, second) = (typed[..gap].trim(), typed[gap + 1..].trim());
        for (day, at) in [(first, second), (second, first)] {
            let day = day.trim_start_matches("on ").trim_end_matches([',', ' ']);
            let at = at.trim_start_matches("at ").trim_end_matches([',', ' ']);
            let at = at.strip_suffix(" on").unwrap_or(at);
            let Some(date) = parse_day(day, here.date()) else { continue };
            let at = match time(at) {
                Ok(at) => at,
                Err(DurationError::AmOrPm) => return Err(DurationError::AmOrPm),
                Err(_) => continue,
            };
            let due = instant(date, at)?;
            // "fri 12:00" on a Friday afternoon is the next one.
            let weekly = due <= now
                && parse_day(day, here.date().saturating_add(1.day())) == Some(date.saturating_add(7.days()));
            return if weekly { instant(date.saturating_add(7.days()), at) } else { Ok(due) };
        }
    }
    Err(match alone {
        DurationError::Time(TimeError::Unclear) => DurationError::Unclear,
        other => other,
    })
}

enum Odd {
    NoUnit(String),
    Unclear,
}

/// "90 min", "1h30", "1.5 h", "2 hours and 5 minutes", "an hour", "half an hour".
fn length(typed: &str) -> Result<SignedDuration, Odd> {
    let typed = typed.trim();
    match typed {
        "half an hour" | "half hour" => return Ok(SignedDuration::from_mins(30)),
        "an hour" => return Ok(SignedDuration::from_hours(1)),
        "a day" => return Ok(SignedDuration::from_hours(24)),
        "a week" => return Ok(SignedDuration::from_hours(7 * 24)),
        _ => {}
    }
    let mut rest = typed;
    let mut total = SignedDuration::ZERO;
    let mut last: Option<i64> = None;
    while !rest.is_empty() {
        let number_ends = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(number_ends);
        // Longer ones are over every limit in every unit.
        let Some(amount) = thousandths(number) else { return Err(Odd::Unclear) };
        let after = after.trim_start();
        let unit_ends = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_ends);
        let seconds = match (unit, last) {
            ("m" | "min" | "mins" | "minute" | "minutes", _) => 60,
            ("h" | "hr" | "hrs" | "hour" | "hours", _) => 3_600,
            ("d" | "day" | "days", _) => 86_400,
            ("w" | "week" | "weeks", _) => 604_800,
            // Understood so that they can be refused for what they are.
            ("month" | "months", _) => 2_592_000,
            ("y" | "year" | "years", _) => 31_536_000,
            // "1h30".
            ("", Some(3_600)) if after.is_empty() => 60,
            ("", None) if after.is_empty() => return Err(Odd::NoUnit(number.to_owned())),
            _ => return Err(Odd::Unclear),
        };
        // From the largest unit down, each once: anything else was not meant like that.
        if last.is_some_and(|last| seconds >= last) {
            return Err(Odd::Unclear);
        }
        last = Some(seconds);
        total = total.saturating_add(SignedDuration::from_millis(amount.saturating_mul(seconds)));
        let after = after.trim_start_matches([' ', ',']);
        rest = after.strip_prefix("and ").unwrap_or(after);
    }
    if last.is_some() { Ok(total) } else { Err(Odd::Unclear) }
}

/// "1.5" is 1,500.
fn thousandths(number: &str) -> Option<i64> {
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let digits =
        |text: &str| !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 3 {
        return None;
    }
    let part = format!("{part:0<3}").parse::<i64>().ok()?;
    Some(whole.parse::<i64>().ok()? * 1_000 + part)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Wednesday, 14:10:30 in Berlin.
    fn now() -> Timestamp {
        "2027-03-10T13:10:30Z".parse().unwrap()
    }

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    fn closes(typed: &str) -> Result<String, DurationError> {
        let at = parse_closes(typed, now(), &berlin())?;
        Ok(berlin().to_datetime(at).strftime("%d %H:%M").to_string())
    }

    #[test]
    fn what_is_clearly_meant_is_understood() {
        for (typed, read) in [
            ("", "10 15:11"),
            ("30m", "10 14:41"),
            (" 90 MIN ", "10 15:41"),
            ("2h", "10 16:11"),
            ("1h30", "10 15:41"),
            ("1h 30m", "10 15:41"),
            ("1.5 h", "10 15:41"),
            ("1 hour and 30 minutes", "10 15:41"),
            ("for 2 hours", "10 16:11"),
            ("half an hour", "10 14:41"),
            ("1 day", "11 14:11"),
            ("7d", "17 14:11"),
            ("1 week", "17 14:11"),
            ("5 min", "10 14:16"),
            ("until 17:00", "10 17:00"),
            ("till 5 pm", "10 17:00"),
            ("until 17", "10 17:00"),
            ("until 14:00", "11 14:00"),
            ("until fri 12:00", "12 12:00"),
            ("until friday, noon", "12 12:00"),
            ("until 12:00 on friday", "12 12:00"),
            ("until tomorrow 9:30", "11 09:30"),
            ("until 5 pm tomorrow", "11 17:00"),
            ("until wed 12:00", "17 12:00"),
            ("until wed 15:00", "10 15:00"),
            ("until 12 mar 10:00", "12 10:00"),
        ] {
            assert_eq!(closes(typed).as_deref(), Ok(read), "{typed}");
        }
    }

    #[test]
    fn what_is_not_clear_or_not_allowed_is_refused_with_the_reason() {
        for (typed, error) in [
            ("45", DurationError::NoUnit("45".into())),
            ("until 5", DurationError::AmOrPm),
            ("until fri 5", DurationError::AmOrPm),
            ("17:00", DurationError::NoUntil("17:00".into())),
            ("0", DurationError::NoUnit("0".into())),
            ("0m", DurationError::TooShort),
            ("0 h 0 min", DurationError::TooShort),
            ("4m", DurationError::TooShort),
            ("until 14:12", DurationError::TooShort),
            ("8d", DurationError::TooLong),
            ("1 year", DurationError::TooLong),
            ("365 days", DurationError::TooLong),
            ("999999999 weeks", DurationError::TooLong),
            ("until 2027-12-31 12:00", DurationError::TooLong),
            ("until 2020-01-01 12:00", DurationError::Past),
            ("until 25:00", DurationError::Time(TimeError::NoSuchHour)),
            ("-30m", DurationError::Unclear),
            ("30m 1h", DurationError::Unclear),
            ("30m 30m", DurationError::Unclear),
            ("soon", DurationError::Unclear),
            ("until", DurationError::Unclear),
            ("until tomorrow", DurationError::Unclear),
            ("1..5h", DurationError::Unclear),
            ("２h", DurationError::Unclear),
        ] {
            assert_eq!(closes(typed), Err(error), "{typed}");
        }
        assert_eq!(closes(&"9".repeat(4_000)), Err(DurationError::Unclear));
        assert_eq!(closes(&"until ".repeat(600)), Err(DurationError::Unclear));
    }

    #[test]
    fn a_time_in_the_gap_of_spring_is_the_one_that_clocks_show_then() {
        let saturday: Timestamp = "2027-03-27T20:00:00Z".parse().unwrap();
        let at = parse_closes("until sun 02:30", saturday, &berlin()).unwrap();
        assert_eq!(at.to_string(), "2027-03-28T01:30:00Z");
    }

    #[test]
    fn a_reminder_falls_inside_the_poll() {
        let (opens, closes) = (now(), now() + SignedDuration::from_hours(1));
        let before = |typed| {
            parse_remind(typed, opens, closes).map(|at| at.map(|at| closes.duration_since(at).as_mins()))
        };
        for (typed, minutes) in [
            ("", None),
            (" None ", None),
            ("10m before", Some(10)),
            ("15 min", Some(15)),
            ("10 minutes before the end", Some(10)),
        ] {
            assert_eq!(before(typed), Ok(minutes), "{typed}");
        }
        for (typed, error) in [
            ("10", RemindError::NoUnit("10".into())),
            ("0m", RemindError::Outside),
            ("1h", RemindError::Outside),
            ("1 year before", RemindError::Outside),
            ("later", RemindError::Unclear),
            ("before", RemindError::Unclear),
        ] {
            assert_eq!(before(typed), Err(error), "{typed}");
        }
    }
}
