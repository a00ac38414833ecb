//! Who may do what, and with which error.

use crate::bot::Stage;
use emulator::bits;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn lacking_permissions_have_their_codes() {
    let stage = Stage::offline(0).await;
    let hello = json!({ "content": "hello" });
    let everyone = stage.guild.everyone();
    stage.channel.deny(&everyone, bits::SEND_MESSAGES);
    let (status, answer) = stage.rest("POST", &stage.messages(), &hello).await;
    assert_eq!((status, &answer["code"]), (403, &json!(50013)));
    stage.channel.allow(&stage.app, bits::SEND_MESSAGES);
    stage.post("a member's own overwrite wins").await;
    stage.channel.deny(&stage.app, bits::VIEW_CHANNEL);
    let (status, answer) = stage.rest("POST", &stage.messages(), &hello).await;
    assert_eq!((status, &answer["code"]), (403, &json!(50001)));
    stage.channel.delete();
    let (status, answer) = stage.rest("POST", &stage.messages(), &hello).await;
    assert_eq!((status, &answer["code"]), (404, &json!(10003)));
    stage.guild.remove_app(&stage.app);
    let (status, _) = stage.rest("GET", &format!("/guilds/{}", stage.guild.id()), &hello).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn roles_add_up_and_owners_and_administrators_may_all() {
    let stage = Stage::offline(0).await;
    let managers = stage.guild.role("managers", bits::MANAGE_GUILD);
    let held =
        |user: emulator::Id| stage.discord.world(|world| world.permissions_in(stage.channel.id(), user));
    assert_eq!(held(stage.ana.id()) & bits::MANAGE_GUILD, 0);
    stage.guild.give(&stage.ana, &managers);
    assert_ne!(held(stage.ana.id()) & bits::MANAGE_GUILD, 0);
    stage.channel.deny(&managers, bits::SEND_MESSAGES);
    assert_eq!(held(stage.ana.id()) & bits::SEND_MESSAGES, 0);
    assert_eq!(held(stage.ana.id()) & bits::ATTACH_FILES, 0, "who cannot send cannot attach");
    managers.set_permissions(bits::ADMINISTRATOR);
    assert_eq!(held(stage.ana.id()), bits::ALL);
    stage.channel.deny(&stage.guild.everyone(), bits::VIEW_CHANNEL);
    assert_eq!(held(stage.ben.id()), 0);
    stage.guild.set_owner(&stage.ben);
    assert_eq!(held(stage.ben.id()), bits::ALL);
}

#[tokio::test]
async fn without_history_the_list_is_empty_and_a_message_is_refused() {
    let stage = Stage::offline(0).await;
    let id = stage.post("there").await;
    stage.channel.deny(&stage.app, bits::READ_MESSAGE_HISTORY);
    let (status, answer) = stage.rest("GET", &stage.messages(), &json!({})).await;
    assert_eq!((status, answer), (200, json!([])));
    let (status, answer) = stage.rest("GET", &format!("{}/{id}", stage.messages()), &json!({})).await;
    assert_eq!((status, &answer["code"]), (403, &json!(50013)));
}

#[tokio::test]
async fn without_embed_links_embeds_vanish_and_files_need_their_own_permission() {
    let stage = Stage::offline(0).await;
    stage.channel.deny(&stage.app, bits::EMBED_LINKS | bits::ATTACH_FILES);
    let body = json!({ "content": "x", "embeds": [{ "title": "y" }] });
    let (_, sent) = stage.rest("POST", &stage.messages(), &body).await;
    assert_eq!(sent["embeds"], json!([]));
    let file = serenity::all::CreateAttachment::bytes(*b"x", "x.txt");
    let message = serenity::all::CreateMessage::new().content("x");
    let refused = stage.channel_id().send_files(&stage.http, vec![file], message).await;
    assert!(refused.unwrap_err().to_string().contains("Missing Permissions"));
}

#[tokio::test]
async fn direct_messages_need_a_common_guild_and_an_open_door() {
    let stage = Stage::offline(0).await;
    let open = |person: emulator::Id| json!({ "recipient_id": person });
    let (_, channel) = stage.rest("POST", "/users/@me/channels", &open(stage.ana.id())).await;
    let path = format!("/channels/{}/messages", channel["id"].as_str().unwrap());
    let hello = json!({ "content": "hello" });
    assert_eq!(stage.rest("POST", &path, &hello).await.0, 200);
    let seen = stage.ana.sees(&stage.ana.dm(&stage.app));
    assert_eq!(seen[0].text(), "hello");
    stage.ana.take_direct_messages(false);
    let (status, answer) = stage.rest("POST", &path, &hello).await;
    assert_eq!((status, &answer["code"]), (403, &json!(50007)));
    stage.guild.leave(&stage.ana);
    let (status, answer) = stage.rest("POST", &path, &hello).await;
    assert_eq!((status, &answer["code"]), (403, &json!(50278)));
}

#[tokio::test]
async fn reactions_need_permission_only_for_the_first_of_an_emoji() {
    let stage = Stage::offline(0).await;
    let said = stage.ana.say(&stage.channel, "hello");
    stage.channel.deny(&stage.app, bits::ADD_REACTIONS);
    let path = format!("{}/{}/reactions/%E2%9C%85/@me", stage.messages(), said.id);
    let (status, answer) = stage.rest("PUT", &path, &json!({})).await;
    assert_eq!((status, &answer["code"]), (403, &json!(50013)));
    assert!(stage.ben.react(&said, "✅"));
    assert_eq!(stage.rest("PUT", &path, &json!({})).await.0, 204);
    assert_eq!(said.refresh().reactions(), [("✅".to_owned(), 2)]);
    let letters = format!("{}/{}/reactions/abc/@me", stage.messages(), said.id);
    assert_eq!(stage.rest("PUT", &letters, &json!({})).await.1["code"], json!(10014));
}

#[tokio::test]
async fn old_messages_bear_few_edits() {
    let stage = Stage::offline(0).await;
    let id = stage.post("old").await;
    let path = format!("{}/{id}", stage.messages());
    for at in 0..20 {
        assert_eq!(stage.rest("PATCH", &path, &json!({ "content": format!("{at}") })).await.0, 200);
    }
    stage.discord.clock().advance(Duration::from_secs(3600));
    for at in 0..5 {
        assert_eq!(stage.rest("PATCH", &path, &json!({ "content": format!("{at}") })).await.0, 200);
    }
    let (status, answer) = stage.rest("PATCH", &path, &json!({ "content": "more" })).await;
    assert_eq!((status, &answer["code"], &answer["retry_after"]), (429, &json!(30046), &json!(3600.0)));
    stage.discord.clock().advance(Duration::from_secs(3600));
    assert_eq!(stage.rest("PATCH", &path, &json!({ "content": "more" })).await.0, 200);
}
