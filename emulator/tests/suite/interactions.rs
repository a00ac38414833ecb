//! First responses and what follows, over raw REST: the emulator's side of the protocol.

use crate::bot::{Plan, Stage};
use emulator::{Id, ResponseKind};
use serde_json::{Value, json};
use serenity::all::{Context, CreateCommand, Interaction};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A stage whose bot hands each interaction (id and token) to the test.
async fn stage() -> (Stage, UnboundedReceiver<(u64, String)>) {
    let (sender, receiver) = unbounded_channel();
    let commands = vec![CreateCommand::new("go").description("Go")];
    let hand_over = move |_: Context, interaction: Interaction| {
        let sender = sender.clone();
        async move {
            let token = match &interaction {
                Interaction::Command(one) => &one.token,
                Interaction::Component(one) => &one.token,
                Interaction::Modal(one) => &one.token,
                other => panic!("unexpected {other:?}"),
            };
            sender.send((interaction.id().get(), token.clone())).unwrap();
        }
    };
    (Stage::set(Plan { commands, ..Plan::default() }, hand_over).await, receiver)
}

fn callback(id: u64, token: &str) -> String {
    format!("/interactions/{id}/{token}/callback")
}

fn original(stage: &Stage, token: &str) -> String {
    format!("/webhooks/{}/{token}/messages/@original", stage.app.id)
}

fn text(text: &str) -> Value {
    json!({ "type": 4, "data": { "content": text } })
}

#[tokio::test]
async fn a_response_is_given_once() {
    let (stage, mut interactions) = stage().await;
    let bot = async {
        let (id, token) = interactions.recv().await.unwrap();
        let early = stage.rest("PATCH", &original(&stage, &token), &json!({ "content": "early" })).await;
        assert_eq!((early.0, &early.1["code"]), (404, &json!(10015)));
        for wrong in [6, 7, 8, 1, 99] {
            let refused = stage.rest("POST", &callback(id, &token), &json!({ "type": wrong })).await;
            assert_eq!((refused.0, &refused.1["code"]), (400, &json!(50035)), "type {wrong}");
        }
        let long = stage.rest("POST", &callback(id, &token), &text(&"x".repeat(2001))).await;
        assert_eq!(long.1["errors"]["data"]["content"]["_errors"][0]["code"], "BASE_TYPE_MAX_LENGTH");
        let (status, made) =
            stage.rest("POST", &format!("{}?with_response=true", callback(id, &token)), &text("one")).await;
        assert_eq!((status, &made["resource"]["message"]["content"]), (200, &json!("one")));
        let again = stage.rest("POST", &callback(id, &token), &text("two")).await;
        assert_eq!((again.0, &again.1["code"]), (400, &json!(40060)));
        let unknown = stage.rest("POST", &callback(id + 1, &token), &text("two")).await;
        assert_eq!((unknown.0, &unknown.1["code"]), (404, &json!(10062)));
        token
    };
    let (answer, token) = tokio::join!(stage.ana.slash(&stage.channel, "go", &[]), bot);
    assert_eq!(answer.text(), "one");
    stage.discord.clock().advance(Duration::from_secs(15 * 60));
    assert_eq!(stage.rest("PATCH", &original(&stage, &token), &json!({ "content": "two" })).await.0, 200);
    stage.discord.clock().advance(Duration::from_millis(1));
    let late = stage.rest("PATCH", &original(&stage, &token), &json!({ "content": "three" })).await;
    assert_eq!((late.0, &late.1["code"]), (401, &json!(50027)), "a token is good for fifteen minutes");
    assert_eq!(answer.message().refresh().text(), "two");
}

#[tokio::test]
async fn what_was_made_is_returned_to_who_asks() {
    let (stage, mut interactions) = stage().await;
    stage.discord.inspect(openapi::inspect_answers);
    let input = json!({ "type": 4, "style": 1, "custom_id": "i", "label": "Why?" });
    let modal =
        json!({ "custom_id": "m", "title": "Title", "components": [{ "type": 1, "components": [input] }] });
    for (kind, data, made, resource) in [
        (4, json!({ "content": "one", "flags": 64 }), json!([true, false, true]), json!("one")),
        (5, json!({}), json!([true, true, false]), Value::Null),
        (9, modal, json!([false, null, null]), Value::Null),
    ] {
        let bot = async {
            let (id, token) = interactions.recv().await.unwrap();
            // discord.py writes a truth as 1.
            let path =
                format!("{}?with_response={}", callback(id, &token), if kind == 9 { "1" } else { "true" });
            let (status, answer) = stage.rest("POST", &path, &json!({ "type": kind, "data": data })).await;
            assert_eq!(status, 200);
            let about = &answer["interaction"];
            let message = about["response_message_id"].is_string();
            assert_eq!(
                json!([message, about["response_message_loading"], about["response_message_ephemeral"]]),
                made
            );
            assert_eq!(answer["resource"]["message"]["content"], resource);
            assert_eq!(answer.get("resource").is_some(), kind == 4, "{answer}");
            stage.rest("DELETE", &original(&stage, &token), &json!({})).await;
        };
        tokio::join!(stage.ana.slash(&stage.channel, "go", &[]), bot);
    }
}

#[tokio::test]
async fn after_three_seconds_an_interaction_is_unknown() {
    let (sender, mut interactions) = unbounded_channel();
    let mut plan = Plan { commands: vec![CreateCommand::new("go").description("Go")], ..Plan::default() };
    plan.options.first_response = Duration::from_millis(100);
    let stage = Stage::set(plan, move |_, interaction: Interaction| {
        let sender = sender.clone();
        async move {
            let command = interaction.command().unwrap();
            sender.send((command.id.get(), command.token)).unwrap();
        }
    })
    .await;
    let answer = stage.ana.slash(&stage.channel, "go", &[]).await;
    assert_eq!(answer.failed().unwrap(), "The application did not respond");
    let (id, token) = interactions.recv().await.unwrap();
    let late = stage.rest("POST", &callback(id, &token), &text("late")).await;
    assert_eq!((late.0, &late.1["code"]), (404, &json!(10062)));
    assert_eq!(stage.channel.message_count(), 0);
}

#[tokio::test]
async fn a_defer_settles_who_sees_and_the_first_follow_up_becomes_the_original() {
    let (stage, mut interactions) = stage().await;
    let bot = async {
        let (id, token) = interactions.recv().await.unwrap();
        stage.rest("POST", &callback(id, &token), &json!({ "type": 5, "data": { "flags": 64 } })).await;
        assert_eq!(stage.ana.sees(&stage.channel)[0].text(), "(is thinking…)");
        let path = format!("/webhooks/{}/{token}", stage.app.id);
        let (_, first) = stage.rest("POST", &path, &json!({ "content": "public?" })).await;
        let (_, fetched) = stage.rest("GET", &original(&stage, &token), &json!({})).await;
        assert_eq!(first["id"], fetched["id"]);
        let (_, second) = stage.rest("POST", &path, &json!({ "content": "public" })).await;
        assert_ne!(second["id"], first["id"]);
        let (status, wrong) = stage.rest("POST", &path, &json!({ "contents": "x" })).await;
        assert_eq!(
            (status, &wrong["errors"]["contents"]["_errors"][0]["code"]),
            (400, &json!("UNKNOWN_FIELD"))
        );
    };
    let (answer, ()) = tokio::join!(stage.ana.slash(&stage.channel, "go", &[]), bot);
    assert!(answer.is_ephemeral());
    let texts = |person: &emulator::Person| {
        person.sees(&stage.channel).iter().map(emulator::Message::text).collect::<Vec<_>>()
    };
    assert_eq!(texts(&stage.ana), ["public?", "public"]);
    assert_eq!(texts(&stage.ben), ["public"]);
}

#[tokio::test]
async fn a_component_may_be_acknowledged_and_its_message_changed_later() {
    let (stage, mut interactions) = stage().await;
    let button =
        json!([{ "type": 1, "components": [{ "type": 2, "style": 1, "label": "Go", "custom_id": "g" }] }]);
    stage.rest("POST", &stage.messages(), &json!({ "content": "panel", "components": button })).await;
    let panel = stage.ana.sees(&stage.channel)[0].clone();
    let bot = async {
        let (id, token) = interactions.recv().await.unwrap();
        assert_eq!(stage.rest("POST", &callback(id, &token), &json!({ "type": 6 })).await.0, 204);
        let done = stage.rest("PATCH", &original(&stage, &token), &json!({ "content": "done" })).await;
        assert_eq!(done.0, 200, "{}", done.1);
    };
    let (answer, ()) = tokio::join!(stage.ana.click(&panel, "Go"), bot);
    assert_eq!((answer.kind, answer.text().as_str()), (ResponseKind::Update, "done\n[Go]"));
}

#[tokio::test]
async fn no_modal_answers_a_modal() {
    let (stage, mut interactions) = stage().await;
    let input = |label: &str| json!({ "type": 4, "style": 1, "custom_id": "i", "label": label });
    let modal = |label: &str, parts: usize| {
        let parts = vec![json!({ "type": 1, "components": [input(label)] }); parts];
        json!({ "type": 9, "data": { "custom_id": "m", "title": "Title", "components": parts } })
    };
    let bot = async {
        let (id, token) = interactions.recv().await.unwrap();
        for wrong in [modal(&"x".repeat(46), 1), modal("Label", 6), modal("Label", 2), modal("Label", 0)] {
            assert_eq!(
                stage.rest("POST", &callback(id, &token), &wrong).await.1["code"],
                json!(50035),
                "{wrong}"
            );
        }
        assert_eq!(stage.rest("POST", &callback(id, &token), &modal("Label", 1)).await.0, 204);
    };
    let (answer, ()) = tokio::join!(stage.ana.slash(&stage.channel, "go", &[]), bot);
    let bot = async {
        let (id, token) = interactions.recv().await.unwrap();
        let (status, refused) = stage.rest("POST", &callback(id, &token), &modal("Label", 1)).await;
        assert_eq!(
            (status, &refused["errors"]["type"]["_errors"][0]["code"]),
            (400, &json!("BASE_TYPE_CHOICES"))
        );
        stage.rest("POST", &callback(id, &token), &text("thanks")).await;
    };
    let (said, ()) = tokio::join!(stage.ana.submit(answer.modal(), &[("Label", "words")]), bot);
    assert_eq!(said.text(), "thanks");
}

#[tokio::test]
async fn nobody_home_fails_at_once() {
    let stage = Stage::offline(0).await;
    let path = format!("/applications/{}/commands", stage.app.id);
    stage.rest("PUT", &path, &json!([{ "name": "go", "description": "x" }])).await;
    let answer = stage.ana.slash(&stage.channel, "go", &[]).await;
    assert_eq!(answer.failed().unwrap(), "The application did not respond");
    assert_ne!(answer.interaction, None::<Id>);
}
