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
    assert_eq!(Library::builtin().iter().len(), BUILTIN_FILES.len(), "two built-in series have the same id");
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
    let checked = prompts_check(Some(directory.path()), &mut out).unwrap();
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
    assert_eq!(ids, ["steady-and-far", "crossing-the-line", "two-days"]);
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
    assert_eq!(prompts_check(Some(&missing), &mut out).unwrap(), Checked::Wrong);
    let out = String::from_utf8(out).unwrap();
    assert!(out.contains("missing: cannot be read: No such file"), "{out}");
    assert!(load(Some(&missing)).unwrap_err().to_string().contains("missing: cannot be read"));
}

#[test]
fn the_built_in_series_and_single_files_are_checked() {
    let mut out = Vec::new();
    assert_eq!(prompts_check(None, &mut out).unwrap(), Checked::Fine);
    assert_eq!(String::from_utf8(out).unwrap().matches(".toml: ok: ").count(), BUILTIN_FILES.len());
    let directory = directory(&[("team.toml", GOOD)]);
    let mut out = Vec::new();
    let file = directory.path().join("team.toml");
    assert_eq!(prompts_check(Some(&file), &mut out).unwrap(), Checked::Fine);
    assert!(
        String::from_utf8(out).unwrap().ends_with("ok: 3 prompts (1 choice, 1 reflection, 1 challenge)\n")
    );
}
