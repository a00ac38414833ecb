//! Lines as a terminal shows them: folded between words, and on a real terminal with Discord's marks as weight and colour.

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The time.
    Time,
    /// Who speaks.
    Head,
    /// What was said.
    Said,
    /// What could not be done.
    Wrong,
    /// Anything else.
    Plain,
}

/// Terminals are at least so wide.
const WIDTH: usize = 80;
/// Stands for a space that must not be folded at.
const TIED: char = '\u{a0}';

/// The line, folded to the width of a terminal; what follows is indented as its beginning. With `styled`, in the codes
/// of a terminal.
pub fn lines(kind: Kind, line: &str, styled: bool) -> Vec<String> {
    let line = line.trim_end();
    let (indent, text) = line.split_at(line.len() - line.trim_start().len());
    // Discord's mark for small print.
    let (small, text) = match text.strip_prefix("-# ").filter(|_| kind == Kind::Said) {
        Some(text) => (true, text),
        None => (false, text),
    };
    let tied = if text.starts_with('[') { tie(text) } else { text.to_owned() };
    let folded = fold(indent, &tied).into_iter().map(|line| line.replace(TIED, " "));
    match styled {
        true if small => folded.map(|line| format!("\x1b[2m{}\x1b[0m", said(&line))).collect(),
        true => folded.map(|line| style(kind, &line)).collect(),
        false => folded.collect(),
    }
}

/// Keeps each `[button]` in one piece.
fn tie(line: &str) -> String {
    let mut inside = false;
    let one = |c: char| {
        inside = (inside || c == '[') && c != ']';
        if c == ' ' && inside { TIED } else { c }
    };
    line.chars().map(one).collect()
}

fn fold(indent: &str, text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut now = indent.to_owned();
    for word in text.split(' ') {
        let begun = now.len() > indent.len();
        let long = now.chars().count() + 1 + word.chars().count() > WIDTH;
        if begun && long {
            out.push(std::mem::replace(&mut now, indent.to_owned()));
        } else if begun {
            now.push(' ');
        }
        now.push_str(word);
    }
    out.push(now);
    out
}

fn style(kind: Kind, line: &str) -> String {
    let code = match kind {
        Kind::Time => "1",
        Kind::Head => "36",
        Kind::Wrong => "31",
        Kind::Plain => return line.to_owned(),
        Kind::Said => return said(line),
    };
    format!("\x1b[{code}m{line}\x1b[0m")
}

/// `**bold**`, and a backslash before what is no mark. Bold that ends in another line ends in this one.
fn said(line: &str) -> String {
    let (mut out, mut bold, mut rest) = (String::new(), false, line);
    while let Some(c) = rest.chars().next() {
        let marked =
            rest.strip_prefix('\\').filter(|rest| rest.starts_with(|c: char| c.is_ascii_punctuation()));
        if let Some(after) = rest.strip_prefix("**") {
            bold = !bold;
            out.push_str(if bold { "\x1b[1m" } else { "\x1b[22m" });
            rest = after;
        } else {
            rest = marked.unwrap_or(rest);
            out.extend(rest.chars().next());
            rest = &rest[if marked.is_some() { 1 } else { c.len_utf8() }..];
        }
    }
    if bold {
        out.push_str("\x1b[22m");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_words_and_buttons() {
        let words = format!("  {}", "word ".repeat(40));
        let folded = lines(Kind::Said, &words, false);
        assert_eq!(folded.len(), 3);
        assert!(folded.iter().all(|line| line.len() <= WIDTH && line.starts_with("  word")), "{folded:?}");
        let buttons =
            "  [Keep the date] [Tell those who planned it] [Draw another page] [Watch five people use it]";
        let folded = lines(Kind::Said, buttons, false);
        assert_eq!(folded[1], "  [Watch five people use it]");
        assert_eq!(lines(Kind::Said, &"x".repeat(100), false), ["x".repeat(100)]);
        assert_eq!(lines(Kind::Said, "", false), [""]);
    }

    #[test]
    fn marks_become_what_they_mean() {
        assert_eq!(said("  **a** \\*b\\* \\d"), "  \x1b[1ma\x1b[22m *b* \\d");
        assert_eq!(lines(Kind::Said, "  -# small", true), ["\x1b[2m  small\x1b[0m"]);
        assert_eq!(lines(Kind::Said, "  -# small", false), ["  small"]);
    }
}
