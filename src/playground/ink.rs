//! Lines as a terminal shows them: folded between words, and on a real terminal with Discord's marks as weight and colour.

use crate::domain::problem::is_visible;

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

/// How wide lines are where nobody says how wide they may be. Terminals are at least so wide.
const WIDTH: usize = 80;
/// Narrower than this, and wider, nothing can be read well.
const NARROWEST: usize = 40;
const WIDEST: usize = 120;
/// Stands for a space that must not be folded at.
const TIED: char = '\u{a0}';

/// How lines are shown.
#[derive(Clone, Copy, Debug)]
pub struct Ink {
    /// In the codes of a terminal.
    styled: bool,
    /// In characters.
    width: usize,
}

/// A character, and whether it is bold.
type Letter = (char, bool);

impl Ink {
    /// With the codes of a terminal or without, for a terminal of so many columns (80 if it is not known).
    pub fn new(styled: bool, columns: Option<usize>) -> Self {
        Self { styled, width: columns.unwrap_or(WIDTH).clamp(NARROWEST, WIDEST) }
    }

    /// The line, folded; what follows is indented as its beginning.
    pub fn lines(self, kind: Kind, line: &str) -> Vec<String> {
        let line = printable(line.trim_end());
        let (indent, text) = line.split_at(line.len() - line.trim_start().len());
        // Discord's mark for small print.
        let (small, text) = match text.strip_prefix("-# ").filter(|_| kind == Kind::Said) {
            Some(text) => (true, text),
            None => (false, text),
        };
        let letters = match kind {
            // What stands on buttons is no markdown.
            _ if text.starts_with('[') => tie(text),
            Kind::Said => marked(text, !self.styled),
            Kind::Head => marked(text, false).into_iter().map(|(c, _)| (c, false)).collect(),
            Kind::Time | Kind::Wrong | Kind::Plain => text.chars().map(|c| (c, false)).collect(),
        };
        let code = match kind {
            _ if !self.styled => None,
            Kind::Time => Some("1"),
            Kind::Head => Some("36"),
            Kind::Wrong => Some("31"),
            Kind::Said => small.then_some("2"),
            Kind::Plain => None,
        };
        let folded = fold(indent.chars().count(), &letters, self.width);
        folded.into_iter().map(|line| painted(code, indent, &line)).collect()
    }
}

/// The text without anything that a terminal obeys: such characters are shown by their number.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out.push(' '),
            c if is_visible(c) => out.push(c),
            c => out.extend(c.escape_unicode()),
        }
    }
    out
}

/// Keeps each `[button]` in one piece.
fn tie(line: &str) -> Vec<Letter> {
    let mut inside = false;
    let one = |c: char| {
        inside = (inside || c == '[') && c != ']';
        (if c == ' ' && inside { TIED } else { c }, false)
    };
    line.chars().map(one).collect()
}

/// What `**bold**` and a backslash before punctuation mean. Bold that does not end in this line ends with it. With
/// `starred` the stars stay, for where nothing else can show what is bold.
fn marked(text: &str, starred: bool) -> Vec<Letter> {
    let (mut letters, mut bold, mut rest) = (Vec::new(), false, text);
    while let Some(c) = rest.chars().next() {
        let hidden = rest.strip_prefix('\\').and_then(|rest| rest.chars().next());
        if let Some(after) = rest.strip_prefix("**").filter(|after| bold || after.contains("**")) {
            bold = !bold;
            letters.extend(starred.then_some([('*', false); 2]).into_iter().flatten());
            rest = after;
        } else if let Some(c) = hidden.filter(char::is_ascii_punctuation) {
            letters.push((c, bold && !starred));
            rest = &rest[1 + c.len_utf8()..];
        } else {
            letters.push((c, bold && !starred));
            rest = &rest[c.len_utf8()..];
        }
    }
    letters
}

fn fold(indent: usize, letters: &[Letter], width: usize) -> Vec<Vec<Letter>> {
    let mut out = Vec::new();
    let mut now: Vec<Letter> = Vec::new();
    let mut space = None;
    for word in letters.split_inclusive(|(c, _)| *c == ' ') {
        let (word, after) = match word.split_last() {
            Some((last, word)) if last.0 == ' ' => (word, Some(*last)),
            _ => (word, None),
        };
        if !now.is_empty() && indent + now.len() + 1 + word.len() > width {
            out.push(std::mem::take(&mut now));
        } else if !now.is_empty() {
            now.extend(space);
        }
        now.extend(word);
        space = after;
    }
    out.push(now);
    out
}

/// A line with the terminal's code for the whole of it, if any, and those for what is bold in it.
fn painted(code: Option<&str>, indent: &str, letters: &[Letter]) -> String {
    let mut out = code.map_or_else(String::new, |code| format!("\x1b[{code}m"));
    out.push_str(indent);
    let mut bold = false;
    // The code that ends bold ends faint letters, too.
    let ends = if code == Some("2") { "\x1b[22;2m" } else { "\x1b[22m" };
    for (c, is_bold) in letters {
        if *is_bold != bold {
            out.push_str(if *is_bold { "\x1b[1m" } else { ends });
            bold = *is_bold;
        }
        out.push(if *c == TIED { ' ' } else { *c });
    }
    match code {
        Some(_) => out.push_str("\x1b[0m"),
        None if bold => out.push_str("\x1b[22m"),
        None => {}
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piped(kind: Kind, line: &str) -> Vec<String> {
        Ink::new(false, None).lines(kind, line)
    }

    fn styled(kind: Kind, line: &str) -> Vec<String> {
        Ink::new(true, None).lines(kind, line)
    }

    #[test]
    fn long_lines_are_folded_between_words_and_buttons() {
        let words = format!("  {}", "word ".repeat(40));
        let folded = piped(Kind::Said, &words);
        assert_eq!(folded.len(), 3);
        assert!(folded.iter().all(|line| line.len() <= WIDTH && line.starts_with("  word")), "{folded:?}");
        let buttons =
            "  [Keep the date] [Tell those who planned it] [Draw another page] [Watch five people use it]";
        let folded = piped(Kind::Said, buttons);
        assert_eq!(folded[1], "  [Watch five people use it]");
        assert_eq!(piped(Kind::Said, &"x".repeat(100)), ["x".repeat(100)]);
        assert_eq!(piped(Kind::Said, ""), [""]);
        let wide = Ink::new(false, Some(100)).lines(Kind::Said, &words);
        assert!(wide.iter().any(|line| line.len() > WIDTH) && wide.iter().all(|line| line.len() <= 100));
        assert_eq!(Ink::new(false, Some(3)).width, NARROWEST);
    }

    #[test]
    fn marks_become_what_they_mean() {
        assert_eq!(styled(Kind::Said, "  **a** \\*b\\* \\d"), ["  \x1b[1ma\x1b[22m *b* \\d"]);
        assert_eq!(styled(Kind::Said, "  -# small"), ["\x1b[2m  small\x1b[0m"]);
        assert_eq!(styled(Kind::Said, "-# a **b** c"), ["\x1b[2ma \x1b[1mb\x1b[22;2m c\x1b[0m"]);
        assert_eq!(piped(Kind::Said, "  -# small"), ["  small"]);
        assert_eq!(styled(Kind::Said, "2 ** 3"), ["2 ** 3"], "a mark without its other half is none");
    }

    #[test]
    fn without_colours_people_read_what_was_written_and_what_is_bold() {
        assert_eq!(
            piped(Kind::Said, r"Hello \*bold\* \@everyone **now**"),
            ["Hello *bold* @everyone **now**"]
        );
        assert_eq!(piped(Kind::Head, r"Helmsman, changed “**3\. A\_b**”:"), ["Helmsman, changed “3. A_b”:"]);
        assert_eq!(piped(Kind::Said, r"[A \* b]"), [r"[A \* b]"], "no markdown on a button");
        assert_eq!(piped(Kind::Plain, r"a \* b"), [r"a \* b"]);
    }

    #[test]
    fn bold_goes_on_in_the_next_line_and_its_marks_take_no_room() {
        let line = format!("  {} **two words** end", "x".repeat(70));
        let folded = styled(Kind::Said, &line);
        assert_eq!(
            folded,
            [format!("  {} \x1b[1mtwo\x1b[22m", "x".repeat(70)), "  \x1b[1mwords\x1b[22m end".to_owned()]
        );
        let line = format!("  {} **four** x", "x".repeat(71));
        assert_eq!(styled(Kind::Said, &line).len(), 1, "80 that are seen: 2 + 71 + 1 + 4 + 1 + 1");
    }

    #[test]
    fn nothing_that_a_terminal_obeys_is_printed() {
        assert_eq!(piped(Kind::Wrong, "!! \x1b[A\u{202e}\tx"), [r"!! \u{1b}[A\u{202e} x"]);
        assert_eq!(piped(Kind::Said, "\x1b[31mred"), [r"\u{1b}[31mred"]);
    }
}
