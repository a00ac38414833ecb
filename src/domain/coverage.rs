//! What a set of series covers, and what in it might give an answer away: for whoever writes prompts.

use super::prompt::{Kind, Lean, Prompt, PromptOption, Series, Theme};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Two prompts that share so large a part of their runs of three words are told as nearly the same.
const ALIKE: f64 = 0.2;
/// A text so many standard deviations from the mean of its kind is told for its length.
const FAR: f64 = 3.0;

/// A way to guess an option without knowing what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tell {
    /// The one that stands first.
    First,
    /// The one that stands last.
    Last,
    /// The one with the longest label and text.
    Longest,
    /// The one with the shortest.
    Shortest,
}

impl Tell {
    /// Every way.
    pub const ALL: [Tell; 4] = [Tell::First, Tell::Last, Tell::Longest, Tell::Shortest];

    fn guess(self, options: &[PromptOption]) -> Option<&PromptOption> {
        let length = |option: &&PromptOption| (option.label.chars().count()) + option.text.chars().count();
        match self {
            Tell::First => options.first(),
            Tell::Last => options.last(),
            Tell::Longest => options.iter().max_by_key(length),
            Tell::Shortest => options.iter().min_by_key(length),
        }
    }
}

/// How often a way to guess finds an option that leans so: the hits, and what chance alone would give with its standard
/// deviation.
pub fn guessed(series: &[&Series], tell: Tell, lean: Lean) -> (usize, f64, f64) {
    let (mut hits, mut expected, mut variance) = (0, 0.0, 0.0);
    for options in prompts(series).map(|(_, prompt)| prompt.options()).filter(|options| !options.is_empty()) {
        let part = options.iter().filter(|option| option.lean == lean).count() as f64 / options.len() as f64;
        hits += usize::from(tell.guess(options).is_some_and(|option| option.lean == lean));
        expected += part;
        variance += part * (1.0 - part);
    }
    (hits, expected, variance.sqrt())
}

/// How many prompts there are about a theme: choices, reflections, challenges.
pub fn kinds(series: &[&Series], theme: Theme) -> [usize; 3] {
    let of = |kind: usize| {
        prompts(series).filter(|(_, one)| one.theme == theme && place(&one.kind) == kind).count()
    };
    [of(0), of(1), of(2)]
}

/// How many prompts draw on each source.
pub fn sources<'a>(series: &[&'a Series]) -> BTreeMap<&'a str, usize> {
    let mut found = BTreeMap::new();
    for prompt in series.iter().flat_map(|series| &series.prompts) {
        *found.entry(prompt.source.as_str()).or_default() += 1;
    }
    found
}

/// How many options lean so, about a theme or about any.
pub fn leans(series: &[&Series], theme: Option<Theme>, lean: Lean) -> usize {
    let about = prompts(series).filter(|(_, one)| theme.is_none_or(|theme| one.theme == theme));
    about.flat_map(|(_, one)| one.options()).filter(|option| option.lean == lean).count()
}

/// Pairs of prompts, as `series/prompt`, that say nearly the same.
pub fn near_duplicates(series: &[&Series]) -> Vec<(String, String)> {
    let all: Vec<_> = prompts(series).map(|(own, prompt)| (name(own, prompt), runs(prompt))).collect();
    let mut found = Vec::new();
    for (at, (one, runs)) in all.iter().enumerate() {
        for (other, others) in &all[at + 1..] {
            let shared = runs.intersection(others).count() as f64;
            let either = runs.union(others).count().max(1) as f64;
            if shared / either >= ALIKE {
                found.push((one.clone(), other.clone()));
            }
        }
    }
    found
}

/// Prompts whose situation is far longer or shorter than others of their kind, with its words.
pub fn outliers(series: &[&Series]) -> Vec<(String, usize)> {
    let words = |prompt: &Prompt| prompt.situation.split_whitespace().count();
    let mut found = Vec::new();
    for kind in 0..3 {
        let all: Vec<_> = prompts(series).filter(|(_, one)| place(&one.kind) == kind).collect();
        let count = all.len().max(1) as f64;
        let mean = all.iter().map(|(_, one)| words(one) as f64).sum::<f64>() / count;
        let spread = all.iter().map(|(_, one)| (words(one) as f64 - mean).powi(2)).sum::<f64>() / count;
        let far = |one: &Prompt| (words(one) as f64 - mean).abs() > FAR * spread.sqrt();
        found.extend(all.iter().filter(|(_, one)| far(one)).map(|(own, one)| (name(own, one), words(one))));
    }
    found
}

/// All of it as a text.
pub fn table(series: &[&Series]) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{:<20} {:>7} {:>11} {:>10} {:>5}   {:>5} {:>7} {:>5}",
        "theme", "choice", "reflection", "challenge", "all", "lead", "manage", "both"
    );
    let mut sums = [0; 7];
    for theme in Theme::ALL {
        let [choice, reflection, challenge] = kinds(series, theme);
        let lean = |lean| leans(series, Some(theme), lean);
        let row = [
            choice,
            reflection,
            challenge,
            choice + reflection + challenge,
            lean(Lean::Lead),
            lean(Lean::Manage),
            lean(Lean::Both),
        ];
        sums.iter_mut().zip(row).for_each(|(sum, one)| *sum += one);
        line(&mut text, theme.id(), row);
    }
    line(&mut text, "all", sums);
    text.push_str("\nsources\n");
    for (source, count) in sources(series) {
        let _ = writeln!(text, "{count:>5}  {source}");
    }
    text.push_str("\nguessed without reading: hits (by chance)\n");
    for tell in Tell::ALL {
        let told = [Lean::Lead, Lean::Manage, Lean::Both].map(|lean| {
            let (hits, chance, _) = guessed(series, tell, lean);
            format!("{} {hits} ({chance:.0})", format!("{lean:?}").to_lowercase())
        });
        let _ = writeln!(text, "  the {:<9} {}", format!("{tell:?}").to_lowercase(), told.join(" · "));
    }
    for (one, other) in near_duplicates(series) {
        let _ = writeln!(text, "\nnearly the same: {one} and {other}");
    }
    for (one, words) in outliers(series) {
        let _ = writeln!(text, "\nunlike others in length: {one}, whose situation has {words} words");
    }
    text
}

fn line(text: &mut String, name: &str, row: [usize; 7]) {
    let [choice, reflection, challenge, all, lead, manage, both] = row;
    let _ = writeln!(
        text,
        "{name:<20} {choice:>7} {reflection:>11} {challenge:>10} {all:>5}   {lead:>5} {manage:>7} {both:>5}"
    );
}

fn prompts<'a>(series: &'a [&'a Series]) -> impl Iterator<Item = (&'a Series, &'a Prompt)> {
    series.iter().flat_map(|series| series.prompts.iter().map(move |prompt| (*series, prompt)))
}

fn place(kind: &Kind) -> usize {
    match kind {
        Kind::Choice { .. } => 0,
        Kind::Reflection => 1,
        Kind::Challenge => 2,
    }
}

fn name(series: &Series, prompt: &Prompt) -> String {
    format!("{}/{}", series.id, prompt.id)
}

/// Each run of three words, whatever stands between them.
fn runs(prompt: &Prompt) -> BTreeSet<[String; 3]> {
    let text = format!("{} {}", prompt.situation, prompt.question).to_lowercase();
    let words: Vec<_> =
        text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.windows(3).map(|run| [run[0].to_owned(), run[1].to_owned(), run[2].to_owned()]).collect()
}
