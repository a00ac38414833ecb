//! How the answers to a prompt split: between options, and between leading and managing.

use super::{
    canvas::{Anchor, Canvas, Face, MARGIN, ROOM, WIDTH},
    colour::{self, INK, SOFT, TRACK},
    font, wheel,
};
use crate::domain::prompt::Lean;

/// What is drawn of a closed prompt. Only for those whose split may be shown at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The prompt's title, as written.
    pub title: String,
    /// The options in the order in which they stood; Discord's buttons allow five.
    pub choices: Vec<Choice>,
}

/// One option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What stood on the button, as written.
    pub label: String,
    /// Where it leans.
    pub lean: Lean,
    /// How many picked it.
    pub n: u32,
}

const LEANS: [Lean; 3] = [Lean::Lead, Lean::Both, Lean::Manage];

impl Split {
    fn total(&self) -> u32 {
        self.choices.iter().fold(0, |sum, choice| sum.saturating_add(choice.n))
    }

    fn leaning(&self, lean: Lean) -> u32 {
        let all = self.choices.iter().filter(|choice| choice.lean == lean);
        all.fold(0, |sum, choice| sum.saturating_add(choice.n))
    }

    /// The leans that are spoken of: both sides always, *both* if it was there to be picked.
    fn leans(&self) -> impl Iterator<Item = Lean> {
        LEANS
            .into_iter()
            .filter(|lean| *lean != Lean::Both || self.choices.iter().any(|choice| choice.lean == Lean::Both))
    }

    pub(super) fn words(&self) -> String {
        let choices: Vec<_> = self
            .choices
            .iter()
            .map(|choice| format!("{}: {} ({})", choice.label, choice.n, word(choice.lean)))
            .collect();
        let leans: Vec<_> =
            self.leans().map(|lean| format!("{} {}", word(lean), self.leaning(lean))).collect();
        format!(
            "How “{}” went: {}. {}. In all: {}.",
            self.title,
            picked(self.total()),
            choices.join(", "),
            leans.join(", ")
        )
    }

    pub(super) fn svg(&self) -> String {
        let mut canvas = Canvas::default();
        let total = self.total();
        let (title, room) = (Face::bold(20.0), ROOM - 52.0);
        canvas.text((MARGIN, 38.0), Anchor::Start, Face::spaced(10.5), colour::AMBER, "HOW IT WENT");
        wheel::draw(&mut canvas, (WIDTH - MARGIN - 20.0, 46.0), 21.0);
        let mut y = 40.0;
        for line in font::wrap(&font::drawable(&self.title), title, room, 2) {
            y += 25.0;
            canvas.text((MARGIN, y), Anchor::Start, title, INK, &line);
        }
        y += 22.0;
        canvas.text((MARGIN, y), Anchor::Start, Face::plain(13.0), SOFT, &picked(total));
        y += 12.0;
        for choice in &self.choices {
            y += 27.0;
            draw_choice(&mut canvas, y, choice, total);
            y += 19.0;
        }
        y += 16.0;
        canvas.rounded(MARGIN, y, ROOM, 1.0, 0.0, TRACK);
        y += 28.0;
        y = self.draw_leans(&mut canvas, y, total);
        canvas.finish(y + 38.0)
    }

    /// One bar for all, and what its parts are.
    fn draw_leans(&self, canvas: &mut Canvas, y: f32, total: u32) -> f32 {
        let face = Face::plain(13.0);
        canvas.text((MARGIN, y), Anchor::Start, face, SOFT, "Between leading and managing");
        let (top, height) = (y + 12.0, 18.0);
        canvas.bar(MARGIN, top, ROOM, height, TRACK);
        let shown: Vec<_> = self.leans().filter(|lean| self.leaning(*lean) > 0).collect();
        // Whatever was picked at all can be seen.
        let (gap, least) = (3.0, 8.0);
        let room = ROOM - (gap + least) * shown.len() as f32 + gap;
        let mut x = MARGIN;
        for lean in shown {
            let width = least + room * share(self.leaning(lean), total);
            canvas.rounded(x, top, width, height, 5.0, colour::of(lean));
            x += width + gap;
        }
        let mut x = MARGIN;
        let y = top + height + 25.0;
        let (face, number) = (Face::plain(12.5), Face::bold(12.5));
        for lean in self.leans() {
            canvas.rounded(x, y - 10.5, 12.0, 12.0, 3.0, colour::of(lean));
            x += 17.0;
            let name = word(lean);
            canvas.text((x, y), Anchor::Start, face, SOFT, name);
            x += font::width(name, face) + 5.0;
            let n = short(self.leaning(lean));
            canvas.text((x, y), Anchor::Start, number, INK, &n);
            x += font::width(&n, number) + 13.0;
        }
        y
    }
}

/// A label with its lean and number, and its bar under it.
fn draw_choice(canvas: &mut Canvas, y: f32, choice: &Choice, total: u32) {
    let (label, lean) = (Face::bold(14.0), Face::plain(12.0));
    let n = short(choice.n);
    let right = WIDTH - MARGIN;
    canvas.text((right, y), Anchor::End, label, INK, &n);
    let right = right - font::width(&n, label) - 9.0;
    canvas.text((right, y), Anchor::End, lean, SOFT, word(choice.lean));
    let room = right - font::width(word(choice.lean), lean) - 10.0 - MARGIN;
    canvas.text(
        (MARGIN, y),
        Anchor::Start,
        label,
        INK,
        &font::fit(&font::drawable(&choice.label), label, room),
    );
    canvas.bar(MARGIN, y + 9.0, ROOM, 10.0, TRACK);
    if choice.n > 0 {
        canvas.bar(MARGIN, y + 9.0, (ROOM * share(choice.n, total)).max(10.0), 10.0, colour::of(choice.lean));
    }
}

fn share(n: u32, total: u32) -> f32 {
    if total == 0 { 0.0 } else { (f64::from(n) / f64::from(total)) as f32 }
}

/// Four characters at most, for anything that teams come to.
fn short(n: u32) -> String {
    match n {
        0..10_000 => n.to_string(),
        10_000..1_000_000 => format!("{}k", n / 1_000),
        _ => format!("{}M", n / 1_000_000),
    }
}

fn picked(n: u32) -> String {
    match n {
        0 => "Nobody picked an option".into(),
        1 => "1 person picked an option".into(),
        n => format!("{n} people picked an option"),
    }
}

fn word(lean: Lean) -> &'static str {
    match lean {
        Lean::Lead => "leading",
        Lean::Manage => "managing",
        Lean::Both => "both",
    }
}
