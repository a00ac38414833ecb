//! Threads.

use crate::bot::Stage;
use emulator::bits;
use serde_json::json;
use serenity::all::{AutoArchiveDuration, CreateThread};
use std::time::Duration;

#[tokio::test]
async fn a_thread_from_a_message_has_its_id_and_comes_once() {
    let stage = Stage::offline(0).await;
    let id = stage.post("a question").await;
    let start = CreateThread::new("answers").auto_archive_duration(AutoArchiveDuration::OneDay);
    let channel = stage.channel_id();
    let thread = channel.create_thread_from_message(&stage.http, id.get(), start).await.unwrap();
    assert_eq!(thread.id.get(), id.get());
    let path = format!("{}/{id}/threads", stage.messages());
    // discord.js says the type here too.
    let (status, answer) = stage.rest("POST", &path, &json!({ "name": "again", "type": 11 })).await;
    assert_eq!((status, &answer["code"]), (400, &json!(160_004)));
    let question = stage.ana.sees(&stage.channel).remove(0);
    let room = stage.ana.thread_of(&question).unwrap();
    stage.ana.say(&room, "an answer");
    thread.id.say(&stage.http, "noted").await.unwrap();
    let seen: Vec<String> = stage.ben.sees(&room).iter().map(emulator::Message::text).collect();
    assert_eq!(seen, ["", "an answer", "noted"], "it begins with the reference to its message");
    let members = thread.id.get_thread_members(&stage.http).await.unwrap();
    assert_eq!(members.len(), 2, "who speaks joins");
}

#[tokio::test]
async fn threads_need_permission_a_good_name_and_a_known_duration() {
    let stage = Stage::offline(0).await;
    let id = stage.post("a question").await;
    let path = format!("{}/{id}/threads", stage.messages());
    for (body, field) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": "x".repeat(101) }), "name"),
        (json!({ "name": "x", "auto_archive_duration": 61 }), "auto_archive_duration"),
    ] {
        let (_, answer) = stage.rest("POST", &path, &body).await;
        assert!(answer["errors"][field]["_errors"][0]["code"].is_string(), "{answer}");
    }
    stage.channel.deny(&stage.app, bits::CREATE_PUBLIC_THREADS);
    assert_eq!(stage.rest("POST", &path, &json!({ "name": "x" })).await.1["code"], json!(50013));
    stage.channel.reset(&stage.app, bits::CREATE_PUBLIC_THREADS);
    stage.channel.deny(&stage.app, bits::SEND_MESSAGES_IN_THREADS);
    assert_eq!(stage.rest("POST", &path, &json!({ "name": "x" })).await.0, 201);
    let inside = format!("/channels/{id}/messages");
    assert_eq!(stage.rest("POST", &inside, &json!({ "content": "x" })).await.1["code"], json!(50013));
}

#[tokio::test]
async fn a_thread_is_archived_by_time_and_woken_by_a_message_unless_locked() {
    let stage = Stage::offline(0).await;
    let id = stage.post("a question").await;
    let path = format!("{}/{id}/threads", stage.messages());
    stage.rest("POST", &path, &json!({ "name": "x", "auto_archive_duration": 60 })).await;
    let inside = format!("/channels/{id}/messages");
    let (_, first) = stage.rest("POST", &inside, &json!({ "content": "first" })).await;
    stage.discord.clock().advance(Duration::from_secs(3600));
    let archived = async || {
        let (_, thread) = stage.rest("GET", &format!("/channels/{id}"), &json!({})).await;
        thread["thread_metadata"]["archived"].as_bool().unwrap()
    };
    assert!(archived().await);
    let old = format!("{inside}/{}", first["id"].as_str().unwrap());
    assert_eq!(stage.rest("PATCH", &old, &json!({ "content": "x" })).await.1["code"], json!(50083));
    assert_eq!(stage.rest("POST", &inside, &json!({ "content": "second" })).await.0, 200);
    assert!(!archived().await);
    stage.discord.channel_by_id(id).archive(true);
    assert_eq!(stage.rest("POST", &inside, &json!({ "content": "third" })).await.1["code"], json!(50083));
}

#[tokio::test]
async fn a_guild_has_a_thousand_active_threads_at_most() {
    let stage = Stage::offline(0).await;
    for at in 0..1000 {
        let said = stage.ana.say(&stage.channel, &at.to_string());
        stage.ana.start_thread(&said, "x");
    }
    let id = stage.post("a question").await;
    let path = format!("{}/{id}/threads", stage.messages());
    assert_eq!(stage.rest("POST", &path, &json!({ "name": "x" })).await.1["code"], json!(160_006));
}

#[tokio::test]
async fn a_post_in_a_forum_is_a_thread_with_its_message() {
    let stage = Stage::offline(0).await;
    let forum = stage.guild.forum_channel("ideas");
    let say = json!({ "content": "x" });
    let direct = stage.rest("POST", &format!("/channels/{}/messages", forum.id()), &say).await;
    assert_eq!(direct.1["code"], json!(50008));
    let path = format!("/channels/{}/threads", forum.id());
    let (status, post) = stage.rest("POST", &path, &json!({ "name": "idea", "message": say })).await;
    assert_eq!((status, &post["message"]["content"]), (201, &json!("x")));
    assert_eq!(post["id"], post["message"]["id"]);
}
