//! Whatever comes in, an answer goes out, and the emulator goes on.

use super::viewer::{Viewer, act};
use crate::bot::Stage;
use serde_json::{Value, json};
use tokio::net::TcpStream;

const VERBS: [&str; 27] = [
    "slash",
    "complete",
    "click",
    "select",
    "menu",
    "submit",
    "say",
    "reply",
    "edit",
    "delete",
    "sees",
    "commands",
    "messages",
    "pins",
    "pin",
    "unpin",
    "react",
    "unreact",
    "thread",
    "dm",
    "menus",
    "user_menu",
    "clock",
    "fault",
    "release",
    "heartbeat",
    "nothing",
];
const FIELDS: [&str; 22] = [
    "channel",
    "message",
    "text",
    "reply_to",
    "files",
    "before",
    "after",
    "around",
    "limit",
    "command",
    "options",
    "focus",
    "button",
    "custom_id",
    "menu",
    "values",
    "modal",
    "emoji",
    "name",
    "app",
    "user",
    "guild",
];

#[tokio::test]
async fn garbage_is_answered() {
    let stage = Stage::offline(0).await;
    let said = stage.ana.say(&stage.channel, "look");
    let odd = [
        json!(null),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!(u64::MAX.to_string()),
        json!(""),
        json!("\u{0}<script>"),
        json!("x".repeat(5000)),
        json!([]),
        json!([null, {}, [1]]),
        json!({ "a": { "b": null } }),
        json!(true),
    ];
    let mut asked = 0;
    for verb in VERBS {
        let right = json!({
            "as": "ana", "do": verb, "channel": stage.channel.id(), "message": said.id, "text": "t", "command": "c",
            "focus": "f", "emoji": "👍", "name": "n", "custom_id": "c", "user": stage.ben.id(), "app": stage.app.id,
        });
        for (at, field) in FIELDS.iter().enumerate() {
            let mut request = right.clone();
            request[*field] = odd[(at + asked) % odd.len()].clone();
            asked += 1;
            // An answer is JSON, or this panics.
            act(&stage.discord, request).await;
        }
    }
    for request in [json!(null), json!([]), json!("x"), json!({ "as": {}, "do": "say" }), json!({ "do": 7 })]
    {
        assert!(act(&stage.discord, request).await["error"].is_string());
    }
    assert!(stage.channel.exists());
    Viewer::open(&stage.discord, Some(stage.ana.id())).await;
}

#[tokio::test]
async fn bodies_that_are_no_json_are_refused_with_a_reason() {
    let stage = Stage::offline(0).await;
    let url = format!("{}/emulator/act", stage.discord.api_url());
    let deep = "[".repeat(100_000);
    for body in ["", "{", "[1,]", "\u{feff}{}", deep.as_str()] {
        let request = reqwest::Client::new().post(&url).header("content-type", "application/json");
        let answer = request.body(body.to_owned()).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{}", &body[..body.len().min(9)]);
        assert!(answer.json::<Value>().await.unwrap()["error"].is_string());
    }
    let odd =
        reqwest::get(format!("{}emulator/events?as=%00%ff&as=2", stage.discord.page_url())).await.unwrap();
    assert!(odd.status().is_client_error() || odd.status().is_success());
}

#[tokio::test]
async fn nobody_reaches_it_but_at_its_own_address() {
    let stage = Stage::offline(0).await;
    let port: u16 = stage.discord.api_url().rsplit_once(':').unwrap().1.parse().unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_ok());
    // Another address of the same machine, which a listener on all addresses would serve.
    assert!(TcpStream::connect(("127.0.0.2", port)).await.is_err());
}
