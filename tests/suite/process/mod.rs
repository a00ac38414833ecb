//! The program as whoever installs it meets it: the real binary, started as a process of its own, with its arguments,
//! files, signals, output and exit codes. Discord is the emulator, as another process too.

use std::{process::Stdio, time::Duration};
use tokio::process::Command;

/// No child may live longer than this.
const LIMIT: Duration = Duration::from_secs(60);

#[tokio::test]
async fn help_explains_each_subcommand_and_exit_code() {
    let helmsman = Command::new(env!("CARGO_BIN_EXE_helmsman"))
        .stdin(Stdio::null())
        .arg("--help")
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(LIMIT, helmsman).await.expect("it ends in time").unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    for word in
        ["run", "prompts", "playground", "DISCORD_TOKEN", "Exit codes:", "the database cannot be used"]
    {
        assert!(text.contains(word), "no {word} in {text}");
    }
}
