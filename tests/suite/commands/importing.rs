//! Series as files: looked at, confirmed, given back; and files that are none.

use super::{Desk, series::schedules};
use crate::series_file::GOOD;
use emulator::{Person, Response, Upload};
use helmsman::{
    domain::{id::GuildId, library::Library, prompt::Series, series_file},
    store::{audit, queue},
};
use std::time::Duration;

pub async fn upload(desk: &Desk, who: &Person, name: &str, bytes: &[u8]) -> Response {
    upload_titled(desk, who, name, bytes, &[]).await
}

async fn upload_titled(
    desk: &Desk,
    who: &Person,
    name: &str,
    bytes: &[u8],
    options: &[(&str, &str)],
) -> Response {
    let file = Upload { name: name.into(), content_type: None, description: None, data: bytes.into() };
    who.slash_with(&desk.channel, "series import", options, vec![("file".into(), file)]).await
}

pub async fn library(desk: &Desk) -> std::sync::Arc<Library> {
    desk.data.library(GuildId(desk.guild.id().get())).await.unwrap()
}

async fn queued(desk: &Desk) -> Vec<String> {
    let id = schedules(desk).await[0].id;
    queue::all(&mut desk.data.store.read().await.unwrap(), id).await.unwrap()
}

fn file(series: &Series) -> Vec<u8> {
    series_file::write(series).into_bytes()
}

/// The series that runs: without its second prompt, with another question in its third, and with one more.
fn changed() -> Series {
    let mut series = Library::builtin().default_series().clone();
    let gone = series.prompts.remove(1);
    series.prompts[1].question = "What now?".into();
    series.prompts.push(helmsman::domain::prompt::Prompt {
        id: "fresh".into(),
        title: "Fresh *air*".into(),
        ..gone
    });
    series
}

#[tokio::test]
async fn a_manager_sees_what_a_file_changes_before_it_does() {
    let desk = Desk::running().await;
    let before = queued(&desk).await;
    let proposal = upload(&desk, &desk.mia, "steady.toml", &file(&changed())).await;
    assert!(proposal.is_ephemeral());
    let text = proposal.text().replace(&desk.channel.id().to_string(), "TEAM");
    insta::assert_snapshot!(text, @r"
    | Import Steady and far?
    | `steady-and-far` · 12 prompts
    | Twelve everyday moments about what managing keeps steady and what leading aims for. A good first series for any team.
    |
    | On this server it replaces the series with the same id that comes with Helmsman.
    | 1 schedule uses it, in <#TEAM>. What is added is asked at the end of the round that is running, even if this round has asked it before. What has changed is asked with its new words from the next time on. What is removed is not asked any more.
    | Added (1): • Fresh \*air\*
    | Changed (1): • The faster plate
    | Removed (1): • What the days are for
    | Nothing that was posted changes.
    [Import] [Cancel]
    ");
    assert_eq!(queued(&desk).await, before, "nothing before it is confirmed");
    assert!(!library(&desk).await.is_own("steady-and-far"));
    let done = desk.mia.click(proposal.message(), "Import").await;
    assert!(done.text().contains("Imported: Steady and far"), "{}", done.text());
    assert!(done.message().buttons().is_empty());
    assert_eq!(library(&desk).await.default_series(), &changed());
    let mut expected = before.clone();
    let gone = expected.remove(1);
    expected.push("fresh".into());
    assert_eq!(queued(&desk).await, expected, "without {gone}, and the new one at the end");
    let team = schedules(&desk).await[0].team;
    let trail = audit::latest(&mut desk.data.store.read().await.unwrap(), team, 1).await.unwrap();
    assert_eq!(trail[0].what, "series steady-and-far: imported, 1 added, 1 changed, 1 removed");
    let again = desk.mia.click(proposal.message(), "Import").await;
    assert!(again.text().contains("does not wait any more"), "{}", again.text());
    let same = upload(&desk, &desk.mia, "steady.toml", &file(&changed())).await;
    assert!(same.text().contains("is already as in this file"), "{}", same.text());
    let seen = desk.mia.slash(&desk.channel, "prompt preview", &[("prompt", "fresh")]).await;
    assert!(seen.text().contains(r"Fresh \*air\*"), "{}", seen.text());
    let offered = desk.mia.complete(&desk.channel, "prompt preview", &[("prompt", "fresh")], "prompt").await;
    assert_eq!(offered.len(), 1);
}

#[tokio::test]
async fn cancel_leaves_everything_as_it_was() {
    let desk = Desk::running().await;
    let proposal = upload(&desk, &desk.mia, "steady.toml", &file(&changed())).await;
    let answer = desk.mia.click(proposal.message(), "Cancel").await;
    assert_eq!(answer.text(), "Nothing was imported.");
    let late = desk.mia.click(proposal.message(), "Import").await;
    assert!(late.text().contains("does not wait any more"), "{}", late.text());
    assert!(!library(&desk).await.is_own("steady-and-far"));
}

#[tokio::test]
async fn the_second_of_two_is_told_what_the_first_did() {
    let desk = Desk::running().await;
    let mine = upload(&desk, &desk.mia, "steady.toml", &file(&changed())).await;
    let mut other = changed();
    other.title = "Ana's".into();
    let theirs = upload(&desk, &desk.ana, "steady.toml", &file(&other)).await;
    desk.ana.click(theirs.message(), "Import").await;
    let told = desk.mia.click(mine.message(), "Import").await;
    assert!(told.text().contains("**Nothing was imported:** <@"), "{}", told.text());
    assert!(told.text().contains("The title or the description changes"), "{}", told.text());
    assert_eq!(library(&desk).await.default_series().title, "Ana's");
    desk.mia.click(told.message(), "Import").await;
    assert_eq!(library(&desk).await.default_series().title, "Steady and far");
}

#[tokio::test]
async fn a_later_file_takes_the_place_of_an_earlier_one_and_none_waits_for_ever() {
    let desk = Desk::running().await;
    let first = upload(&desk, &desk.mia, "good.toml", GOOD.as_bytes()).await;
    let second = upload(&desk, &desk.mia, "steady.toml", &file(&changed())).await;
    let late = desk.mia.click(first.message(), "Import").await;
    assert!(late.text().contains("does not wait any more"), "{}", late.text());
    desk.discord.clock().advance(Duration::from_secs(24 * 3600));
    let too_late = desk.mia.click(second.message(), "Import").await;
    assert!(too_late.text().contains("does not wait any more"), "{}", too_late.text());
    assert_eq!(library(&desk).await.own().count(), 0);
}

#[tokio::test]
async fn members_and_other_servers_cannot() {
    let desk = Desk::running().await;
    for refused in [
        upload(&desk, &desk.ben, "good.toml", GOOD.as_bytes()).await,
        desk.ben.slash(&desk.channel, "series export", &[("series", "steady-and-far")]).await,
    ] {
        assert!(refused.is_ephemeral());
        assert!(refused.text().contains("This is for the team's managers"), "{}", refused.text());
    }
    let proposal = upload(&desk, &desk.mia, "steady.toml", &file(&changed())).await;
    let custom_id = proposal.message().button("Import").custom_id.unwrap();
    // Somebody else's upload, with the id of its button; and the same on another server.
    let forged = desk.forged_for(&desk.ana, &desk.channel, &custom_id).await;
    let other = desk.ana.click(&forged, "Go").await;
    assert!(other.text().contains("does not wait any more"), "{}", other.text());
    desk.guild.take(&desk.mia, &desk.leads);
    let refused = desk.mia.click(proposal.message(), "Import").await;
    assert!(refused.text().contains("This is for the team's managers"), "{}", refused.text());
    assert_eq!(library(&desk).await.own().count(), 0);
}

#[tokio::test]
async fn another_servers_series_are_not_found() {
    let desk = Desk::running().await;
    let mut ours = changed();
    ours.id = "only-ours".into();
    let proposal = upload(&desk, &desk.mia, "ours.toml", &file(&ours)).await;
    desk.mia.click(proposal.message(), "Import").await;
    let guild = desk.discord.guild("Elsewhere");
    guild.add_app(&desk.app, super::ALL);
    let (zoe, channel) = (guild.person("zoe"), guild.text_channel("there"));
    guild.set_owner(&zoe);
    zoe.slash(&channel, "setup", &[("zone", "UTC")]).await;
    for command in ["series export", "series schedule"] {
        let mut options = vec![("series", "only-ours")];
        options.extend((command == "series schedule").then_some(("time", "10:00")));
        let answer = zoe.slash(&channel, command, &options).await;
        assert!(answer.text().contains("I did not find"), "{command}: {}", answer.text());
    }
    assert!(zoe.complete(&channel, "series export", &[("series", "only")], "series").await.is_empty());
    let there = GuildId(guild.id().get());
    assert!(desk.data.library(there).await.unwrap().get("only-ours").is_none());
    let here = desk.mia.complete(&desk.channel, "series export", &[("series", "only")], "series").await;
    assert_eq!(here[0].value, "only-ours");
}

#[tokio::test]
async fn what_is_exported_imports_to_the_same() {
    let desk = Desk::running().await;
    let answer = desk.mia.slash(&desk.channel, "series export", &[("series", "Steady and far")]).await;
    assert!(answer.is_ephemeral());
    let message = answer.message();
    let state = message.state();
    assert_eq!(state.attachments[0].filename, "steady-and-far.toml");
    let same = upload(&desk, &desk.mia, "steady-and-far.toml", &state.attachments[0].data).await;
    assert!(same.text().contains("**Steady and far** is already as in this file"), "{}", same.text());
    let unknown = desk.mia.slash(&desk.channel, "series export", &[("series", "nothing-like-it")]).await;
    assert!(unknown.text().contains("I did not find"), "{}", unknown.text());
}

#[tokio::test]
async fn a_list_becomes_a_series_of_reflections() {
    let desk = Desk::running().await;
    let list = "\u{feff}- What went well, @everyone?\r\n- Who **helped** you?\r\n";
    let proposal = upload(&desk, &desk.mia, "our_mondays.txt", list.as_bytes()).await;
    insta::assert_snapshot!(proposal.text(), @r"
    | Import Our mondays?
    | `our-mondays` · 2 prompts
    | Questions of our own.
    |
    | A new series, for this server only.
    | No schedule uses it. `/series schedule` runs it.
    | Prompts:
    | • What went well, \@everyone?
    | • Who \*\*helped\*\* you?
    | Nothing that was posted changes.
    [Import] [Cancel]
    ");
    desk.mia.click(proposal.message(), "Import").await;
    let library_now = library(&desk).await;
    assert_eq!(library_now.get("our-mondays").unwrap().prompts.len(), 2);
    let titled = upload_titled(&desk, &desk.mia, "a.txt", b"Why?", &[("title", "  Ours &  theirs ")]).await;
    assert!(titled.text().contains("Import Ours & theirs?"), "{}", titled.text());
    let odd = upload_titled(&desk, &desk.mia, "a.toml", GOOD.as_bytes(), &[("title", "Ours")]).await;
    assert!(odd.text().contains("has its title inside"), "{}", odd.text());
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_told_and_nothing_is_kept() {
    let desk = Desk::running().await;
    let broken = GOOD.replacen("kind = \"choice\"", "kind = \"```choise @everyone\"", 1);
    let answer = upload(&desk, &desk.mia, "good.toml", broken.as_bytes()).await;
    insta::assert_snapshot!(answer.text(), @r#"
    | good.toml cannot be imported yet
    | ```
    | good.toml:7:8: "ˋˋˋchoise @everyone" is none of the kinds
    |   |
    | 7 | kind = "ˋˋˋchoise @everyone"
    |   |        ^^^^^^^^^^^^^^^^^^^^^
    |   = The kinds are:
    |       choice, reflection, challenge
    | ```
    | Nothing was changed. Mend the file and upload it again.
    "#);
    let twice = format!("{GOOD}\n{}", &GOOD[GOOD.find("[[prompt]]").unwrap()..]);
    for (name, bytes, words) in [
        ("bytes.toml", b"id = \"a\xff\"".to_vec(), "is not UTF-8"),
        ("bytes.txt", b"Why\xff?".to_vec(), "is not UTF-8"),
        ("empty.toml", Vec::new(), "are missing in a series"),
        ("empty.txt", Vec::new(), "there is no question in this file"),
        ("twice.toml", twice.into_bytes(), "already"),
        ("many.txt", "Why?\n".repeat(10_000).into_bytes(), "… and "),
        ("large.toml", vec![b'#'; 1_048_577], "larger than 1 MB"),
        ("large.txt", vec![b'#'; 1_048_576], "there is no question in this file"),
    ] {
        let answer = upload(&desk, &desk.mia, name, &bytes).await;
        assert!(answer.text().contains(words), "{name}: {}", answer.text());
        assert!(answer.text().contains("Nothing was changed"), "{name}: {}", answer.text());
        assert!(answer.message().buttons().is_empty());
    }
    assert_eq!(library(&desk).await.own().count(), 0);
}

#[tokio::test]
async fn a_server_has_room_for_so_many_and_no_more() {
    let desk = Desk::running().await;
    let mut refused = None;
    for n in 0..=10 {
        let list: String = (0..500).map(|q| format!("Question {n} {q}?\n")).collect();
        let proposal = upload(&desk, &desk.mia, &format!("list {n}.txt"), list.as_bytes()).await;
        if proposal.message().buttons().is_empty() {
            refused = Some((n, proposal.text()));
            break;
        }
        desk.mia.click(proposal.message(), "Import").await;
    }
    let (n, text) = refused.unwrap();
    assert_eq!(n, 10, "5,000 prompts fit");
    assert!(text.contains("would have 5500 prompts, and 5000 are the most"), "{text}");
    let list = desk.mia.slash(&desk.channel, "series list", &[]).await;
    assert!(list.text().contains("more"), "{}", list.text());
    assert!(list.text().contains("**List 0** (500 prompts, this server's own)"), "{}", list.text());
    let offered = desk.mia.complete(&desk.channel, "series export", &[("series", "")], "series").await;
    assert_eq!(offered[0].name, "List 0", "their own come first");
    // Everything that looks at them still answers.
    for (command, options) in [
        ("series show", vec![]),
        ("series calendar", vec![]),
        ("series schedule", vec![("series", "list-9"), ("time", "10"), ("order", "shuffled")]),
        ("prompt preview", vec![("series", "list-9"), ("prompt", "question-9-499")]),
    ] {
        let answer = desk.mia.slash(&desk.channel, command, &options).await;
        assert!(answer.failed().is_none() && answer.is_ephemeral(), "{command}: {}", answer.text());
        assert!(!answer.text().contains("Something went wrong"), "{command}: {}", answer.text());
    }
}

#[tokio::test]
async fn the_largest_file_is_imported() {
    let desk = Desk::running().await;
    let mut series = changed();
    let model = series.prompts[0].clone();
    series.prompts =
        (0..500).map(|n| helmsman::domain::prompt::Prompt { id: format!("p{n}"), ..model.clone() }).collect();
    let mut file = file(&series);
    file.extend(b"# ".iter().chain(&vec![b'x'; 1_048_576 - 2 - file.len()]));
    assert_eq!(file.len(), series_file::limits::FILE_BYTES);
    let proposal = upload(&desk, &desk.mia, "large.toml", &file).await;
    let done = desk.mia.click(proposal.message(), "Import").await;
    assert!(done.text().contains("Imported"), "{}", done.text());
}
