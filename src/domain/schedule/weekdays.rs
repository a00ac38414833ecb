//! Sets of weekdays, as values and in words.

use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A set of weekdays, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Weekdays(u8);

const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl Weekdays {
    /// Monday to Friday.
    pub const WORKING: Weekdays = Weekdays(0b001_1111);
    /// Saturday and Sunday.
    pub const WEEKEND: Weekdays = Weekdays(0b110_0000);
    /// All seven.
    pub const ALL: Weekdays = Weekdays(0b111_1111);

    /// One day.
    pub fn of(day: Weekday) -> Weekdays {
        Weekdays(1 << day.to_monday_zero_offset())
    }

    /// Bit 0 is Monday, bit 6 Sunday. None if there is no day in it or a bit too many.
    pub fn from_bits(bits: u8) -> Option<Weekdays> {
        (1..=0b111_1111).contains(&bits).then_some(Weekdays(bits))
    }

    /// Bit 0 is Monday, bit 6 Sunday.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Whether the day is in the set.
    pub fn contains(self, day: Weekday) -> bool {
        self.has(day.to_monday_zero_offset() as u8)
    }

    /// Days from `day` to the first one in the set, 0 to 6.
    pub fn days_until(self, day: Weekday) -> i8 {
        let from = day.to_monday_zero_offset();
        (0..7).find(|ahead| self.has(((from + ahead) % 7) as u8)).unwrap_or(0)
    }

    /// In words: "every day", "weekdays", "weekends", or "Mon, Wed, Fri". `parse_weekdays` understands each.
    pub fn describe(self) -> String {
        match self {
            Weekdays::ALL => "every day".into(),
            Weekdays::WORKING => "weekdays".into(),
            Weekdays::WEEKEND => "weekends".into(),
            Weekdays(_) => {
                let days = (0..7).filter(|day| self.has(*day)).map(|day| {
                    let name = NAMES[usize::from(day)];
                    format!("{}{}", name[..1].to_uppercase(), &name[1..3])
                });
                days.collect::<Vec<_>>().join(", ")
            }
        }
    }

    fn has(self, monday_zero: u8) -> bool {
        self.0 & (1 << monday_zero) != 0
    }
}

impl TryFrom<u8> for Weekdays {
    type Error = String;

    fn try_from(bits: u8) -> Result<Self, String> {
        Weekdays::from_bits(bits).ok_or_else(|| format!("{bits} is not a set of weekdays, which is 1 to 127"))
    }
}

impl From<Weekdays> for u8 {
    fn from(days: Weekdays) -> u8 {
        days.0
    }
}

/// What is wrong with weekdays that somebody typed. The text is for that person; a word in it is letters and digits
/// only, at most twenty.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WeekdaysError {
    /// Nothing was typed.
    #[error("Name at least one day: for example \"weekdays\", \"mon-fri\", \"Mon, Wed, Fri\" or \"daily\".")]
    Empty,
    /// A word that is no day.
    #[error(
        "\"{0}\" is not a day of the week. Write for example \"weekdays\", \"mon-fri\" or \"Mon, Wed, Fri\"."
    )]
    Unknown(String),
    /// "T" or "S".
    #[error(
        "\"{0}\" can be two days of the week. Write at least two letters: \"Tu\", \"Th\", \"Sa\", \"Su\"."
    )]
    TwoDays(String),
    /// A dash without a day on both sides, or a sign that has no meaning here.
    #[error("That is not a list of days. Write for example \"weekdays\", \"mon-fri\" or \"Mon, Wed, Fri\".")]
    Unclear,
}

enum Token {
    Days(u8),
    To,
    And,
    Every,
    Day,
}

/// Weekdays as people type them: "weekdays", "mon-fri", "Mon, Wed, Fri", "every monday and thursday", "daily".
pub fn parse_weekdays(text: &str) -> Result<Weekdays, WeekdaysError> {
    let mut bits = 0;
    // The day before a dash, and whether a dash waits for its second day.
    let (mut last, mut open, mut every) = (None::<u8>, false, false);
    for token in tokens(text)? {
        let after_every = std::mem::replace(&mut every, matches!(token, Token::Every));
        match token {
            Token::Days(days) if open => {
                let from = last.take().filter(|day| day.count_ones() == 1 && days.count_ones() == 1);
                bits |= range(from.ok_or(WeekdaysError::Unclear)?, days);
                open = false;
            }
            Token::Days(days) => {
                bits |= days;
                last = Some(days);
            }
            Token::To if last.is_some() && !open => open = true,
            _ if open => return Err(WeekdaysError::Unclear),
            Token::To => return Err(WeekdaysError::Unclear),
            Token::Day if after_every => bits = Weekdays::ALL.0,
            Token::And | Token::Every | Token::Day => last = None,
        }
    }
    if open {
        return Err(WeekdaysError::Unclear);
    }
    Weekdays::from_bits(bits).ok_or(WeekdaysError::Empty)
}

/// From one day to another, over Sunday if need be.
fn range(from: u8, to: u8) -> u8 {
    let mut bits = from;
    let mut day = from;
    while day != to {
        day = if day == 0b100_0000 { 1 } else { day << 1 };
        bits |= day;
    }
    bits
}

fn tokens(text: &str) -> Result<Vec<Token>, WeekdaysError> {
    let mut tokens = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        if end > 0 {
            tokens.push(word(&rest[..end].to_lowercase())?);
            rest = &rest[end..];
            continue;
        }
        match first {
            '-' | '\u{2010}'..='\u{2015}' | '~' => tokens.push(Token::To),
            ',' | ';' | '/' | '&' | '+' | '|' => tokens.push(Token::And),
            '.' => {}
            c if c.is_whitespace() => {}
            _ => return Err(WeekdaysError::Unclear),
        }
        rest = &rest[first.len_utf8()..];
    }
    Ok(tokens)
}

fn word(word: &str) -> Result<Token, WeekdaysError> {
    Ok(match word {
        "weekdays" | "weekday" | "workdays" | "workday" | "workweek" => Token::Days(Weekdays::WORKING.0),
        "weekends" | "weekend" => Token::Days(Weekdays::WEEKEND.0),
        "daily" | "everyday" | "all" => Token::Days(Weekdays::ALL.0),
        "working" | "business" => Token::Days(Weekdays::WORKING.0),
        "every" | "each" => Token::Every,
        // Adds nothing to "working days" and "all days", and everything to "every day".
        "day" | "days" => Token::Day,
        "to" | "through" | "thru" | "until" | "till" => Token::To,
        "and" | "on" => Token::And,
        "t" | "s" => return Err(WeekdaysError::TwoDays(word.to_uppercase())),
        _ => {
            Token::Days(one_day(word).ok_or_else(|| WeekdaysError::Unknown(word.chars().take(20).collect()))?)
        }
    })
}

/// A day by its name, plural, or a beginning of it that is no other day's: "mon", "tues", "thurs", "weds", "m".
fn one_day(word: &str) -> Option<u8> {
    let singular = word.strip_suffix('s').filter(|_| word.len() > 3).unwrap_or(word);
    let named = |word: &str| {
        let mut days = (0..7).filter(|day: &usize| NAMES[*day].starts_with(word));
        days.next().filter(|_| days.next().is_none())
    };
    named(word).or_else(|| named(singular)).map(|day| 1 << day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_is_understood_as_it_is_described() {
        for bits in 1..=127 {
            let days = Weekdays::from_bits(bits).unwrap();
            assert_eq!(parse_weekdays(&days.describe()), Ok(days), "{}", days.describe());
        }
        assert_eq!(Weekdays::from_bits(0b001_0101).unwrap().describe(), "Mon, Wed, Fri");
        assert_eq!((Weekdays::from_bits(0), Weekdays::from_bits(128)), (None, None));
    }

    #[test]
    fn what_is_clearly_meant_is_understood() {
        for (text, bits) in [
            ("Weekdays", 0b001_1111),
            ("working days", 0b001_1111),
            ("mon-fri", 0b001_1111),
            ("Monday – Friday", 0b001_1111),
            ("mon to fri", 0b001_1111),
            ("M-F", 0b001_1111),
            ("every day", 0b111_1111),
            ("every weekday", 0b001_1111),
            ("all days", 0b111_1111),
            ("daily", 0b111_1111),
            ("weekends", 0b110_0000),
            ("Mon, Wed, Fri", 0b001_0101),
            ("mon wed fri", 0b001_0101),
            ("Mon. / Wed. / Fri.", 0b001_0101),
            ("mondays and thursdays", 0b000_1001),
            ("Tues, Thurs & Weds", 0b000_1110),
            ("tu th", 0b000_1010),
            ("every Tuesday", 0b000_0010),
            ("each day", 0b111_1111),
            ("on Mondays", 0b000_0001),
            ("mon-wed, fri", 0b001_0111),
            ("fri-mon", 0b111_0001),
            ("wed-wed", 0b000_0100),
            ("weekdays, sat", 0b011_1111),
        ] {
            assert_eq!(parse_weekdays(text).map(Weekdays::bits), Ok(bits), "{text}");
        }
    }

    #[test]
    fn what_is_not_clear_is_refused_with_the_reason() {
        for (text, error) in [
            ("", WeekdaysError::Empty),
            (" , ", WeekdaysError::Empty),
            ("every", WeekdaysError::Empty),
            ("days", WeekdaysError::Empty),
            ("every other day", WeekdaysError::Unknown("other".into())),
            ("mon-", WeekdaysError::Unclear),
            ("-fri", WeekdaysError::Unclear),
            ("mon--fri", WeekdaysError::Unclear),
            ("mon-wed-fri", WeekdaysError::Unclear),
            ("mon-weekends", WeekdaysError::Unclear),
            ("mon-, fri", WeekdaysError::Unclear),
            ("<@123>", WeekdaysError::Unclear),
            ("t", WeekdaysError::TwoDays("T".into())),
            ("mon, funday", WeekdaysError::Unknown("funday".into())),
            ("daily except sunday", WeekdaysError::Unknown("except".into())),
            ("5 days", WeekdaysError::Unknown("5".into())),
        ] {
            assert_eq!(parse_weekdays(text), Err(error), "{text}");
        }
        let long = "x".repeat(5000);
        assert!(parse_weekdays(&long).unwrap_err().to_string().len() < 150);
    }

    #[test]
    fn days_ahead_are_counted_over_the_weekend() {
        assert_eq!(Weekdays::WORKING.days_until(Weekday::Friday), 0);
        assert_eq!(Weekdays::WORKING.days_until(Weekday::Saturday), 2);
        assert_eq!(Weekdays::from_bits(1).unwrap().days_until(Weekday::Tuesday), 6);
    }
}
