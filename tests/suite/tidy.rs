//! What no compiler checks: which room may know which, what may not stand where, and that every SQL statement means
//! something on a migrated database.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Rooms by height; an arrow never points up. Same height: only the room itself.
const ROOMS: [(&str, u8); 12] = [
    ("domain", 0),
    ("store", 1),
    ("app", 2),
    ("chat", 3),
    ("commands", 4),
    ("scheduler", 4),
    ("gateway", 5),
    ("run", 6),
    ("logging", 5),
    ("config", 1),
    ("playground", 8),
    ("cli", 7),
];

/// What a room must not mention. Paths as they stand in code.
const FORBIDDEN: [(&str, &[&str]); 6] = [
    (
        "domain",
        &[
            "tokio",
            "sqlx",
            "serenity",
            "poise",
            "reqwest",
            "std::fs",
            "std::env",
            "async fn",
            "tracing",
            "crate::clock",
        ],
    ),
    // A stopwatch tells nobody the time.
    ("store", &["serenity", "poise", "reqwest", "rand::", "clock::Clock", "clock::{", "clock::*"]),
    ("app", &["serenity", "poise", "reqwest", "sqlx::", "crate::clock"]),
    ("chat", &["poise", "sqlx::", "rand::"]),
    ("commands", &["sqlx::", "emulator::"]),
    ("scheduler", &["serenity", "sqlx::", "emulator::"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|it| it == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The room of a file under `src`: its folder, or its own name.
fn room(file: &Path) -> String {
    let inside = file.strip_prefix(root().join("src")).unwrap();
    inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

fn height(room: &str) -> Option<u8> {
    ROOMS.iter().find(|(name, _)| *name == room).map(|(_, height)| *height)
}

/// The code of a file: no comments, no tests at its end.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The rooms named as `crate::room` or inside `use crate::{room, …}`.
fn rooms_named(code: &str) -> Vec<String> {
    let mut named = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut word = String::new();
            for letter in list.chars() {
                match letter {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => named.push(std::mem::take(&mut word)),
                    _ if depth == 0 => word.push(letter),
                    _ => {}
                }
            }
            named.push(word);
        } else {
            named.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    named.iter().map(|name| name.trim().split("::").next().unwrap().trim().to_owned()).collect()
}

#[test]
fn no_arrow_points_back() {
    let mut wrong = Vec::new();
    for file in files(&root().join("src"), "rs") {
        let here = room(&file);
        let Some(floor) = height(&here) else { continue };
        for there in rooms_named(&code(&file)) {
            let Some(other) = height(&there) else { continue };
            if there != here && other >= floor && there != "config" {
                wrong.push(format!("{}: {here} must not know {there}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_stands_in_a_known_room() {
    for file in files(&root().join("src"), "rs") {
        let room = room(&file);
        assert!(
            height(&room).is_some() || ["main", "lib", "clock"].contains(&room.as_str()),
            "{}: say in ROOMS what {room} may know",
            file.display()
        );
    }
}

#[test]
fn rooms_keep_to_their_trade() {
    let mut wrong = Vec::new();
    for file in files(&root().join("src"), "rs") {
        let here = room(&file);
        let words = FORBIDDEN.iter().find(|(room, _)| *room == here).map_or(&[][..], |(_, words)| words);
        let code = code(&file);
        wrong.extend(
            words
                .iter()
                .filter(|word| mentions(&code, word))
                .map(|word| format!("{}: {here} must not mention {word}", file.display())),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether `word` stands in the code and is not the tail of a longer word.
fn mentions(code: &str, word: &str) -> bool {
    let path = word.contains("::") || word.contains(' ');
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        let starts = !before.is_some_and(|c| c.is_alphanumeric() || c == '_');
        // A crate's name counts only where it is used as one.
        starts && (path || after == Some(':') || after == Some(';'))
    })
}

#[test]
fn the_emulator_does_not_know_the_bot() {
    for ending in ["rs", "toml", "md", "html", "js", "css"] {
        for file in ["emulator", "openapi"].iter().flat_map(|folder| files(&root().join(folder), ending)) {
            let text = fs::read_to_string(&file).unwrap().to_lowercase();
            assert!(!text.contains("helmsman"), "{} names the bot", file.display());
        }
    }
}

#[test]
fn no_emulator_of_a_test_escapes_the_check_of_its_rest() {
    for file in files(&root().join("tests"), "rs") {
        if file.ends_with("harness.rs") || file.ends_with("tidy.rs") {
            continue;
        }
        for start in ["Discord::start(", "playground::Stage", "Setting::default()"] {
            let found = code(&file).contains(start);
            assert!(!found, "{}: {start} is not checked; the harness has one that is", file.display());
        }
    }
}

#[test]
fn names_say_what_a_module_is_for_and_no_test_is_ignored() {
    for folder in
        ["src", "emulator/src", "emulator/tests", "openapi/src", "openapi/tests", "tests", "benches"]
    {
        let folder = root().join(folder);
        if !folder.exists() {
            continue;
        }
        for file in files(&folder, "rs") {
            let stem = file.file_stem().unwrap().to_str().unwrap();
            assert!(
                !["util", "utils", "helpers", "common", "types", "misc"].contains(&stem),
                "{}",
                file.display()
            );
            let text = fs::read_to_string(&file).unwrap();
            assert!(!text.contains(concat!("#[", "ignore")), "{} ignores a test", file.display());
            assert!(
                text.starts_with("//!") || text.starts_with("#![doc = include_str!("),
                "{}: say on the first line what the file is for",
                file.display()
            );
        }
    }
}

#[test]
fn no_test_switch_changes_production_code() {
    for file in files(&root().join("src"), "rs") {
        let text = fs::read_to_string(&file).unwrap();
        for (at, _) in text.match_indices("cfg(test)") {
            let module = text[at..].starts_with("cfg(test)]\nmod tests");
            assert!(module, "{}: cfg(test) stands on something other than `mod tests`", file.display());
        }
    }
}

/// Every SQL literal in the code: what follows `sqlx::query*(`.
fn statements(file: &Path) -> Vec<String> {
    let code = code(file);
    let mut found = Vec::new();
    for (at, _) in code.match_indices("sqlx::query") {
        let call = &code[at..];
        let Some(open) = call.find('(') else { continue };
        let argument = call[open + 1..].trim_start();
        found.push(literal(argument).unwrap_or_else(|| {
            panic!(
                "{}: a statement must be a literal: {}",
                file.display(),
                &argument[..argument.len().min(60)]
            )
        }));
    }
    found
}

/// The value of the string literal at the start of `code`.
fn literal(code: &str) -> Option<String> {
    if let Some(rest) = code.strip_prefix("r#\"") {
        return rest.split("\"#").next().map(str::to_owned);
    }
    if let Some(rest) = code.strip_prefix("r\"") {
        return rest.split('"').next().map(str::to_owned);
    }
    let mut value = String::new();
    let mut letters = code.strip_prefix('"')?.chars().peekable();
    loop {
        match letters.next()? {
            '"' => return Some(value),
            '\\' => match letters.next()? {
                '\n' => while letters.next_if(|c| c.is_whitespace()).is_some() {},
                'n' => value.push('\n'),
                other => value.push(other),
            },
            other => value.push(other),
        }
    }
}

#[tokio::test]
async fn every_statement_means_something_on_a_migrated_database() {
    use sqlx::{AssertSqlSafe, ConnectOptions, Executor, SqlSafeStr, sqlite::SqliteConnectOptions};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h.db");
    let store = helmsman::store::Store::open(&path).await.unwrap();
    store.ballots().create(helmsman::domain::id::PollId(1)).await.unwrap();
    store.close().await;
    let mut conn = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    let ballots = folder.path().join("h.db-polls/1.db");
    let mut ballots = SqliteConnectOptions::new().filename(ballots).connect().await.unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in files(&root().join("src/store"), "rs") {
        // These speak to SQLite itself, before there is a schema or around everybody's statements.
        if ["open.rs", "writer.rs", "ballots/file.rs"].iter().any(|name| file.ends_with(name)) {
            continue;
        }
        for sql in statements(&file) {
            count += 1;
            let conn = if file.ends_with("ballots/ballot.rs") { &mut ballots } else { &mut conn };
            if let Err(error) = conn.prepare(AssertSqlSafe(sql.clone()).into_sql_str()).await {
                wrong.push(format!("{}: {error}\n    {sql}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 3, "the search for statements finds nothing");
}
