//! People's text, shown so that markdown and mentions in it have no effect.

/// The text on one line, with every sign that Discord would read as markup made plain. Nothing is left out, so it can
/// be twice as long.
pub fn line(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut start = true;
    for word in text.split_whitespace() {
        if !start {
            plain.push(' ');
        }
        let chars: Vec<char> = word.chars().collect();
        for (at, c) in chars.iter().copied().enumerate() {
            let markup = matches!(c, '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '[' | ']' | '@')
                // Emoji and addresses; not the colon of a sentence.
                || (c == ':' && chars.get(at + 1).is_some())
                // Only at the beginning of a line: quotes, headings, lists.
                || (start && at == 0 && matches!(c, '>' | '#' | '-' | '+'))
                || (start && c == '.' && at > 0 && chars[..at].iter().all(char::is_ascii_digit));
            if markup {
                plain.push('\\');
            }
            plain.push(c);
        }
        start = false;
    }
    plain
}

/// As [`line`], cut to at most `limit` characters with an ellipsis. No escape is cut in two.
pub fn cut_line(text: &str, limit: usize) -> String {
    let plain = line(text);
    if plain.chars().count() <= limit {
        return plain;
    }
    let mut short: String = plain.chars().take(limit.saturating_sub(1)).collect();
    if short.chars().rev().take_while(|c| *c == '\\').count() % 2 == 1 {
        short.pop();
    }
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_has_no_effect() {
        assert_eq!(line("**loud** _soft_ ||hidden||"), r"\*\*loud\*\* \_soft\_ \|\|hidden\|\|");
        assert_eq!(line("<@123> @everyone"), r"\<\@123> \@everyone");
        assert_eq!(line("[here](https://x.test)"), r"\[here\](https\://x.test)");
        assert_eq!(line("# title\n> quote\n1. list"), r"\# title > quote 1. list");
        assert_eq!(line("1. list"), r"1\. list");
        assert_eq!(line("it's: 5 - 3, a.b"), "it's: 5 - 3, a.b");
    }

    #[test]
    fn a_cut_leaves_no_half_escape() {
        assert_eq!(cut_line("ab*cd", 6), r"ab\*cd");
        assert_eq!(cut_line("ab*cd", 5), r"ab\*…");
        assert_eq!(cut_line("ab*cd", 4), "ab…");
        assert_eq!(cut_line("plain", 5), "plain");
    }
}
