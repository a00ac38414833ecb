//! The program as its operator meets it: what it says when something is wrong, and with which code it ends; and that it
//! serves, with the library's limiter over TLS and without it behind another address.

use crate::harness::{self, INVITED};
use emulator::{App, Discord, Options};
use std::{
    path::Path,
    process::{Output, Stdio},
    time::Duration,
};
use tokio::{
    process::{Child, Command},
    time::timeout,
};

/// Whatever takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(30);

fn helmsman(folder: &Path, config: &str, token: Option<&str>) -> Command {
    std::fs::write(folder.join("helmsman.toml"), config).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_helmsman"));
    command.arg("run").current_dir(folder).env_clear().kill_on_drop(true).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    if let Some(token) = token {
        command.env("DISCORD_TOKEN", token);
    }
    command
}

async fn ends(folder: &Path, config: &str, token: Option<&str>) -> (i32, String) {
    let output = timeout(PATIENCE, helmsman(folder, config, token).output()).await.expect("it ends").unwrap();
    said(&output)
}

fn said(output: &Output) -> (i32, String) {
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

const NOBODY: &str = "[discord]\napi_url = \"http://127.0.0.1:9\"\n";
const TOKEN: &str = "bm90LWEtdXNlcg.YWJjZGU.bm90LWEtdG9rZW4tYXQtYWxs";

async fn emulator(tls: bool) -> (Discord, App) {
    let discord = harness::emulator(Options { tls, ..Options::default() }).await;
    let app = discord.application("Helmsman");
    discord.guild("Harbour").add_app(&app, INVITED);
    (discord, app)
}

#[tokio::test]
async fn without_a_token_it_says_where_one_is_looked_for() {
    let (code, said) = ends(folder().path(), NOBODY, None).await;
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("DISCORD_TOKEN") && said.contains("token_file"), "{said}");
}

#[tokio::test]
async fn a_broken_config_is_shown_with_its_line() {
    let (code, said) =
        ends(folder().path(), "[discord]\napi_uri = \"http://127.0.0.1:9\"\n", Some(TOKEN)).await;
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("helmsman.toml:2") && said.contains("api_url"), "{said}");
}

#[tokio::test]
async fn a_damaged_database_is_left_alone() {
    let folder = folder();
    let file = folder.path().join("helmsman.db");
    let letter = "not a database, and long enough to be looked at as one ".repeat(40);
    std::fs::write(&file, &letter).unwrap();
    let (code, said) = ends(folder.path(), NOBODY, Some(TOKEN)).await;
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("damaged") && said.contains("backup"), "{said}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), letter);
}

#[tokio::test]
async fn a_database_in_use_is_not_shared() {
    let folder = folder();
    let _held = helmsman::store::Store::open(&folder.path().join("helmsman.db")).await.unwrap();
    let (code, said) = ends(folder.path(), NOBODY, Some(TOKEN)).await;
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("in use by another process"), "{said}");
}

#[tokio::test]
async fn without_the_gateways_address_it_stops() {
    let (code, said) = ends(folder().path(), NOBODY, Some(TOKEN)).await;
    assert_eq!(code, 5, "{said}");
    assert!(said.contains("where its gateway is") && said.contains("api_url"), "{said}");
}

#[tokio::test]
async fn a_token_that_discord_does_not_know_ends_it_and_is_not_shown() {
    let (discord, _app) = emulator(false).await;
    let config = format!("[discord]\napi_url = \"{}\"\n", discord.api_url());
    let (code, said) = ends(folder().path(), &config, Some(TOKEN)).await;
    assert_eq!(code, 6, "{said}");
    assert!(said.contains("does not accept the token") && !said.contains(TOKEN), "{said}");
}

/// Lets it serve until it has registered its commands, then asks it to stop as a service manager would.
async fn serves(discord: &Discord, app: &App, mut child: Child) {
    let ready = async {
        tokio::select! {
            () = discord.wait_commands(app) => true,
            _ = child.wait() => false,
        }
    };
    let ready = timeout(PATIENCE, ready).await;
    let pid = child.id().map(|pid| pid.to_string()).unwrap_or_default();
    if !pid.is_empty() {
        Command::new("kill").args(["-TERM", &pid]).status().await.unwrap();
    }
    let output = timeout(Duration::from_secs(10), child.wait_with_output()).await.expect("stops in time");
    let (code, said) = said(&output.unwrap());
    assert!(ready == Ok(true) && code == 0, "{ready:?}, {code}: {said}");
    assert!(said.contains("stopped") && !said.contains(&app.token), "{said}");
}

#[cfg(unix)]
#[tokio::test]
async fn it_serves_behind_another_address() {
    let (discord, app) = emulator(false).await;
    let folder = folder();
    let config = format!("[discord]\napi_url = \"{}\"\n", discord.api_url());
    let child = helmsman(folder.path(), &config, Some(&app.token)).spawn().unwrap();
    serves(&discord, &app, child).await;
}

#[cfg(unix)]
#[tokio::test]
async fn it_serves_on_the_emulators_clock() {
    let (discord, app) = emulator(false).await;
    let folder = folder();
    let config = format!("[discord]\napi_url = \"{}\"\n[time]\nsource = \"emulator\"\n", discord.api_url());
    let child = helmsman(folder.path(), &config, Some(&app.token)).spawn().unwrap();
    serves(&discord, &app, child).await;
}

#[cfg(unix)]
#[tokio::test]
async fn it_serves_under_discords_name_over_tls() {
    let (discord, app) = emulator(true).await;
    let folder = folder();
    let tls = discord.tls().unwrap();
    std::fs::write(folder.path().join("ca.pem"), &tls.ca_pem).unwrap();
    let config = format!("[discord]\nconnect_to = \"{}\"\nca_file = \"ca.pem\"\n", tls.addr);
    let child = helmsman(folder.path(), &config, Some(&app.token)).spawn().unwrap();
    serves(&discord, &app, child).await;
}

#[tokio::test]
async fn final_close_codes_end_it_with_their_reason() {
    for (close, words) in [(4004, "does not accept the token"), (4014, "does not allow the intents")] {
        let (discord, app) = emulator(false).await;
        let folder = folder();
        let config = format!("[discord]\napi_url = \"{}\"\n", discord.api_url());
        let child = helmsman(folder.path(), &config, Some(&app.token)).spawn().unwrap();
        timeout(PATIENCE, discord.wait_commands(&app)).await.expect("it gets ready");
        discord.close_connections(&app, close);
        let output = timeout(PATIENCE, child.wait_with_output()).await.expect("it ends").unwrap();
        let (code, said) = said(&output);
        assert!(code == 6 && said.contains(words), "{close}: {code}: {said}");
        assert_eq!(discord.identify_count(&app), 1, "{close}: nothing is tried again");
    }
}
