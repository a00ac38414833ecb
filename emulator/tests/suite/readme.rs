//! The README's examples that are not documentation tests.

use crate::fidelity::{self, foreign, serenity};
use serde_json::{Value, json};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

const README: &str = include_str!("../../README.md");

/// The blocks in that language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    README.split(fence.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[tokio::test]
async fn it_starts_as_it_says() {
    let line = blocks("sh")[0].trim();
    let arguments = line.strip_prefix("cargo run -p emulator -- ").unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_emulator"))
        .args(arguments.split(' '))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    let hello: Value = serde_json::from_str(&output.next_line().await.unwrap().unwrap()).unwrap();
    for field in ["api_url", "token", "application", "guild", "channel", "people"] {
        assert!(!hello[field].is_null(), "{field}");
    }
}

#[test]
fn bots_are_pointed_at_it_as_the_checks_do() {
    let checks = [
        ("js", include_str!("../clients/discord.js/check.mjs")),
        ("python", include_str!("../clients/discord.py/check.py")),
    ];
    for (language, check) in checks {
        let lines: Vec<&str> = blocks(language)[0].lines().collect();
        assert!(!lines.is_empty() && lines.iter().all(|line| check.contains(line)), "{lines:?}");
    }
}

#[tokio::test]
async fn its_actions_are_done() {
    let stage = fidelity::stage().await;
    let (bot, _reports) = serenity::start(&stage);
    stage.discord.wait_commands(&stage.app).await;
    let mut done = 0;
    for line in blocks("json").iter().flat_map(|block| block.lines()) {
        let request: Value = serde_json::from_str(line).unwrap();
        let answer = stage.discord.act(&request).await;
        let failed = !answer["error"].is_null() || answer["done"] == json!(false) || answer == json!([]);
        assert!(!failed, "{line}: {answer}");
        done += 1;
    }
    assert!(done > 20);
    bot.abort();
}

#[tokio::test]
async fn its_script_is_true() {
    let Some(python) = foreign::python() else { return };
    let stage = fidelity::stage().await;
    let (bot, _reports) = serenity::start(&stage);
    let mut script = Command::new(python.program);
    script.args(["-c", blocks("python")[1]]).env("EMULATOR_API", stage.discord.api_url());
    let output = script.kill_on_drop(true).output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    bot.abort();
}
