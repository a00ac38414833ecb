//! People's text, shown so that neither markdown nor mentions have any effect: a backslash before every character that
//! could begin something. Discord hides a backslash before punctuation (its markdown is simple-markdown's rule
//! `^\\([^0-9A-Za-z\s])`), so what was written is what is read.

/// Characters that mean something wherever they stand: emphasis, code, spoilers, links, mentions, timestamps. So does a
/// colon with something right after it (`:names:` and addresses), but not the colon of a sentence.
const ANYWHERE: &str = "\\*_~`|<[]@";
/// Characters that mean something at the start of a line: headings, small print, lists, quotes.
const AT_START: &str = "#-+>";

/// The text with its lines kept.
pub fn text(text: &str) -> String {
    joined(pieces(text))
}

/// The text in one line: every run of white space is one space.
pub fn line(text: &str) -> String {
    joined(pieces(&one_line(text)))
}

/// [`line()`], in at most `most` characters ([`units`]), with `…` where it was cut.
pub fn cut_line(text: &str, most: usize) -> String {
    let one = one_line(text);
    let whole = joined(pieces(&one));
    if units(&whole) <= most {
        return whole;
    }
    let mut left = most.saturating_sub(1);
    let mut cut = String::new();
    for piece in pieces(&one) {
        let Some(rest) = left.checked_sub(piece.units()) else { break };
        left = rest;
        piece.push_to(&mut cut);
    }
    cut.truncate(cut.trim_end().len());
    if most > 0 {
        cut.push('…');
    }
    cut
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How many characters a text has, as Discord counts where it counts most: UTF-16 units.
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A character, with a backslash before it if it needs one; never to be cut in two.
struct Piece {
    escaped: bool,
    c: char,
}

impl Piece {
    fn units(&self) -> usize {
        usize::from(self.escaped) + self.c.len_utf16()
    }

    fn push_to(&self, text: &mut String) {
        if self.escaped {
            text.push('\\');
        }
        text.push(self.c);
    }
}

fn joined(pieces: impl Iterator<Item = Piece>) -> String {
    let mut text = String::new();
    pieces.for_each(|piece| piece.push_to(&mut text));
    text
}

fn pieces(text: &str) -> impl Iterator<Item = Piece> {
    // Where in its line a character stands: nothing but white space before it, only digits before it, or later.
    let (mut start, mut digits) = (true, false);
    let mut chars = text.chars().peekable();
    std::iter::from_fn(move || {
        let c = chars.next()?;
        let names = c == ':' && chars.peek().is_some_and(|next| !next.is_whitespace());
        let ends_number = digits && matches!(c, '.' | ')');
        let escaped = ANYWHERE.contains(c) || names || (start && AT_START.contains(c)) || ends_number;
        digits = (start || digits) && c.is_ascii_digit();
        start = c == '\n' || c == '\r' || (start && c.is_whitespace());
        Some(Piece { escaped, c })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_that_people_write_has_an_effect() {
        for (written, shown) in [
            ("**bold** _it_ ~~no~~ ||psst||", r"\*\*bold\*\* \_it\_ \~\~no\~\~ \|\|psst\|\|"),
            ("@everyone <@1> <@&2> <#3>", r"\@everyone \<\@1> \<\@&2> \<#3>"),
            ("<t:0:R> <:wave:1> :wave:", r"\<t\:0\:R> \<\:wave\:1> \:wave:"),
            ("[here](https://example.com)", r"\[here\](https\://example.com)"),
            ("# big\n-# small\n> said", "\\# big\n\\-# small\n\\> said"),
            ("- one\n  + two\n3. three\n4) four", "\\- one\n  \\+ two\n3\\. three\n4\\) four"),
            ("C# - or 3.5: well-known", "C# - or 3.5: well-known"),
            (r"\*", r"\\\*"),
            ("```\ncode\n```", "\\`\\`\\`\ncode\n\\`\\`\\`"),
        ] {
            assert_eq!(text(written), shown);
        }
        assert_eq!(line(" one\n\n# two\tthree "), "one # two three");
        assert_eq!(line("# one"), r"\# one");
    }

    #[test]
    fn a_cut_keeps_pairs_together() {
        assert_eq!(cut_line("abc", 3), "abc");
        assert_eq!(cut_line("abcd", 3), "ab…");
        assert_eq!(cut_line("a**b", 3), "a…");
        assert_eq!(cut_line("🚢🚢🚢", 5), "🚢🚢…");
        assert_eq!(cut_line("word another", 6), "word…");
        assert_eq!(cut_line("abc", 0), "");
    }

    /// What Discord shows: a backslash before punctuation is hidden.
    fn shown(escaped: &str) -> (String, Vec<bool>) {
        let (mut text, mut was_escaped, mut chars) = (String::new(), Vec::new(), escaped.chars());
        while let Some(c) = chars.next() {
            let hidden = c == '\\';
            text.push(if hidden { chars.next().expect("no backslash ends a text") } else { c });
            was_escaped.push(hidden);
        }
        (text, was_escaped)
    }

    fn specials() -> impl Strategy<Value = String> {
        prop_oneof![
            Just(()).prop_map(|()| String::new()),
            "[\\\\*_~`|<>\\[\\]@:#+\\-.)0-9a \n]{0,40}",
            ".{0,40}"
        ]
    }

    proptest! {
        #[test]
        fn what_is_shown_is_what_was_written(written in specials()) {
            let (text, escaped) = shown(&text(&written));
            prop_assert_eq!(&text, &written);
            let mut line = String::new();
            let next = text.chars().skip(1).map(Some).chain([None]);
            for ((c, escaped), after) in text.chars().zip(escaped).zip(next) {
                let begins = line.trim_start().is_empty() && "#-+>".contains(c);
                let number = !line.trim_start().is_empty() && line.trim_start().chars().all(|c| c.is_ascii_digit());
                let names = c == ':' && after.is_some_and(|next| !next.is_whitespace());
                let special = "\\*_~`|<[]@".contains(c) || names || begins || (number && ".)".contains(c));
                prop_assert_eq!(escaped, special, "{:?} in {:?}", c, written);
                line.push(c);
                if c == '\n' || c == '\r' {
                    line.clear();
                }
            }
        }

        #[test]
        fn a_cut_is_never_too_long(written in specials(), most in 0usize..60) {
            prop_assert!(units(&cut_line(&written, most)) <= most);
            shown(&cut_line(&written, most));
        }
    }
}
