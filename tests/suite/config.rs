//! The config file, its example, and the ways to the token.

use helmsman::config::{Config, ConfigError, Environment, LogFormat, TimeSource, Token, TokenError};
use helmsman::domain::problem::listing;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const EXAMPLE: &str = include_str!("../../config.example.toml");
const TOKEN: &str = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs";

fn parse(text: &str) -> Config {
    Config::parse("helmsman.toml", text).unwrap_or_else(|problems| panic!("{}", listing(&problems)))
}

fn problems(text: &str) -> String {
    listing(&Config::parse("helmsman.toml", text).unwrap_err())
}

/// The keys of a section (or the sections, of ""), as the reader itself lists them when it meets an unknown one.
fn keys(section: &str) -> Vec<String> {
    let header = if section.is_empty() { String::new() } else { format!("[{section}]\n") };
    let error = toml::from_str::<Config>(&format!("{header}no-such-key = 1")).unwrap_err();
    let (_, known) = error.message().split_once("expected").unwrap();
    known.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_example_shows_every_key_with_its_default() {
    assert_eq!(parse(EXAMPLE), Config::default());
    assert_eq!(parse(""), Config::default());
    let sections = keys("");
    assert!(sections.len() >= 5, "{sections:?}");
    for section in sections {
        let (_, body) =
            EXAMPLE.split_once(&format!("\n[{section}]\n")).unwrap_or_else(|| panic!("no [{section}]"));
        let body = body.split("\n[").next().unwrap();
        for key in keys(&section) {
            let lines = body.lines().collect::<Vec<_>>();
            let at = lines.iter().position(|line| {
                line.starts_with(&format!("{key} = ")) || line.starts_with(&format!("#{key} = "))
            });
            let at = at.unwrap_or_else(|| panic!("{section}.{key} is not in the example"));
            assert!(at > 0 && lines[at - 1].starts_with("# "), "{section}.{key} is not explained");
        }
    }
    // Those without a default are right as they stand, too.
    let all = EXAMPLE.lines().map(|line| match line.strip_prefix('#') {
        Some(key) if !key.starts_with(' ') => key,
        _ => line,
    });
    let all = parse(&all.collect::<Vec<_>>().join("\n"));
    assert!(
        all.discord.connect_to.is_some() && all.discord.ca_file.is_some() && all.prompts.directory.is_some()
    );
}

#[test]
fn values_arrive() {
    let config = parse(
        "discord.api_url = \"http://[::1]:8080/\"\ntime.source = \"emulator\"\n\
         log = { format = \"json\", level = \"debug,sqlx=off\" }\ndatabase.path = \"/var/lib/h.db\"",
    );
    assert_eq!(config.discord.api_url.to_string(), "http://[::1]:8080");
    assert!(config.discord.is_loopback() && !config.discord.api_url.is_discord());
    assert_eq!(config.time.source, TimeSource::Emulator);
    assert_eq!(config.log.format, LogFormat::Json);
    assert_eq!(config.database.path, Path::new("/var/lib/h.db"));
    let config =
        parse("time.source = \"emulator\"\ndiscord.connect_to = \"[::1]:443\"\ndiscord.ca_file = \"ca\"");
    assert_eq!(config.discord.connect_to.unwrap().to_string(), "[::1]:443");
    assert!(Config::default().discord.api_url.is_discord() && !Config::default().discord.is_loopback());
}

#[test]
fn every_mistake_is_told_with_its_line() {
    insta::assert_snapshot!(problems(
        "[discrod]\napi_url = 1\n[discord]\napi_url = \"ftp://x\"\nconnect_to = \"localhost\"\ntoken = \"x\"\n\
         [log]\nformat = \"jsn\"\nlevel = \"inof\"\n[database]\npath = 7\n[time]\nsource = host\n"
    ), @r#"
    helmsman.toml:1:2: there is no key or section `discrod` here
      |
    1 | [discrod]
      |  ^^^^^^^
      = did you mean `discord`? known are: discord, database, prompts, time, log

    helmsman.toml:4:11: the URL begins with neither http:// nor https://
      |
    4 | api_url = "ftp://x"
      |           ^^^^^^^^^
      = write the address of a REST proxy or emulator, for example: api_url = "http://127.0.0.1:8080"

    helmsman.toml:5:14: there is no port
      |
    5 | connect_to = "localhost"
      |              ^^^^^^^^^^^
      = write a host and a port, for example: connect_to = "127.0.0.1:8443" or "[::1]:8443"

    helmsman.toml:6:1: there is no key or section `token` here
      |
    6 | token = "x"
      | ^^^^^
      = the token comes from DISCORD_TOKEN or from the file that token_file names; known are: api_url, connect_to, ca_file, token_file

    helmsman.toml:8:10: `jsn` is not known here
      |
    8 | format = "jsn"
      |          ^^^^^
      = did you mean `json`? write one of: text, json

    helmsman.toml:9:9: `inof` is no level and no part=level
      |
    9 | level = "inof"
      |         ^^^^^^
      = the levels are off, error, warn, info, debug, trace; for example: level = "info,sqlx=warn"

    helmsman.toml:11:8: invalid type: integer `7`, expected path string
       |
    11 | path = 7
       |        ^
       = config.example.toml shows how each key is written

    helmsman.toml:13:10: a text stands in double quotes
       |
    13 | source = host
       |          ^^^^
       = put it in quotes: key = "…"
    "#);
}

#[test]
fn values_that_contradict_each_other() {
    insta::assert_snapshot!(problems("[time]\nsource = \"emulator\"\n[discord]\nca_file = \"ca.pem\""), @r#"
    helmsman.toml:2:10: the emulator's clock is only for an API on this machine
      |
    2 | source = "emulator"
      |          ^^^^^^^^^^
      = write "host", or set discord.api_url to the emulator: "http://127.0.0.1:…"

    helmsman.toml:4:11: ca_file is only used together with connect_to
      |
    4 | ca_file = "ca.pem"
      |           ^^^^^^^^
      = drop it, or add connect_to = "host:port"
    "#);
    insta::assert_snapshot!(problems(
        "[discord]\napi_url = \"http://proxy:8080\"\nconnect_to = \"10.0.0.1:443\"\n"
    ), @r#"
    helmsman.toml:3:14: connect_to keeps Discord's name, and api_url gives another one
      |
    3 | connect_to = "10.0.0.1:443"
      |              ^^^^^^^^^^^^^^
      = keep one of the two: api_url for a REST proxy, connect_to otherwise
    "#);
    let elsewhere = "time.source = \"emulator\"\ndiscord.api_url = \"http://127.0.0.1.example.org\"";
    assert!(problems(elsewhere).contains("only for an API on this machine"));
    let elsewhere = "time.source = \"emulator\"\ndiscord.connect_to = \"192.0.2.1:443\"";
    assert!(problems(elsewhere).contains("only for an API on this machine"));
}

#[test]
fn addresses_and_levels_are_checked() {
    for wrong in
        ["", "discord.com", "https://", "https://u:p@discord.com", "https://discord.com/?x", "https://a/#b"]
    {
        assert!(Config::parse("c", &format!("discord.api_url = \"{wrong}\"")).is_err(), "{wrong}");
    }
    for wrong in [
        "",
        ":443",
        "host",
        "host:",
        "host:0",
        "host:65536",
        "::1:443",
        "[::1]",
        "[x]:1",
        "a b:1",
        "http://a:1",
    ] {
        assert!(Config::parse("c", &format!("discord.connect_to = \"{wrong}\"")).is_err(), "{wrong}");
    }
    for wrong in ["", "inof", "info,", "=info", "sqlx=", "sqlx=loud", "3", "info sqlx=warn"] {
        assert!(Config::parse("c", &format!("log.level = \"{wrong}\"")).is_err(), "{wrong}");
    }
    for right in ["off", "warn", "debug,helmsman::store=trace"] {
        parse(&format!("log.level = \"{right}\""));
    }
}

#[test]
fn a_named_file_must_exist() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("mine.toml");
    let error = Config::load(Some(&path)).unwrap_err();
    assert!(matches!(error, ConfigError::Unreadable { .. }), "{error}");
    assert!(
        error.to_string().contains("mine.toml: cannot be read") && error.to_string().contains("--config")
    );
    fs::write(&path, "[log]\nformat = \"json\"\n").unwrap();
    assert_eq!(Config::load(Some(&path)).unwrap().log.format, LogFormat::Json);
    fs::write(&path, "[log]\nfromat = \"json\"\n").unwrap();
    assert!(Config::load(Some(&path)).unwrap_err().to_string().contains("mine.toml:2:1: "));
    // The tests run where no helmsman.toml is.
    assert_eq!(Config::load(None).unwrap(), Config::default());
}

/// A directory with a credential and a file, each with a token of its own.
fn places() -> (tempfile::TempDir, Environment) {
    let directory = tempfile::tempdir().unwrap();
    for (name, mode) in [("discord-token", 0o440), ("token", 0o600)] {
        let path = directory.path().join(name);
        fs::write(&path, format!("{name}.{TOKEN}\n").replacen("MTk4NjIyNDgzNDcxOTI1MjQ4.", "", 1)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let environment = Environment {
        token: Some(TOKEN.into()),
        credentials: Some(directory.path().into()),
        ..Environment::default()
    };
    (directory, environment)
}

#[test]
fn the_token_comes_from_the_first_place_that_has_it() {
    let (directory, mut environment) = places();
    let file = directory.path().join("token");
    let find = |environment: &Environment| Token::find(environment, Some(&file)).unwrap().expose().to_owned();
    assert_eq!(find(&environment), TOKEN);
    environment.token = Some("".into());
    assert!(find(&environment).starts_with("discord-token."));
    fs::remove_file(directory.path().join("discord-token")).unwrap();
    assert!(find(&environment).starts_with("token."));
    assert!(matches!(Token::find(&environment, None), Err(TokenError::Nowhere)));
    // A wrong one is told, not passed over.
    environment.token = Some("changeme".into());
    assert!(matches!(Token::find(&environment, Some(&file)), Err(TokenError::Misshapen(_))));
}

#[test]
fn a_token_file_is_for_its_owner_only() {
    let (directory, _) = places();
    let file = directory.path().join("token");
    for (mode, fine) in
        [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o610, false), (0o666, false)]
    {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let found = Token::find(&Environment::default(), Some(&file));
        assert_eq!(found.is_ok(), fine, "{mode:o}");
        if let Err(error) = found {
            let text = error.to_string();
            assert!(text.contains(&format!("mode {mode:o}")) && text.contains("chmod 600 /"), "{text}");
        }
    }
}

#[test]
fn no_message_shows_a_token() {
    let (directory, environment) = places();
    let file = directory.path().join("token");
    let parts = TOKEN.split('.').collect::<Vec<_>>();
    let hidden = |text: String| {
        assert!(parts.iter().all(|part| !text.contains(part)), "{text}");
    };
    let token = Token::find(&environment, Some(&file)).unwrap();
    hidden(format!("{token:?} {token:#?}"));
    for wrong in
        [format!("Bot {TOKEN}"), format!("\"{TOKEN}\""), TOKEN.replacen('.', "", 1), format!("{TOKEN}.x")]
    {
        let environment = Environment { token: Some(wrong.clone().into()), ..Environment::default() };
        let error = Token::find(&environment, None).unwrap_err();
        hidden(format!("{error} {error:?}"));
        fs::write(&file, wrong).unwrap();
        let error = Token::find(&Environment::default(), Some(&file)).unwrap_err();
        hidden(format!("{error} {error:?}"));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let error = Token::find(&Environment::default(), Some(&file)).unwrap_err();
        hidden(format!("{error} {error:?}"));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    }
    let config = Config {
        discord: helmsman::config::Discord { token_file: Some(file), ..Default::default() },
        ..Default::default()
    };
    hidden(format!("{config:?}"));
    // Somebody puts the token itself into the config file: the message must not repeat it.
    for line in ["token", "token_file.x", "api_url", "connect_to"] {
        let problems = Config::parse("c", &format!("[discord]\n{line} = \"{TOKEN}\"\n")).unwrap_err();
        hidden(format!("{problems:?} {}", listing(&problems)));
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig {
        failure_persistence: None,
        ..proptest::prelude::ProptestConfig::with_cases(64)
    })]

    #[test]
    fn no_mutilated_config_causes_a_panic(
        cuts in proptest::collection::vec((0..EXAMPLE.len(), 0..60_usize, "[=\"\\[\\]{}.a\n\u{fc}]{0,4}"), 1..5)
    ) {
        let mut text = EXAMPLE.replace('#', "");
        for (at, length, noise) in cuts {
            let start = text.floor_char_boundary(at);
            let end = text.floor_char_boundary(start + length);
            text.replace_range(start..end, &noise);
        }
        if let Err(problems) = Config::parse("c", &text) {
            assert!(!problems.is_empty() && !listing(&problems).is_empty());
        }
    }
}
