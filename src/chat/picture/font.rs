//! The font that is compiled in: what it can draw, and how wide.

use super::canvas::{Face, escape};
use resvg::usvg::{
    self, Node, Options,
    fontdb::{Database, Source},
};
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

/// Both weights. How they were made: `assets/fonts/README.md`.
const FILES: [&[u8]; 2] = [
    include_bytes!("../../../assets/fonts/Inter-Regular.otf"),
    include_bytes!("../../../assets/fonts/Inter-SemiBold.otf"),
];
/// Longer texts are cut before they are measured.
const LONGEST: usize = 200;
/// Marks on one letter. More of them would grow out of the line.
const MOST_MARKS: usize = 2;

/// With our fonts and no others. Loaded once.
pub(super) fn options() -> &'static Options<'static> {
    static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
        let mut fonts = Database::new();
        for file in FILES {
            fonts.load_font_source(Source::Binary(Arc::new(file)));
        }
        Options { fontdb: Arc::new(fonts), font_family: "Inter".to_owned(), ..Options::default() }
    });
    &OPTIONS
}

/// A text in one line with all that the font can draw of it. What is invisible, changes the direction of writing or is
/// not in the font (emoji, many scripts) is left out. Empty, if nothing is left.
pub(super) fn drawable(text: &str) -> String {
    let mut kept = String::new();
    let mut marks = 0;
    for c in text.chars().take(LONGEST) {
        if c.is_whitespace() {
            marks = MOST_MARKS;
            kept.push(' ');
        } else if is_mark(c) {
            marks += 1;
            if marks <= MOST_MARKS && !kept.is_empty() {
                kept.push(c);
            }
        } else if !c.is_control() && !is_invisible(c) {
            marks = 0;
            kept.push(c);
        }
    }
    if lay(&kept, Face::PLAIN).is_some_and(|laid| laid.lacks) {
        let mut known: HashMap<char, bool> = HashMap::new();
        let mut lacks = |c: char| {
            let alone = |c: char| lay(&c.to_string(), Face::PLAIN).is_none_or(|one| one.lacks);
            !c.is_whitespace() && *known.entry(c).or_insert_with(|| alone(c))
        };
        // A mark may be in the font and its letter not; it must not end up on somebody else's.
        let mut lost = false;
        kept.retain(|c| {
            lost = if is_mark(c) { lost || lacks(c) } else { lacks(c) };
            !lost
        });
        // Alone the font has each; together they may still be more than it can put on one another.
        if lay(&kept, Face::PLAIN).is_some_and(|laid| laid.lacks) {
            kept.retain(|c| !is_mark(c));
        }
    }
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The width of a drawable text.
pub(super) fn width(text: &str, face: Face) -> f32 {
    lay(text, face).map_or(0.0, |laid| laid.width)
}

/// A drawable text, cut so that it takes no more than `room`, with `…` where it was cut.
pub(super) fn fit(text: &str, face: Face, room: f32) -> String {
    if width(text, face) <= room {
        return text.to_owned();
    }
    let ends: Vec<_> = text.char_indices().map(|(at, _)| at).collect();
    let cut = |kept: usize| format!("{}…", text[..ends[kept]].trim_end());
    // The most letters that fit: width grows with each.
    let (mut fits, mut too_many) = (0, ends.len());
    while too_many - fits > 1 {
        let middle = fits.midpoint(too_many);
        if width(&cut(middle), face) <= room {
            fits = middle;
        } else {
            too_many = middle;
        }
    }
    cut(fits)
}

/// A drawable text in at most `lines` lines, broken between words.
pub(super) fn wrap(text: &str, face: Face, room: f32, lines: usize) -> Vec<String> {
    let mut done: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut words = text.split(' ').peekable();
    while let Some(word) = words.peek() {
        let longer = if line.is_empty() { (*word).to_owned() } else { format!("{line} {word}") };
        if width(&longer, face) <= room || line.is_empty() {
            line = longer;
            words.next();
            continue;
        }
        if done.len() + 1 == lines {
            break;
        }
        done.push(fit(&std::mem::take(&mut line), face, room));
    }
    let rest: Vec<_> = std::iter::once(line.as_str()).chain(words).collect();
    done.push(fit(&rest.join(" "), face, room));
    done
}

struct Laid {
    width: f32,
    /// Whether a box would stand for something.
    lacks: bool,
}

/// What the renderer itself would make of it.
fn lay(text: &str, face: Face) -> Option<Laid> {
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><text xml:space=\"preserve\" {face}>{}</text></svg>",
        escape(text)
    );
    let tree = usvg::Tree::from_str(&svg, options()).ok()?;
    let Some(Node::Text(text)) = tree.root().children().first() else { return None };
    let mut glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
    Some(Laid { width: text.bounding_box().width(), lacks: glyphs.any(|glyph| glyph.id.0 == 0) })
}

/// Combining marks, as far as the font has any.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}')
}

/// Joiners, selectors and what turns the direction of writing.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_font_has_is_kept() {
        for text in [
            "Zoë Müller-Çelik",
            "Łukasz Nguyễn Văn",
            "Αθηνά Παπαδοπούλου",
            "Олена Шевченко",
            "“a” – b… (c) №5",
        ] {
            assert_eq!(drawable(text), text);
        }
        assert_eq!(drawable("e\u{301}te\u{301}"), "e\u{301}te\u{301}");
    }

    #[test]
    fn what_it_lacks_is_left_out() {
        assert_eq!(drawable("🎉 Anna 👩‍🚀"), "Anna");
        assert_eq!(drawable("李雷 Li\u{202e}iL"), "Li iL".replace(' ', ""));
        assert_eq!(drawable("שלום"), "");
        assert_eq!(drawable("a\u{0}\u{1b}\nb\t c"), "a b c");
        assert_eq!(drawable("李\u{301}a"), "a");
        assert_eq!(drawable(&format!("z{}", "\u{30a}".repeat(50))), "z\u{30a}\u{30a}");
    }

    #[test]
    fn a_long_text_is_cut_by_its_width() {
        let face = Face::bold(14.0);
        let wide = "W".repeat(60);
        let cut = fit(&wide, face, 200.0);
        assert!(cut.ends_with('…') && width(&cut, face) <= 200.0 && width(&cut, face) > 180.0, "{cut}");
        assert_eq!(fit("short", face, 200.0), "short");
        assert!(fit(&"i".repeat(60), face, 200.0).chars().count() > cut.chars().count() + 10);
    }

    #[test]
    fn lines_break_between_words() {
        let face = Face::bold(20.0);
        let lines = wrap(
            "The delivery is stuck in traffic and the shop is empty, all day and tomorrow",
            face,
            300.0,
            2,
        );
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| width(line, face) <= 300.0), "{lines:?}");
        assert!(lines[1].ends_with('…'), "{lines:?}");
        assert_eq!(wrap("One", face, 300.0, 2), ["One"]);
        assert_eq!(wrap(&"x".repeat(90), face, 300.0, 2).len(), 1);
    }
}
