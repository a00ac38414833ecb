//! What each person is sent, and what never.

use super::viewer::{Viewer, act};
use crate::bot::{Plan, Stage};
use emulator::{Page, bits};
use serde_json::{Value, json};
use serenity::all::{
    ChannelId, Context, CreateActionRow, CreateAttachment, CreateButton, CreateCommand, CreateEmbed,
    CreateInteractionResponse, CreateInteractionResponseMessage, CreateMessage, Interaction,
};

fn contents(events: &[Value]) -> Vec<&str> {
    let messages = events.iter().filter(|event| event["t"] == "message");
    messages.filter_map(|event| event["message"]["content"].as_str()).collect()
}

#[tokio::test]
async fn a_greeting_says_who_is_there_and_where_one_can_be() {
    let stage = Stage::offline(0).await;
    let office = stage.guild.text_channel("office");
    office.deny(&stage.guild.everyone(), bits::VIEW_CHANNEL);
    stage.channel.deny(&stage.ben, bits::SEND_MESSAGES);
    stage.discord.set_page(Page {
        title: "Harbour".into(),
        notes: vec![(stage.ben.id(), "manager".into()), (stage.ana.id(), "member".into())],
        panel: None,
    });
    let first = Viewer::open(&stage.discord, None).await.hello;
    assert_eq!((&first["title"], &first["panel"]), (&json!("Harbour"), &json!(false)));
    assert_eq!(first["me"]["id"], json!(stage.ben.id()), "the first of whom the host has something to say");
    let names: Vec<_> =
        first["people"].as_array().unwrap().iter().map(|one| (&one["name"], &one["note"])).collect();
    let (ben, ana) = ((&json!("ben"), &json!("manager")), (&json!("ana"), &json!("member")));
    assert_eq!(names, [ben, ana, (&json!("owner"), &Value::Null)]);
    assert_eq!(first["clock"], json!({ "ms": 1_799_049_600_000_i64, "running": false }));
    let guild = &first["places"]["guilds"][0];
    let channels = guild["channels"].as_array().unwrap();
    assert_eq!(channels.len(), 1, "one is hidden: {channels:?}");
    assert_eq!((&channels[0]["may"]["send"], &channels[0]["may"]["history"]), (&json!(false), &json!(true)));
    assert!(
        guild["members"].as_array().unwrap().iter().any(|one| one["bot"] == true && one["name"] == "Echo")
    );
    let owner = Viewer::open(&stage.discord, Some(stage.guild.owner().id())).await.hello;
    assert_eq!(owner["places"]["guilds"][0]["channels"].as_array().unwrap().len(), 2);
    let nobody = Viewer::open(&stage.discord, Some(stage.app.id)).await.hello;
    assert_eq!(nobody["me"]["id"], json!(stage.ben.id()), "a bot is nobody whom one can be");
}

#[tokio::test]
async fn changes_come_to_those_who_see_them() {
    let stage = Stage::offline(0).await;
    let mut ben = Viewer::open(&stage.discord, Some(stage.ben.id())).await;
    let said = stage.ana.say(&stage.channel, "ahoy");
    let new = ben.kind("message").await;
    assert_eq!((&new["message"]["id"], &new["message"]["ephemeral"]), (&json!(said.id), &json!(false)));
    assert_eq!(new["message"]["guild_id"], json!(stage.guild.id()));
    stage.ana.edit(&said, "aye");
    assert_eq!(ben.kind("message").await["message"]["content"], "aye");
    stage.ben.react(&said, "👍");
    assert_eq!(ben.kind("message").await["message"]["reactions"][0]["me"], true);
    let thread = stage.ana.start_thread(&said, "Talk");
    let places = ben.kind("places").await;
    let found = places["guilds"][0]["channels"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == json!(thread.id()));
    assert_eq!(
        (&found.unwrap()["kind"], &found.unwrap()["parent"]),
        (&json!("thread"), &json!(stage.channel.id()))
    );
    let inside = stage.ana.say(&thread, "in there");
    let events = ben.until("in there").await;
    let starter = ben.until("aye").await;
    assert_eq!(starter.last().unwrap()["message"]["thread"]["message_count"], 1, "{events:?}");
    let hello = Viewer::open(&stage.discord, Some(stage.ben.id())).await.hello;
    let channels = hello["places"]["guilds"][0]["channels"].as_array().unwrap();
    assert_eq!(channels[0]["last"], json!(said.id));
    assert_eq!((&channels[1]["last"], &channels[1]["count"]), (&json!(inside.id), &json!(1)));
    stage.ana.delete(&said);
    assert_eq!(ben.kind("gone").await, json!({ "t": "gone", "channel": stage.channel.id(), "id": said.id }));
    stage.discord.clock().advance(std::time::Duration::from_secs(60));
    assert_eq!(ben.kind("clock").await["ms"], json!(stage.discord.clock().now().as_millisecond()));
    stage.discord.tell_panel(json!({ "done": 1 }));
    assert_eq!(ben.kind("panel").await["data"], json!({ "done": 1 }));
    let cleo = stage.guild.person("cleo");
    let people = ben.kind("hello").await;
    assert!(people["people"].as_array().unwrap().iter().any(|one| one["id"] == json!(cleo.id())));
}

#[tokio::test]
async fn nothing_hidden_is_sent() {
    let commands = vec![CreateCommand::new("secret").description("For one")];
    let stage = Stage::set(
        Plan { commands, ..Plan::default() },
        |ctx: Context, interaction: Interaction| async move {
            let data = CreateInteractionResponseMessage::new();
            match interaction {
                Interaction::Command(command) => {
                    let button = CreateButton::new("tell").label("Tell");
                    let data = data.content("for ana only").ephemeral(true);
                    let data = data.components(vec![CreateActionRow::Buttons(vec![button])]);
                    command
                        .create_response(&ctx.http, CreateInteractionResponse::Message(data))
                        .await
                        .unwrap();
                }
                Interaction::Component(click) => {
                    let data = data.content("for all");
                    click.create_response(&ctx.http, CreateInteractionResponse::Message(data)).await.unwrap();
                }
                _ => {}
            }
        },
    )
    .await;
    let office = stage.guild.text_channel("office");
    office.deny(&stage.guild.everyone(), bits::VIEW_CHANNEL);
    office.allow(&stage.ana, bits::VIEW_CHANNEL);
    let mut ana = Viewer::open(&stage.discord, Some(stage.ana.id())).await;
    let mut ben = Viewer::open(&stage.discord, Some(stage.ben.id())).await;
    let secret = stage.ana.slash(&stage.channel, "secret", &[]).await;
    stage.ana.click(secret.message(), "Tell").await;
    let hidden = stage.ana.say(&office, "in the office");
    // What is gone before it is looked at is not sent at all.
    let mut seen = ana.until("in the office").await;
    stage.ana.edit(&hidden, "in the office, edited");
    stage.ana.delete(&hidden);
    let dm = stage.ana.dm(&stage.app);
    stage.ana.say(&dm, "to the bot");
    stage.ana.delete(secret.message());
    stage.ana.say(&stage.channel, "the end");
    seen.extend(ana.until("the end").await);
    let all = ["for ana only", "for all", "in the office", "to the bot"];
    for one in all {
        assert!(seen.iter().any(|event| event.to_string().contains(one)), "ana is sent {one:?}: {seen:#?}");
    }
    let own = seen.iter().find(|event| event["message"]["content"] == "for ana only");
    assert!(own.is_none_or(|own| own["message"]["ephemeral"] == true));
    assert!(seen.iter().any(|event| event["t"] == "gone" && event["id"] == json!(secret.message().id)));
    let others = ben.until("the end").await;
    assert_eq!(contents(&others), ["for all", "the end"]);
    let hello = Viewer::open(&stage.discord, Some(stage.ben.id())).await.hello;
    assert_eq!(hello["places"]["guilds"][0]["channels"][0]["last"], others.last().unwrap()["message"]["id"]);
    let answer = others.iter().find(|event| event["message"]["content"] == "for all").unwrap();
    assert_eq!(answer["message"]["referenced_message"], Value::Null, "it answers what ben may not see");
    assert!(others.iter().all(|event| event["t"] != "gone" && event["t"] != "places"), "{others:#?}");
    for one in ["for ana only", "office", "to the bot"] {
        assert!(others.iter().all(|event| !event.to_string().contains(one)), "ben is sent {one:?}");
    }
}

#[tokio::test]
async fn a_picture_in_an_embed_has_its_text_and_is_not_shown_twice() {
    let stage = Stage::offline(0).await;
    let mut ben = Viewer::open(&stage.discord, Some(stage.ben.id())).await;
    let files = ["in.png", "beside.png"]
        .map(|name| CreateAttachment::bytes(name.as_bytes(), name).description(format!("the {name}")));
    let embed = CreateEmbed::new().title("A chart").image("attachment://in.png");
    let channel = ChannelId::new(stage.channel.id().get());
    channel.send_files(&stage.http, files, CreateMessage::new().embed(embed)).await.unwrap();
    let message = &ben.kind("message").await["message"];
    let image = &message["embeds"][0]["image"];
    assert!(image["url"].as_str().unwrap().ends_with("/in.png"), "{image}");
    assert_eq!(image["description"], "the in.png");
    let beside: Vec<_> =
        message["attachments"].as_array().unwrap().iter().map(|file| &file["filename"]).collect();
    assert_eq!(beside, ["beside.png"]);
}

#[tokio::test]
async fn commands_and_modals_and_what_is_taken_away_are_told() {
    let stage = Stage::offline(0).await;
    let mut ben = Viewer::open(&stage.discord, Some(stage.ben.id())).await;
    let path = format!("/applications/{}/commands", stage.app.id);
    let body = json!({ "name": "go", "description": "Go" });
    assert_eq!(stage.rest("POST", &path, &body).await.0, 201);
    ben.kind("commands").await;
    stage.channel.deny(&stage.ben, bits::VIEW_CHANNEL);
    let places = ben.kind("places").await;
    assert_eq!(places["guilds"][0]["channels"], json!([]));
    stage.guild.leave(&stage.ben);
    assert_eq!(ben.kind("reload").await, json!({ "t": "reload" }));
    assert_eq!(ben.next().await, None, "whoever left is nobody whom one can be");
}

#[tokio::test]
async fn who_lags_begins_again_and_misses_nothing() {
    let stage = Stage::offline(0).await;
    let mut ben = Viewer::open(&stage.discord, Some(stage.ben.id())).await;
    // Nobody else runs meanwhile, so the stream cannot keep up.
    for number in 0..5000 {
        stage.ana.say(&stage.channel, &format!("{number}"));
    }
    let mut last = ben.next().await;
    while let Some(event) = last.take().filter(|event| event["t"] != "reload") {
        assert_eq!(event["t"], "message");
        last = ben.next().await;
    }
    assert_eq!(ben.next().await, None);
    let mut again = Viewer::open(&stage.discord, Some(stage.ben.id())).await;
    let request =
        json!({ "as": stage.ben.id(), "do": "messages", "channel": stage.channel.id(), "limit": 100 });
    let page = act(&stage.discord, request).await;
    assert_eq!(page.as_array().unwrap().len(), 100);
    assert_eq!(page[99]["content"], "4999");
    stage.ana.say(&stage.channel, "live again");
    again.until("live again").await;
}

#[tokio::test]
async fn a_burst_on_one_message_is_sent_as_it_ends() {
    let stage = Stage::offline(0).await;
    let said = stage.ana.say(&stage.channel, "0");
    let mut ben = Viewer::open(&stage.discord, Some(stage.ben.id())).await;
    for number in 1..=200 {
        stage.ana.edit(&said, &number.to_string());
    }
    let events = ben.until("200").await;
    assert!(events.len() <= 2, "looked at when it is sent: {}", events.len());
}

#[tokio::test]
async fn streams_end_with_the_emulator() {
    let stage = Stage::offline(0).await;
    let mut ben = Viewer::open(&stage.discord, Some(stage.ben.id())).await;
    stage.discord.clone().shutdown().await;
    assert_eq!(ben.next().await, None);
}
