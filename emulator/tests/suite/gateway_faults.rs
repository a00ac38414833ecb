//! Events that go astray, and connections that break.

use crate::bot::{Plan, Stage};
use crate::socket::Socket;
use emulator::{EventFault, Fault, Welcome, bits};
use serde_json::json;
use serenity::all::{Context, Event, Interaction};
use std::time::Duration;

const INTENTS: u64 = bits::INTENT_GUILDS | bits::INTENT_GUILD_MESSAGES;

/// The contents of the next messages that come.
async fn heard(socket: &mut Socket, count: usize) -> String {
    let mut all = String::new();
    for _ in 0..count {
        all += socket.dispatch("MESSAGE_CREATE").await["content"].as_str().unwrap();
    }
    all
}

async fn post(stage: &Stage, texts: &str) {
    for text in texts.chars() {
        stage.post(&text.to_string()).await;
    }
}

#[tokio::test]
async fn a_dropped_event_is_not_replayed_either() {
    let stage = Stage::offline(0).await;
    let mut socket = Socket::open(&stage).await;
    socket.login(&stage, INTENTS).await;
    let session = socket.dispatch("READY").await["session_id"].clone();
    let fault = stage.discord.fault(Fault::on_event("MESSAGE_CREATE", EventFault::Drop).times(1));
    post(&stage, "ab").await;
    assert_eq!(heard(&mut socket, 1).await, "b");
    assert_eq!(fault.strikes(), 1);
    stage.discord.drop_connections(&stage.app, true);
    let mut socket = Socket::open(&stage).await;
    socket.send(6, json!({ "token": stage.app.token, "session_id": session, "seq": 1 })).await;
    assert_eq!(heard(&mut socket, 1).await, "b");
    socket.dispatch("RESUMED").await;
}

#[tokio::test]
async fn an_event_comes_more_than_once() {
    let stage = Stage::offline(0).await;
    let mut socket = Socket::identify(&stage, INTENTS).await;
    let twice = EventFault::Duplicate { copies: 2, within: 0 };
    stage.discord.fault(Fault::on_event("MESSAGE_*", twice).times(1));
    post(&stage, "ab").await;
    assert_eq!(heard(&mut socket, 4).await, "aaab");
    let apart = EventFault::Duplicate { copies: 3, within: 2 };
    stage.discord.fault(Fault::on_event("MESSAGE_CREATE", apart).times(1));
    post(&stage, "cde").await;
    let all = heard(&mut socket, 6).await;
    let count = |text: &str| all.matches(text).count();
    assert_eq!((&all[..1], count("c"), count("d"), count("e")), ("c", 4, 1, 1), "{all}");
    assert_ne!(all, "ccccde", "this seed puts them apart");
}

#[tokio::test]
async fn events_overtake_each_other_but_none_waits_for_ever() {
    let stage = Stage::offline(0).await;
    let mut socket = Socket::identify(&stage, INTENTS).await;
    let overtaken = EventFault::Reorder { within: 1 };
    stage.discord.fault(Fault::on_event("MESSAGE_CREATE", overtaken).times(1));
    post(&stage, "ab").await;
    assert_eq!(heard(&mut socket, 2).await, "ba");
    stage.discord.fault(Fault::on_event("MESSAGE_CREATE", overtaken).times(1));
    post(&stage, "c").await;
    stage.discord.clock().advance(Duration::from_secs(1));
    assert_eq!(heard(&mut socket, 1).await, "c");
}

#[tokio::test]
async fn an_event_is_late_by_the_emulators_clock() {
    let stage = Stage::offline(0).await;
    let mut socket = Socket::identify(&stage, INTENTS).await;
    stage.discord.fault(Fault::on_event("MESSAGE_CREATE", EventFault::Delay { ms: 5000 }).times(1));
    post(&stage, "a").await;
    stage.discord.clock().advance(Duration::from_millis(4999));
    post(&stage, "b").await;
    assert_eq!(heard(&mut socket, 1).await, "b");
    stage.discord.clock().advance(Duration::from_secs(3600));
    assert_eq!(heard(&mut socket, 1).await, "a");
}

#[tokio::test]
async fn a_star_leaves_the_session_itself_alone() {
    let stage = Stage::offline(0).await;
    stage.discord.fault(Fault::on_event("*", EventFault::Drop));
    let mut socket = Socket::identify(&stage, INTENTS).await;
    post(&stage, "a").await;
    stage.discord.clear_faults();
    post(&stage, "b").await;
    let first = socket.next().await;
    assert_eq!(
        (&first["t"], &first["s"]),
        (&json!("MESSAGE_CREATE"), &json!(2)),
        "not GUILD_CREATE: {first}"
    );
}

#[tokio::test]
async fn who_is_asked_to_reconnect_resumes() {
    async fn ignore(_: Context, _: Interaction) {}
    let mut stage = Stage::set(Plan::default(), ignore).await;
    stage.discord.ask_to_reconnect(&stage.app);
    stage.event(|event| matches!(event, Event::Resumed(_)).then_some(())).await;
    assert_eq!(stage.discord.identify_count(&stage.app), 1);
    assert_eq!(stage.discord.sessions(&stage.app)[0].resumes, 1);
}

#[tokio::test]
async fn an_invalid_session_is_resumed_or_replaced_on_the_same_connection() {
    let stage = Stage::offline(0).await;
    let mut socket = Socket::open(&stage).await;
    socket.login(&stage, INTENTS).await;
    let session = socket.dispatch("READY").await["session_id"].clone();
    socket.dispatch("GUILD_CREATE").await;
    stage.discord.invalidate_sessions(&stage.app, true);
    assert_eq!(socket.next().await, json!({ "t": null, "s": null, "op": 9, "d": true }));
    post(&stage, "a").await;
    socket.send(6, json!({ "token": stage.app.token, "session_id": session, "seq": 2 })).await;
    assert_eq!(heard(&mut socket, 1).await, "a");
    socket.dispatch("RESUMED").await;
    stage.discord.invalidate_sessions(&stage.app, false);
    assert_eq!(socket.next().await["d"], false);
    post(&stage, "b").await;
    socket.login(&stage, INTENTS).await;
    assert_ne!(socket.dispatch("READY").await["session_id"], session);
    post(&stage, "c").await;
    assert_eq!(heard(&mut socket, 1).await, "c", "what happened without a session is lost");
}

#[tokio::test]
async fn a_black_hole_swallows_heartbeats_and_events_and_the_session_lives_elsewhere() {
    let stage = Stage::offline(0).await;
    let mut socket = Socket::open(&stage).await;
    socket.login(&stage, INTENTS).await;
    let session = socket.dispatch("READY").await["session_id"].clone();
    socket.dispatch("GUILD_CREATE").await;
    stage.discord.black_hole(&stage.app);
    assert!(!stage.discord.sessions(&stage.app)[0].connected);
    socket.send(1, json!(2)).await;
    post(&stage, "a").await;
    let mut other = Socket::open(&stage).await;
    other.send(6, json!({ "token": stage.app.token, "session_id": session, "seq": 2 })).await;
    assert_eq!(heard(&mut other, 1).await, "a");
    assert!(socket.is_silent(), "open, and nothing comes");
    let (discord, app) = (stage.discord.clone(), stage.app.clone());
    discord.black_hole(&app);
    discord.shutdown().await;
}

#[tokio::test]
async fn new_connections_are_received_as_was_said() {
    let stage = Stage::offline(0).await;
    stage.discord.set_welcome(Welcome::NoHello);
    let mut mute = Socket::shake_hands(&stage).await;
    mute.login(&stage, INTENTS).await;
    stage.discord.set_welcome(Welcome::NoReady);
    let mut idle = Socket::open(&stage).await;
    idle.login(&stage, INTENTS).await;
    idle.send(1, json!(null)).await;
    assert_eq!(idle.next().await["op"], 11);
    stage.discord.set_welcome(Welcome::Invalid);
    let mut invalid = Socket::open(&stage).await;
    invalid.login(&stage, INTENTS).await;
    assert_eq!(invalid.next().await, json!({ "t": null, "s": null, "op": 9, "d": false }));
    stage.discord.set_welcome(Welcome::Refuse(4013));
    let mut refused = Socket::open(&stage).await;
    refused.login(&stage, INTENTS).await;
    assert_eq!(refused.closed().await, 4013);
    assert_eq!(stage.discord.identify_count(&stage.app), 0);
    stage.discord.set_welcome(Welcome::Proper);
    Socket::identify(&stage, INTENTS).await;
    assert!(mute.is_silent() && idle.is_silent());
    stage.discord.set_welcome(Welcome::NoHandshake);
    let swallowed = Socket::shake_hands(&stage);
    assert!(tokio::time::timeout(Duration::from_millis(20), swallowed).await.is_err());
}

#[tokio::test]
async fn a_token_that_was_reset_is_refused_everywhere() {
    let stage = Stage::offline(0).await;
    let mut socket = Socket::identify(&stage, INTENTS).await;
    stage.discord.reset_token(&stage.app);
    assert_eq!(socket.closed().await, 4004);
    assert_eq!(stage.rest("GET", "/gateway/bot", &json!({})).await.0, 401);
    let mut socket = Socket::open(&stage).await;
    socket.login(&stage, INTENTS).await;
    assert_eq!(socket.closed().await, 4004);
}

#[tokio::test]
async fn a_channel_comes_back_with_its_messages() {
    let stage = Stage::offline(0).await;
    let mut socket = Socket::identify(&stage, INTENTS).await;
    post(&stage, "a").await;
    stage.channel.delete();
    assert_eq!(stage.rest("POST", &stage.messages(), &json!({ "content": "b" })).await.0, 404);
    stage.channel.restore();
    assert_eq!(socket.dispatch("CHANNEL_DELETE").await["id"], json!(stage.channel.id()));
    assert_eq!(socket.dispatch("CHANNEL_CREATE").await["id"], json!(stage.channel.id()));
    post(&stage, "c").await;
    assert_eq!(stage.channel.message_count(), 2);
}

#[tokio::test]
async fn all_that_is_said_in_json_too() {
    let stage = Stage::offline(bits::SEND_MESSAGES).await;
    let socket = Socket::identify(&stage, INTENTS).await;
    let guild = stage.guild.id();
    let act = async |request: serde_json::Value| stage.discord.act(&request).await;
    let permissions = || stage.discord.world(|world| world.permissions_of(guild, stage.app.id));
    let bits_all = bits::DEFAULT_EVERYONE;
    act(json!({ "do": "permissions", "bits": 0 })).await;
    assert_eq!(permissions(), bits_all);
    act(json!({ "do": "permissions", "guild": "Harbour", "bits": bits::MANAGE_MESSAGES })).await;
    assert_eq!(permissions(), bits_all | bits::MANAGE_MESSAGES);
    act(json!({ "do": "outage", "on": true })).await;
    assert!(stage.discord.world(|world| world.guilds[&guild].unavailable));
    act(json!({ "do": "outage", "on": false })).await;
    act(json!({ "do": "expel", "app": "Echo" })).await;
    assert!(!stage.discord.world(|world| world.guilds[&guild].members.contains_key(&stage.app.id)));
    act(json!({ "do": "invite", "bits": 0 })).await;
    let channel = stage.channel.id();
    act(json!({ "do": "delete_channel", "channel": channel })).await;
    assert!(!stage.channel.exists());
    act(json!({ "do": "restore_channel", "channel": channel })).await;
    assert!(stage.channel.exists());
    act(json!({ "do": "heartbeat", "ms": 1234 })).await;
    act(json!({ "do": "welcome", "how": { "refuse": 4000 } })).await;
    act(json!({ "do": "cut", "resumable": true })).await;
    drop(socket);
    let mut socket = Socket::shake_hands(&stage).await;
    assert_eq!(socket.next().await["d"]["heartbeat_interval"], 1234);
    socket.login(&stage, INTENTS).await;
    assert_eq!(socket.closed().await, 4000);
    act(json!({ "do": "fault", "event": "MESSAGE_*", "kind": "duplicate", "times": 1 })).await;
    let list = act(json!({ "do": "faults" })).await;
    assert_eq!((&list[0]["event"], &list[0]["copies"]), (&json!("MESSAGE_*"), &json!(1)));
    for (wrong, why) in [
        (json!({ "do": "welcome", "how": "warm" }), "warm"),
        (json!({ "do": "close" }), "code"),
        (json!({ "do": "expel", "app": "Other" }), "no app"),
        (json!({ "do": "outage" }), "say `on`"),
    ] {
        let answer = act(wrong).await;
        assert!(answer["error"].as_str().unwrap().contains(why), "{answer}");
    }
}
