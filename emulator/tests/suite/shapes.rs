//! A tour of the routes, for the check of REST against Discord's description, under which every test here runs: each is
//! asked once for something that is there.

use crate::bot::Stage;
use emulator::bits;
use serde_json::{Value, json};

/// Asks, and wants success.
async fn ask(stage: &Stage, method: &str, path: &str, body: Value) -> Value {
    let (status, answer) = stage.rest(method, path, &body).await;
    assert!(status < 300, "{method} {path}: {status} {answer}");
    answer
}

async fn get(stage: &Stage, path: &str) -> Value {
    ask(stage, "GET", path, json!({})).await
}

#[tokio::test]
async fn what_belongs_to_the_application() {
    let stage = Stage::offline(0).await;
    for path in ["/gateway", "/gateway/bot", "/oauth2/applications/@me", "/applications/@me", "/users/@me"] {
        get(&stage, path).await;
    }
    get(&stage, "/users/@me/guilds").await;
    get(&stage, &format!("/users/{}", stage.ana.id())).await;
    ask(&stage, "POST", "/users/@me/channels", json!({ "recipient_id": stage.ana.id() })).await;
    for place in ["", &format!("/guilds/{}", stage.guild.id())] {
        let commands = format!("/applications/{}{place}/commands", stage.app.id);
        let help = json!({ "name": "help", "description": "Helps" });
        let id = ask(&stage, "POST", &commands, help.clone()).await["id"].as_str().unwrap().to_owned();
        ask(&stage, "PUT", &commands, json!([help])).await;
        get(&stage, &commands).await;
        let command = format!("{commands}/{id}");
        get(&stage, &command).await;
        ask(&stage, "PATCH", &command, json!({ "description": "Helps more" })).await;
        ask(&stage, "DELETE", &command, json!({})).await;
    }
}

#[tokio::test]
async fn guilds_and_channels() {
    let stage = Stage::offline(bits::MANAGE_CHANNELS | bits::MANAGE_ROLES).await;
    let guild = format!("/guilds/{}", stage.guild.id());
    let role = stage.guild.role("Leads", 0);
    stage.guild.give(&stage.ana, &role);
    for below in ["", "/channels", "/roles", "/roles/member-counts", "/threads/active"] {
        get(&stage, &format!("{guild}{below}")).await;
    }
    get(&stage, &format!("{guild}/roles/{}", role.id())).await;
    get(&stage, &format!("{guild}/members/{}", stage.ana.id())).await;
    get(&stage, &format!("{guild}/members/{}", stage.app.id)).await;
    let made = ask(&stage, "POST", &format!("{guild}/channels"), json!({ "name": "deck", "type": 0 })).await;
    let channel = format!("/channels/{}", made["id"].as_str().unwrap());
    let overwrites = json!([{ "id": role.id(), "type": 0, "allow": "1024", "deny": "0" }]);
    let change = json!({ "name": "deck-2", "topic": "ropes", "permission_overwrites": overwrites });
    ask(&stage, "PATCH", &channel, change).await;
    get(&stage, &channel).await;
    ask(&stage, "POST", &format!("{channel}/typing"), json!({})).await;
    ask(&stage, "DELETE", &channel, json!({})).await;
    let direct = stage.ana.dm(&stage.app);
    get(&stage, &format!("/channels/{}", direct.id())).await;
}

#[tokio::test]
async fn messages_with_all_that_hangs_on_them() {
    let stage = Stage::offline(bits::MANAGE_MESSAGES | bits::ADD_REACTIONS | bits::PIN_MESSAGES).await;
    let messages = stage.messages();
    let components = json!([
        { "type": 1, "components": [
            { "type": 2, "style": 1, "label": "Go", "custom_id": "go", "emoji": { "name": "🌊", "id": null } },
            { "type": 2, "style": 5, "label": "Read", "url": "https://example.com" },
        ] },
        { "type": 1, "components": [{ "type": 3, "custom_id": "s", "options": [{ "label": "A", "value": "a", "default": true }] }] },
        { "type": 1, "components": [{ "type": 5, "custom_id": "u", "min_values": 0, "max_values": 3 }] },
        { "type": 1, "components": [{ "type": 6, "custom_id": "r", "default_values": [{ "id": 7, "type": "role" }],
            "placeholder": "Whose role?" }] },
        { "type": 1, "components": [{ "type": 8, "custom_id": "c", "channel_types": [0, 5] }] },
    ]);
    let embed = json!({
        "title": "Sea", "description": "Wide", "url": "https://example.com", "color": 255,
        "timestamp": "2027-01-04T08:00:00Z", "author": { "name": "Ana" }, "footer": { "text": "ref" },
        "fields": [{ "name": "Wind", "value": "west", "inline": true }],
    });
    let full = json!({
        "content": format!("<@{}> look", stage.ana.id()), "embeds": [embed], "components": components,
        "allowed_mentions": { "parse": [], "users": [stage.ana.id()] }, "nonce": "n", "enforce_nonce": true, "flags": 4096,
    });
    let id = ask(&stage, "POST", &messages, full).await["id"].as_str().unwrap().to_owned();
    let message = format!("{messages}/{id}");
    let reply =
        json!({ "content": "yes", "message_reference": { "message_id": id, "fail_if_not_exists": true } });
    ask(&stage, "POST", &messages, reply).await;
    ask(&stage, "PATCH", &message, json!({ "content": "looked", "components": [] })).await;
    let wave = format!("{message}/reactions/%F0%9F%8C%8A");
    ask(&stage, "PUT", &format!("{wave}/@me"), json!({})).await;
    get(&stage, &wave).await;
    get(&stage, &message).await;
    get(&stage, &format!("{messages}?limit=10&before={}", u64::MAX)).await;
    ask(&stage, "DELETE", &format!("{wave}/{}", stage.app.id), json!({})).await;
    ask(&stage, "DELETE", &wave, json!({})).await;
    ask(&stage, "DELETE", &format!("{message}/reactions"), json!({})).await;
    for pins in [format!("/channels/{}/pins", stage.channel.id()), format!("{messages}/pins")] {
        ask(&stage, "PUT", &format!("{pins}/{id}"), json!({})).await;
        get(&stage, &pins).await;
        ask(&stage, "DELETE", &format!("{pins}/{id}"), json!({})).await;
    }
    ask(&stage, "DELETE", &message, json!({})).await;
    let two = [stage.post("one").await, stage.post("two").await];
    ask(&stage, "POST", &format!("{messages}/bulk-delete"), json!({ "messages": two })).await;
}

#[tokio::test]
async fn threads_and_who_is_in_them() {
    let stage = Stage::offline(bits::MANAGE_THREADS).await;
    let id = stage.post("a prompt").await;
    let from = format!("{}/{id}/threads", stage.messages());
    ask(&stage, "POST", &from, json!({ "name": "talk", "auto_archive_duration": 1440 })).await;
    let threads = format!("/channels/{}/threads", stage.channel.id());
    ask(&stage, "POST", &threads, json!({ "name": "apart", "type": 11 })).await;
    get(&stage, &format!("/guilds/{}/threads/active", stage.guild.id())).await;
    let thread = format!("/channels/{id}");
    let members = format!("{thread}/thread-members");
    ask(&stage, "PUT", &format!("{members}/{}", stage.ana.id()), json!({})).await;
    ask(&stage, "PUT", &format!("{members}/@me"), json!({})).await;
    get(&stage, &members).await;
    get(&stage, &format!("{members}/{}", stage.ana.id())).await;
    ask(&stage, "DELETE", &format!("{members}/{}", stage.ana.id()), json!({})).await;
    ask(&stage, "DELETE", &format!("{members}/@me"), json!({})).await;
    ask(&stage, "PATCH", &thread, json!({ "archived": true })).await;
    get(&stage, &thread).await;
    get(&stage, &format!("{threads}/archived/public?limit=5")).await;
    get(&stage, &stage.messages()).await;
}
