//! Series files against chance: nothing panics, and what is written is read back.

use crate::dice::Dice;
use crate::series_file::GOOD;
use helmsman::domain::library::Library;
use helmsman::domain::prompt::{Kind, Lean, Prompt, PromptOption, Series, Theme};
use helmsman::domain::series_file::difference::Difference;
use helmsman::domain::series_file::{parse, parse_bytes, read_upload, write};
use proptest::collection::vec;
use proptest::prelude::*;

/// Characters that are special to TOML, to people or to Unicode, besides ordinary ones.
fn character() -> impl Strategy<Value = char> {
    prop_oneof![
        8 => proptest::char::range('a', 'z'),
        4 => proptest::sample::select(vec!['"', '\'', '\\', '#', '=', '[', ']', '{', '}', ',', '.', 'ü', '漢', '👩', '\u{200d}']),
        1 => any::<char>().prop_filter("visible", |c| helmsman::domain::problem::is_visible(*c) && !c.is_whitespace()),
    ]
}

/// A text of one to `words` words, at most `characters` long, perhaps with line breaks.
fn text(words: usize, characters: usize, breaks: bool) -> impl Strategy<Value = String> {
    let word = vec(character(), 1..8).prop_map(String::from_iter);
    (vec((word, 0..6), 1..=words)).prop_map(move |words| {
        let mut text = String::new();
        for (word, gap) in words {
            let gap = if text.is_empty() {
                ""
            } else if gap == 0 && breaks {
                "\n"
            } else {
                " "
            };
            if text.chars().count() + gap.len() + word.chars().count() <= characters {
                text = text + gap + &word;
            }
        }
        text
    })
}

fn options() -> impl Strategy<Value = Vec<PromptOption>> {
    let lean = proptest::sample::select(vec![Lean::Lead, Lean::Manage, Lean::Both]);
    let option = (text(6, 30, false), text(15, 150, false), lean, text(40, 400, true))
        .prop_map(|(label, text, lean, insight)| PromptOption { label, text, lean, insight });
    vec(option, 2..=5).prop_map(|mut options| {
        for (i, option) in options.iter_mut().enumerate() {
            option.label = format!("{} {i}", option.label);
        }
        options
    })
}

fn series() -> impl Strategy<Value = Series> {
    let kind = prop_oneof![
        options().prop_map(|options| Kind::Choice { options }),
        Just(Kind::Reflection),
        Just(Kind::Challenge)
    ];
    let theme = proptest::sample::select(Theme::ALL.to_vec());
    let insights = (text(40, 400, true), text(40, 400, true));
    let prompt = (
        kind,
        theme,
        text(20, 120, false),
        text(16, 80, false),
        text(60, 600, true),
        text(25, 250, true),
        insights,
    );
    let prompt = prompt.prop_map(
        |(kind, theme, source, title, situation, question, (lead_insight, manage_insight))| Prompt {
            id: String::new(),
            theme,
            source,
            title,
            situation,
            question,
            lead_insight,
            manage_insight,
            kind,
        },
    );
    ("[a-z0-9]{1,5}(-[a-z0-9]{1,8}){0,3}", text(12, 60, false), text(40, 200, false), vec(prompt, 1..5))
        .prop_map(|(id, title, about, mut prompts)| {
            for (i, prompt) in prompts.iter_mut().enumerate() {
                prompt.id = format!("p{i}");
            }
            Series { id, title, about, prompts }
        })
}

/// Holds of the answer to any input: a series that can be written and read, or problems that can be shown.
fn check(bytes: &[u8]) {
    match parse_bytes("some.toml", bytes) {
        Ok(series) => assert_eq!(parse("again.toml", &write(&series)), Ok(series)),
        Err(problems) => {
            assert!(!problems.is_empty());
            assert!(problems.is_sorted_by_key(|problem| problem.line));
            for problem in problems {
                let shown = problem.to_string();
                assert!(
                    shown.starts_with("some.toml:") && shown.contains('^') && shown.contains("= "),
                    "{shown}"
                );
                assert!(problem.line_text.chars().count() <= 100);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(series in series()) {
        prop_assert_eq!(parse("a.toml", &write(&series)), Ok(series));
    }

    #[test]
    fn no_bytes_cause_a_panic(bytes in vec(any::<u8>(), 0..200)) {
        check(&bytes);
    }

    #[test]
    fn no_text_of_toml_causes_a_panic(
        pieces in vec(proptest::sample::select(vec![
            "[", "]", "[[", "]]", "prompt", "option", ".", "=", " ", "\n", "\"", "\"\"\"", "'", "'''", "{", "}", ",", "#",
            "id", "title", "kind", "\\", "\\u00", "1", "1979-05-27", "true", "-", "é", "\r", "\t", "\u{feff}",
        ]), 0..60)
    ) {
        check(pieces.concat().as_bytes());
    }

    #[test]
    fn no_mutilated_file_causes_a_panic(
        cuts in vec((0..GOOD.len(), 0..GOOD.len(), 0..80_usize, vec(any::<u8>(), 0..4)), 1..4)
    ) {
        let mut bytes = GOOD.as_bytes().to_vec();
        for (at, from, length, noise) in cuts {
            let piece = bytes[from.min(bytes.len())..(from + length).min(bytes.len())].to_vec();
            let at = at.min(bytes.len());
            let end = (at + length / 2).min(bytes.len());
            bytes.splice(at..end, piece.into_iter().chain(noise));
        }
        check(&bytes);
    }

    #[test]
    fn a_changed_line_is_the_line_that_is_told(line in 0..55_usize) {
        let mut lines = GOOD.lines().map(str::to_owned).collect::<Vec<_>>();
        prop_assume!(lines.get(line).is_some_and(|text| text.contains(" = \"") && !text.contains("\"\"\"")));
        let key = lines[line].split(' ').next().unwrap_or_default().to_owned();
        lines[line] = format!("{key} = false");
        let problems = parse("a.toml", &lines.join("\n")).unwrap_err();
        prop_assert_eq!(problems[0].line, line + 1, "{:?}", problems);
    }
}

/// What `/series import` would do with what `/series export` gives.
fn export_then_import(series: &Series) {
    let (read, file) = read_upload("exported.toml", write(series).as_bytes(), None).unwrap();
    assert_eq!(&read, series);
    assert!(Difference::between(Some(series), &read).is_none());
    assert_eq!(file, write(series), "and the file is kept as it was given");
}

#[test]
fn export_then_import_changes_nothing_in_any_built_in_series() {
    for series in Library::builtin().iter() {
        export_then_import(series);
    }
}

/// How many random series are exported and imported.
const EXPORTED: u64 = 10_000;

/// Words of letters, of what is special to TOML, and of other scripts.
fn words(dice: &mut Dice, most: usize, characters: usize, breaks: bool) -> String {
    const LETTERS: [&str; 16] =
        ["a", "b", "e", "\"", "'", "\\", "#", "=", "[", "]", "{", ",", "ü", "漢", "👩\u{200d}🚒", "`"];
    let mut text = String::new();
    for _ in 0..=dice.below(most) {
        let word: String = (0..=dice.below(5)).map(|_| dice.pick(&LETTERS)).collect();
        let gap = if text.is_empty() {
            ""
        } else if breaks && dice.chance(10) {
            "\n"
        } else {
            " "
        };
        if text.chars().count() + gap.len() + word.chars().count() > characters {
            break;
        }
        text = text + gap + &word;
    }
    if text.is_empty() { "a".into() } else { text }
}

fn rolled(dice: &mut Dice) -> Series {
    let leans = [Lean::Lead, Lean::Manage, Lean::Both];
    // Most texts are short, and some go to the limit.
    let mut size = |most: usize| if dice.chance(5) { most } else { most.min(6) };
    let (question, situation, insight) = (size(25), size(60), size(40));
    let prompts = (0..=dice.below(3)).map(|n| {
        let kind = match dice.below(3) {
            0 => Kind::Reflection,
            1 => Kind::Challenge,
            _ => Kind::Choice {
                options: (0..2 + dice.below(4))
                    .map(|n| PromptOption {
                        label: format!("{} {n}", words(dice, 4, 30, false)),
                        text: words(dice, 15, 150, false),
                        lean: dice.pick(&leans),
                        insight: words(dice, insight, 10 * insight, true),
                    })
                    .collect(),
            },
        };
        Prompt {
            id: format!("p{n}"),
            theme: dice.pick(&Theme::ALL),
            source: words(dice, 6, 120, false),
            title: words(dice, 6, 80, false),
            situation: words(dice, situation, 10 * situation, true),
            question: words(dice, question, 10 * question, true),
            lead_insight: words(dice, insight, 10 * insight, true),
            manage_insight: words(dice, insight, 10 * insight, true),
            kind,
        }
    });
    let prompts = prompts.collect();
    let (title, about) = (words(dice, 8, 60, false), words(dice, 20, 200, false));
    Series { id: format!("s-{}", dice.below(1_000)), title, about, prompts }
}

#[test]
fn export_then_import_changes_nothing_in_ten_thousand_random_ones() {
    for seed in 0..EXPORTED {
        let series = rolled(&mut Dice::new(seed));
        let read = read_upload("exported.toml", write(&series).as_bytes(), None);
        assert_eq!(read.map(|(read, _)| read).as_ref(), Ok(&series), "seed {seed}");
    }
}
