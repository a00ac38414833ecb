//! Bots that are processes of another language.

use crate::bot::Stage;
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader, Lines};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// What runs a bot.
pub struct Script {
    pub program: PathBuf,
    file: PathBuf,
}

/// The bot of discord.js, if its library is installed.
pub fn node() -> Option<Script> {
    let folder = folder("discord.js");
    let script = Script { program: "node".into(), file: folder.join("check.mjs") };
    let there = folder.join("node_modules/discord.js").exists();
    there.then_some(script).or_else(|| missing("discord.js", "npm ci"))
}

/// The bot of discord.py, if its library is installed.
pub fn python() -> Option<Script> {
    let folder = folder("discord.py");
    let script = Script { program: folder.join(".venv/bin/python"), file: folder.join("check.py") };
    let install = "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt";
    script.program.exists().then_some(script).or_else(|| missing("discord.py", install))
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(name)
}

/// Says what is not run, or fails if it must be.
#[allow(clippy::disallowed_methods)] // what is asked of the tests is no setting of the program
fn missing(library: &str, install: &str) -> Option<Script> {
    let what = format!(
        "note: tests that need {library} are NOT run; to run them: cd emulator/tests/clients/{library} && {install}"
    );
    assert!(std::env::var_os("EMULATOR_CLIENTS").is_none_or(|it| it != "required"), "{what}");
    static SAID: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let mut said = SAID.lock().unwrap();
    if !said.contains(&what) {
        // A test's prints are shown only if it fails, and this is to be seen.
        let _ = writeln!(std::io::stderr(), "{what}");
        said.push(what);
    }
    None
}

/// A process, whose errors are shown if the test fails.
pub struct Bot {
    child: Child,
    errors: Arc<Mutex<String>>,
}

impl Drop for Bot {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the bot's own words:\n{}", self.errors.lock().unwrap());
        }
    }
}

/// Starts a bot, and hands on what it reports. The compression is what it is to ask of the gateway, if it can choose.
pub fn start(script: &Script, compression: &str, stage: &Stage) -> (Bot, UnboundedReceiver<Value>) {
    // Libraries send fields that Discord drops.
    stage.discord.inspect(openapi::inspect_answers);
    let mut child = Command::new(&script.program)
        .arg(&script.file)
        .env("EMULATOR_COMPRESS", compression)
        .env("EMULATOR_API", stage.discord.api_url())
        .env("EMULATOR_TOKEN", &stage.app.token)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", script.program.display()));
    let errors = Arc::<Mutex<String>>::default();
    let mut words = lines(child.stderr.take());
    let kept = errors.clone();
    tokio::spawn(async move {
        while let Ok(Some(line)) = words.next_line().await {
            kept.lock().unwrap().push_str(&format!("{line}\n"));
        }
    });
    let mut reported = lines(child.stdout.take());
    let (sender, reports) = unbounded_channel();
    tokio::spawn(async move {
        while let Ok(Some(line)) = reported.next_line().await {
            let report = serde_json::from_str(&line).unwrap_or(Value::String(line));
            if sender.send(report).is_err() {
                break;
            }
        }
    });
    (Bot { child, errors }, reports)
}

fn lines<R: AsyncRead + Unpin>(pipe: Option<R>) -> Lines<BufReader<R>> {
    BufReader::new(pipe.expect("it is piped")).lines()
}

impl Bot {
    /// Waits for a proper end.
    pub async fn ended(mut self) {
        let status = tokio::time::timeout(Duration::from_secs(30), self.child.wait()).await;
        assert!(status.expect("it ends after it has logged out").unwrap().success());
    }
}
