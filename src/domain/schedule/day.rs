//! Days as people type them.

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

/// The last day of a range that begins with `from`: "today" and "tomorrow" are what they are, anything else is looked for
/// from the first day on, so that "friday" or "2 jan" is the one after it.
pub fn parse_last_day(typed: &str, from: Date, today: Date) -> Option<Date> {
    let near = ["today", "tomorrow"].contains(&&*typed.trim().to_lowercase());
    parse_day(typed, if near { today } else { from })
}

/// A day as people type it: "2027-01-08", "today", "tomorrow", "friday" or "fri" (the next one; today counts), "8 jan",
/// "January 8th", "8 January 2027". Without a year it is the next such date. None: it is not clear which day is meant.
pub fn parse_day(typed: &str, today: Date) -> Option<Date> {
    let typed = typed.trim().to_lowercase();
    match typed.as_str() {
        "today" => return Some(today),
        "tomorrow" => return Some(today.saturating_add(1.day())),
        _ => {}
    }
    if let Some(weekday) = weekday(&typed) {
        return (0..7_i64).map(|days| today.saturating_add(days.days())).find(|day| day.weekday() == weekday);
    }
    // Nothing but a date: a time or a zone after it would be dropped without a word.
    let is_date = typed.len() == 10 && typed.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_date { typed.parse().ok() } else { in_words(&typed, today) }
}

/// "friday" or "fri".
fn weekday(typed: &str) -> Option<Weekday> {
    let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let at = names.iter().position(|name| *name == typed || name[..3] == *typed)?;
    Weekday::from_monday_zero_offset(at as i8).ok()
}

fn month(typed: &str) -> Option<i8> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let typed = typed.trim_end_matches('.');
    let fits =
        |name: &&str| **name == *typed || name[..3] == *typed || (*name == "september" && typed == "sept");
    NAMES.iter().position(fits).map(|at| at as i8 + 1)
}

/// "8", "8th", "8.".
fn day_of_month(typed: &str) -> Option<i8> {
    let digits = typed.trim_end_matches(|c: char| !c.is_ascii_digit());
    let rest = &typed[digits.len()..];
    let known = ["", "st", "nd", "rd", "th", "."].contains(&rest);
    digits.parse().ok().filter(|_| known && (1..=2).contains(&digits.len()))
}

/// A day and the name of a month, in either order, and perhaps a year.
fn in_words(typed: &str, today: Date) -> Option<Date> {
    let words: Vec<_> = typed.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let (first, second, year) = match words[..] {
        [first, second] => (first, second, None),
        [first, second, year] if year.len() == 4 => (first, second, Some(year.parse::<i16>().ok()?)),
        _ => return None,
    };
    let (day, month) = match (month(first), month(second)) {
        (None, Some(month)) => (day_of_month(first)?, month),
        (Some(month), None) => (day_of_month(second)?, month),
        _ => return None,
    };
    match year {
        Some(year) => Date::new(year, month, day).ok(),
        // Up to eight years ahead: so far apart can two 29ths of February be.
        None => {
            (0..=8).filter_map(|n| Date::new(today.year() + n, month, day).ok()).find(|day| *day >= today)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let today = date("2027-01-06");
        for (typed, read) in [
            ("2027-01-08", "2027-01-08"),
            (" 2020-01-08 ", "2020-01-08"),
            ("today", "2027-01-06"),
            ("Tomorrow", "2027-01-07"),
            ("friday", "2027-01-08"),
            ("Wed", "2027-01-06"),
            ("tue", "2027-01-12"),
            ("8 jan", "2027-01-08"),
            ("6 January", "2027-01-06"),
            ("5 Jan", "2028-01-05"),
            ("January 8th, 2029", "2029-01-08"),
            ("1. sept", "2027-09-01"),
            ("29 feb", "2028-02-29"),
            ("8 Jan 2020", "2020-01-08"),
        ] {
            assert_eq!(parse_day(typed, today), Some(date(read)), "{typed}");
        }
    }

    #[test]
    fn what_may_mean_another_day_is_not_guessed() {
        let today = "2027-01-06".parse().unwrap();
        for typed in [
            "",
            "fr",
            "someday",
            "2027-02-30",
            "2027-13-01",
            "2027-01-08T09:00",
            "frédéric",
            "04/05/2027",
            "4.5.2027",
            "8",
            "30 feb",
            "8 jan 27",
            "jan feb",
            "8 9",
            "8x jan",
            "jan",
            "-2027-01-8",
        ] {
            assert_eq!(parse_day(typed, today), None, "{typed}");
        }
    }
}
