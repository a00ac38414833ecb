//! Sessions: intents, resuming, refusals.

use crate::bot::{Plan, Stage};
use crate::socket::Socket;
use emulator::bits;
use serde_json::json;
use serenity::all::{Context, Event, GatewayIntents, Interaction};

async fn ignore(_: Context, _: Interaction) {}

/// The content of the next message that the bot hears of.
async fn heard(stage: &mut Stage) -> String {
    stage
        .event(|event| match event {
            Event::MessageCreate(event) => Some(event.message.content),
            _ => None,
        })
        .await
}

#[tokio::test]
async fn what_was_missed_is_replayed_on_resume() {
    let mut stage = Stage::set(Plan::default(), ignore).await;
    let mention = format!("<@{}>", stage.app.id);
    stage.ana.say(&stage.channel, &format!("{mention} one"));
    assert!(heard(&mut stage).await.ends_with("one"));
    stage.discord.drop_connections(&stage.app, true);
    stage.ana.say(&stage.channel, &format!("{mention} two"));
    assert!(heard(&mut stage).await.ends_with("two"), "said while nobody listened");
    let sessions = stage.discord.sessions(&stage.app);
    assert_eq!((sessions.len(), sessions[0].resumes), (1, 1));
    assert_eq!(stage.discord.identify_count(&stage.app), 1);
}

#[tokio::test]
async fn a_session_that_is_gone_is_not_resumed() {
    let mut stage = Stage::set(Plan::default(), ignore).await;
    let mention = format!("<@{}>", stage.app.id);
    stage.discord.drop_connections(&stage.app, false);
    stage.ana.say(&stage.channel, &format!("{mention} lost"));
    let (discord, app) = (stage.discord.clone(), stage.app.clone());
    discord.wait_for(|world| (world.applications[&app.id].identify_count == 2).then_some(())).await;
    discord.wait_ready(&app).await;
    stage.ana.say(&stage.channel, &format!("{mention} kept"));
    assert!(heard(&mut stage).await.ends_with("kept"), "what was said without a session is lost");
}

#[tokio::test]
async fn content_is_blank_but_for_the_exceptions() {
    let mut stage = Stage::set(Plan::default(), ignore).await;
    stage.ana.say(&stage.channel, "secret");
    assert_eq!(heard(&mut stage).await, "");
    let id = stage.post("by the bot").await;
    assert_eq!(heard(&mut stage).await, "by the bot");
    let own = stage.ana.sees(&stage.channel).into_iter().find(|message| message.id == id).unwrap();
    stage.ana.reply(&own, "a reply with ping");
    assert_eq!(heard(&mut stage).await, "a reply with ping");
    stage.ana.say(&stage.ana.dm(&stage.app), "in private");
    assert_eq!(heard(&mut stage).await, "in private");
    let (_, list) = stage.rest("GET", &stage.messages(), &json!({})).await;
    let texts: Vec<&str> =
        list.as_array().unwrap().iter().map(|one| one["content"].as_str().unwrap()).collect();
    assert_eq!(texts, ["a reply with ping", "by the bot", ""], "REST blanks alike");
}

#[tokio::test]
async fn with_the_intent_content_is_there() {
    let stage = Stage::offline(0).await;
    stage.discord.allow_intents(&stage.app, bits::INTENT_MESSAGE_CONTENT);
    let mut socket =
        Socket::identify(&stage, bits::INTENT_GUILD_MESSAGES | bits::INTENT_MESSAGE_CONTENT).await;
    stage.ana.say(&stage.channel, "open");
    assert_eq!(socket.dispatch("MESSAGE_CREATE").await["content"], "open");
}

#[tokio::test]
async fn only_wanted_events_of_visible_channels_come() {
    let mut plan =
        Plan { intents: GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES, ..Plan::default() };
    plan.options.seed = 3;
    let mut stage = Stage::set(plan, ignore).await;
    let hidden = stage.guild.text_channel("hidden");
    hidden.deny(&stage.app, bits::VIEW_CHANNEL);
    let said = stage.ana.say(&hidden, "not heard");
    stage.ana.react(&said, "✅");
    stage.ana.say(&stage.ana.dm(&stage.app), "not heard either");
    let mention = format!("<@{}>", stage.app.id);
    stage.ana.say(&stage.channel, &format!("{mention} heard"));
    assert!(heard(&mut stage).await.ends_with("heard"));
}

#[tokio::test]
async fn bad_logins_are_closed_with_their_codes() {
    let stage = Stage::offline(0).await;
    let mut socket = Socket::open(&stage).await;
    socket.send(2, json!({ "token": "a.b.c", "intents": 0, "properties": {} })).await;
    assert_eq!(socket.closed().await, 4004);
    let mut socket = Socket::open(&stage).await;
    socket.login(&stage, bits::INTENT_MESSAGE_CONTENT).await;
    assert_eq!(socket.closed().await, 4014);
    let mut socket = Socket::open(&stage).await;
    socket.send(3, json!({})).await;
    assert_eq!(socket.closed().await, 4003);
    let mut socket = Socket::open(&stage).await;
    socket.send(6, json!({ "token": stage.app.token, "session_id": "none", "seq": 1 })).await;
    assert_eq!(socket.next().await, json!({ "t": null, "s": null, "op": 9, "d": false }));
    socket.login(&stage, 0).await;
    socket.dispatch("READY").await;
    socket.login(&stage, 0).await;
    assert_eq!(socket.closed().await, 4005);
    let mut socket = Socket::identify(&stage, 0).await;
    for _ in 0..120 {
        socket.send(1, json!(null)).await;
    }
    assert_eq!(socket.closed().await, 4008);
}

#[tokio::test]
async fn a_thousand_identifies_are_the_most() {
    let stage = Stage::offline(0).await;
    for _ in 0..3 {
        Socket::identify(&stage, 0).await;
    }
    let (_, bot) = stage.rest("GET", "/gateway/bot", &json!({})).await;
    assert_eq!(bot["session_start_limit"]["remaining"], 997);
    for _ in 3..1000 {
        Socket::identify(&stage, 0).await;
    }
    let mut socket = Socket::open(&stage).await;
    socket.login(&stage, 0).await;
    assert_eq!(socket.closed().await, 4004);
    assert_eq!(stage.rest("GET", "/users/@me", &json!({})).await.0, 401, "the token was reset");
}

#[tokio::test]
async fn silence_past_two_heartbeats_closes() {
    let mut plan = Plan::default();
    plan.options.heartbeat = std::time::Duration::from_millis(40);
    let stage = Stage::without_bot(plan.options).await;
    let mut socket = Socket::open(&stage).await;
    assert_eq!(socket.closed().await, 4009);
}

#[tokio::test]
async fn what_the_gateway_does_not_speak_is_refused_and_compression_it_does() {
    let stage = Stage::offline(0).await;
    let url = stage.discord.api_url();
    let status = async |query: &str| {
        let request = reqwest::Client::new().get(format!("{url}/?v=10&{query}"));
        let request = request.header("connection", "upgrade").header("upgrade", "websocket");
        let request = request.header("sec-websocket-version", "13").header("sec-websocket-key", "x");
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(status("encoding=json&compress=zlib-stream").await, 101);
    assert_eq!(status("encoding=json&compress=zstd-stream").await, 101);
    assert_eq!(status("encoding=json&compress=lzma").await, 400);
    assert_eq!(status("encoding=etf").await, 400);
}
