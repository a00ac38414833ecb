//! The library as it is at the start, and `prompts check` over the same files.

use crate::series_file::GOOD;
use helmsman::app::library::load;
use helmsman::cli::prompts::{Checked, prompts_check};
use helmsman::domain::library::{BUILTIN_FILES, Library};
use helmsman::domain::series_file;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

#[test]
fn every_file_of_prompts_is_compiled_in() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("prompts");
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files = names.filter(|name| name.ends_with(".toml")).map(|name| format!("prompts/{name}"));
    let compiled = BUILTIN_FILES.map(|(name, _)| name.to_owned());
    assert_eq!(files.collect::<BTreeSet<_>>(), BTreeSet::from(compiled));
    assert_eq!(Library::builtin().iter().len(), BUILTIN_FILES.len(), "built-in series with the same id");
    for (series, (name, text)) in Library::builtin().iter().zip(BUILTIN_FILES) {
        assert_eq!(format!("prompts/{}.toml", series.id), name);
        assert_eq!(series_file::parse(name, &series_file::write(series)), series_file::parse(name, text));
    }
}

fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

/// What is printed about a directory, without the directory's own name.
fn check(directory: &TempDir) -> (Checked, String) {
    let mut out = Vec::new();
    let checked = prompts_check(&[directory.path().to_owned()], false, &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    (checked, out.replace(directory.path().to_str().unwrap(), "DIR"))
}

/// The same about some of its files.
fn check_files(directory: &TempDir, names: &[&str]) -> (Checked, String) {
    let mut out = Vec::new();
    let paths: Vec<_> = names.iter().map(|name| directory.path().join(name)).collect();
    let checked = prompts_check(&paths, false, &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    (checked, out.replace(directory.path().to_str().unwrap(), "DIR"))
}

#[test]
fn a_directory_adds_and_overrides() {
    let own = GOOD.replace("id = \"two-days\"", "id = \"steady-and-far\"");
    let directory = directory(&[
        ("b.toml", GOOD),
        ("a.toml", &own),
        ("notes.txt", "not a series"),
        (".hidden.toml", "not a series"),
    ]);
    fs::create_dir(directory.path().join("folder.toml")).unwrap();
    let library = load(Some(directory.path())).unwrap();
    let ids = library.iter().map(|series| series.id.as_str()).collect::<Vec<_>>();
    let builtin = Library::builtin();
    let known = builtin.iter().map(|series| series.id.as_str());
    assert_eq!(ids, known.chain(["two-days"]).collect::<Vec<_>>());
    assert_eq!(library.default_series().title, "Two days");
    assert_eq!(load(None).unwrap(), Library::builtin());
    insta::assert_snapshot!(check(&directory).1, @r"
    DIR/a.toml: ok: 3 prompts (1 choice, 1 reflection, 1 challenge)
    DIR/b.toml: ok: 3 prompts (1 choice, 1 reflection, 1 challenge)
    ");
    assert_eq!(check(&directory).0, Checked::Fine);
}

#[test]
fn all_mistakes_of_all_files_are_told() {
    let directory = directory(&[
        ("a.toml", &GOOD.replace("lean = \"lead\"", "lean = \"led\"")),
        ("b.toml", GOOD),
        ("c.toml", GOOD),
        ("d.toml", &GOOD.replace("theme = \"letting-go\"", "theme = 7")),
    ]);
    let (checked, shown) = check(&directory);
    assert_eq!(checked, Checked::Wrong);
    insta::assert_snapshot!(shown, @r#"
    DIR/a.toml:25:8: "led" is none of the leans
       |
    25 | lean = "led"
       |        ^^^^^
       = did you mean "lead"? The leans are:
           lead, manage, both

    DIR/b.toml: ok: 3 prompts (1 choice, 1 reflection, 1 challenge)
    DIR/c.toml: ok: 3 prompts (1 choice, 1 reflection, 1 challenge)
    DIR/d.toml:31:9: `theme` is an integer, and should be text
       |
    31 | theme = 7
       |         ^
       = write, for example: theme = "systems-people"

    DIR/c.toml: DIR/b.toml has a series with the id "two-days", too
      = give one of them another id
    "#);
    let error = load(Some(directory.path())).unwrap_err();
    assert_eq!(error.faults.len(), 3);
    for line in ["a.toml:25:8:", "d.toml:31:9:", "c.toml: "] {
        assert!(error.to_string().contains(line), "{error}");
    }
}

#[test]
fn nothing_to_check_is_an_error() {
    let empty = directory(&[("notes.txt", "")]);
    assert_eq!(
        check(&empty),
        (Checked::Wrong, "DIR: there is no file here whose name ends in .toml\n".into())
    );
    let missing = empty.path().join("missing");
    let mut out = Vec::new();
    assert_eq!(prompts_check(std::slice::from_ref(&missing), false, &mut out).unwrap(), Checked::Wrong);
    let out = String::from_utf8(out).unwrap();
    assert!(out.contains("missing: cannot be read: No such file"), "{out}");
    assert!(load(Some(&missing)).unwrap_err().to_string().contains("missing: cannot be read"));
}

#[test]
fn the_built_in_series_and_single_files_are_checked() {
    let mut out = Vec::new();
    assert_eq!(prompts_check(&[], false, &mut out).unwrap(), Checked::Fine);
    let out = String::from_utf8(out).unwrap();
    assert_eq!(out.lines().count(), BUILTIN_FILES.len());
    assert!(out.starts_with("built in: steady-and-far: ok: 12 prompts ("), "{out}");
    let directory = directory(&[("team.toml", GOOD)]);
    let (checked, out) = check_files(&directory, &["team.toml"]);
    assert_eq!(checked, Checked::Fine);
    assert_eq!(out, "DIR/team.toml: ok: 3 prompts (1 choice, 1 reflection, 1 challenge)\n");
}

#[test]
fn many_paths_are_checked_as_a_shell_gives_them() {
    let other = GOOD.replace("id = \"two-days\"", "id = \"others\"");
    let files = directory(&[("a.toml", GOOD), ("b.toml", &other)]);
    let (checked, out) = check_files(&files, &["a.toml", "b.toml", "", "a.toml"]);
    assert_eq!(checked, Checked::Fine, "{out}");
    assert_eq!(out.matches(": ok: ").count(), 2, "each once: {out}");

    fs::write(files.path().join("c.toml"), &other).unwrap();
    let (checked, out) = check_files(&files, &["b.toml", "c.toml", "missing.toml"]);
    assert_eq!(checked, Checked::Wrong);
    assert!(out.contains("c.toml: DIR/b.toml has a series with the id \"others\", too"), "{out}");
    assert!(out.contains("missing.toml: cannot be read: "), "{out}");

    // Those of two directories are never used together.
    fs::create_dir(files.path().join("old")).unwrap();
    fs::write(files.path().join("old/a.toml"), GOOD).unwrap();
    assert_eq!(check_files(&files, &["a.toml", "old"]).0, Checked::Fine);
}

#[test]
fn what_is_no_series_at_all_is_told_in_few_words() {
    let files = directory(&[("README.md", include_str!("../../prompts/README.md")), ("a.toml", GOOD)]);
    let (checked, out) = check_files(&files, &["README.md", "a.toml"]);
    assert_eq!(checked, Checked::Wrong);
    assert_eq!(out.matches("\nDIR/README.md:").count() + 1, 11, "{out}");
    let more = out.lines().find(|line| line.starts_with("DIR/README.md: and ")).unwrap();
    assert!(more.ends_with(" more"), "{more}");
    assert!(out.ends_with("a.toml: ok: 3 prompts (1 choice, 1 reflection, 1 challenge)\n"), "{out}");
}

#[test]
fn every_example_of_the_readme_of_prompts_is_right() {
    let readme = include_str!("../../prompts/README.md");
    let mut examples = readme.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    assert!(examples.clone().count() >= 1);
    let wrong = examples.find_map(|example| series_file::parse("README.md", example).err());
    assert!(wrong.is_none(), "{}", helmsman::domain::problem::listing(&wrong.unwrap()));
}
