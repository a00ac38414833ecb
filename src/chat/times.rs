//! How times, days and lengths are written. Local times are the team's; Discord's own timestamps are the reader's.

use super::escape::units;
use jiff::{Timestamp, civil::Time, tz::TimeZone};

/// "Mon 4 Jan 2027, 09:30" in this zone.
pub fn local(at: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(at).strftime("%a %-d %b %Y, %H:%M").to_string()
}

/// "09:30".
pub fn clock(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

/// A timestamp that every reader sees as "in 2 hours" or the like.
pub fn relative(at: Timestamp) -> String {
    format!("<t:{}:R>", at.as_second())
}

/// "90 minutes", "24 hours", "3 days".
pub fn length(minutes: i64) -> String {
    match minutes {
        60 => "1 hour".into(),
        m if m % 60 != 0 => format!("{m} minutes"),
        m if m % 1_440 == 0 && m > 1_440 => format!("{} days", m / 1_440),
        m => format!("{} hours", m / 60),
    }
}

/// Cuts a text to at most `limit` characters ([`units`]), the last of them an ellipsis if anything is missing.
pub fn cut(text: &str, limit: usize) -> String {
    if units(text) <= limit {
        return text.into();
    }
    let (mut short, mut left) = (String::new(), limit.saturating_sub(1));
    for c in text.chars() {
        let Some(rest) = left.checked_sub(c.len_utf16()) else { break };
        left = rest;
        short.push(c);
    }
    short.push('…');
    short
}

/// As many whole lines as fit into `limit` characters ([`units`]), and how many are left out.
pub fn cut_lines(lines: &[String], limit: usize) -> String {
    let length = |lines: &[String]| lines.iter().map(|line| units(line) + 1).sum::<usize>();
    if length(lines) <= limit + 1 {
        return lines.join("\n");
    }
    let more = |shown: usize| format!("… and {} more", lines.len() - shown);
    let fits = |shown: &usize| length(&lines[..*shown]) + units(&more(*shown)) <= limit;
    let shown = (0..lines.len()).rev().find(fits).unwrap_or(0);
    lines[..shown].iter().cloned().chain([more(shown)]).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_read_well() {
        for (minutes, text) in
            [(60, "1 hour"), (90, "90 minutes"), (240, "4 hours"), (1_440, "24 hours"), (4_320, "3 days")]
        {
            assert_eq!(length(minutes), text);
        }
    }

    #[test]
    fn local_times_are_the_zones() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(local("2027-01-04T08:30:00Z".parse().unwrap(), &zone), "Mon 4 Jan 2027, 09:30");
    }

    #[test]
    fn cutting_counts_characters() {
        assert_eq!(cut("größer", 6), "größer");
        assert_eq!(cut("größere", 6), "größe…");
        assert_eq!(cut("🚢🚢🚢", 6), "🚢🚢🚢");
        assert_eq!(cut("🚢🚢🚢", 5), "🚢🚢…");
    }

    #[test]
    fn lines_are_kept_whole() {
        let lines = ["one", "two", "three", "four"].map(str::to_owned);
        assert_eq!(cut_lines(&lines, 18), "one\ntwo\nthree\nfour");
        assert_eq!(cut_lines(&lines, 17), "one\n… and 3 more");
        assert_eq!(cut_lines(&[], 5), "");
        for limit in 12..40 {
            assert!(units(&cut_lines(&lines, limit)) <= limit, "{limit}");
        }
        let ships = ["🚢🚢", "🚢🚢🚢"].map(str::to_owned);
        assert_eq!(cut_lines(&ships, 11), "🚢🚢\n🚢🚢🚢");
        assert_eq!(cut_lines(&ships, 10), "… and 2 more");
    }
}
