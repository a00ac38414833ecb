//! The colours of all pictures: a card of its own, so that they read the same on light and dark. Leans differ by pattern
//! as well as by colour.

use crate::domain::prompt::Lean;

/// Behind everything: the sea at night.
pub(super) const CARD: &str = "#16304a";
/// A little lighter, at the foot of the card; text stands on it at most in passing.
pub(super) const WAVE: &str = "#1b3957";
/// What a bar would fill if everybody had picked it.
pub(super) const TRACK: &str = "#274864";
/// Titles and numbers.
pub(super) const INK: &str = "#fbf4e6";
/// What explains them.
pub(super) const SOFT: &str = "#b7c7d6";
/// Leading, and the wheel: a lamp's light.
pub(super) const AMBER: &str = "#f3b557";
/// Managing: clear water.
pub(super) const WATER: &str = "#7cc4de";

/// Managing is hatched, both is striped with the colours of the two, leading is plain. Gradients that repeat, because
/// the tiles of a pattern show their edges at some sizes.
pub(super) const PATTERNS: &str = concat!(
    "<linearGradient id=\"manage\" gradientUnits=\"userSpaceOnUse\" x2=\"4.2\" y2=\"4.2\" spreadMethod=\"repeat\">",
    "<stop offset=\"0.05\" stop-color=\"#7cc4de\"/><stop offset=\"0.12\" stop-color=\"#3f86a3\"/>",
    "<stop offset=\"0.28\" stop-color=\"#3f86a3\"/><stop offset=\"0.35\" stop-color=\"#7cc4de\"/></linearGradient>",
    "<linearGradient id=\"both\" gradientUnits=\"userSpaceOnUse\" x2=\"8\" y2=\"-8\" spreadMethod=\"repeat\">",
    "<stop stop-color=\"#7cc4de\"/><stop offset=\"0.03\" stop-color=\"#f3b557\"/>",
    "<stop offset=\"0.5\" stop-color=\"#f3b557\"/><stop offset=\"0.53\" stop-color=\"#7cc4de\"/></linearGradient>",
);

/// What a bar of this lean is filled with.
pub(super) fn of(lean: Lean) -> &'static str {
    match lean {
        Lean::Lead => AMBER,
        Lean::Manage => "url(#manage)",
        Lean::Both => "url(#both)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance. Source: WCAG 2.2, "relative luminance".
    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_and_bars_stand_out_as_wcag_aa_asks() {
        assert!((contrast("#ffffff", "#000000") - 21.0).abs() < 0.01);
        for ground in [CARD, WAVE, TRACK] {
            for text in [INK, SOFT, AMBER, WATER] {
                let found = contrast(text, ground);
                assert!(found >= 4.5, "{text} on {ground}: {found:.2}");
            }
        }
        // Numbers on filled shapes.
        assert!(contrast(CARD, AMBER) >= 4.5 && contrast(CARD, WATER) >= 4.5);
        // Water and its hatching, and the hatching and the card, can be told apart.
        assert!(PATTERNS.contains(AMBER) && PATTERNS.contains(WATER));
    }
}
