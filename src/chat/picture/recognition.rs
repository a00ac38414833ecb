//! Whom the team recognised, and for what.

use super::{
    canvas::{Anchor, Canvas, Face, MARGIN, ROOM, WIDTH},
    colour::{AMBER, INK, SOFT, TRACK, WATER},
    font, wheel,
};

/// What is drawn of a closed poll. Only what may be seen by everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// Whoever was recognised, as they are called; several share.
    pub names: Vec<String>,
    /// Themes in plain words, and how many named each (0: that is not told); the most named first. Empty: nothing is said of
    /// them.
    pub strengths: Vec<(String, u32)>,
    /// The votes of everybody, the recognised included, if the poll shows them.
    pub counts: Option<Vec<(String, u32)>>,
}

/// Instead of a name of which the font has nothing.
const NAMELESS: &str = "this person";
/// Strengths that are drawn.
const MOST_STRENGTHS: usize = 6;
/// Names that are drawn, and nominees with their votes.
const MOST_NAMES: usize = 10;

impl Recognition {
    pub(super) fn words(&self) -> String {
        let mut words = format!("Recognised by the team: {}.", and(&self.names));
        let counted = |list: &[(String, u32)]| {
            let list: Vec<_> = list.iter().map(|(what, n)| format!("{what} {n}")).collect();
            list.join(", ")
        };
        if !self.strengths.is_empty() {
            let told = |(what, n): &(String, u32)| if *n == 0 { what.clone() } else { format!("{what} {n}") };
            let list: Vec<_> = self.strengths.iter().map(told).collect();
            words.push_str(&format!(" Strengths that were seen: {}.", list.join(", ")));
        }
        if let Some(counts) = self.counts.as_deref().filter(|counts| !counts.is_empty()) {
            words.push_str(&format!(" Votes: {}.", counted(counts)));
        }
        words
    }

    pub(super) fn svg(&self) -> String {
        let mut canvas = Canvas::default();
        let middle = WIDTH / 2.0;
        canvas.add(format_args!(
            "<circle cx=\"{middle}\" cy=\"78\" r=\"58\" fill=\"{TRACK}\" fill-opacity=\"0.55\"/>"
        ));
        wheel::draw(&mut canvas, (middle, 78.0), 46.0);
        canvas.text((middle, 162.0), Anchor::Middle, Face::spaced(10.5), AMBER, "RECOGNISED BY THE TEAM");
        let mut y = self.draw_names(&mut canvas, 168.0);
        if !self.strengths.is_empty() {
            y = self.draw_strengths(&mut canvas, y + 30.0);
        }
        if let Some(counts) = self.counts.as_deref().filter(|counts| !counts.is_empty()) {
            y = draw_counts(&mut canvas, y + 24.0, counts);
        }
        canvas.finish(y + 46.0)
    }

    fn draw_names(&self, canvas: &mut Canvas, mut y: f32) -> f32 {
        let size = match self.names.len() {
            0 | 1 => 30.0,
            2 | 3 => 24.0,
            _ => 18.0,
        };
        let face = Face::bold(size);
        let shown: Vec<_> = self.names.iter().take(MOST_NAMES).map(|name| called(name)).collect();
        // Few stand under one another, many beside each other as far as they fit.
        let rows = if shown.len() <= 3 {
            shown.into_iter().map(|one| vec![one]).collect()
        } else {
            rows(shown, face, 26.0)
        };
        for row in rows {
            y += size * 1.32;
            let line = font::fit(&row.join("  ·  "), face, ROOM);
            canvas.text((WIDTH / 2.0, y), Anchor::Middle, face, INK, &line);
        }
        y
    }

    fn draw_strengths(&self, canvas: &mut Canvas, mut y: f32) -> f32 {
        let (face, number) = (Face::plain(13.0), Face::bold(13.0));
        let (inside, between, height) = (13.0, 8.0, 28.0);
        let told = |n: &str| if n.is_empty() { 0.0 } else { 7.0 + font::width(n, number) };
        let width = |(word, n): &(String, String)| font::width(word, face) + told(n) + 2.0 * inside;
        let pills = self.strengths.iter().take(MOST_STRENGTHS).map(|(word, n)| {
            let n = if *n == 0 { String::new() } else { n.to_string() };
            let room = ROOM - 2.0 * inside - told(&n);
            (font::fit(&font::drawable(word), face, room), n)
        });
        let mut rows: Vec<(f32, Vec<_>)> = Vec::new();
        for pill in pills {
            let wide = width(&pill);
            match rows.last_mut() {
                Some((taken, row)) if *taken + between + wide <= ROOM => {
                    *taken += between + wide;
                    row.push((wide, pill));
                }
                _ => rows.push((wide, vec![(wide, pill)])),
            }
        }
        for (at, (taken, row)) in rows.into_iter().enumerate() {
            if at > 0 {
                y += between;
            }
            let mut x = (WIDTH - taken) / 2.0;
            for (wide, (word, n)) in row {
                canvas.bar(x, y, wide, height, TRACK);
                canvas.text((x + inside, y + 18.5), Anchor::Start, face, INK, &word);
                if !n.is_empty() {
                    canvas.text((x + wide - inside, y + 18.5), Anchor::End, number, AMBER, &n);
                }
                x += wide + between;
            }
            y += height;
        }
        y
    }
}

fn draw_counts(canvas: &mut Canvas, mut y: f32, counts: &[(String, u32)]) -> f32 {
    let (face, number) = (Face::plain(13.0), Face::bold(13.0));
    let counts = &counts[..counts.len().min(MOST_NAMES)];
    let most = counts.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let names: Vec<_> = counts.iter().map(|(name, _)| font::fit(&called(name), face, 122.0)).collect();
    let left = MARGIN + names.iter().map(|name| font::width(name, face)).fold(0.0, f32::max) + 14.0;
    let room = WIDTH - MARGIN - 34.0 - left;
    canvas.rounded(MARGIN, y, ROOM, 1.0, 0.0, TRACK);
    y += 28.0;
    canvas.text((MARGIN, y), Anchor::Start, face, SOFT, "Votes");
    for ((_, n), name) in counts.iter().zip(&names) {
        y += 26.0;
        canvas.text((MARGIN, y), Anchor::Start, face, INK, name);
        canvas.bar(left, y - 9.5, room, 10.0, TRACK);
        if *n > 0 {
            let fill = if *n == most { AMBER } else { WATER };
            canvas.bar(left, y - 9.5, (room * *n as f32 / most as f32).max(10.0), 10.0, fill);
        }
        canvas.text((WIDTH - MARGIN, y), Anchor::End, number, INK, &n.to_string());
    }
    y
}

/// A name as far as the font has it.
fn called(name: &str) -> String {
    let name = font::drawable(name);
    if name.chars().any(char::is_alphanumeric) { name } else { NAMELESS.to_owned() }
}

/// As many beside each other as fit.
fn rows(names: Vec<String>, face: Face, between: f32) -> Vec<Vec<String>> {
    let mut rows: Vec<(f32, Vec<String>)> = Vec::new();
    for name in names {
        let name = font::fit(&name, face, ROOM);
        let wide = font::width(&name, face);
        match rows.last_mut() {
            Some((taken, row)) if *taken + between + wide <= ROOM => {
                *taken += between + wide;
                row.push(name);
            }
            _ => rows.push((wide, vec![name])),
        }
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

fn and(names: &[String]) -> String {
    match names {
        [] => "nobody".into(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
