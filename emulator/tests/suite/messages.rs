//! Messages over REST, with serenity's types.

use crate::bot::Stage;
use emulator::bits;
use serde_json::json;
use serenity::all::{
    CreateAllowedMentions, CreateAttachment, CreateEmbed, CreateMessage, EditAttachments, EditMessage,
    GetMessages,
};
use std::time::Duration;

#[tokio::test]
async fn a_message_lives_its_life() {
    let stage = Stage::offline(bits::MANAGE_MESSAGES).await;
    let channel = stage.channel_id();
    let sent = channel.say(&stage.http, "hello").await.unwrap();
    assert_eq!(
        sent.timestamp.unix_timestamp(),
        "2027-01-04T08:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second()
    );
    assert_eq!(sent.id.created_at(), sent.timestamp, "ids carry the emulator's time");
    stage.discord.clock().advance(Duration::from_secs(5));
    let edited = channel.edit_message(&stage.http, sent.id, EditMessage::new().content("hi")).await.unwrap();
    assert_eq!(edited.edited_timestamp.unwrap().unix_timestamp() - sent.timestamp.unix_timestamp(), 5);
    assert_eq!(stage.ana.sees(&stage.channel)[0].text(), "hi");
    channel.pin(&stage.http, sent.id).await.unwrap();
    assert_eq!(channel.pins(&stage.http).await.unwrap().len(), 1);
    let reply = stage.ana.reply(&stage.ana.sees(&stage.channel)[0], "well");
    assert_eq!(reply.raw()["referenced_message"]["content"], "hi");
    channel.delete_message(&stage.http, sent.id).await.unwrap();
    channel.delete_message(&stage.http, reply.id.get()).await.unwrap();
    assert!(stage.ana.sees(&stage.channel).is_empty());
    let again = channel.delete_message(&stage.http, sent.id).await;
    assert!(again.unwrap_err().to_string().contains("Unknown Message"));
    assert_eq!(reply.raw()["referenced_message"], json!(null));
}

#[tokio::test]
async fn others_messages_are_not_edited() {
    let stage = Stage::offline(0).await;
    let said = stage.ana.say(&stage.channel, "mine");
    let path = format!("{}/{}", stage.messages(), said.id);
    let (status, answer) = stage.rest("PATCH", &path, &json!({ "content": "yours" })).await;
    assert_eq!((status, &answer["code"]), (403, &json!(50005)));
    let (status, answer) = stage.rest("DELETE", &path, &json!({})).await;
    assert_eq!((status, &answer["code"]), (403, &json!(50013)));
}

#[tokio::test]
async fn files_carry_names_texts_and_bytes_and_an_edit_keeps_what_it_names() {
    let stage = Stage::offline(0).await;
    let channel = stage.channel_id();
    let files = ["a.png", "b.txt"]
        .map(|name| CreateAttachment::bytes(name.as_bytes(), name).description(format!("the {name}")));
    let embed = CreateEmbed::new().title("Picture").image("attachment://a.png");
    let message = CreateMessage::new().content("two").embed(embed);
    let sent = channel.send_files(&stage.http, files, message).await.unwrap();
    assert_eq!(sent.attachments[0].description.as_deref(), Some("the a.png"));
    assert_eq!(sent.attachments[0].content_type.as_deref(), Some("image/png"));
    assert_eq!(sent.attachments[1].download().await.unwrap(), b"b.txt");
    let text = stage.ana.sees(&stage.channel)[0].text();
    assert_eq!(text, "two\n| Picture\n| (image attachment://a.png)\n(a.png: the a.png)\n(b.txt: the b.txt)");
    let plain = EditMessage::new().content("two, mended");
    let edited = channel.edit_message(&stage.http, sent.id, plain).await.unwrap();
    assert_eq!(edited.attachments.len(), 2, "what an edit does not name stays");
    let keep = EditAttachments::keep_all(&sent).remove(sent.attachments[0].id);
    let edit = EditMessage::new().content("one").embeds(Vec::new()).attachments(keep);
    let edited = channel.edit_message(&stage.http, sent.id, edit).await.unwrap();
    assert_eq!(edited.attachments.len(), 1);
    assert_eq!(stage.ana.sees(&stage.channel)[0].text(), "one\n(b.txt: the b.txt)");
}

#[tokio::test]
async fn a_file_needs_a_permission_of_its_own_and_a_bound() {
    let stage = Stage::offline(0).await;
    let channel = stage.channel_id();
    let send = async |bytes: Vec<u8>, text: usize| {
        let file = CreateAttachment::bytes(bytes, "a.png").description("ä".repeat(text));
        channel.send_files(&stage.http, [file], CreateMessage::new().content("see")).await
    };
    // A PNG's first chunk says how large it is.
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x03\x20\0\0\x02\xc6\x08".to_vec();
    let sent = send(png, 1_024).await.unwrap();
    assert_eq!((sent.attachments[0].width, sent.attachments[0].height), (Some(800), Some(710)));
    assert_eq!(send(b"no picture".to_vec(), 1).await.unwrap().attachments[0].width, None);
    assert!(send(vec![1], 1_025).await.is_err());
    assert!(send(vec![0; 10 * 1024 * 1024 + 1], 1).await.is_err());
    stage.channel.deny(&stage.app, bits::ATTACH_FILES);
    let error = send(vec![1], 1).await.unwrap_err().to_string();
    assert_eq!(error, "Missing Permissions");
    assert!(channel.say(&stage.http, "words go on").await.is_ok());
}

#[tokio::test]
async fn lists_are_paged_both_ways() {
    let stage = Stage::offline(0).await;
    let mut ids = Vec::new();
    for at in 0..12 {
        ids.push(stage.post(&at.to_string()).await.get());
    }
    let list = async |page: GetMessages| {
        let found = stage.channel_id().messages(&stage.http, page).await.unwrap();
        found.iter().map(|message| message.content.clone()).collect::<Vec<_>>()
    };
    assert_eq!(list(GetMessages::new().limit(2)).await, ["11", "10"]);
    assert_eq!(list(GetMessages::new().before(ids[2]).limit(5)).await, ["1", "0"]);
    assert_eq!(list(GetMessages::new().after(ids[4]).limit(2)).await, ["6", "5"]);
    assert_eq!(list(GetMessages::new().around(ids[5]).limit(4)).await, ["7", "6", "5", "4"]);
}

#[tokio::test]
async fn only_allowed_mentions_notify() {
    let stage = Stage::offline(0).await;
    let helpers = stage.guild.role("helpers", 0);
    let text = format!("@everyone {} <@&{}>", stage.ana.mention(), helpers.id());
    let send = async |allowed: Option<CreateAllowedMentions>| {
        let message = CreateMessage::new().content(text.clone());
        let message = match allowed {
            Some(allowed) => message.allowed_mentions(allowed),
            None => message,
        };
        let sent = stage.channel_id().send_message(&stage.http, message).await.unwrap();
        (sent.mention_everyone, sent.mentions.len(), sent.mention_roles.len())
    };
    assert_eq!(send(None).await, (true, 1, 1), "left out means that everything is parsed");
    assert_eq!(send(Some(CreateAllowedMentions::new())).await, (false, 0, 0));
    let role = CreateAllowedMentions::new().roles(vec![helpers.id().get()]);
    assert_eq!(send(Some(role.clone())).await, (false, 0, 1));
    stage.channel.deny(&stage.app, bits::MENTION_EVERYONE);
    assert_eq!(send(Some(role.clone())).await, (false, 0, 0), "the role is not mentionable");
    helpers.set_mentionable(true);
    assert_eq!(send(Some(role)).await, (false, 0, 1));
    assert_eq!(send(None).await, (false, 1, 1));
}

#[tokio::test]
async fn what_libraries_write_otherwise_is_taken() {
    let stage = Stage::offline(bits::SEND_POLLS).await;
    stage.discord.inspect(openapi::inspect_answers);
    let embed = json!({ "title": "x", "type": "rich", "flags": 0 });
    let (status, sent) = stage.rest("POST", &stage.messages(), &json!({ "embeds": [embed] })).await;
    assert_eq!((status, sent["embeds"][0].get("flags")), (200, None), "{sent}");
    let answers = json!([{ "poll_media": { "text": "a" } }]);
    let poll = |hours: f64| json!({ "question": { "text": "q" }, "answers": answers, "duration": hours });
    for (hours, wanted) in [(1.0, 200), (1.5, 400)] {
        let (status, answer) = stage.rest("POST", &stage.messages(), &json!({ "poll": poll(hours) })).await;
        assert_eq!(status, wanted, "{answer}");
        if wanted == 200 {
            assert_eq!(answer["poll"]["expiry"], "2027-01-04T09:00:00.000000+00:00");
            assert_eq!(answer["poll"]["answers"][0]["answer_id"], 1);
        }
    }
}
