//! Discord does not say where its gateway is: there is no other address to turn to, so the process ends and says why.

use super::{
    TOKEN,
    child::{Child, Ended, Place},
    code,
};
use std::{net::SocketAddr, sync::Arc};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// A web server that gives every request the same answer, and remembers who asked for what.
pub struct Elsewhere {
    address: SocketAddr,
    asked: watch::Receiver<Vec<String>>,
}

impl Elsewhere {
    /// Answers the first request with the first of these, and so on; from the last on always the same. `None`: it takes
    /// the request, and says nothing.
    pub async fn start(answers: Vec<Option<String>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (told, asked) = watch::channel(Vec::new());
        let (told, answers) = (Arc::new(told), Arc::new(answers));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (told, answers) = (told.clone(), answers.clone());
                tokio::spawn(async move { serve(stream, &answers, &told).await });
            }
        });
        Self { address, asked }
    }

    /// A config that leads to it.
    pub fn config(&self) -> String {
        format!("[discord]\napi_url = \"http://{}\"\n", self.address)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.borrow().clone()
    }
}

async fn serve(mut stream: TcpStream, answers: &[Option<String>], told: &watch::Sender<Vec<String>>) {
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
            break;
        }
    }
    let first = String::from_utf8_lossy(&request).lines().next().unwrap_or("").to_owned();
    let mut number = 0;
    told.send_modify(|all| {
        number = all.len();
        all.push(first);
    });
    match &answers[number.min(answers.len() - 1)] {
        Some(answer) => drop(stream.write_all(answer.as_bytes()).await),
        // Open until the other side gives up.
        None => drop(stream.read_buf(&mut request).await),
    }
}

/// Runs it where every other way than the one of the config is a proxy that would notice.
async fn run(config: &str) -> Ended {
    let place = Place::with(config);
    let proxy = Elsewhere::start(vec![None]).await;
    let ended = through(&place, &proxy).end().await;
    assert!(proxy.asked().is_empty(), "it turned elsewhere: {:?}", proxy.asked());
    // Nothing was asked of the gateway, and the database is closed.
    assert!(!ended.said.contains("the connection to Discord"), "{}", ended.said);
    assert_eq!(place.names(), ["helmsman.db", "helmsman.db.lock", "helmsman.toml"]);
    ended
}

fn through(place: &Place, proxy: &Elsewhere) -> Child {
    let mut command = place.command(env!("CARGO_BIN_EXE_helmsman").as_ref(), Some(TOKEN), &["run"]);
    let proxy = format!("http://{}", proxy.address);
    command.envs(["http_proxy", "https_proxy", "all_proxy"].map(|name| (name, proxy.clone())));
    Child::start(command)
}

const REQUEST: &str = "GET /api/v10/gateway/bot HTTP/1.1";

const REFUSAL: Option<&str> = Some("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");

/// Why it ended, if it did as it should.
fn reason(ended: &Ended) -> &str {
    assert_eq!(ended.code, Some(code::UNREACHABLE), "{ended:?}");
    let message = ended.message().strip_prefix("helmsman: Discord did not say where its gateway is: ");
    let message = message.unwrap_or_else(|| panic!("{ended:?}"));
    let help = "\n  = check the network, and discord.api_url or discord.connect_to in the config; then start again\n";
    message.strip_suffix(help).unwrap_or_else(|| panic!("{ended:?}"))
}

async fn answered(answers: &[Option<&str>], requests: usize) -> String {
    let answers = answers.iter().map(|answer| answer.map(str::to_owned)).collect();
    let elsewhere = Elsewhere::start(answers).await;
    let ended = run(&elsewhere.config()).await;
    assert_eq!(elsewhere.asked(), vec![REQUEST; requests]);
    reason(&ended).to_owned()
}

#[tokio::test]
async fn a_refusal_is_told_at_once() {
    let reason = answered(&[REFUSAL], 1).await;
    assert_eq!(reason, "Discord refused: no reason given (HTTP 404, code 0)");
}

#[tokio::test]
async fn a_failing_server_is_asked_three_times() {
    let reason = answered(&[Some("HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n")], 3).await;
    assert_eq!(reason, "HTTP 500");
}

#[tokio::test]
async fn an_answer_that_nobody_can_read_is_none() {
    let reason = answered(&[Some("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>")], 3).await;
    assert_eq!(reason, "an answer that cannot be read: expected value at line 1 column 1");
}

#[tokio::test]
async fn a_server_that_hangs_up_is_asked_three_times() {
    let reason = answered(&[Some("")], 3).await;
    assert_eq!(reason, "connection closed before message completed");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_and_asked_again() {
    let reason = answered(&[None, REFUSAL], 2).await;
    assert_eq!(reason, "Discord refused: no reason given (HTTP 404, code 0)");
}

/// An address on which nobody listens.
async fn closed() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

#[tokio::test]
async fn a_closed_port_is_told_by_either_way_and_for_the_clock() {
    let port = closed().await;
    for key in ["api_url = \"http://", "connect_to = \""] {
        let ended = run(&format!("[discord]\n{key}{port}\"\n")).await;
        // The number is the system's.
        assert!(reason(&ended).starts_with("no connection: Connection refused"), "{ended:?}");
    }

    let place =
        Place::with(&format!("[discord]\napi_url = \"http://{port}\"\n[time]\nsource = \"emulator\"\n"));
    let ended = place.run(Some(TOKEN), &["run"]).await;
    assert_eq!(ended.code, Some(code::UNREACHABLE), "{ended:?}");
    let message = format!(
        "helmsman: the emulator's clock cannot be read at http://{port}/emulator/clock: Connection refused"
    );
    assert!(ended.message().starts_with(&message), "{ended:?}");
    assert!(ended.message().contains("start the emulator first"), "{ended:?}");
    assert_eq!(place.names(), ["helmsman.toml"], "no database was begun");
}

#[tokio::test]
async fn a_name_that_nobody_has_is_told() {
    // Longer than a part of a name may be, so that the system knows without asking anybody.
    let name = "x".repeat(64);
    let place = Place::with(&format!("[discord]\nconnect_to = \"{name}:443\"\n"));
    let ended = place.run(Some(TOKEN), &["run"]).await;
    assert_eq!(ended.code, Some(code::UNREACHABLE), "{ended:?}");
    // The rest is the system's.
    let message = format!("helmsman: discord.connect_to: {name}:443 cannot be found: ");
    assert!(ended.message().starts_with(&message), "{ended:?}");
    assert_eq!(place.names(), ["helmsman.toml"]);
}

#[tokio::test]
async fn a_stop_is_heard_while_discord_says_nothing() {
    let elsewhere = Elsewhere::start(vec![None]).await;
    let place = Place::with(&elsewhere.config());
    let bot = place.start(Some(TOKEN), &["run"]);
    let mut asked = elsewhere.asked.clone();
    asked.wait_for(|asked| asked.len() == 1).await.unwrap();
    let ended = bot.stop().await;
    assert_eq!((ended.code, ended.said.as_str()), (Some(0), ""));
    assert_eq!(place.names(), ["helmsman.db", "helmsman.db.lock", "helmsman.toml"]);
}
