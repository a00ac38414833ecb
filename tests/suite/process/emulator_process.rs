//! The emulator as a process of its own, found or built by cargo; or in this one, where what is said to it is checked.

use super::LIMIT;
use emulator::{Discord, Options, bits};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::OnceCell,
};

/// How the bot reaches it.
#[derive(Clone, Copy, Debug)]
pub enum Way {
    /// `discord.api_url`: plain, without the library's limiter.
    Url,
    /// `discord.connect_to`: over TLS under Discord's name, with the library's limiter.
    Tls,
}

/// An emulator with a server that `ana` owns, a channel `deck`, and people.
pub struct EmulatorProcess {
    place: Place,
    /// What it said about itself when it started.
    hello: Value,
}

enum Place {
    /// It is killed when this is dropped.
    Elsewhere {
        _child: Child,
        client: reqwest::Client,
    },
    Here(Discord),
}

impl EmulatorProcess {
    /// Starts one. `clock` is `host`, or the time at which its clock stands.
    pub async fn start(clock: &str, ca_file: &Path) -> Self {
        let mut child = Command::new(program().await)
            .args(["--clock", clock, "--tls", "--people", "ana,ben,cleo", "--channel", "deck"])
            .arg("--ca-file")
            .arg(ca_file)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let hello = tokio::time::timeout(LIMIT, lines.next_line()).await.unwrap().unwrap().unwrap();
        let client = reqwest::Client::builder().no_proxy().timeout(LIMIT).build().unwrap();
        Self {
            place: Place::Elsewhere { _child: child, client },
            hello: serde_json::from_str(&hello).unwrap(),
        }
    }

    /// Makes the same in this process, on a clock that stands.
    pub async fn here(clock: &str, ca_file: &Path) -> Self {
        let options = Options { start: Some(clock.parse().unwrap()), tls: true, ..Options::default() };
        let discord = crate::harness::emulator(options).await;
        let (app, guild) = (discord.application("Helmsman"), discord.guild("Harbour"));
        guild.text_channel("deck");
        let people = ["ana", "ben", "cleo"].map(|name| (name, guild.person(name)));
        guild.set_owner(&people[0].1);
        guild.add_app(&app, bits::DEFAULT_EVERYONE);
        let tls = discord.tls().unwrap();
        std::fs::write(ca_file, &tls.ca_pem).unwrap();
        let people: serde_json::Map<_, _> =
            people.iter().map(|(name, person)| ((*name).to_owned(), json!(person.id()))).collect();
        let hello = json!({
            "api_url": discord.api_url(), "tls": tls.addr, "ca_file": ca_file, "token": app.token, "people": people,
        });
        Self { place: Place::Here(discord), hello }
    }

    /// The bot's token.
    pub fn token(&self) -> &str {
        self.hello["token"].as_str().unwrap()
    }

    /// The user id of a person.
    pub fn id_of(&self, person: &str) -> u64 {
        self.hello["people"][person].as_str().unwrap().parse().unwrap()
    }

    /// A config that leads to it.
    pub fn config(&self, way: Way, source: &str) -> String {
        let discord = match way {
            Way::Url => format!("api_url = {}", self.hello["api_url"]),
            Way::Tls => {
                format!("connect_to = {}\nca_file = {}", self.hello["tls"], self.hello["ca_file"])
            }
        };
        format!("[discord]\n{discord}\n[time]\nsource = \"{source}\"\n")
    }

    /// Does what somebody does.
    pub async fn act(&self, request: Value) -> Value {
        let answer = match &self.place {
            Place::Here(discord) => discord.act(&request).await,
            Place::Elsewhere { client, .. } => {
                let url = format!("{}/emulator/act", self.hello["api_url"].as_str().unwrap());
                client.post(url).json(&request).send().await.unwrap().json().await.unwrap()
            }
        };
        assert!(answer["error"].is_null(), "{request}: {answer}");
        answer
    }

    /// The messages with `text` that ben sees, once there are so many.
    pub async fn sees(&self, text: &str, at_least: usize) -> Vec<Value> {
        let request = json!({ "as": "ben", "do": "sees", "text": text, "at_least": at_least });
        self.act(request).await.as_array().unwrap().clone()
    }

    /// Uses a command.
    pub async fn slash(&self, who: &str, command: &str, options: Value) -> Value {
        let request = json!({ "as": who, "do": "slash", "command": command, "options": options });
        self.act(request).await
    }

    /// Presses a button of a message.
    pub async fn click(&self, who: &str, message: &Value, button: &str) -> Value {
        let request = json!({ "as": who, "do": "click", "message": message["id"], "button": button });
        self.act(request).await
    }

    /// Milliseconds since the Unix epoch, by its clock.
    pub async fn now_ms(&self) -> i64 {
        self.act(json!({ "do": "clock" })).await["now_ms"].as_i64().unwrap()
    }

    /// Lets its clock run, so many milliseconds later than it is.
    pub async fn later(&self, ms: u64) {
        self.act(json!({ "do": "clock", "advance_ms": ms, "run": true })).await;
    }
}

/// What cargo tells a test in its environment, and build scripts look at: with it all they made would be out of date.
/// Source: the Cargo book, "Environment variables Cargo sets for crates".
const SET_FOR_TESTS: [&str; 17] = [
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_PATH",
    "CARGO_PKG_AUTHORS",
    "CARGO_PKG_DESCRIPTION",
    "CARGO_PKG_HOMEPAGE",
    "CARGO_PKG_LICENSE",
    "CARGO_PKG_LICENSE_FILE",
    "CARGO_PKG_NAME",
    "CARGO_PKG_README",
    "CARGO_PKG_REPOSITORY",
    "CARGO_PKG_RUST_VERSION",
    "CARGO_PKG_VERSION",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
    "LD_LIBRARY_PATH",
];

/// The emulator's binary. Cargo names only the binaries of a test's own package, so it is asked to build this one beside
/// `helmsman`, which takes a moment if it is there already.
async fn program() -> &'static Path {
    static BUILT: OnceCell<PathBuf> = OnceCell::const_new();
    BUILT.get_or_init(build).await
}

async fn build() -> PathBuf {
    let mut profile = Path::new(env!("CARGO_BIN_EXE_helmsman")).parent().unwrap();
    let target = profile.parent().unwrap();
    profile = profile.strip_prefix(target).unwrap();
    let profile = if profile == Path::new("debug") { Path::new("dev") } else { profile };
    // Both packages, so that what they share is built as it was for the tests.
    let mut cargo = Command::new(env!("CARGO"));
    for name in SET_FOR_TESTS {
        cargo.env_remove(name);
    }
    let built = cargo
        .args(["build", "--locked", "--offline", "--message-format=json", "--bin", "emulator"])
        .args(["--package", "emulator", "--package", "helmsman", "--profile"])
        .arg(profile)
        .arg("--target-dir")
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let messages = String::from_utf8(built.stdout).unwrap();
    let executable = messages.lines().find_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let ours = message["target"]["name"] == "emulator";
        ours.then(|| message["executable"].as_str().map(PathBuf::from)).flatten()
    });
    executable.expect("cargo says where it is")
}
