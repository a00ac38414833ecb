//! Pictures beside messages: drawn as SVG, made into PNG in this process, with a font of our own (`assets/fonts`), so that
//! neither the host's fonts nor the network matter.
//!
//! A picture says nothing that the text beside it does not, and has an alt text that says the same. What people wrote
//! comes in as they wrote it, not escaped for Discord; what the font lacks is left out. Nothing here knows what may be
//! shown: whoever fills in [`Split`] or [`Recognition`] has decided that.
//!
//! ```ignore
//! let picture = Recognition { names: vec!["Ana".into()], strengths: vec![], counts: None };
//! let file: Option<File> = picture::draw(picture).await;
//! let outgoing = Outgoing { message, file };
//! ```
//!
//! The outbound path sends the file as an attachment of its own, above the embeds, and leaves it out where Helmsman may
//! not attach files. So nothing in the message may refer to it.

mod canvas;
mod colour;
mod font;
mod png;
mod recognition;
mod split;
mod wheel;

pub use recognition::Recognition;
pub use split::{Choice, Split};

use resvg::{tiny_skia, usvg};
use tokio::sync::Semaphore;

/// The width of a picture in pixels: sharp on phones.
const PIXELS: u32 = 800;
/// The longest description of an attachment, in characters. Source: Discord's reference, "Attachment Object".
const LONGEST_ALT: usize = 1_024;

/// A file beside a message.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// What it is called, with its ending.
    pub name: &'static str,
    /// The same in words, for those who do not see it: at most 1,024 characters.
    pub alt: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes): {}", self.name, self.bytes.len(), self.alt)
    }
}

/// What can be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picture {
    /// How answers split.
    Split(Split),
    /// Who was recognised.
    Recognition(Recognition),
}

impl From<Split> for Picture {
    fn from(split: Split) -> Self {
        Self::Split(split)
    }
}

impl From<Recognition> for Picture {
    fn from(recognition: Recognition) -> Self {
        Self::Recognition(recognition)
    }
}

impl Picture {
    /// What it says, in words: one line, at most 1,024 characters as Discord counts them.
    pub fn alt(&self) -> String {
        let words = match self {
            Self::Split(split) => split.words(),
            Self::Recognition(recognition) => recognition.words(),
        };
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        cut_units(&words, LONGEST_ALT)
    }

    /// As SVG, all of it ours but for escaped text.
    pub fn svg(&self) -> String {
        match self {
            Self::Split(split) => split.svg(),
            Self::Recognition(recognition) => recognition.svg(),
        }
    }

    /// As PNG. Takes milliseconds of computing: where nothing may wait for that, [`draw`] is right.
    pub fn png(&self) -> Result<Vec<u8>, Undrawn> {
        let tree = usvg::Tree::from_str(&self.svg(), font::options())?;
        let scale = PIXELS as f32 / tree.size().width();
        let height = (tree.size().height() * scale).round() as u32;
        let mut pixels = tiny_skia::Pixmap::new(PIXELS, height).ok_or(Undrawn::Size)?;
        resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut pixels.as_mut());
        png::encode(&pixels)
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Split(_) => "split.png",
            Self::Recognition(_) => "recognition.png",
        }
    }
}

/// Why there is no picture: always a mistake of ours.
#[derive(Debug, thiserror::Error)]
pub enum Undrawn {
    /// The SVG cannot be read.
    #[error("the SVG cannot be read: {0}")]
    Svg(#[from] usvg::Error),
    /// The picture has no size.
    #[error("the picture has no size")]
    Size,
    /// The PNG could not be written.
    #[error("the PNG cannot be written: {0}")]
    Png(#[from] ::png::EncodingError),
}

/// Draws off the event loop, two at a time. None: it failed, which is logged; the text says the same.
pub async fn draw(picture: impl Into<Picture>) -> Option<File> {
    static TURNS: Semaphore = Semaphore::const_new(2);
    let picture = picture.into();
    let _turn = TURNS.acquire().await.ok()?;
    let (name, alt) = (picture.name(), picture.alt());
    match tokio::task::spawn_blocking(move || picture.png()).await {
        Ok(Ok(bytes)) => Some(File { name, alt, bytes }),
        Ok(Err(error)) => {
            tracing::error!(name, %error, "a picture could not be drawn; the message goes without it");
            None
        }
        Err(error) => {
            tracing::error!(name, %error, "drawing a picture failed; the message goes without it");
            None
        }
    }
}

fn cut_units(text: &str, most: usize) -> String {
    if text.encode_utf16().count() <= most {
        return text.to_owned();
    }
    let mut left = most - 1;
    let fits = text.chars().take_while(|c| {
        let fits = c.len_utf16() <= left;
        left = left.saturating_sub(c.len_utf16());
        fits
    });
    let mut cut: String = fits.collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::prompt::Lean;
    use proptest::prelude::*;

    /// Much of what is hard to draw: control characters, marks, writing from right to left or that joins, emoji, tags.
    const HARD: [std::ops::RangeInclusive<char>; 8] = [
        '\0'..='\u{2f}',
        '\u{300}'..='\u{36f}',
        '\u{590}'..='\u{6ff}',
        '\u{900}'..='\u{97f}',
        '\u{1100}'..='\u{11ff}',
        '\u{2000}'..='\u{206f}',
        '\u{1f300}'..='\u{1f9ff}',
        '\u{e0000}'..='\u{e00ff}',
    ];

    fn anything() -> impl Strategy<Value = String> {
        let hard = prop::char::ranges((&HARD[..]).into());
        let plain = prop::sample::select("aW zé я λ i<&'\"".chars().collect::<Vec<_>>());
        let letter = prop_oneof![any::<char>(), hard, plain];
        prop::collection::vec(letter, 0..60).prop_map(|letters| letters.into_iter().collect())
    }

    /// The texts of a picture that leave its card, or in which a box stands for what the font lacks.
    fn ugly(group: &usvg::Group, (width, height): (f32, f32)) -> Vec<String> {
        let mut found = Vec::new();
        for node in group.children() {
            match node {
                usvg::Node::Group(inner) => found.extend(ugly(inner, (width, height))),
                usvg::Node::Text(text) => {
                    let edge = text.abs_bounding_box();
                    let inside = edge.left() >= 0.0 && edge.right() <= width && edge.top() >= 0.0;
                    let mut glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
                    if !inside || edge.bottom() > height || glyphs.any(|glyph| glyph.id.0 == 0) {
                        found.push(format!("{edge:?} {:?}", text.chunks()[0].text()));
                    }
                }
                _ => {}
            }
        }
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

        #[test]
        fn any_text_is_drawn_within_the_card_and_without_boxes(
            texts in prop::collection::vec((anything(), prop_oneof![0..5_u32, 0..1_000_000_u32]), 1..11)
        ) {
            let lean = |n: u32| [Lean::Lead, Lean::Manage, Lean::Both][n as usize % 3];
            let choices = texts.iter().take(5);
            let choices = choices.map(|(label, n)| Choice { label: label.clone(), lean: lean(*n), n: *n }).collect();
            let split = Split { title: texts[0].0.clone(), choices };
            let names = texts.iter().map(|(name, _)| name.clone()).collect();
            let recognition = Recognition { names, strengths: texts.clone(), counts: Some(texts.clone()) };
            for picture in [Picture::from(split), recognition.into()] {
                let tree = usvg::Tree::from_str(&picture.svg(), font::options()).unwrap();
                let size = (tree.size().width(), tree.size().height());
                prop_assert_eq!(ugly(tree.root(), size), Vec::<String>::new());
                prop_assert!(size.0 == 360.0 && size.1 < 1_100.0, "{:?}", size);
                prop_assert!(picture.alt().encode_utf16().count() <= LONGEST_ALT);
            }
        }
    }

    #[test]
    fn any_picture_becomes_a_png() {
        let names = vec!["\u{5e9}\u{5dc}\u{202e}<&>\u{0}\u{301}\u{301}".to_owned(), String::new()];
        let picture = Picture::from(Recognition { names, strengths: Vec::new(), counts: Some(Vec::new()) });
        assert!(picture.png().unwrap().starts_with(b"\x89PNG"));
    }
}
