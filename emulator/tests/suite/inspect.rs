//! What an inspector is shown, and what becomes of what it finds.

use crate::bot::{Stage, plain_http};
use emulator::{Content, Done, Exchange, Fault, RequestFault};
use serde_json::json;
use serenity::all::{CreateAttachment, CreateMessage};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Finds everything, and tells what it saw.
fn tell(exchange: &Exchange) -> Vec<String> {
    let Exchange { query, sent, answer, .. } = exchange;
    let sent = match sent {
        Content::Nothing => "nothing".to_owned(),
        Content::Json(value) => value.to_string(),
        Content::Form { payload, files } => format!("{} with {files:?}", payload["content"]),
        Content::Other(kind) => kind.clone(),
    };
    let answered = answer.as_ref().map(|answer| match &answer.content {
        Content::Json(value) => value["content"].to_string(),
        other => format!("{other:?}"),
    });
    vec![format!("{query:?}, {sent}, {answered:?}")]
}

/// What was found, without the ids in the paths.
fn found(stage: &Stage) -> Vec<String> {
    let found = stage.discord.violations();
    found.iter().map(|one| one.split_once(" (").unwrap().1.to_owned()).collect()
}

#[tokio::test]
async fn it_is_shown_each_request_with_its_answer() {
    let stage = Stage::offline(0).await;
    stage.discord.inspect(tell);
    stage.post("hello").await;
    stage.rest("GET", "/gateway?a=b%20c", &json!({})).await;
    stage.rest("POST", &format!("/channels/{}/typing", stage.channel.id()), &json!({})).await;
    let file = CreateAttachment::bytes(vec![1; 3_000_000], "large.bin");
    let message = CreateMessage::new().content("look").add_file(file);
    stage.channel_id().send_message(&plain_http(&stage.discord, &stage.app), message).await.unwrap();
    let seen = found(&stage);
    assert_eq!(
        seen,
        [
            r#"200): [], {"content":"hello"}, Some("\"hello\"")"#,
            r#"200): [("a", "b c")], nothing, Some("null")"#,
            r#"204): [], nothing, Some("Nothing")"#,
            r#"200): [], "look" with ["files[0]"], Some("\"look\"")"#,
        ]
    );
    assert!(found(&stage).is_empty(), "it was asked for");
}

#[tokio::test]
async fn a_request_without_an_answer_is_shown_too() {
    let stage = Stage::offline(0).await;
    stage.discord.inspect(tell);
    stage.discord.fault(Fault::on("GET /gateway", RequestFault::Reset { done: Done::No }));
    let url = format!("{}/api/v10/gateway", stage.discord.api_url());
    assert!(reqwest::get(url).await.is_err());
    assert_eq!(found(&stage), ["no answer): [], nothing, None"]);
}

#[tokio::test]
async fn what_nobody_asked_for_makes_the_end_a_panic() {
    let stage = Stage::offline(0).await;
    stage.discord.inspect(tell);
    stage.post("hello").await;
    let other_handle = stage.discord.clone();
    drop(stage);
    let end = catch_unwind(AssertUnwindSafe(|| drop(other_handle)));
    let words = end.expect_err("it must not pass").downcast::<String>().unwrap();
    assert!(words.contains("POST /api/v10/channels/") && words.contains("hello"), "{words}");
}
