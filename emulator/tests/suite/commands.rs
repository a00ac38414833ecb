//! Registering commands.

use crate::bot::Stage;
use serde_json::json;

#[tokio::test]
async fn an_overwrite_keeps_the_ids_of_what_it_keeps() {
    let stage = Stage::offline(0).await;
    let path = format!("/applications/{}/commands", stage.app.id);
    let named = |name: &str| json!({ "name": name, "description": "x" });
    let (_, first) = stage.rest("PUT", &path, &json!([named("a"), named("b")])).await;
    let (_, second) = stage.rest("PUT", &path, &json!([named("b"), named("c")])).await;
    let id = |list: &serde_json::Value, name: &str| {
        let list = list.as_array().unwrap();
        list.iter().find(|one| one["name"] == name).map(|one| one["id"].as_str().unwrap().to_owned())
    };
    assert_eq!(id(&first, "b"), id(&second, "b"));
    assert_eq!(id(&second, "a"), None);
    let one = format!("{path}/{}", id(&second, "c").unwrap());
    let (_, changed) = stage.rest("PATCH", &one, &json!({ "description": "y" })).await;
    assert_eq!((&changed["name"], &changed["description"]), (&json!("c"), &json!("y")));
    assert_eq!(stage.rest("DELETE", &one, &json!({})).await.0, 204);
    assert_eq!(stage.rest("GET", &one, &json!({})).await.1["code"], json!(10063));
    assert_eq!(stage.rest("POST", &path, &named("b")).await.0, 200, "it exists");
    assert_eq!(stage.rest("POST", &path, &named("d")).await.0, 201);
    assert_eq!(stage.rest("GET", &path, &json!({})).await.1.as_array().unwrap().len(), 2);
    let foreign = format!("/applications/{}/commands", stage.guild.id());
    assert_eq!(stage.rest("GET", &foreign, &json!({})).await.0, 403);
}

#[tokio::test]
async fn a_guilds_own_commands_are_offered_there_only() {
    let stage = Stage::offline(0).await;
    let path = format!("/applications/{}/guilds/{}/commands", stage.app.id, stage.guild.id());
    stage.rest("PUT", &path, &json!([{ "name": "here", "description": "x" }])).await;
    assert_eq!(stage.ana.commands(&stage.channel).len(), 1);
    let other = stage.discord.guild("Elsewhere");
    other.add_app(&stage.app, 0);
    assert!(other.owner().commands(&other.text_channel("there")).is_empty());
}

#[tokio::test]
async fn two_hundred_creations_a_day_are_the_most() {
    let stage = Stage::offline(0).await;
    let path = format!("/applications/{}/commands", stage.app.id);
    for round in 0..20 {
        let ten: serde_json::Value =
            (0..10).map(|at| json!({ "name": format!("c{round}-{at}"), "description": "x" })).collect();
        assert_eq!(stage.rest("PUT", &path, &ten).await.0, 200);
    }
    let (status, answer) = stage.rest("POST", &path, &json!({ "name": "more", "description": "x" })).await;
    assert_eq!((status, &answer["code"]), (429, &json!(30034)));
    stage.discord.clock().advance(std::time::Duration::from_secs(86_400));
    assert_eq!(stage.rest("POST", &path, &json!({ "name": "more", "description": "x" })).await.0, 201);
}
