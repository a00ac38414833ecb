//! Series of a server's own that are taken away, and words that come twice or too late.

use super::{
    Desk,
    importing::{library, upload},
    series::schedules,
};
use emulator::{Person, Response};
use helmsman::{
    domain::{
        id::{GuildId, UserId},
        library::Library,
        series_file,
    },
    store::{audit, queue, series_draft},
};

async fn import(desk: &Desk, who: &Person, name: &str, bytes: &[u8]) -> Response {
    let proposal = upload(desk, who, name, bytes).await;
    who.click(proposal.message(), "Import").await
}

async fn ask(desk: &Desk, series: &str) -> Response {
    let export = desk.mia.slash(&desk.channel, "series export", &[("series", series)]).await;
    desk.mia.click(export.message(), "Remove from this server").await
}

async fn last_note(desk: &Desk) -> String {
    let team = schedules(desk).await[0].team;
    let trail = audit::latest(&mut desk.data.store.read().await.unwrap(), team, 1).await.unwrap();
    trail[0].what.clone()
}

#[tokio::test]
async fn a_series_that_nobody_runs_is_removed_when_asked_twice() {
    let desk = Desk::running().await;
    import(&desk, &desk.mia, "ours.txt", b"Why?\nWho?\n").await;
    let kept = ask(&desk, "ours").await;
    insta::assert_snapshot!(kept.text(), @r"
    | Remove Ours from this server?
    | `ours` · 2 prompts
    |
    | It is gone then for the whole server. To have it back, import the file that `/series export` gave you.
    | No schedule uses it.
    | Nothing that was posted changes.
    [Remove] [Keep it]
    ");
    assert!(library(&desk).await.is_own("ours"), "nothing before it is confirmed");
    assert_eq!(desk.mia.click(kept.message(), "Keep it").await.text(), "Nothing was removed.");
    let asked = ask(&desk, "ours").await;
    // Somebody changes it meanwhile.
    desk.discord.clock().advance(std::time::Duration::from_secs(1));
    import(&desk, &desk.ana, "ours.txt", b"Why?\nWho?\nWhen?\n").await;
    let late = desk.mia.click(asked.message(), "Remove").await;
    assert!(late.text().contains("**Nothing was removed:**"), "{}", late.text());
    assert!(late.text().contains("3 prompts"), "{}", late.text());
    let waits = upload(&desk, &desk.ana, "ours.txt", b"Why not?\n").await;
    let done = desk.mia.click(late.message(), "Remove").await;
    assert_eq!(done.text(), "✅ **Ours** is removed from this server.");
    assert!(library(&desk).await.get("ours").is_none());
    assert_eq!(last_note(&desk).await, "series ours: removed from the server");
    let gone = desk.ana.click(waits.message(), "Import").await;
    assert!(gone.text().contains("does not wait any more"), "{}", gone.text());
    let forged = desk.forged_for(&desk.ana, &desk.channel, "import:remove:1:steady-and-far:0").await;
    let none = desk.ana.click(&forged, "Go").await;
    assert!(none.text().contains("no series of its own with that id"), "{}", none.text());
}

#[tokio::test]
async fn a_series_that_runs_stays_until_it_has_ended() {
    let desk = Desk::running().await;
    import(&desk, &desk.mia, "ours.txt", b"Why?\nWho?\n").await;
    let plan = [("series", "ours"), ("time", "14")];
    let proposal = desk.mia.slash(&desk.channel, "series schedule", &plan).await;
    desk.mia.click(proposal.message(), "Confirm").await;
    let refused = ask(&desk, "ours").await;
    let text = refused.text().replace(&desk.channel.id().to_string(), "TEAM");
    insta::assert_snapshot!(text, @"**Ours** stays. 1 schedule uses it, in <#TEAM>. `/series show` ends a schedule, and `/series edit` changes what follows after its last prompt.");
    let id = schedules(&desk).await[1].id.to_string();
    let show = desk.mia.slash(&desk.channel, "series show", &[("schedule", &id)]).await;
    let asked = desk.mia.click(show.message(), "End").await;
    desk.mia.click(asked.message(), "Yes, end it").await;
    // What has ended uses nothing.
    let proposal = upload(&desk, &desk.mia, "ours.txt", b"Why?\nWho else?\n").await;
    assert!(proposal.text().contains("No schedule uses it."), "{}", proposal.text());
    let asked = ask(&desk, "ours").await;
    desk.mia.click(asked.message(), "Remove").await;
    assert!(library(&desk).await.get("ours").is_none());
    let show = desk.mia.slash(&desk.channel, "series show", &[("schedule", &id)]).await;
    assert!(show.text().contains("ours"), "{}", show.text());
}

#[tokio::test]
async fn in_place_of_an_override_comes_what_everybody_has() {
    let desk = Desk::running().await;
    let mut ours = Library::builtin().default_series().clone();
    let gone = ours.prompts.remove(1);
    ours.title = "Ours".into();
    import(&desk, &desk.mia, "ours.toml", series_file::write(&ours).as_bytes()).await;
    let asked = ask(&desk, "steady-and-far").await;
    let text = asked.text().replace(&desk.channel.id().to_string(), "TEAM");
    insta::assert_snapshot!(text, @r"
    | Remove Ours from this server?
    | `steady-and-far` · 11 prompts
    |
    | The series with the same id that everybody has is in its place again.
    | 1 schedule uses it, in <#TEAM>. What is added is asked at the end of the round that is running, even if this round has asked it before.
    | Added (1): • What the days are for
    | Nothing that was posted changes.
    [Remove] [Keep it]
    ");
    let done = desk.mia.click(asked.message(), "Remove").await;
    assert_eq!(done.text(), "✅ **Ours** is the one again that everybody has.");
    assert_eq!(library(&desk).await.default_series(), Library::builtin().default_series());
    let conn = &mut *desk.data.store.read().await.unwrap();
    let queued = queue::all(conn, schedules(&desk).await[0].id).await.unwrap();
    assert_eq!(queued.last(), Some(&gone.id));
    assert_eq!(last_note(&desk).await, "series steady-and-far: back to the built-in one");
    let export = desk.mia.slash(&desk.channel, "series export", &[("series", "steady-and-far")]).await;
    assert!(export.message().buttons().is_empty(), "the built-in one cannot be removed");
}

#[tokio::test]
async fn a_second_click_does_not_deny_what_the_first_did() {
    let desk = Desk::running().await;
    let proposal = upload(&desk, &desk.mia, "ours.txt", b"Why?\n").await;
    let done = desk.mia.click(proposal.message(), "Import").await;
    for label in ["Import", "Cancel"] {
        let again = desk.mia.click(proposal.message(), label).await;
        assert!(again.text().contains("does not wait any more"), "{label}: {}", again.text());
        assert_ne!(again.message().id, done.message().id, "{label}: what was done stays in view");
    }
    assert!(library(&desk).await.is_own("ours"));
}

#[tokio::test]
async fn a_kept_file_that_cannot_be_read_is_our_fault() {
    let desk = Desk::running().await;
    let proposal = upload(&desk, &desk.mia, "ours.txt", b"Why?\n").await;
    let (guild, mia) = (GuildId(desk.guild.id().get()), UserId(desk.mia.id().get()));
    let store = &desk.data.store;
    let draft = series_draft::get(&mut store.read().await.unwrap(), guild, mia).await.unwrap().unwrap();
    let broken = series_draft::Draft { file: "broken".into(), ..draft };
    let put =
        store.write(move |conn| Box::pin(async move { series_draft::put(conn, guild, mia, &broken).await }));
    put.await.unwrap();
    let answer = desk.mia.click(proposal.message(), "Import").await;
    assert!(answer.text().contains("Something went wrong on my side"), "{}", answer.text());
}

#[tokio::test]
async fn a_list_with_lines_in_which_nothing_is_seen_is_imported() {
    let desk = Desk::running().await;
    let list = "\u{feff}\u{feff}\nWhy?\n\u{200b}\n- \u{200b}\n";
    let done = import(&desk, &desk.mia, "ours.txt", list.as_bytes()).await;
    assert!(done.text().contains("Imported: Ours") && done.text().contains("1 prompt"), "{}", done.text());
}

#[tokio::test]
async fn series_of_one_title_are_told_apart() {
    let desk = Desk::running().await;
    let mut ours = Library::builtin().default_series().clone();
    ours.id = "another".into();
    import(&desk, &desk.mia, "ours.toml", series_file::write(&ours).as_bytes()).await;
    let offered =
        desk.mia.complete(&desk.channel, "series schedule", &[("at_end", "steady")], "at_end").await;
    let names: Vec<_> = offered.iter().map(|choice| choice.name.as_str()).collect();
    assert_eq!(names, ["Then Steady and far (another)", "Then Steady and far (steady-and-far)"]);
    let plan = [("series", "crossing-the-line"), ("time", "14"), ("at_end", "another")];
    let proposal = desk.mia.slash(&desk.channel, "series schedule", &plan).await;
    let form = desk.mia.click(proposal.message(), "Change").await.modal().clone();
    assert!(form.text().contains("[another]"), "{}", form.text());
    let changed = desk.mia.submit(&form, &[("time", "15")]).await;
    desk.mia.click(changed.message(), "Confirm").await;
    let plan = &schedules(&desk).await[1].plan;
    assert_eq!(plan.at_end, helmsman::domain::queue::AtEnd::Series("another".into()));
}
