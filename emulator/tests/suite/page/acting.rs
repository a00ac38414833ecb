//! What a client with a screen can do, and what it is told when it cannot.

use super::viewer::{Viewer, act, act_in};
use crate::bot::{Plan, Stage};
use emulator::{Options, bits};
use serde_json::{Value, json};
use serenity::all::{
    CommandOptionType, CommandType, Context, CreateActionRow, CreateAttachment, CreateAutocompleteResponse,
    CreateButton, CreateCommand, CreateCommandOption, CreateInteractionResponse,
    CreateInteractionResponseFollowup, CreateInteractionResponseMessage, CreateMessage, CreateSelectMenu,
    CreateSelectMenuKind, Interaction,
};
use std::time::Duration;

async fn fails(stage: &Stage, request: Value) -> String {
    let answer = act_in(&stage.discord, stage.ben.id(), stage.channel.id(), request).await;
    answer["error"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

#[tokio::test]
async fn channels_are_read_in_pages() {
    let stage = Stage::offline(0).await;
    for number in 0..10_000 {
        stage.ana.say(&stage.channel, &number.to_string());
    }
    let ask =
        async |request: Value| act_in(&stage.discord, stage.ben.id(), stage.channel.id(), request).await;
    let texts = |page: &Value| -> Vec<u32> {
        page.as_array().unwrap().iter().map(|one| one["content"].as_str().unwrap().parse().unwrap()).collect()
    };
    let newest = ask(json!({ "do": "messages", "limit": 1000 })).await;
    assert_eq!(texts(&newest), (9_900..10_000).collect::<Vec<_>>());
    let before = ask(json!({ "do": "messages", "before": newest[0]["id"], "limit": 3 })).await;
    assert_eq!(texts(&before), [9_897, 9_898, 9_899]);
    let after = ask(json!({ "do": "messages", "after": newest[97]["id"], "limit": 100 })).await;
    assert_eq!(texts(&after), [9_998, 9_999]);
    let around = ask(json!({ "do": "messages", "around": newest[50]["id"], "limit": 4 })).await;
    assert_eq!(texts(&around), [9_949, 9_950, 9_951, 9_952]);
    assert_eq!(ask(json!({ "do": "messages", "after": u64::MAX.to_string() })).await, json!([]));
    stage.channel.deny(&stage.ben, bits::READ_MESSAGE_HISTORY);
    assert_eq!(ask(json!({ "do": "messages" })).await, json!([]));
    stage.channel.deny(&stage.ben, bits::VIEW_CHANNEL);
    assert!(ask(json!({ "do": "messages" })).await["error"].is_string());
}

#[tokio::test]
async fn texts_and_files_have_their_limits() {
    let stage = Stage::offline(0).await;
    let ask =
        async |request: Value| act_in(&stage.discord, stage.ben.id(), stage.channel.id(), request).await;
    let longest = "é".repeat(2000);
    let said = ask(json!({ "do": "say", "text": longest })).await;
    assert_eq!(said["message"]["content"], json!(longest));
    for (request, why) in [
        (json!({ "do": "say", "text": format!("{longest}x") }), "Your message is too long"),
        (json!({ "do": "say", "text": " \n" }), "Cannot send an empty message"),
        (
            json!({ "do": "edit", "message": said["id"], "text": format!("{longest}x") }),
            "Your message is too long",
        ),
        (json!({ "do": "edit", "message": said["id"], "text": "" }), "Cannot send an empty message"),
        (json!({ "do": "say", "text": "x", "files": [{ "name": "a", "base64": "!" }] }), "not base64"),
        (json!({ "do": "say", "files": vec![json!({ "name": "a", "base64": "" }); 11] }), "at most 10 files"),
    ] {
        let found = fails(&stage, request).await;
        assert!(found.contains(why), "{found}");
    }
    // 10 MiB and a byte, and a request that is larger than all that could be sent.
    let large = "A".repeat((10 * 1024 * 1024 + 3) / 3 * 4);
    let found =
        fails(&stage, json!({ "do": "say", "files": [{ "name": "big.bin", "base64": large }] })).await;
    assert_eq!(found, "Your files are too powerful. Max file size 10 MB");
    let url = format!("{}/emulator/act", stage.discord.api_url());
    let body = vec![b' '; 150 * 1024 * 1024];
    let huge = reqwest::Client::new().post(url).header("content-type", "application/json").body(body);
    let huge = huge.send().await.unwrap();
    assert_eq!(huge.status(), 413);
    assert_eq!(
        huge.json::<Value>().await.unwrap()["error"],
        "Your files are too powerful. Max file size 10 MB"
    );
    stage.channel.deny(&stage.ben, bits::ATTACH_FILES);
    let found = fails(&stage, json!({ "do": "say", "files": [{ "name": "a", "base64": "" }] })).await;
    assert!(found.contains("permission to attach"), "{found}");
    assert_eq!(stage.channel.message_count(), 1, "nothing of all this was sent");
}

#[tokio::test]
async fn files_come_back_and_only_pictures_are_shown() {
    let stage = Stage::offline(0).await;
    let files = json!([
        { "name": "a picture.png", "type": "image/png", "base64": "iVBORw0KGgo=", "description": "a picture" },
        { "name": "<x>.html", "type": "text/html", "base64": "PHNjcmlwdD4=" },
        { "name": "x.svg", "type": "image/svg+xml", "base64": "PHN2Zz4=" },
        { "name": "bad", "type": "no\ntype", "base64": "" },
    ]);
    let request = json!({ "do": "say", "files": files });
    let said = act_in(&stage.discord, stage.ben.id(), stage.channel.id(), request).await;
    let attachments = said["message"]["attachments"].as_array().unwrap();
    assert_eq!(
        (&attachments[0]["filename"], &attachments[0]["description"]),
        (&json!("a_picture.png"), &json!("a picture"))
    );
    assert_eq!(attachments[1]["filename"], "_x_.html");
    for (at, file) in attachments.iter().enumerate() {
        let path = file["url"].as_str().unwrap();
        assert!(path.starts_with("/attachments/"), "without a host: {path}");
        let served = reqwest::get(format!("{}{path}", stage.discord.api_url())).await.unwrap();
        assert_eq!(
            (served.status().as_u16(), &served.headers()["x-content-type-options"]),
            (200, &"nosniff".parse().unwrap())
        );
        assert_eq!(served.headers()["content-security-policy"], "default-src 'none'; sandbox");
        let shown = served.headers().get("content-disposition").is_none();
        assert_eq!(shown, at == 0, "{path}");
    }
}

#[tokio::test]
async fn replies_pins_reactions_and_threads() {
    let stage = Stage::offline(0).await;
    let said = stage.ana.say(&stage.channel, "ahoy");
    let ask =
        async |request: Value| act_in(&stage.discord, stage.ben.id(), stage.channel.id(), request).await;
    let reply = ask(json!({ "do": "say", "text": "aye", "reply_to": said.id })).await;
    assert_eq!(reply["message"]["referenced_message"]["id"], json!(said.id));
    assert!(fails(&stage, json!({ "do": "say", "text": "x", "reply_to": "1" })).await.contains("no message"));
    assert_eq!(
        fails(&stage, json!({ "do": "react", "message": said.id, "emoji": "x" })).await,
        "Unknown Emoji"
    );
    assert_eq!(ask(json!({ "do": "react", "message": said.id, "emoji": "👍" })).await["done"], true);
    assert_eq!(ask(json!({ "do": "unreact", "message": said.id, "emoji": "👍" })).await["done"], true);
    assert!(said.refresh().reactions().is_empty());
    stage.channel.deny(&stage.ben, bits::ADD_REACTIONS);
    assert_eq!(ask(json!({ "do": "react", "message": said.id, "emoji": "👍" })).await["done"], false);
    stage.ana.react(&said, "👍");
    let joined = ask(json!({ "do": "react", "message": said.id, "emoji": "👍" })).await;
    assert_eq!(joined["done"], true, "one that is there already needs no permission");
    assert!(fails(&stage, json!({ "do": "pin", "message": said.id })).await.contains("permission to pin"));
    stage.guild.everyone().set_permissions(bits::DEFAULT_EVERYONE | bits::PIN_MESSAGES);
    ask(json!({ "do": "pin", "message": said.id })).await;
    assert_eq!(ask(json!({ "do": "pins" })).await[0]["id"], json!(said.id));
    ask(json!({ "do": "unpin", "message": said.id })).await;
    assert_eq!(ask(json!({ "do": "pins" })).await, json!([]));
    let thread = ask(json!({ "do": "thread", "message": said.id, "name": "Talk" })).await;
    assert_eq!(thread["channel"], json!(said.id));
    let again = fails(&stage, json!({ "do": "thread", "message": said.id, "name": "Talk" })).await;
    assert!(again.contains("already"), "{again}");
    let loose = ask(json!({ "do": "thread", "name": "Loose" })).await;
    let inside = act_in(
        &stage.discord,
        stage.ben.id(),
        loose["channel"].as_str().unwrap().parse().unwrap(),
        json!({ "do": "say", "text": "in there" }),
    )
    .await;
    assert_eq!(inside["message"]["channel_id"], loose["channel"]);
    for (name, why) in [("", "1 to 100"), (&*"x".repeat(101), "1 to 100")] {
        assert!(fails(&stage, json!({ "do": "thread", "name": name })).await.contains(why));
    }
    let dm = ask(json!({ "do": "dm", "app": stage.app.id })).await;
    assert_eq!(dm["channel"], json!(stage.ben.dm(&stage.app).id()));
    assert!(fails(&stage, json!({ "do": "dm", "app": stage.ana.id() })).await.contains("no application"));
}

/// A bot with something of everything.
async fn bot(first_response: Duration) -> Stage {
    let file = CreateCommandOption::new(CommandOptionType::Attachment, "file", "A file").required(true);
    let name = CreateCommandOption::new(CommandOptionType::String, "name", "A name").set_autocomplete(true);
    let commands = vec![
        CreateCommand::new("import").description("Import").add_option(file),
        CreateCommand::new("find").description("Find").add_option(name),
        CreateCommand::new("slow").description("Defers"),
        CreateCommand::new("mute").description("Never answers"),
        CreateCommand::new("About this").kind(CommandType::Message),
        CreateCommand::new("About them").kind(CommandType::User),
    ];
    let plan =
        Plan { commands, options: Options { first_response, ..Plan::default().options }, ..Plan::default() };
    Stage::set(plan, |ctx: Context, interaction: Interaction| async move {
        let say = |text: String| {
            CreateInteractionResponse::Message(CreateInteractionResponseMessage::new().content(text))
        };
        match interaction {
            Interaction::Command(command) if command.data.name == "slow" => {
                command.defer(&ctx.http).await.unwrap();
                let later = CreateInteractionResponseFollowup::new().content("at last");
                command.create_followup(&ctx.http, later).await.unwrap();
            }
            Interaction::Command(command) if command.data.name == "mute" => {}
            Interaction::Command(command) => {
                let file = command.data.resolved.attachments.values().next().cloned();
                let text = match file {
                    Some(file) => format!(
                        "{} {}",
                        file.filename,
                        String::from_utf8(file.download().await.unwrap()).unwrap()
                    ),
                    None => command.data.name.clone(),
                };
                command.create_response(&ctx.http, say(text)).await.unwrap();
            }
            Interaction::Autocomplete(asked) => {
                let choices = CreateAutocompleteResponse::new().add_string_choice("Ana", "ana");
                asked
                    .create_response(&ctx.http, CreateInteractionResponse::Autocomplete(choices))
                    .await
                    .unwrap();
            }
            Interaction::Component(click) if click.data.custom_id == "mute" => {}
            Interaction::Component(click) => {
                click.create_response(&ctx.http, say(click.data.custom_id.clone())).await.unwrap()
            }
            _ => {}
        }
    })
    .await
}

#[tokio::test]
async fn commands_are_offered_completed_and_used() {
    let stage = bot(Duration::from_secs(3)).await;
    let ask =
        async |request: Value| act_in(&stage.discord, stage.ben.id(), stage.channel.id(), request).await;
    let menus = ask(json!({ "do": "menus" })).await;
    let names = |list: &str| -> Vec<String> {
        menus[list].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("slash"), ["import", "find", "slow", "mute"]);
    assert_eq!((names("message"), names("user")), (vec!["About this".into()], vec!["About them".into()]));
    assert_eq!(menus["slash"][0]["app"], json!({ "id": stage.app.id, "name": "Echo" }));
    let file = json!({ "name": "a.txt", "type": "text/plain", "base64": "aGVsbG8=" });
    let imported = ask(json!({ "do": "slash", "command": "import", "options": { "file": file } })).await;
    assert_eq!(imported["text"], "a.txt hello");
    let missing = ask(json!({ "do": "slash", "command": "import", "options": {} })).await;
    assert_eq!(
        (&missing["kind"], &missing["error"]),
        (&json!("failed"), &json!("This option is required. Specify a value. (file)"))
    );
    let offered =
        ask(json!({ "do": "complete", "command": "find", "options": { "name": "a" }, "focus": "name" }))
            .await;
    assert_eq!(offered, json!([{ "name": "Ana", "value": "ana" }]));
    let whom = ask(json!({ "do": "user_menu", "command": "About them", "user": stage.ana.id() })).await;
    assert_eq!(whom["text"], "About them");
    let said = stage.ana.say(&stage.channel, "look");
    let about = ask(json!({ "do": "menu", "command": "About this", "message": said.id })).await;
    assert_eq!(about["text"], "About this");
    stage.channel.deny(&stage.ben, bits::USE_APPLICATION_COMMANDS);
    assert_eq!(ask(json!({ "do": "menus" })).await, json!({ "slash": [], "message": [], "user": [] }));
}

#[tokio::test]
async fn who_is_hasty_is_told_at_once_that_an_answer_was_deferred() {
    let stage = bot(Duration::from_secs(3)).await;
    let mut ben = Viewer::open(&stage.discord, Some(stage.ben.id())).await;
    let request = json!({ "do": "slash", "command": "slow", "hasty": true });
    let answer = act_in(&stage.discord, stage.ben.id(), stage.channel.id(), request).await;
    // The rest may have come in the meantime.
    assert!(["deferred", "message"].contains(&answer["kind"].as_str().unwrap()), "{answer}");
    ben.until("at last").await;
}

#[tokio::test]
async fn what_is_stale_or_unanswered_fails_as_in_the_client() {
    // Two do answer, on a loaded machine too.
    let stage = bot(Duration::from_millis(500)).await;
    let row = CreateActionRow::Buttons(vec![
        CreateButton::new("one").label("Press"),
        CreateButton::new("mute").label("Mute"),
        CreateButton::new("off").label("Off").disabled(true),
    ]);
    let kind = CreateSelectMenuKind::User { default_users: None };
    let menu = CreateActionRow::SelectMenu(CreateSelectMenu::new("who", kind));
    let picture = CreateAttachment::bytes(&b"x"[..], "x.png");
    stage.guild.app_role(&stage.app).set_permissions(bits::DEFAULT_EVERYONE);
    let message = CreateMessage::new().content("press").components(vec![row, menu]).add_file(picture);
    let sent = stage.channel_id().send_message(&stage.http, message).await.unwrap();
    let ask = async |mut request: Value| {
        request["message"] = json!(sent.id.to_string());
        act_in(&stage.discord, stage.ben.id(), stage.channel.id(), request).await
    };
    assert_eq!(ask(json!({ "do": "click", "custom_id": "one" })).await["text"], "one");
    assert_eq!(
        ask(json!({ "do": "select", "custom_id": "who", "values": [stage.ana.id()] })).await["text"],
        "who"
    );
    for (request, why) in [
        (json!({ "do": "click", "custom_id": "gone" }), "This interaction failed"),
        (json!({ "do": "click", "custom_id": "Press" }), "This interaction failed"),
        (json!({ "do": "click", "custom_id": "off" }), "This interaction failed"),
        (json!({ "do": "click", "custom_id": "mute" }), "This interaction failed"),
        (json!({ "do": "select", "custom_id": "gone", "values": [] }), "This interaction failed"),
        (json!({ "do": "slash", "command": "mute" }), "The application did not respond"),
    ] {
        let answer = ask(request.clone()).await;
        assert_eq!((&answer["kind"], &answer["error"]), (&json!("failed"), &json!(why)), "{request}");
    }
    // The page goes on.
    assert_eq!(ask(json!({ "do": "click", "custom_id": "one" })).await["text"], "one");
    let nobody = act(&stage.discord, json!({ "as": "1", "do": "messages" })).await;
    assert!(nobody["error"].as_str().unwrap().contains("nobody"), "{nobody}");
}

#[tokio::test]
async fn markup_of_any_kind_is_only_text() {
    let stage = Stage::offline(0).await;
    let text = "<script>alert(1)</script> <img src=x onerror=alert(1)> \u{0} \u{2028} \" ' ` </style>";
    let mut ben = Viewer::open(&stage.discord, Some(stage.ben.id())).await;
    stage.ana.say(&stage.channel, text);
    let event = ben.kind("message").await;
    assert_eq!(event["message"]["content"], json!(text), "one frame, and as it was written");
}
