//! Times of day as people type them.

use jiff::civil::Time;
use thiserror::Error;

/// What is wrong with a time that somebody typed. The text is for that person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TimeError {
    /// Nothing was typed.
    #[error("Write a time of day, for example 09:30 or 2:15 pm.")]
    Empty,
    /// Not a time of day.
    #[error("That is not a time of day. Write it like 09:30 or 2:15 pm; the time zone is the team's.")]
    Unclear,
    /// 24 and more, or 0 and more than 12 with am or pm.
    #[error("There is no such hour. Hours are 0 to 23 (midnight is 00:00), or 1 to 12 with am or pm.")]
    NoSuchHour,
    /// 60 and more.
    #[error("There is no such minute. Minutes are 00 to 59.")]
    NoSuchMinute,
    /// Seconds other than 00.
    #[error("Times are to the minute. Leave the seconds out.")]
    Seconds,
}

/// A time of day as people type it: "09:30", "9:30", "0930", "9", "9am", "9:30 pm", "21.30", "21h30", "noon".
pub fn parse_time(text: &str) -> Result<Time, TimeError> {
    let text = text.trim().to_lowercase();
    match text.as_str() {
        "" => return Err(TimeError::Empty),
        "noon" | "midday" => return Ok(Time::constant(12, 0, 0, 0)),
        "midnight" => return Ok(Time::midnight()),
        _ => {}
    }
    let (clock, half) = split_half(&text);
    let (hour, minute) = clock_face(clock)?;
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return Err(TimeError::NoSuchHour),
        Some(Half::Am) => hour % 12,
        Some(Half::Pm) => hour % 12 + 12,
    };
    if hour > 23 {
        return Err(TimeError::NoSuchHour);
    }
    if minute > 59 {
        return Err(TimeError::NoSuchMinute);
    }
    Time::new(hour, minute, 0, 0).map_err(|_| TimeError::Unclear)
}

#[derive(Clone, Copy)]
enum Half {
    Am,
    Pm,
}

/// Takes "am", "p.m." and the like off the end.
fn split_half(text: &str) -> (&str, Option<Half>) {
    for (ending, half) in [
        ("am", Half::Am),
        ("a.m.", Half::Am),
        ("a.m", Half::Am),
        ("pm", Half::Pm),
        ("p.m.", Half::Pm),
        ("p.m", Half::Pm),
    ] {
        if let Some(clock) = text.strip_suffix(ending) {
            return (clock.trim_end(), Some(half));
        }
    }
    (text.strip_suffix("o'clock").map_or(text, str::trim_end), None)
}

/// Hour and minute, not yet checked against the clock's range.
fn clock_face(text: &str) -> Result<(i8, i8), TimeError> {
    let number = |part: &str| {
        let digits = !part.is_empty() && part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i8>().ok().filter(|_| digits).ok_or(TimeError::Unclear)
    };
    let parts: Vec<_> = text.split([':', '.', 'h']).map(str::trim).collect();
    match parts[..] {
        // "0930" and "930" as well as "9".
        [alone] if alone.is_ascii() && (3..=4).contains(&alone.len()) => {
            let (hour, minute) = alone.split_at(alone.len() - 2);
            Ok((number(hour)?, number(minute)?))
        }
        [hour] => Ok((number(hour)?, 0)),
        // "9h".
        [hour, ""] if text.ends_with('h') => Ok((number(hour)?, 0)),
        // "9:5" could be five past or the beginning of something: two digits are asked for.
        [hour, minute] if minute.len() == 2 => Ok((number(hour)?, number(minute)?)),
        [hour, minute, second] if minute.len() == 2 && second.len() == 2 => match number(second)? {
            0 => Ok((number(hour)?, number(minute)?)),
            _ => Err(TimeError::Seconds),
        },
        _ => Err(TimeError::Unclear),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_clearly_meant_is_understood() {
        for (text, hour, minute) in [
            ("09:30", 9, 30),
            ("9:30", 9, 30),
            (" 9:30 ", 9, 30),
            ("9", 9, 0),
            ("0930", 9, 30),
            ("930", 9, 30),
            ("9am", 9, 0),
            ("9 a.m.", 9, 0),
            ("9:30 pm", 21, 30),
            ("9:30\u{202f}PM", 21, 30),
            ("930pm", 21, 30),
            ("12am", 0, 0),
            ("12:30 pm", 12, 30),
            ("21.30", 21, 30),
            ("21h30", 21, 30),
            ("21h", 21, 0),
            ("9 o'clock", 9, 0),
            ("09:30:00", 9, 30),
            ("00:00", 0, 0),
            ("23:59", 23, 59),
            ("noon", 12, 0),
            ("Midnight", 0, 0),
        ] {
            assert_eq!(parse_time(text), Ok(Time::constant(hour, minute, 0, 0)), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_time_is_refused_with_the_reason() {
        for (text, error) in [
            ("", TimeError::Empty),
            ("  ", TimeError::Empty),
            ("25:00", TimeError::NoSuchHour),
            ("24:00", TimeError::NoSuchHour),
            ("99", TimeError::NoSuchHour),
            ("13pm", TimeError::NoSuchHour),
            ("0am", TimeError::NoSuchHour),
            ("9:60", TimeError::NoSuchMinute),
            ("09:30:15", TimeError::Seconds),
            ("9 o'clock or so", TimeError::Unclear),
            ("9:5", TimeError::Unclear),
            ("9:", TimeError::Unclear),
            (":30", TimeError::Unclear),
            ("-9:30", TimeError::Unclear),
            ("+9", TimeError::Unclear),
            ("9-10", TimeError::Unclear),
            ("9:30 UTC", TimeError::Unclear),
            ("am", TimeError::Unclear),
            ("morning", TimeError::Unclear),
            ("12345", TimeError::Unclear),
            ("٩:٣٠", TimeError::Unclear),
            ("9½", TimeError::Unclear),
            ("1:2:3:4", TimeError::Unclear),
        ] {
            assert_eq!(parse_time(text), Err(error), "{text}");
        }
        assert_eq!(parse_time(&"9".repeat(5000)), Err(TimeError::Unclear));
    }

    #[test]
    fn every_minute_of_the_day_reads_back() {
        for minute in 0..1440_i16 {
            let time = Time::constant((minute / 60) as i8, (minute % 60) as i8, 0, 0);
            assert_eq!(parse_time(&time.strftime("%H:%M").to_string()), Ok(time));
            assert_eq!(parse_time(&time.strftime("%-I:%M %p").to_string()), Ok(time));
            assert_eq!(parse_time(&time.strftime("%H%M").to_string()), Ok(time));
        }
    }
}
