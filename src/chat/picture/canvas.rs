//! An SVG in the making. All text goes through [`Canvas::text`], which escapes it.

use super::{colour, wheel};
use std::fmt::{Display, Formatter, Write};

/// The width of every picture, in its units. Phones show it about so wide.
pub(super) const WIDTH: f32 = 360.0;
/// Left and right of what is drawn.
pub(super) const MARGIN: f32 = 23.0;
/// What is left between the margins.
pub(super) const ROOM: f32 = WIDTH - 2.0 * MARGIN;

/// How letters look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Face {
    pub(super) size: f32,
    bold: bool,
    /// Between letters.
    spaced: f32,
}

impl Face {
    pub(super) const PLAIN: Self = Self::plain(14.0);

    pub(super) const fn plain(size: f32) -> Self {
        Self { size, bold: false, spaced: 0.0 }
    }

    pub(super) const fn bold(size: f32) -> Self {
        Self { size, bold: true, spaced: 0.0 }
    }

    /// For the small line in capitals above a title.
    pub(super) const fn spaced(size: f32) -> Self {
        Self { size, bold: true, spaced: 1.4 }
    }
}

impl Display for Face {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let weight = if self.bold { 600 } else { 400 };
        write!(f, "font-family=\"Inter\" font-size=\"{}\" font-weight=\"{weight}\"", self.size)?;
        if self.spaced > 0.0 {
            write!(f, " letter-spacing=\"{}\"", self.spaced)?;
        }
        Ok(())
    }
}

/// Which point of a text is given.
#[derive(Clone, Copy, Debug)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// What has been drawn so far.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    body: String,
}

impl Canvas {
    /// A line of text; `y` is where its letters stand.
    pub(super) fn text(&mut self, (x, y): (f32, f32), anchor: Anchor, face: Face, fill: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        self.add(format_args!(
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" xml:space=\"preserve\" fill=\"{fill}\" {face}>{}</text>",
            escape(text)
        ));
    }

    /// A rectangle with round ends; nothing if it has no width.
    pub(super) fn bar(&mut self, x: f32, y: f32, width: f32, height: f32, fill: &str) {
        self.rounded(x, y, width, height, height / 2.0, fill);
    }

    /// A rectangle with round corners; nothing if it has no width.
    pub(super) fn rounded(&mut self, x: f32, y: f32, width: f32, height: f32, radius: f32, fill: &str) {
        if width > 0.0 {
            let radius = radius.min(width / 2.0);
            self.add(format_args!(
                "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\" fill=\"{fill}\"/>"
            ));
        }
    }

    /// Any element of ours. What people wrote must not be in it.
    pub(super) fn add(&mut self, element: impl Display) {
        // Writing to a string cannot fail.
        let _ = write!(self.body, "{element}");
    }

    /// The picture, on its card of this height.
    pub(super) fn finish(self, height: f32) -> String {
        let height = height.ceil();
        let (card, wave) = (colour::CARD, colour::WAVE);
        let (low, high) = (height - 16.0, height - 34.0);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\">\
             <defs>{}{}</defs>\
             <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"{card}\"/>\
             <path d=\"M0 {low}C65 {high} 125 {high} 185 {low}S300 {height} {WIDTH} {low}V{height}H0Z\" fill=\"{wave}\"/>\
             {}</svg>",
            colour::PATTERNS,
            wheel::SPOKE,
            self.body
        )
    }
}

/// Text as it may stand in XML. Characters that XML does not allow are left out.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}
