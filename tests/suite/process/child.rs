//! A folder to run in, and a running `helmsman` with what it says.

use super::LIMIT;
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader},
    process::Command,
    sync::watch,
    task::JoinHandle,
};

/// SIGTERM ends the process within this time. Source: DESIGN, "Operations".
const TO_STOP: Duration = Duration::from_secs(10);

/// The working directory of a process. Paths in configs and messages are relative to it.
pub struct Place(TempDir);

impl Place {
    /// An empty one.
    pub fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// One with this `helmsman.toml`.
    pub fn with(config: &str) -> Self {
        let place = Self::empty();
        place.write("helmsman.toml", config);
        place
    }

    /// Where a file of it is.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// The bytes of a file.
    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// The names of all that is in it, in order.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> = entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Starts `helmsman` here with these arguments and no other environment than this token.
    pub fn start(&self, token: Option<&str>, arguments: &[&str]) -> Child {
        Child::start(self.command(Path::new(env!("CARGO_BIN_EXE_helmsman")), token, arguments))
    }

    /// The same, not started yet, and from another file.
    pub fn command(&self, program: &Path, token: Option<&str>, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.env_clear().current_dir(self.0.path()).args(arguments);
        command.envs(token.map(|token| ("DISCORD_TOKEN", token)));
        command
    }

    /// Starts it and waits for its end.
    pub async fn run(&self, token: Option<&str>, arguments: &[&str]) -> Ended {
        self.start(token, arguments).end().await
    }
}

/// A running `helmsman`. It is killed when it is dropped.
pub struct Child {
    pid: u32,
    log: watch::Receiver<Log>,
    ending: JoinHandle<Ended>,
}

#[derive(Default)]
struct Log {
    text: String,
    ended: bool,
}

/// How a process ended, and what it said.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; none after a signal that killed it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub said: String,
}

impl Ended {
    /// What is said to the person at the terminal, after all lines of the log.
    pub fn message(&self) -> &str {
        let at = self.said.find("helmsman: ").unwrap_or_else(|| panic!("it says nothing: {self:?}"));
        &self.said[at..]
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("helmsman had said:\n{}", self.log.borrow().text);
        }
    }
}

impl Child {
    /// Starts a command.
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let pid = child.id().unwrap();
        let (told, log) = watch::channel(Log::default());
        let (out, said) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let ending = tokio::spawn(async move {
            let life = async { tokio::join!(child.wait(), all(out), lines(said, &told)) };
            let Ok((status, out, ())) = tokio::time::timeout(LIMIT, life).await else {
                panic!("killed: it did not end in {LIMIT:?}: {}", told.borrow().text);
            };
            told.send_modify(|log| log.ended = true);
            Ended { code: status.unwrap().code(), out, said: told.borrow().text.clone() }
        });
        Self { pid, log, ending }
    }

    /// Returns when it has said `words`.
    pub async fn says(&self, words: &str) {
        self.says_so(|said| said.contains(words).then_some(())).await;
    }

    /// Returns when `look` finds something in all that it has said.
    pub async fn says_so<T>(&self, mut look: impl FnMut(&str) -> Option<T>) -> T {
        let (mut log, mut found) = (self.log.clone(), None);
        let said = |log: &Log| {
            found = look(&log.text);
            found.is_some() || log.ended
        };
        // An error means that it was killed for being late.
        let _ = log.wait_for(said).await;
        found.unwrap_or_else(|| panic!("it never says what it should: {}", self.log.borrow().text))
    }

    /// Whether it has said `words` so far.
    pub fn has_said(&self, words: &str) -> bool {
        self.log.borrow().text.contains(words)
    }

    /// Waits for its end.
    pub async fn end(mut self) -> Ended {
        (&mut self.ending).await.unwrap()
    }

    /// Sends it a signal by name.
    pub async fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.pid.to_string()]).status().await;
        assert!(sent.unwrap().success());
    }

    /// Asks it to stop, and waits for as long as it may take.
    pub async fn stop(self) -> Ended {
        self.signal("TERM").await;
        tokio::time::timeout(TO_STOP, self.end()).await.expect("it stops within ten seconds")
    }
}

async fn all(mut from: impl AsyncRead + Unpin) -> String {
    let mut text = String::new();
    from.read_to_string(&mut text).await.unwrap();
    text
}

async fn lines(from: impl AsyncRead + Unpin, told: &watch::Sender<Log>) {
    let mut lines = BufReader::new(from).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        told.send_modify(|log| log.text += &(line + "\n"));
    }
}
