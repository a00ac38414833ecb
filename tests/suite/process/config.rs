//! A config that is wrong, and a token that is wrong or missing: told before anything is begun.

use super::{
    TOKEN,
    child::{Ended, Place},
    code,
};
use std::{fs::Permissions, os::unix::fs::PermissionsExt};

/// It ends with the code for configs, and made no file.
async fn refused(place: &Place, token: Option<&str>, arguments: &[&str]) -> Ended {
    let before = place.names();
    let ended = place.run(token, arguments).await;
    assert_eq!(ended.code, Some(code::CONFIG), "{ended:?}");
    assert_eq!((ended.out.as_str(), place.names()), ("", before));
    ended
}

async fn with(config: &str) -> Ended {
    refused(&Place::with(config), Some(TOKEN), &["run"]).await
}

#[tokio::test]
async fn every_mistake_of_a_config_is_told_at_once() {
    let ended =
        with("[discord]\napi_ulr = \"http://127.0.0.1:1\"\n[database]\npath = 7\n[prompts]\ndirectory = [\n")
            .await;
    insta::assert_snapshot!(ended.said, @r#"
    helmsman: helmsman.toml:2:1: there is no key or section `api_ulr` here
      |
    2 | api_ulr = "http://127.0.0.1:1"
      | ^^^^^^^
      = did you mean `api_url`? known are: api_url, connect_to, ca_file, token_file

    helmsman.toml:4:8: invalid type: integer `7`, expected path string
      |
    4 | path = 7
      |        ^
      = config.example.toml shows how each key is written

    helmsman.toml:6:14: unclosed array, expected `]`
      |
    6 | directory = [
      |              ^
      = config.example.toml shows how each key is written
    "#);
}

#[tokio::test]
async fn a_config_that_contradicts_itself_is_told() {
    let ended = with("[time]\nsource = \"emulator\"\n").await;
    insta::assert_snapshot!(ended.said, @r#"
    helmsman: helmsman.toml:2:10: the emulator's clock is only for an API on this machine
      |
    2 | source = "emulator"
      |          ^^^^^^^^^^
      = write "host", or set discord.api_url to the emulator: "http://127.0.0.1:…"
    "#);
}

#[tokio::test]
async fn a_config_that_is_no_text_is_told() {
    let place = Place::empty();
    place.write("helmsman.toml", b"[log]\nlevel = \"\xff\"\n");
    let ended = refused(&place, Some(TOKEN), &["run"]).await;
    insta::assert_snapshot!(ended.said, @r#"
    helmsman: helmsman.toml: cannot be read: stream did not contain valid UTF-8
      = name another file with --config, or none to run on the defaults
    "#);
}

#[tokio::test]
async fn a_config_that_was_named_must_exist() {
    // The one that is there is not taken in its place.
    let place = Place::with("");
    let ended = refused(&place, Some(TOKEN), &["run", "--config", "mine.toml"]).await;
    insta::assert_snapshot!(ended.said, @r#"
    helmsman: mine.toml: cannot be read: No such file or directory (os error 2)
      = name another file with --config, or none to run on the defaults
    "#);
    let ended = refused(&place, Some(TOKEN), &["run", "--config", "."]).await;
    assert!(ended.said.starts_with("helmsman: .: cannot be read: "), "{ended:?}");
}

#[tokio::test]
async fn a_certificate_that_is_missing_or_none_is_told() {
    let place = Place::with("[discord]\nconnect_to = \"127.0.0.1:1\"\nca_file = \"ca.pem\"\n");
    let ended = refused(&place, Some(TOKEN), &["run"]).await;
    insta::assert_snapshot!(ended.said, @r#"
    helmsman: ca.pem: cannot be read: No such file or directory (os error 2)
      = check that the file is there, and who may read it
    "#);
    place.write("ca.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let ended = refused(&place, Some(TOKEN), &["run"]).await;
    insta::assert_snapshot!(ended.said, @r#"
    helmsman: ca.pem: there is no certificate in it
      = discord.ca_file names a file that begins with -----BEGIN CERTIFICATE-----
    "#);
    place.write("ca.pem", "a letter");
    let ended = refused(&place, Some(TOKEN), &["run"]).await;
    insta::assert_snapshot!(ended.said, @r#"
    helmsman: ca.pem: there is no certificate in it
      = discord.ca_file names a file that begins with -----BEGIN CERTIFICATE-----
    "#);
}

#[tokio::test]
async fn without_a_token_it_says_where_to_put_one() {
    let ended = refused(&Place::empty(), None, &["run"]).await;
    insta::assert_snapshot!(ended.said, @r#"
    helmsman: there is no token
      = set DISCORD_TOKEN, give the systemd credential discord-token, or name a file in discord.token_file
    "#);
    assert_eq!(refused(&Place::empty(), Some(""), &["run"]).await.said, ended.said);
}

#[tokio::test]
async fn a_token_that_is_none_is_told_and_not_shown() {
    let quoted = format!("\"{TOKEN}\"");
    let ended = refused(&Place::empty(), Some(&quoted), &["run"]).await;
    insta::assert_snapshot!(ended.said, @r#"
    helmsman: what DISCORD_TOKEN holds is not a bot's token
      = a token has three parts with dots between them; copy it from Discord's developer portal (your application, Bot, Reset Token), without quotes and without "Bot"
    "#);
    for wrong in [&TOKEN.replace('.', ""), "changeme", &format!("Bot {TOKEN}")] {
        let ended = refused(&Place::empty(), Some(wrong), &["run"]).await;
        assert!(ended.said.contains("is not a bot's token"), "{ended:?}");
        assert!(TOKEN.split('.').all(|part| !ended.said.contains(part)), "{ended:?}");
    }
}

#[tokio::test]
async fn a_token_file_is_missing_open_to_others_or_holds_no_token() {
    let place = Place::with("[discord]\ntoken_file = \"token\"\n");
    let ended = refused(&place, None, &["run"]).await;
    insta::assert_snapshot!(ended.said, @r#"
    helmsman: token: the token cannot be read: No such file or directory (os error 2)
      = check that the file is there, and that the user who runs Helmsman may read it
    "#);
    place.write("token", TOKEN);
    std::fs::set_permissions(place.path("token"), Permissions::from_mode(0o644)).unwrap();
    let ended = refused(&place, None, &["run"]).await;
    insta::assert_snapshot!(ended.said, @r#"
    helmsman: token: others than its owner can use the file with the token (mode 644)
      = run: chmod 600 token
    "#);
    std::fs::set_permissions(place.path("token"), Permissions::from_mode(0o600)).unwrap();
    place.write("token", "");
    let ended = refused(&place, None, &["run"]).await;
    insta::assert_snapshot!(ended.said, @r#"
    helmsman: what token holds is not a bot's token
      = a token has three parts with dots between them; copy it from Discord's developer portal (your application, Bot, Reset Token), without quotes and without "Bot"
    "#);
}
