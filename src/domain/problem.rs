//! A place in a text that somebody wrote, what is wrong there, and what to write instead.

use std::fmt;
use std::ops::Range;

/// At most this many characters of a line are shown; a longer one is cut around the place that is meant.
pub const SHOWN: usize = 100;

/// One mistake in a file. Its `Display` is what people read: place, line, mark, what is wrong, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The name of the file, as it was given.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters (Unicode scalar values) of the line.
    pub column: usize,
    /// The line, or of a long one the part around the column, with `…` where it was cut. Safe to print: control
    /// characters are shown as `�`.
    pub line_text: String,
    /// How many characters of `line_text` stand before the mark.
    pub indent: usize,
    /// How many characters are marked; at least 1.
    pub width: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead; may have several lines.
    pub help: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, .. } = self;
        let number = line.to_string();
        let gutter = " ".repeat(number.len());
        let mark = format!("{}{}", " ".repeat(self.indent), "^".repeat(self.width));
        writeln!(f, "{file}:{line}:{column}: {}", self.message)?;
        writeln!(f, "{gutter} |")?;
        writeln!(f, "{number} | {}", self.line_text)?;
        write!(f, "{gutter} | {mark}")?;
        for (i, help) in self.help.lines().enumerate() {
            write!(f, "\n{gutter} {} {help}", if i == 0 { "=" } else { " " })?;
        }
        Ok(())
    }
}

/// Several problems as one text, an empty line between them.
pub fn listing(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n\n")
}

/// A text with a name, in which places can be found.
#[derive(Debug)]
pub struct Source<'a> {
    name: String,
    text: &'a str,
    /// The byte at which each line starts.
    starts: Vec<usize>,
}

impl<'a> Source<'a> {
    /// Names a text.
    pub fn new(name: &str, text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { name: name.chars().map(printable).collect(), text, starts }
    }

    /// The whole text.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// How many lines it has; at least one.
    pub fn lines(&self) -> usize {
        self.starts.len()
    }

    /// The line in which a byte stands, counted from 1.
    pub fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at)
    }

    /// The bytes of a line (counted from 1) without its end.
    pub fn line_range(&self, line: usize) -> Range<usize> {
        let start = self.starts[line.clamp(1, self.starts.len()) - 1];
        let rest = &self.text[start..];
        let line = rest.find('\n').map_or(rest, |end| &rest[..end]);
        start..start + line.strip_suffix('\r').unwrap_or(line).len()
    }

    /// A problem with the bytes of `span` (of which the part in its first line is marked).
    pub fn problem(&self, span: Range<usize>, message: String, help: String) -> Problem {
        let line = self.line(span.start.min(self.text.len()));
        let range = self.line_range(line);
        let start = self.text.floor_char_boundary(span.start.clamp(range.start, range.end));
        let end = self.text.floor_char_boundary(span.end.clamp(start, range.end));
        let before = self.text[range.start..start].chars().count();
        let marked = self.text[start..end].chars().count().max(1);
        let (line_text, indent) = excerpt(&self.text[range], before, marked);
        let width = marked.min(line_text.chars().count().saturating_sub(indent)).max(1);
        Problem { file: self.name.clone(), line, column: before + 1, line_text, indent, width, message, help }
    }
}

/// What is shown of a line of which `marked` characters after `before` are meant, and how many characters stand before
/// the mark then.
fn excerpt(line: &str, before: usize, marked: usize) -> (String, usize) {
    let length = line.chars().count();
    if length <= SHOWN {
        return (line.chars().map(printable).collect(), before);
    }
    // The mark's end stays in sight, and some context on its left.
    let room = SHOWN - 2;
    let from = (before + marked.min(room / 2) + 10).saturating_sub(room).min(length - room);
    let cut_right = from + room < length;
    let mut shown = String::new();
    if from > 0 {
        shown.push('…');
    }
    shown.extend(line.chars().skip(from).take(room).map(printable));
    if cut_right {
        shown.push('…');
    }
    (shown, before - from + usize::from(from > 0))
}

/// Whether a character may stand in a text that is shown to people: no control character, no invisible one that moves
/// or hides its neighbours. The joiners that emoji and several scripts need are fine.
pub fn is_visible(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A character as it can be printed to a terminal or a chat without effect on what stands around it.
pub fn printable(c: char) -> char {
    match c {
        '\t' => ' ',
        c if is_visible(c) => c,
        _ => '\u{fffd}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str, span: Range<usize>) -> String {
        Source::new("a.toml", text).problem(span, "wrong".into(), "do this\nand that".into()).to_string()
    }

    #[test]
    fn a_place_is_shown_with_its_line() {
        insta::assert_snapshot!(show("one\r\ntwo ü\tthree\nfour", 12..17), @r"
        a.toml:2:7: wrong
          |
        2 | two ü three
          |       ^^^^^
          = do this
            and that
        ");
    }

    #[test]
    fn the_end_of_a_file_is_a_place() {
        insta::assert_snapshot!(show("", 0..0), @r"
        a.toml:1:1: wrong
          |
        1 | 
          | ^
          = do this
            and that
        ");
        let problem = Source::new("a.toml", "x\n").problem(99..120, String::new(), String::new());
        assert_eq!((problem.line, problem.column, problem.width), (2, 1, 1));
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        for (at, marked) in [(0, 1), (5, 300), (50, 10), (88, 3), (200, 40), (395, 5), (399, 1)] {
            let text = ('a'..='z').cycle().take(400).collect::<String>();
            let problem = Source::new("a", &text).problem(at..at + marked, String::new(), String::new());
            let shown = problem.line_text.chars().collect::<Vec<_>>();
            assert!(shown.len() <= SHOWN, "{problem}");
            assert_eq!(Some(shown[problem.indent]), text[at..].chars().next(), "{problem}");
            assert!(problem.indent + problem.width <= shown.len(), "{problem}");
        }
    }

    #[test]
    fn what_is_printed_is_harmless() {
        assert!(!show("a\u{1b}[2Jb\u{202e}c", 0..1).contains(['\u{1b}', '\u{202e}']));
        assert!(
            !Source::new("a\u{1b}", "x").problem(0..1, String::new(), String::new()).file.contains('\u{1b}')
        );
    }
}
