//! How much fits where.
//!
//! Characters are Unicode scalar values: that is what Discord's API means by them (its OpenAPI description uses JSON
//! Schema's `maxLength`, which counts code points, and serenity checks `content.chars().count()`). Should some part of
//! Discord count UTF-16 units instead, nothing breaks: twice each limit here is still below Discord's (a label of 34
//! characters has at most 68 units, a button holds 80).
//!
//! Words are what white space separates. So that "60 words" also means something for text without spaces, a text
//! may have ten characters for each word that it may have.

use std::ops::Range;

/// The largest series file, in bytes.
pub const FILE_BYTES: usize = 1024 * 1024;
/// The most prompts in one series.
pub const PROMPTS: usize = 500;
/// The fewest and the most options of a choice.
pub const OPTIONS: std::ops::RangeInclusive<usize> = 2..=5;
/// The longest slug, in characters.
pub const SLUG: usize = 40;
/// How many characters a text may have for each word that it may have.
pub const CHARACTERS_PER_WORD: usize = 10;

/// How long a text may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// At most this many characters.
    Characters(usize),
    /// At most this many words.
    Words(usize),
}

impl Size {
    /// How much of `text` is too much: the bytes of what should go, and a sentence. `None` if it fits.
    pub(super) fn excess(self, text: &str) -> Option<(Range<usize>, String)> {
        let (words, characters) = match self {
            Size::Characters(most) => (usize::MAX, most),
            Size::Words(most) => (most, most.saturating_mul(CHARACTERS_PER_WORD)),
        };
        let has = text.split_whitespace().count();
        if has > words {
            let first = text.split_whitespace().nth(words).unwrap_or(text);
            let from = first.as_ptr() as usize - text.as_ptr() as usize;
            return Some((from..text.len(), too_long(has, words, "word")));
        }
        let has = text.chars().count();
        let (from, _) = text.char_indices().nth(characters)?;
        Some((from..text.len(), too_long(has, characters, "character")))
    }

    /// "at most 60 words".
    pub(super) fn describe(self) -> String {
        match self {
            Size::Characters(most) => format!("at most {most} characters"),
            Size::Words(most) => {
                format!("at most {most} words (and {} characters)", most * CHARACTERS_PER_WORD)
            }
        }
    }
}

fn too_long(has: usize, most: usize, unit: &str) -> String {
    let over = has - most;
    let s = if over == 1 { "" } else { "s" };
    format!("is {over} {unit}{s} too long: it has {has}, and {most} fit")
}

/// What is wrong with a slug, if anything: the bytes and a sentence.
pub(super) fn slug_fault(slug: &str) -> Option<(Range<usize>, String)> {
    let bad = slug.char_indices().find(|(_, c)| !matches!(c, 'a'..='z' | '0'..='9' | '-'));
    if let Some((at, c)) = bad {
        let shown = if c == ' ' {
            "a space".to_owned()
        } else {
            format!("`{}`", super::table::quoted(&c.to_string()))
        };
        return Some((at..at + c.len_utf8(), format!("has {shown} in it")));
    }
    if slug.starts_with('-') || slug.ends_with('-') {
        return Some((0..slug.len(), "begins or ends with a hyphen".to_owned()));
    }
    Size::Characters(SLUG).excess(slug)
}

/// Turns a text into the slug it could have been, or nothing.
pub(super) fn slug_from(text: &str) -> Option<String> {
    let words = text.to_lowercase();
    let words = words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-").chars().take(SLUG).collect::<String>();
    let slug = slug.trim_matches('-').to_owned();
    (!slug.is_empty() && slug_fault(&slug).is_none()).then_some(slug)
}

/// The finding for characters that nobody can see, if there is one: the bytes and a sentence.
pub(super) fn hidden_fault(text: &str, line_breaks: bool) -> Option<(Range<usize>, String)> {
    let allowed = |c: char| crate::domain::problem::is_visible(c) || (line_breaks && c == '\n');
    let (at, c) = text.char_indices().find(|(_, c)| !allowed(*c))?;
    let what = match c {
        '\n' => "has a line break in it".to_owned(),
        '\t' => "has a tab in it".to_owned(),
        c => format!("has a character in it that nobody can see (U+{:04X})", u32::from(c)),
    };
    Some((at..at + c.len_utf8(), what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excess_begins_after_what_fits() {
        assert_eq!(Size::Words(2).excess("one two"), None);
        let (range, message) = Size::Words(2).excess("one  two three four").unwrap();
        assert_eq!(&"one  two three four"[range], "three four");
        assert_eq!(message, "is 2 words too long: it has 4, and 2 fit");
        assert_eq!(Size::Characters(3).excess("äöü"), None);
        assert_eq!(Size::Characters(3).excess("äöüß").unwrap().0, 6..8);
        // No spaces, no way round the limit.
        assert_eq!(Size::Words(2).excess(&"漢".repeat(20)), None);
        assert_eq!(Size::Words(2).excess(&"漢".repeat(21)).unwrap().0, 60..63);
    }

    #[test]
    fn slugs() {
        assert_eq!(slug_fault("on-call-2"), None);
        for bad in ["On-call", "on call", "-a", "a-", "ä", &"x".repeat(41)] {
            assert!(slug_fault(bad).is_some(), "{bad}");
        }
        assert_eq!(slug_from("Who is on Tonight?").as_deref(), Some("who-is-on-tonight"));
        assert_eq!(slug_from("漢字"), None);
    }
}
