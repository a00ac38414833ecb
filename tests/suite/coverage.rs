//! What the built-in library covers, and that nobody can tell an option's lean by its place or length.

use helmsman::cli::prompts::prompts_check;
use helmsman::domain::coverage::{Tell, guessed, kinds, leans, near_duplicates, outliers, sources};
use helmsman::domain::library::Library;
use helmsman::domain::prompt::{Kind, Lean, Series, Theme};

const LEANS: [Lean; 3] = [Lean::Lead, Lean::Manage, Lean::Both];

fn with_builtin(check: impl FnOnce(&[&Series])) {
    let library = Library::builtin();
    check(&library.iter().collect::<Vec<_>>());
}

#[test]
fn the_library_is_broad_enough() {
    with_builtin(|series| {
        assert!(series.len() >= 12);
        let per_theme = Theme::ALL.map(|theme| (theme, kinds(series, theme)));
        let all: usize = per_theme.iter().flat_map(|(_, kinds)| kinds).sum();
        let choices: usize = per_theme.iter().map(|(_, kinds)| kinds[0]).sum();
        assert!(all >= 180, "{all} prompts");
        assert!(2 * choices <= all, "{choices} of {all} are choices");
        for (theme, kinds) in per_theme {
            let wanted = if theme == Theme::PowerPeople { 6 } else { 12 };
            let found: usize = kinds.iter().sum();
            assert!(found >= wanted, "{} has {found} prompts", theme.id());
        }
        assert_eq!(sources(series).len(), 5, "{:?}", sources(series));
    });
}

#[test]
fn leans_are_balanced() {
    with_builtin(|series| {
        let found = LEANS.map(|lean| leans(series, None, lean) as f64);
        let all: f64 = found.iter().sum();
        for (lean, count) in LEANS.iter().zip(found) {
            assert!((0.27..=0.40).contains(&(count / all)), "{lean:?}: {count} of {all}");
        }
    });
}

#[test]
fn a_guess_by_place_or_length_does_no_better_than_chance() {
    with_builtin(|series| {
        for tell in Tell::ALL {
            for lean in LEANS {
                let (hits, chance, deviation) = guessed(series, tell, lean);
                assert!(
                    (hits as f64) < chance + 2.0 * deviation,
                    "{tell:?} finds {lean:?}: {hits}, {chance:.1} by chance"
                );
            }
        }
    });
}

#[test]
fn a_guess_finds_what_always_stands_first_and_is_longest() {
    let library = Library::builtin();
    let mut one = library.default_series().clone();
    for prompt in &mut one.prompts {
        if let Kind::Choice { options } = &mut prompt.kind {
            options.sort_by_key(|option| option.lean != Lean::Lead);
            options[0].text.push_str(" and much more than any of the others says, by far");
        }
    }
    for tell in [Tell::First, Tell::Longest] {
        let (hits, chance, deviation) = guessed(&[&one], tell, Lean::Lead);
        assert!(hits as f64 > chance + 2.0 * deviation, "{tell:?}: {hits}, {chance}");
    }
    let mut other = one.clone();
    other.id = "other".into();
    other.prompts[0].situation = format!("Only this. {}", "word ".repeat(400));
    assert_eq!(near_duplicates(&[&one, &other]).len(), one.prompts.len() - 1);
    assert_eq!(outliers(&[&one, &other]).len(), 1);
}

#[test]
fn no_prompt_says_what_another_says() {
    with_builtin(|series| assert_eq!(near_duplicates(series), []));
}

#[test]
fn the_coverage_is_told_on_request() {
    let mut out = Vec::new();
    prompts_check(&[], true, &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    for part in ["theme ", "power-people ", "sources", "guessed without reading", "the longest"] {
        assert!(out.contains(part), "{part}: {out}");
    }
}
