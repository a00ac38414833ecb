//! What is refused for its form: the limits of Discord's documentation, also where its OpenAPI description is lax.

use crate::bot::Stage;
use serde_json::{Value, json};

fn long(length: usize) -> String {
    "x".repeat(length)
}

/// Finds an error code in the nested form errors at a path.
fn code_at<'v>(body: &'v Value, path: &str) -> Option<&'v str> {
    let pointer = path.split('.').filter(|part| !part.is_empty()).map(|part| format!("/{part}"));
    body.pointer(&format!("/errors{}/_errors/0/code", pointer.collect::<String>()))?.as_str()
}

fn row(parts: Value) -> Value {
    json!([{ "type": 1, "components": parts }])
}

fn button(id: &str) -> Value {
    json!({ "type": 2, "style": 1, "label": "Go", "custom_id": id })
}

fn rows(count: usize) -> Value {
    (0..count).map(|at| row(json!([button(&at.to_string())]))[0].clone()).collect()
}

#[tokio::test]
async fn messages_have_limits() {
    let stage = Stage::offline(0).await;
    let field =
        |name: &str, value: &str| json!({ "embeds": [{ "fields": [{ "name": name, "value": value }] }] });
    let option = |value: &str| json!({ "label": "A", "value": value });
    let select = |more: Value| {
        let mut menu = json!({ "type": 3, "custom_id": "m", "options": [option("a")] });
        for (key, value) in more.as_object().unwrap() {
            menu[key] = value.clone();
        }
        json!({ "components": row(json!([menu])) })
    };
    let cases = [
        (json!({ "content": long(2001) }), "content", "BASE_TYPE_MAX_LENGTH"),
        (json!({ "contents": "hi" }), "contents", "UNKNOWN_FIELD"),
        (json!({ "content": 5 }), "content", "STRING_TYPE_CONVERT"),
        (json!({ "embeds": [{ "title": long(257) }] }), "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
        (
            json!({ "embeds": [{ "description": long(4097) }] }),
            "embeds.0.description",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (json!({ "embeds": [{ "titel": "x" }] }), "embeds.0.titel", "UNKNOWN_FIELD"),
        (json!({ "embeds": [{}] }), "embeds.0.description", "BASE_TYPE_REQUIRED"),
        (
            json!({ "embeds": [{ "title": "x", "footer": { "text": long(2049) } }] }),
            "embeds.0.footer.text",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (field(&long(257), "x"), "embeds.0.fields.0.name", "BASE_TYPE_MAX_LENGTH"),
        (field("x", &long(1025)), "embeds.0.fields.0.value", "BASE_TYPE_MAX_LENGTH"),
        (field("x", ""), "embeds.0.fields.0.value", "BASE_TYPE_REQUIRED"),
        (field("x", "  "), "embeds.0.fields.0.value", "BASE_TYPE_REQUIRED"),
        (json!({ "embeds": vec![json!({ "title": "x" }); 11] }), "embeds", "BASE_TYPE_BAD_LENGTH"),
        (
            json!({ "embeds": vec![json!({ "description": long(4000) }); 2] }),
            "embeds",
            "MAX_EMBED_SIZE_EXCEEDED",
        ),
        (
            json!({ "embeds": [{ "title": "x", "fields": vec![json!({ "name": "x", "value": "y" }); 26] }] }),
            "embeds.0.fields",
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            json!({ "embeds": [{ "title": "x", "image": { "url": "attachment://none.png" } }] }),
            "embeds.0.image.url",
            "REFERENCED_ATTACHMENT_NOT_FOUND",
        ),
        (json!({ "content": "x", "attachments": [{ "id": 0 }] }), "attachments.0", "ATTACHMENT_NOT_FOUND"),
        (
            json!({ "embeds": [{ "title": "x", "url": "ftp://x" }] }),
            "embeds.0.url",
            "URL_TYPE_INVALID_SCHEME",
        ),
        (
            json!({ "components": row(json!([button("a"), button("a")])) }),
            "components.0.components.1.custom_id",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
        ),
        (
            json!({ "components": row(json!([{ "type": 2, "style": 1, "label": "Go" }])) }),
            "components.0.components.0.custom_id",
            "BASE_TYPE_REQUIRED",
        ),
        (
            json!({ "components": row(json!([{ "type": 2, "style": 1, "custom_id": "a" }])) }),
            "components.0.components.0",
            "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED",
        ),
        (
            json!({ "components": row(json!([{ "type": 2, "style": 5, "label": "Go" }])) }),
            "components.0.components.0.url",
            "BASE_TYPE_REQUIRED",
        ),
        (
            json!({ "components": row(json!([{ "type": 2, "style": 1, "label": long(81), "custom_id": "a" }])) }),
            "components.0.components.0.label",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            json!({ "components": row(json!([button(&long(101))])) }),
            "components.0.components.0.custom_id",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (json!({ "components": row(json!([])) }), "components.0.components", "BASE_TYPE_BAD_LENGTH"),
        (
            json!({ "components": row(json!(["a", "b", "c", "d", "e", "f"].map(button))) }),
            "components.0.components",
            "BASE_TYPE_BAD_LENGTH",
        ),
        (json!({ "components": (rows(6)) }), "components", "BASE_TYPE_BAD_LENGTH"),
        (
            json!({ "components": row(json!([button("a"), { "type": 3, "custom_id": "m", "options": [option("a")] }])) }),
            "components.0.components",
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
        ),
        (
            json!({ "components": row(json!([{ "type": 5, "custom_id": "u", "default_values":
                [{ "id": "7", "type": "user" }, { "id": "8", "type": "user" }] }])) }),
            "components.0.components.0.default_values",
            "SELECT_COMPONENT_DEFAULT_VALUES_COUNT",
        ),
        (
            json!({ "components": row(json!([{ "type": 5, "custom_id": "u", "default_values":
                [{ "id": "7", "type": "role" }] }])) }),
            "components.0.components.0.default_values.0.type",
            "BASE_TYPE_CHOICES",
        ),
        (
            select(json!({ "placeholder": long(151) })),
            "components.0.components.0.placeholder",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            select(json!({ "options": [option("a"), option("a")] })),
            "components.0.components.0.options.1.value",
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
        ),
        (
            select(json!({ "options": vec![option("a"); 26] })),
            "components.0.components.0.options",
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            select(json!({ "options": [{ "label": long(101), "value": "a" }] })),
            "components.0.components.0.options.0.label",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            select(json!({ "max_values": 2 })),
            "components.0.components.0.options",
            "SELECT_COMPONENT_MAX_VALUES",
        ),
        (json!({ "nonce": long(26), "content": "x" }), "nonce", "BASE_TYPE_MAX_LENGTH"),
        (
            json!({ "content": "x", "allowed_mentions": { "parse": ["users"], "users": ["1"] } }),
            "allowed_mentions",
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        ),
        (
            json!({ "content": "x", "allowed_mentions": { "parse": ["people"] } }),
            "allowed_mentions.parse.0",
            "BASE_TYPE_CHOICES",
        ),
        (
            json!({ "content": "x", "message_reference": { "message_id": "1" } }),
            "message_reference",
            "MESSAGE_REFERENCE_UNKNOWN_MESSAGE",
        ),
        (
            json!({ "poll": { "question": { "text": "?" }, "answers": [{ "poll_media": { "text": long(56) } }] } }),
            "poll.answers.0.poll_media.text",
            "BASE_TYPE_MAX_LENGTH",
        ),
    ];
    for (body, path, code) in cases {
        let (status, answer) = stage.rest("POST", &stage.messages(), &body).await;
        assert_eq!((status, &answer["code"]), (400, &json!(50035)), "{path}: {answer}");
        assert_eq!(code_at(&answer, path), Some(code), "{path}: {answer}");
    }
    for empty in [json!({}), json!({ "content": "" }), json!({ "content": " \n" }), json!({ "embeds": [] })] {
        let (status, answer) = stage.rest("POST", &stage.messages(), &empty).await;
        assert_eq!((status, &answer["code"]), (400, &json!(50006)), "{empty}: {answer}");
    }
    let most = json!({
        "content": long(2000), "embeds": [{ "description": long(4096) }], "nonce": long(25),
        "components": (rows(5)),
    });
    let (status, answer) = stage.rest("POST", &stage.messages(), &most).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(stage.channel.message_count(), 1, "nothing that was refused was sent");
}

#[tokio::test]
async fn commands_have_limits() {
    let stage = Stage::offline(0).await;
    let path = format!("/applications/{}/commands", stage.app.id);
    let with = |options: Value| json!([{ "name": "a", "description": "b", "options": options }]);
    let option = |kind: u64, name: &str| json!({ "type": kind, "name": name, "description": "b" });
    let set = |mut option: Value, field: &str, value: Value| {
        option[field] = value;
        option
    };
    let cases = [
        (json!([{ "name": "Bad", "description": "b" }]), "0.name", "APPLICATION_COMMAND_INVALID_NAME"),
        (json!([{ "name": "a b", "description": "b" }]), "0.name", "APPLICATION_COMMAND_INVALID_NAME"),
        (json!([{ "name": long(33), "description": "b" }]), "0.name", "BASE_TYPE_MAX_LENGTH"),
        (json!([{ "name": "a" }]), "0.description", "BASE_TYPE_REQUIRED"),
        (json!([{ "name": "a", "description": long(101) }]), "0.description", "BASE_TYPE_MAX_LENGTH"),
        (json!([{ "name": "a", "descripton": "b" }]), "0.descripton", "UNKNOWN_FIELD"),
        (
            json!([{ "name": "a", "description": "b", "name_localizations": { "xx": "c" } }]),
            "0.name_localizations.xx",
            "BASE_TYPE_CHOICES",
        ),
        (
            json!([{ "name": "a", "type": 3, "description": "b" }]),
            "0.description",
            "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION",
        ),
        (
            json!([{ "name": "a", "description": "b" }, { "name": "a", "description": "c" }]),
            "1",
            "APPLICATION_COMMANDS_DUPLICATE_NAME",
        ),
        (
            with(json!([option(3, "x"), set(option(3, "y"), "required", json!(true))])),
            "0.options.1.required",
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        ),
        (
            with(json!([option(3, "x"), option(3, "x")])),
            "0.options.1.name",
            "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
        ),
        (
            with(json!([option(1, "x"), option(3, "y")])),
            "0.options.1.type",
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
        ),
        (
            with(json!([set(option(1, "x"), "options", json!([option(1, "y")]))])),
            "0.options.0.options.0.type",
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
        ),
        (with((0..26).map(|at| option(3, &format!("o{at}"))).collect()), "0.options", "BASE_TYPE_BAD_LENGTH"),
        (
            with(json!([set(
                option(3, "x"),
                "choices",
                (0..26).map(|at| json!({ "name": at.to_string(), "value": "v" })).collect()
            )])),
            "0.options.0.choices",
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            with(json!([set(option(3, "x"), "choices", json!([{ "name": "n", "value": long(101) }]))])),
            "0.options.0.choices.0.value",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            with(json!([set(option(4, "x"), "choices", json!([{ "name": "n", "value": "one" }]))])),
            "0.options.0.choices.0.value",
            "CHOICE_VALUE_TYPE",
        ),
        (
            with(json!([set(option(3, "x"), "max_length", json!(6001))])),
            "0.options.0.max_length",
            "NUMBER_TYPE_MAX",
        ),
    ];
    for (body, place, code) in cases {
        let (status, answer) = stage.rest("PUT", &path, &body).await;
        assert_eq!((status, &answer["code"]), (400, &json!(50035)), "{place}: {answer}");
        assert_eq!(code_at(&answer, place), Some(code), "{place}: {answer}");
    }
    let many: Value = (0..101).map(|at| json!({ "name": format!("c{at}"), "description": "b" })).collect();
    let (status, answer) = stage.rest("PUT", &path, &many).await;
    assert_eq!((status, &answer["code"]), (400, &json!(30032)));
    let choices: Value =
        (0..25).map(|at| json!({ "name": format!("{at:0>100}"), "value": long(100) })).collect();
    let big = set(option(3, "x"), "choices", choices.clone());
    let big = with(json!([big.clone(), set(set(option(3, "y"), "choices", choices), "name", json!("y"))]));
    let (_, answer) = stage.rest("PUT", &path, &big).await;
    assert_eq!(code_at(&answer, "0"), Some("APPLICATION_COMMAND_TOO_LARGE"), "{answer}");
    assert!(stage.discord.world(|world| world.applications[&stage.app.id].commands.is_empty()));
}

#[tokio::test]
async fn errors_have_discords_shape() {
    let stage = Stage::offline(0).await;
    let (status, answer) = stage.rest("GET", "/nowhere", &json!({})).await;
    assert_eq!((status, answer), (404, json!({ "message": "404: Not Found", "code": 0 })));
    for (path, code) in [("/channels/1", 10003), ("/guilds/1", 10004), ("/users/1", 10013)] {
        let (status, answer) = stage.rest("GET", path, &json!({})).await;
        assert_eq!((status, &answer["code"]), (404, &json!(code)), "{path}");
    }
    let url = format!("{}/api/v10/users/@me", stage.discord.api_url());
    let answer = reqwest::Client::new().get(url).header("authorization", "Bot a.b.c").send().await.unwrap();
    assert_eq!(answer.status(), 401);
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(
        answer.headers()["date"],
        "Mon, 04 Jan 2027 08:00:00 GMT",
        "Discord's clock is the emulator's"
    );
}
