//! Somebody who looks at the page, without a browser.

use emulator::{Discord, Id};
use serde_json::{Value, json};

/// An open event stream.
pub struct Viewer {
    response: reqwest::Response,
    text: String,
    /// The greeting, with which each stream begins.
    pub hello: Value,
}

impl Viewer {
    /// Opens a stream as somebody, or as whoever comes first.
    pub async fn open(discord: &Discord, whom: Option<Id>) -> Self {
        let whom = whom.map(|id| format!("?as={id}")).unwrap_or_default();
        let response = reqwest::get(format!("{}emulator/events{whom}", discord.page_url())).await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut viewer = Self { response, text: String::new(), hello: Value::Null };
        viewer.hello = viewer.next().await.unwrap();
        assert_eq!(viewer.hello["t"], "hello");
        viewer
    }

    /// The next event; none when the stream is at its end.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let frame: String = self.text.drain(..end + 2).collect();
                match frame.strip_prefix("data: ") {
                    Some(data) => return Some(serde_json::from_str(data).unwrap()),
                    None => continue,
                }
            }
            let bytes = self.response.chunk().await.ok()??;
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    /// Every event until a message with this text, which is the last of them.
    pub async fn until(&mut self, text: &str) -> Vec<Value> {
        let mut events = Vec::new();
        loop {
            let event = self.next().await.expect("the stream goes on");
            let found = event["t"] == "message" && event["message"]["content"] == text;
            events.push(event);
            if found {
                return events;
            }
        }
    }

    /// The next event of a kind.
    pub async fn kind(&mut self, kind: &str) -> Value {
        loop {
            let event = self.next().await.expect("the stream goes on");
            if event["t"] == kind {
                return event;
            }
        }
    }
}

/// Acts over HTTP, as the page does.
pub async fn act(discord: &Discord, request: Value) -> Value {
    let url = format!("{}/emulator/act", discord.api_url());
    reqwest::Client::new().post(url).json(&request).send().await.unwrap().json().await.unwrap()
}

/// As [`act`], by one person in one channel.
pub async fn act_in(discord: &Discord, whom: Id, channel: Id, mut request: Value) -> Value {
    request["as"] = json!(whom);
    request["channel"] = json!(channel);
    act(discord, request).await
}
