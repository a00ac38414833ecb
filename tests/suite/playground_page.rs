//! The playground's page without a browser: what a newcomer finds, and how the clock moves.

use crate::harness::setting;
use helmsman::playground::{self, Setting};
use reqwest::Response;
use serde_json::{Value, json};
use std::{io, path::Path};
use tokio::sync::{mpsc, oneshot};

/// A playground whose page is open.
struct Playground {
    address: String,
    end: oneshot::Sender<()>,
    served: std::thread::JoinHandle<()>,
}

/// Hands on what is written.
struct Out(mpsc::UnboundedSender<String>);

impl io::Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.send(String::from_utf8(bytes.to_vec()).unwrap()).unwrap();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Playground {
    async fn open(setting: Setting) -> Self {
        let (written, mut lines) = mpsc::unbounded_channel();
        let (end, ended) = oneshot::channel();
        // In a thread of its own, as `helmsman playground` has a process of its own.
        let served = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let over = async { ended.await.unwrap() };
            let served = runtime.block_on(playground::serve(&setting, &mut Out(written), over));
            served.map_err(|ending| ending.message).unwrap();
        });
        let mut line = String::new();
        while !line.ends_with('\n') {
            line.push_str(&lines.recv().await.expect("it says that it is ready"));
        }
        let address = line.split_whitespace().find(|word| word.starts_with("http")).unwrap().to_owned();
        Self { address, end, served }
    }

    async fn close(self) {
        self.end.send(()).unwrap();
        self.served.join().unwrap();
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}emulator/{path}", self.address);
        reqwest::Client::new().post(url).json(&body).send().await.unwrap().json().await.unwrap()
    }

    async fn panel(&self, what: &str) -> Value {
        self.post("panel", json!({ "do": what })).await
    }

    async fn local(&self) -> String {
        self.panel("state").await["local"].as_str().unwrap().to_owned()
    }

    async fn look(&self) -> Look {
        let response = reqwest::get(format!("{}emulator/events", self.address)).await.unwrap();
        let mut look = Look { response, text: String::new(), hello: Value::Null };
        look.hello = look.next().await;
        look
    }
}

/// The stream of whoever is offered first.
struct Look {
    response: Response,
    text: String,
    hello: Value,
}

impl Look {
    async fn next(&mut self) -> Value {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let frame: String = self.text.drain(..end + 2).collect();
                if let Some(data) = frame.strip_prefix("data: ") {
                    return serde_json::from_str(data).unwrap();
                }
                continue;
            }
            let bytes = self.response.chunk().await.unwrap().expect("the stream goes on");
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    async fn panel(&mut self, field: &str) -> Value {
        loop {
            let event = self.next().await;
            if event["t"] == "panel" && !event["data"][field].is_null() {
                return event["data"][field].clone();
            }
        }
    }

    fn me(&self) -> Value {
        self.hello["me"]["id"].clone()
    }

    fn person(&self, name: &str) -> Value {
        let people = self.hello["people"].as_array().unwrap();
        people.iter().find(|one| one["name"] == name).unwrap()["id"].clone()
    }

    async fn messages(&self, playground: &Playground, whom: &Value) -> Vec<Value> {
        let channel = &self.hello["places"]["guilds"][0]["channels"][0]["id"];
        let request = json!({ "as": whom, "do": "messages", "channel": channel, "limit": 100 });
        playground.post("act", request).await.as_array().unwrap().clone()
    }
}

fn title(message: &Value) -> &str {
    message["embeds"][0]["title"].as_str().unwrap_or("")
}

fn field<'m>(message: &'m Value, name: &str) -> &'m str {
    let fields = message["embeds"][0]["fields"].as_array().unwrap();
    fields.iter().find(|field| field["name"] == name).map_or("", |field| field["value"].as_str().unwrap())
}

#[tokio::test]
async fn a_newcomer_finds_a_team_at_work() {
    let playground = Playground::open(setting()).await;
    let look = playground.look().await;
    let people: Vec<_> = look.hello["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{}: {}", one["name"].as_str().unwrap(), one["note"].as_str().unwrap()))
        .collect();
    assert_eq!(
        people,
        [
            "ben: member",
            "cleo: member",
            "dan: member",
            "max: manager",
            "ana: admin",
            "eve: away in the first week"
        ]
    );
    assert_eq!(look.hello["panel"], true);
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/playground/panel")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let served = reqwest::get(format!("{}panel/{name}", playground.address)).await.unwrap();
        assert_eq!(served.status(), 200, "{name} is not compiled in");
    }
    let messages = look.messages(&playground, &look.me()).await;
    let titles: Vec<_> = messages.iter().map(title).collect();
    assert_eq!(
        titles,
        [
            "Hello from Helmsman",
            "Who handled it like a leader?",
            "The quiet hour",
            "How it went: The quiet hour",
            "What the days are for",
            "How it went: What the days are for",
            "The faster plate"
        ]
    );
    assert!(field(&messages[3], "The split").contains('▰'), "{}", messages[3]);
    let (poll, open) = (&messages[1], &messages[6]);
    assert_eq!(field(open, "Answered"), "2 people");
    let state = playground.panel("state").await;
    assert_eq!(
        (&state["local"], &state["zone"], &state["busy"]),
        (&json!("Wed 6 Jan 2027, 09:45"), &json!("Europe/London"), &json!(false))
    );
    assert_eq!(
        (&state["next"]["in"], &state["next"]["what"]),
        (&json!("in 24 hours"), &json!("the next prompt"))
    );
    assert_eq!(state["tour"]["prompt"], json!({ "channel": open["channel_id"], "message": open["id"] }));
    assert_eq!(state["tour"]["poll"], json!({ "channel": poll["channel_id"], "message": poll["id"] }));
    assert!(field(poll, "Votes").contains("not enough for a result yet"), "two have voted: {poll}");

    let button = &open["components"][0]["components"][0]["custom_id"];
    let click = json!({ "as": look.me(), "do": "click", "channel": open["channel_id"], "message": open["id"], "custom_id": button });
    let answer = playground.post("act", click).await;
    assert!(answer["text"].as_str().unwrap().contains("Streak: **1 prompt day**"), "{answer}");
    assert_eq!(playground.panel("day").await, json!({}));
    let messages = look.messages(&playground, &look.me()).await;
    let reveal = messages.iter().find(|message| title(message) == "How it went: The faster plate").unwrap();
    assert!(reveal["embeds"][0]["description"].as_str().unwrap().contains("3 people answered"), "{reveal}");
    playground.close().await;
}

#[tokio::test]
async fn the_clock_moves_as_it_is_asked_and_runs_in_between() {
    let playground = Playground::open(setting()).await;
    let mut look = playground.look().await;
    for (step, local) in [
        ("next", "Thu 7 Jan 2027, 09:30"),
        ("hour", "Thu 7 Jan 2027, 10:30"),
        ("day", "Fri 8 Jan 2027, 10:30"),
    ] {
        assert_eq!(playground.panel(step).await, json!({}));
        assert_eq!(playground.local().await, local);
        let told = look.panel("state").await;
        assert!(told["busy"].is_boolean());
    }
    assert_eq!(playground.panel("next").await, json!({}));
    assert_eq!(playground.local().await, "Mon 11 Jan 2027, 09:30", "over the weekend");
    let wrong = playground.panel("fly").await;
    assert!(wrong["error"].as_str().unwrap().contains("fly"), "{wrong}");
    let mut first = None;
    // Nobody moves it any more.
    loop {
        let event = look.next().await;
        if event["t"] == "clock" {
            let ms = event["ms"].as_i64().unwrap();
            if first.is_some_and(|first| ms - first == 1000) {
                break;
            }
            first = Some(ms);
        }
    }
    playground.close().await;
}

#[tokio::test]
async fn in_a_week_the_others_answer_and_it_can_be_stopped() {
    let playground = Playground::open(setting()).await;
    let mut look = playground.look().await;
    let week = json!({ "do": "week", "me": look.me() });
    let (played, progress) = tokio::join!(playground.post("panel", week.clone()), async {
        let begun = look.panel("progress").await;
        let second = playground.panel("day").await;
        let mut done = begun.clone();
        let mut answers = 0;
        while done["done"] != 7 {
            answers += usize::from(done["text"].as_str().unwrap().ends_with(" answers"));
            done = look.panel("progress").await;
        }
        (begun, second, answers)
    });
    assert_eq!(played, json!({}));
    assert_eq!((&progress.0["done"], &progress.0["of"]), (&json!(0), &json!(7)));
    assert_eq!(progress.1, json!({ "error": "The clock is moving already." }));
    assert!(progress.2 >= 10, "{} answers in a week", progress.2);
    assert_eq!(playground.local().await, "Wed 13 Jan 2027, 09:45");
    let messages = look.messages(&playground, &look.me()).await;
    let answered: Vec<_> = messages
        .iter()
        .filter(|message| field_of(message, "Answered"))
        .map(|one| field(one, "Answered"))
        .collect();
    assert!(answered.iter().filter(|count| count.ends_with("people")).count() >= 5, "{answered:?}");
    let me = json!({ "as": look.me(), "do": "slash", "channel": messages[0]["channel_id"], "command": "me" });
    let streak = playground.post("act", me).await;
    assert!(
        streak["text"].as_str().unwrap().contains("no streak yet"),
        "nobody answers for whoever plays: {streak}"
    );
    let cleo = json!({ "as": look.person("cleo"), "do": "slash", "channel": messages[0]["channel_id"], "command": "me" });
    let streak = playground.post("act", cleo).await;
    assert!(streak["text"].as_str().unwrap().contains("Your streak"), "{streak}");
    assert!(!streak["text"].as_str().unwrap().contains("no streak yet"), "{streak}");

    let (stopped, answer) = tokio::join!(playground.post("panel", week), async {
        look.panel("progress").await;
        playground.panel("stop").await
    });
    assert_eq!((stopped, answer), (json!({ "stopped": true }), json!({})));
    assert_eq!(playground.panel("state").await["busy"], false);
    assert_eq!(playground.panel("hour").await, json!({}), "and it goes on");
    playground.close().await;
}

fn field_of(message: &Value, name: &str) -> bool {
    let fields = message["embeds"][0]["fields"].as_array();
    fields.is_some_and(|fields| fields.iter().any(|field| field["name"] == name))
}

#[tokio::test]
async fn a_kept_page_goes_on_where_it_stopped() {
    let directory = tempfile::tempdir().unwrap();
    let kept = |path: &Path| Setting { data: Some(path.to_owned()), ..setting() };
    let playground = Playground::open(kept(directory.path())).await;
    assert_eq!(playground.panel("state").await["resumed"], false);
    playground.panel("hour").await;
    playground.close().await;
    let playground = Playground::open(kept(directory.path())).await;
    let state = playground.panel("state").await;
    assert_eq!((&state["resumed"], &state["local"]), (&json!(true), &json!("Wed 6 Jan 2027, 10:45")));
    assert_eq!(state["tour"]["prompt"], Value::Null, "messages are not kept");
    assert_eq!(playground.panel("next").await, json!({}));
    assert_eq!(playground.local().await, "Thu 7 Jan 2027, 09:30");
    playground.close().await;
}
