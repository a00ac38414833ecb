//! Commands, buttons, menus and modals.

use crate::bot::{Plan, Stage};
use emulator::{ResponseKind, bits};
use serenity::all::{
    ActionRowComponent, AutocompleteChoice, ButtonStyle, CommandDataOptionValue, CommandOptionType,
    CommandType, ComponentInteractionDataKind, Context, CreateActionRow, CreateAttachment,
    CreateAutocompleteResponse, CreateButton, CreateCommand, CreateCommandOption, CreateEmbed,
    CreateInputText, CreateInteractionResponse, CreateInteractionResponseFollowup,
    CreateInteractionResponseMessage, CreateModal, CreateSelectMenu, CreateSelectMenuKind,
    CreateSelectMenuOption, EditInteractionResponse, InputTextStyle, Interaction,
};

fn message(text: &str) -> CreateInteractionResponseMessage {
    CreateInteractionResponseMessage::new().content(text)
}

fn commands() -> Vec<CreateCommand> {
    let option = |kind, name: &str| CreateCommandOption::new(kind, name, "what");
    vec![
        CreateCommand::new("ask")
            .description("Ask")
            .add_option(option(CommandOptionType::String, "text").required(true)),
        CreateCommand::new("series").description("Series").add_option(
            option(CommandOptionType::SubCommand, "schedule")
                .add_sub_option(
                    option(CommandOptionType::String, "series").set_autocomplete(true).required(true),
                )
                .add_sub_option(option(CommandOptionType::Integer, "days"))
                .add_sub_option(option(CommandOptionType::User, "who")),
        ),
        CreateCommand::new("slow").description("Slow"),
        CreateCommand::new("mute").description("Says nothing"),
        CreateCommand::new("menu").description("Menus"),
        CreateCommand::new("manage")
            .description("For managers")
            .default_member_permissions(serenity::all::Permissions::MANAGE_GUILD),
        CreateCommand::new("Who led here?").kind(CommandType::Message),
    ]
}

async fn answer(ctx: Context, interaction: Interaction) {
    let http = &ctx.http;
    match interaction {
        Interaction::Command(command) => {
            let response = match command.data.name.as_str() {
                "ask" => {
                    let text = command.data.options[0].value.as_str().unwrap().to_owned();
                    let row = CreateActionRow::Buttons(vec![
                        CreateButton::new("yes").label("Yes"),
                        CreateButton::new("why").label("Why").style(ButtonStyle::Secondary),
                        CreateButton::new("off").label("Off").disabled(true),
                    ]);
                    let embed =
                        CreateEmbed::new().title("Question").description(text).field("Closes", "soon", true);
                    message("").embed(embed).components(vec![row])
                }
                "series" => {
                    let CommandDataOptionValue::SubCommand(options) = &command.data.options[0].value else {
                        panic!("a subcommand is sent")
                    };
                    let values: Vec<String> = options.iter().map(|one| format!("{:?}", one.value)).collect();
                    let users = command.data.resolved.users.values().map(|user| user.name.clone());
                    let users: Vec<String> = users.collect();
                    message(&format!("{} {}", values.join(", "), users.join(","))).ephemeral(true)
                }
                "slow" => {
                    command.defer_ephemeral(http).await.unwrap();
                    let edit = EditInteractionResponse::new().content("done");
                    command.edit_response(http, edit).await.unwrap();
                    let more = CreateInteractionResponseFollowup::new()
                        .content("more")
                        .add_file(CreateAttachment::bytes(*b"12345", "note.txt").description("five digits"));
                    command.create_followup(http, more).await.unwrap();
                    return;
                }
                "menu" => {
                    let options = vec![
                        CreateSelectMenuOption::new("Red", "r"),
                        CreateSelectMenuOption::new("Blue", "b").default_selection(true),
                    ];
                    let strings = CreateSelectMenu::new("colour", CreateSelectMenuKind::String { options });
                    let users = CreateSelectMenuKind::User { default_users: Some(vec![command.user.id]) };
                    message("choose").components(vec![
                        CreateActionRow::SelectMenu(strings.placeholder("Colour")),
                        CreateActionRow::SelectMenu(CreateSelectMenu::new("who", users)),
                    ])
                }
                "Who led here?" => {
                    let target = command.data.resolved.messages.values().next().unwrap();
                    message(&format!("about {:?} of {}", target.content, target.author.name))
                }
                _ => return,
            };
            command.create_response(http, CreateInteractionResponse::Message(response)).await.unwrap();
        }
        Interaction::Autocomplete(command) => {
            let typed = command.data.autocomplete().unwrap().value.to_owned();
            let choice = AutocompleteChoice::new(format!("{typed}rst"), "first");
            let response = CreateAutocompleteResponse::new().set_choices(vec![choice]);
            command.create_response(http, CreateInteractionResponse::Autocomplete(response)).await.unwrap();
        }
        Interaction::Component(component) => {
            let response = match (component.data.custom_id.as_str(), &component.data.kind) {
                ("yes", _) => {
                    CreateInteractionResponse::UpdateMessage(message("Yes!").components(Vec::new()))
                }
                ("why", _) => {
                    let input = CreateInputText::new(InputTextStyle::Paragraph, "Why?", "why").max_length(20);
                    let modal = CreateModal::new("reason", "A reason")
                        .components(vec![CreateActionRow::InputText(input)]);
                    CreateInteractionResponse::Modal(modal)
                }
                (_, ComponentInteractionDataKind::StringSelect { values }) => {
                    CreateInteractionResponse::Message(message(&values.join("+")))
                }
                (_, ComponentInteractionDataKind::UserSelect { values }) => {
                    CreateInteractionResponse::Message(message(&format!("<@{}>", values[0])))
                }
                _ => return,
            };
            component.create_response(http, response).await.unwrap();
        }
        Interaction::Modal(modal) => {
            let ActionRowComponent::InputText(input) = &modal.data.components[0].components[0] else {
                panic!("a text is sent")
            };
            let text = message(input.value.as_deref().unwrap()).ephemeral(true);
            modal.create_response(http, CreateInteractionResponse::Message(text)).await.unwrap();
        }
        _ => {}
    }
}

async fn stage() -> Stage {
    Stage::set(Plan { commands: commands(), ..Plan::default() }, answer).await
}

#[tokio::test]
async fn a_question_is_asked_and_answered_by_button() {
    let stage = stage().await;
    let asked = stage.ana.slash(&stage.channel, "ask", &[("text", "Ready?")]).await;
    assert_eq!(asked.text(), "| Question\n| Ready?\n| Closes: soon\n[Yes] [Why] [Off (disabled)]");
    assert_eq!(asked.kind, ResponseKind::Message);
    let seen = stage.ben.sees(&stage.channel);
    assert_eq!(seen.len(), 1);
    assert!(stage.ben.click(&seen[0], "Off").await.failed().unwrap().contains("disabled"));
    let clicked = stage.ben.click(&seen[0], "Yes").await;
    assert_eq!(clicked.kind, ResponseKind::Update);
    assert_eq!(clicked.message().content(), "Yes!");
    assert!(seen[0].refresh().buttons().is_empty());
    // An old screen still sends what was on it.
    let stale = stage.ana.click(&seen[0], "Why").await;
    assert_eq!(stale.modal().title(), "A reason");
}

#[tokio::test]
async fn a_modal_is_filled_in() {
    let stage = stage().await;
    let asked = stage.ana.slash(&stage.channel, "ask", &[("text", "Ready?")]).await;
    let modal = stage.ben.click(asked.message(), "Why").await.modal().clone();
    assert_eq!(modal.text(), "{A reason}\nWhy? *: []");
    let refused = stage.ben.submit(&modal, &[("Why?", "")]).await;
    assert!(refused.failed().unwrap().contains("required"));
    let long = "x".repeat(21);
    assert!(stage.ben.submit(&modal, &[("Why?", &long)]).await.failed().unwrap().contains("between"));
    let said = stage.ben.submit(&modal, &[("Why?", "because")]).await;
    assert_eq!(said.text(), "because");
    assert!(said.is_ephemeral());
    assert_eq!(stage.ben.sees(&stage.channel).len(), 2);
    assert_eq!(stage.ana.sees(&stage.channel).len(), 1, "what is ephemeral only its addressee sees");
    let id = said.message().id.get();
    let fetched = stage.http.get_message(stage.channel_id(), id.into()).await;
    assert!(fetched.unwrap_err().to_string().contains("Unknown Message"));
}

#[tokio::test]
async fn options_are_typed_and_completed() {
    let stage = stage().await;
    let options = [("series", "fi")];
    let choices = stage.ana.complete(&stage.channel, "series schedule", &options, "series").await;
    assert_eq!((choices[0].name.as_str(), choices[0].value.as_str()), ("first", "first"));
    let who = [("series", "first"), ("days", "3"), ("who", "ben")];
    let done = stage.ana.slash(&stage.channel, "series schedule", &who).await;
    let ben = stage.ben.id();
    assert_eq!(done.text(), format!("String(\"first\"), Integer(3), User(UserId({ben})) ben"));
    for (command, options, why) in [
        ("series schedule", &[][..], "This option is required"),
        ("series schedule", &[("series", "a"), ("days", "three")][..], "whole number"),
        ("series schedule", &[("series", "a"), ("who", "nobody")][..], "valid user"),
        ("series schedule", &[("serie", "a")][..], "no option called serie"),
        ("series", &[][..], "has subcommands"),
        ("serie", &[][..], "no command called serie"),
        ("manage", &[][..], "permission"),
    ] {
        let failed = stage.ana.slash(&stage.channel, command, options).await.failed().unwrap_or_default();
        assert!(failed.contains(why), "{command} {options:?}: {failed}");
    }
}

#[tokio::test]
async fn a_deferred_answer_is_awaited_and_followed_up() {
    let stage = stage().await;
    let slow = stage.ana.slash(&stage.channel, "slow", &[]).await;
    assert_eq!(slow.text(), "done");
    assert!(slow.is_ephemeral());
    let more = slow.wait_followups(1).await;
    assert_eq!(more[0].text(), "more\n(note.txt: five digits)");
    assert!(!more[0].is_ephemeral());
    let url = more[0].raw()["attachments"][0]["url"].as_str().unwrap().to_owned();
    assert_eq!(reqwest::get(url).await.unwrap().text().await.unwrap(), "12345");
}

#[tokio::test]
async fn menus_of_all_kinds_are_used() {
    let stage = stage().await;
    let menu = stage.ana.slash(&stage.channel, "menu", &[]).await;
    let ana = stage.ana.mention();
    assert_eq!(menu.text(), format!("choose\n<Colour: Red | *Blue>\n<: *{ana}>"));
    let chosen: Vec<_> = menu.message().selects().into_iter().flat_map(|menu| menu.chosen).collect();
    assert_eq!(chosen, ["b".to_owned(), stage.ana.id().to_string()]);
    assert_eq!(stage.ana.select(menu.message(), "Colour", &["Red"]).await.text(), "r");
    assert!(stage.ana.select(menu.message(), "Colour", &["Green"]).await.failed().is_some());
    let chosen = stage.ana.select(menu.message(), "who", &["ben"]).await;
    assert_eq!(chosen.text(), stage.ben.mention());
    let said = stage.ben.say(&stage.channel, "I took the blame");
    let about = stage.ana.menu(&said, "Who led here?").await;
    assert_eq!(about.text(), "about \"I took the blame\" of ben", "a menu's target is never blank");
}

#[tokio::test]
async fn a_bot_that_says_nothing_has_failed() {
    let mut plan = Plan { commands: commands(), ..Plan::default() };
    plan.options.first_response = std::time::Duration::from_millis(50);
    let stage = Stage::set(plan, answer).await;
    let nothing = stage.ana.slash(&stage.channel, "mute", &[]).await;
    assert_eq!(nothing.failed().unwrap(), "The application did not respond");
    stage.channel.deny(&stage.ana, bits::VIEW_CHANNEL);
    assert!(stage.ana.slash(&stage.channel, "mute", &[]).await.failed().unwrap().contains("access"));
    assert!(stage.ana.sees(&stage.channel).is_empty());
}

#[tokio::test]
async fn many_at_once_each_get_their_own_answer() {
    let stage = stage().await;
    let asked = stage.ana.slash(&stage.channel, "menu", &[]).await;
    let people: Vec<emulator::Person> = (0..50).map(|at| stage.guild.person(&format!("p{at}"))).collect();
    let clicks = people.iter().map(|person| async {
        let name = person.name();
        (person.select(asked.message(), "who", &[name.as_str()]).await.text(), person.mention())
    });
    for (answer, mention) in futures_util::future::join_all(clicks).await {
        assert_eq!(answer, mention);
    }
}

#[tokio::test]
async fn buttons_of_a_removed_bot_and_in_an_outage_fail() {
    let stage = stage().await;
    let asked = stage.ana.slash(&stage.channel, "ask", &[("text", "Ready?")]).await;
    stage.guild.set_unavailable(true);
    assert_eq!(stage.ana.click(asked.message(), "Yes").await.failed().unwrap(), "This interaction failed");
    stage.guild.set_unavailable(false);
    stage.guild.remove_app(&stage.app);
    assert_eq!(stage.ana.click(asked.message(), "Yes").await.failed().unwrap(), "This interaction failed");
    let gone = stage.ana.slash(&stage.channel, "ask", &[("text", "Ready?")]).await;
    assert!(gone.failed().unwrap().contains("no command called ask"));
}
