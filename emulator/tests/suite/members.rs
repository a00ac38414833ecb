//! Who is in a guild: lists over REST, chunks over the gateway.

use crate::bot::Stage;
use crate::socket::Socket;
use emulator::{Id, bits};
use serde_json::{Value, json};

fn names(members: &Value) -> Vec<&str> {
    members.as_array().unwrap().iter().map(|member| member["user"]["username"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn members_are_listed_with_the_intent_and_found_without() {
    let stage = Stage::offline(0).await;
    let path = format!("/guilds/{}/members", stage.guild.id());
    let get = async |query: &str| stage.rest("GET", &format!("{path}{query}"), &json!({})).await;
    assert_eq!(get("?limit=10").await.1["code"], json!(50001));
    stage.discord.allow_intents(&stage.app, bits::INTENT_GUILD_MEMBERS);
    let (_, all) = get("?limit=10").await;
    assert_eq!(names(&all), ["Echo", "owner", "ana", "ben"]);
    let (_, page) = get(&format!("?limit=1&after={}", stage.ana.id())).await;
    assert_eq!(names(&page), ["ben"]);
    assert_eq!(get("?limit=1001").await.0, 400);
    let (_, found) = get("/search?query=BE&limit=5").await;
    assert_eq!(names(&found), ["ben"]);
}

#[tokio::test]
async fn a_client_asks_for_members_and_gets_chunks() {
    let stage = Stage::offline(0).await;
    stage.discord.allow_intents(&stage.app, bits::INTENT_GUILD_MEMBERS);
    let mut socket = Socket::identify(&stage, bits::INTENT_GUILDS | bits::INTENT_GUILD_MEMBERS).await;
    let guild = stage.guild.id();
    socket.send(8, json!({ "guild_id": guild, "query": "", "limit": 0, "nonce": "n" })).await;
    let chunk = socket.dispatch("GUILD_MEMBERS_CHUNK").await;
    assert_eq!(names(&chunk["members"]), ["Echo", "owner", "ana", "ben"]);
    assert_eq!(json!([chunk["nonce"], chunk["chunk_index"], chunk["chunk_count"]]), json!(["n", 0, 1]));
    socket.send(8, json!({ "guild_id": guild, "query": "an", "limit": 3, "presences": true })).await;
    let chunk = socket.dispatch("GUILD_MEMBERS_CHUNK").await;
    assert_eq!((names(&chunk["members"]), &chunk["presences"]), (vec!["ana"], &json!([])));
    let ids = json!([stage.ben.id(), Id(1)]);
    socket.send(8, json!({ "guild_id": guild, "user_ids": ids })).await;
    let chunk = socket.dispatch("GUILD_MEMBERS_CHUNK").await;
    assert_eq!((names(&chunk["members"]), &chunk["not_found"]), (vec!["ben"], &json!(["1"])));
    for at in 0..1000 {
        stage.guild.person(&format!("p{at}"));
    }
    socket.send(8, json!({ "guild_id": guild, "query": "", "limit": 0 })).await;
    for (index, count) in [(0, 1000), (1, 4)] {
        let chunk = socket.dispatch("GUILD_MEMBERS_CHUNK").await;
        assert_eq!(chunk["chunk_index"], json!(index));
        assert_eq!((names(&chunk["members"]).len(), &chunk["chunk_count"]), (count, &json!(2)));
    }
}

#[tokio::test]
async fn nobody_hears_of_all_members_without_the_intent() {
    let stage = Stage::offline(0).await;
    let mut socket = Socket::identify(&stage, bits::INTENT_GUILDS).await;
    let guild = stage.guild.id();
    socket.send(8, json!({ "guild_id": guild, "query": "", "limit": 0, "nonce": "all" })).await;
    socket.send(8, json!({ "guild_id": guild, "query": "b", "limit": 1, "nonce": "one" })).await;
    assert_eq!(socket.dispatch("GUILD_MEMBERS_CHUNK").await["nonce"], "one");
}
