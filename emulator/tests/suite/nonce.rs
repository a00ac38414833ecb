//! `enforce_nonce`.

use crate::bot::{Plan, Stage};
use emulator::{Discord, Options};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_repeated_nonce_returns_the_first_message() {
    let stage = Stage::offline(0).await;
    let body = json!({ "content": "once", "nonce": "n1", "enforce_nonce": true });
    let (_, first) = stage.rest("POST", &stage.messages(), &body).await;
    let (status, again) = stage.rest("POST", &stage.messages(), &body).await;
    assert_eq!((status, &again["id"]), (200, &first["id"]));
    assert_eq!(stage.channel.message_count(), 1);
    let unenforced = json!({ "content": "once", "nonce": "n1" });
    let (_, other) = stage.rest("POST", &stage.messages(), &unenforced).await;
    assert_ne!(other["id"], first["id"], "without enforce_nonce a nonce is only echoed");
    assert_eq!(other["nonce"], "n1");
}

#[tokio::test]
async fn after_the_message_was_deleted_it_is_unknown() {
    let stage = Stage::offline(0).await;
    let body = json!({ "content": "once", "nonce": "n1", "enforce_nonce": true });
    stage.rest("POST", &stage.messages(), &body).await;
    let seen = stage.ana.sees(&stage.channel);
    assert!(stage.guild.owner().delete(&seen[0]));
    let (status, answer) = stage.rest("POST", &stage.messages(), &body).await;
    assert_eq!((status, &answer["code"]), (404, &json!(10008)));
}

#[tokio::test]
async fn a_nonce_is_forgotten_after_the_window() {
    let stage = Stage::offline(0).await;
    let window = stage.discord.world(|world| world.nonce_window_ms()) as u64;
    let body = json!({ "content": "once", "nonce": "n1", "enforce_nonce": true });
    stage.rest("POST", &stage.messages(), &body).await;
    stage.discord.clock().advance(Duration::from_millis(window));
    stage.rest("POST", &stage.messages(), &body).await;
    assert_eq!(stage.channel.message_count(), 1);
    stage.discord.clock().advance(Duration::from_millis(1));
    stage.rest("POST", &stage.messages(), &body).await;
    assert_eq!(stage.channel.message_count(), 2);
}

#[tokio::test]
async fn the_window_is_drawn_from_the_seed() {
    let mut windows = Vec::new();
    for seed in [1, 1, 2, 3] {
        let discord = Discord::start(Options { seed, ..Plan::default().options }).await.unwrap();
        windows.push(discord.world(|world| world.nonce_window_ms()));
    }
    assert_eq!(windows[0], windows[1]);
    assert!(windows[1] != windows[2] && windows[2] != windows[3]);
    assert!(windows.iter().all(|window| (60_000..=300_000).contains(window)), "{windows:?}");
}
