//! `/series schedule` and `/series edit`: what is shown before anything is stored, and what two people do to the same.

use super::{Desk, series::schedules};
use crate::harness::Harbour;
use emulator::Response;
use helmsman::{
    chat::permissions::bit,
    domain::{id::TeamId, schedule::Weekdays},
    store::{audit, day_off, schedule},
};
use jiff::civil::time;

async fn edit(desk: &Desk, options: &[(&str, &str)]) -> Response {
    desk.mia.slash(&desk.channel, "series edit", options).await
}

async fn trail(desk: &Desk) -> Vec<String> {
    let conn = &mut *desk.data.store.read().await.unwrap();
    let entries = audit::latest(conn, TeamId(1), 50).await.unwrap();
    entries.into_iter().map(|entry| entry.what).collect()
}

async fn off(desk: &Desk, from: &str, to: &str) {
    let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
    let insert = desk.data.store.write(move |conn| {
        Box::pin(async move { day_off::insert(conn, TeamId(1), from, to, "Harbour *feast*").await })
    });
    insert.await.unwrap();
}

#[tokio::test]
async fn the_preview_shows_days_off_collisions_and_the_end() {
    let desk = Desk::running().await;
    off(&desk, "2027-01-05", "2027-01-06").await;
    let options = [
        ("series", "crossing-the-line"),
        ("time", "14:15"),
        ("weekdays", "tue-sat"),
        ("start", "tuesday"),
        ("at_end", "stop"),
        ("window", "8"),
        ("thread", "true"),
    ];
    let proposal = desk.mia.slash(&desk.channel, "series schedule", &options).await;
    insta::assert_snapshot!(proposal.text(), @r"
    | Run Crossing the invisible line?
    | Tue, Wed, Thu, Fri, Sat at 14:15 (Europe/Berlin)
    | **First day** Tue 5 Jan 2027
    | **Order** in order, then it stops
    | **Open for answers** 8 hours
    | **Thread** under each prompt
    | Next posts:
    | Tue 5 Jan 2027 nothing: a day off (Harbour \*feast\*)
    | Wed 6 Jan 2027 nothing: a day off (Harbour \*feast\*)
    | Thu 7 Jan 2027, 14:15 **Your old desk**
    | Fri 8 Jan 2027, 14:15 **Not how you would do it**
    | Sat 9 Jan 2027, 14:15 **Due at noon**
    | Tue 12 Jan 2027, 14:15 **If you were away on Thursday**
    | Wed 13 Jan 2027, 14:15 **As you used to do**
    | On the same days:
    | Thu 7 Jan 2027, 09:30 **Steady and far**
    | Fri 8 Jan 2027, 09:30 **Steady and far**
    | Tue 12 Jan 2027, 09:30 **Steady and far**
    | Wed 13 Jan 2027, 09:30 **Steady and far**
    | -# Two prompts on one day are one day for streaks: one answer is enough.
    | When it runs out: 12 prompts: the last on Fri 22 Jan 2027, then it stops.
    [Confirm] [Change] [Cancel]
    ");
}

#[tokio::test]
async fn a_second_schedule_of_a_series_is_not_made_by_mistake() {
    let desk = Desk::running().await;
    let (same, other) = ("steady-and-far", "crossing-the-line");
    let proposal =
        desk.mia.slash(&desk.channel, "series schedule", &[("series", same), ("time", "15:00")]).await;
    let text = proposal.text();
    assert!(text.contains("scheduled here already (weekdays at 09:30)"), "{text}");
    assert!(text.contains("use `/series edit`"), "{text}");
    let proposal =
        desk.mia.slash(&desk.channel, "series schedule", &[("series", other), ("time", "15:00")]).await;
    assert!(!proposal.text().contains("already"), "{}", proposal.text());
    let panel = desk.ana.slash(&desk.channel, "setup", &[]).await;
    let change = desk.ana.click(panel.message(), "Change").await;
    assert!(!change.text().contains("are those of"), "{}", change.text());
    // Two look at the same time. Who comes second is shown what the first has done.
    let options = [("series", other), ("time", "16:00")];
    let second = desk.ana.slash(&desk.channel, "series schedule", &options).await;
    desk.mia.click(proposal.message(), "Confirm").await;
    let asked = desk.ana.click(second.message(), "Confirm").await;
    assert!(asked.text().contains("scheduled here already (weekdays at 15:00)"), "{}", asked.text());
    assert_eq!(schedules(&desk).await.len(), 2);
    desk.ana.click(asked.message(), "Confirm").await;
    assert_eq!(schedules(&desk).await.len(), 3, "it may be meant");
    let change = desk.ana.click(panel.message(), "Change").await;
    assert!(
        change.text().contains("Days and time here are those of **Steady and far**"),
        "{}",
        change.text()
    );
}

#[tokio::test]
async fn what_was_posted_today_is_on_the_same_day_as_what_is_to_be() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 10:00").await;
    let options = [("series", "crossing-the-line"), ("time", "11:00")];
    let proposal = harbour.ada.slash(&harbour.channel, "series schedule", &options).await.text();
    let (_, same) = proposal.split_once("On the same days:\n").expect("it says so");
    assert!(same.starts_with("| Mon 4 Jan 2027, 09:30 **Steady and far**"), "{proposal}");
    harbour.end().await;
}

#[tokio::test]
async fn an_edit_is_shown_then_stored_and_noted() {
    let desk = Desk::running().await;
    let proposal = edit(&desk, &[("time", "2 pm"), ("at_end", "crossing-the-line")]).await;
    insta::assert_snapshot!(proposal.text(), @r"
    | Change Steady and far?
    | weekdays at 14:00 (Europe/Berlin)
    | **Order** in order, then **Crossing the invisible line**
    | **Open for answers** 24 hours
    | What changes:
    | **Time** 09:30 → 14:00
    | **At the end** from the start again → **Crossing the invisible line**
    | Next posts:
    | Mon 4 Jan 2027, 14:00 **The quiet hour**
    | Tue 5 Jan 2027, 14:00 **What the days are for**
    | Wed 6 Jan 2027, 14:00 **The faster plate**
    | Thu 7 Jan 2027, 14:00 **Thanks for a quiet day**
    | Fri 8 Jan 2027, 14:00 **On time, for whom?**
    | When it runs out: 12 prompts: the last on Tue 19 Jan 2027, then **Crossing the invisible line**.
    [Confirm] [Change] [Cancel]
    ");
    assert_eq!(schedules(&desk).await[0].plan.rule.at, time(9, 30, 0, 0), "nothing before it is confirmed");
    let done = desk.mia.click(proposal.message(), "Confirm").await;
    insta::assert_snapshot!(done.text(), @"**Steady and far** is changed. Next prompt: Mon 4 Jan 2027, 14:00 (<t:1799067600:R>). What is posted already stays as it was.");
    assert_eq!(schedules(&desk).await[0].plan.rule.at, time(14, 0, 0, 0));
    assert_eq!(
        trail(&desk).await[0],
        "schedule 1 (steady-and-far): time 09:30 -> 14:00; at the end repeat -> series:crossing-the-line"
    );
    // The same click again finds a newer version, and nothing left to change.
    let again = desk.mia.click(proposal.message(), "Confirm").await;
    assert!(again.failed().is_some() || again.text().contains("Nothing yet"), "{}", again.text());
}

#[tokio::test]
async fn a_day_off_is_not_told_as_the_next_prompt() {
    let desk = Desk::running().await;
    off(&desk, "2027-01-04", "2027-01-05").await;
    let proposal = edit(&desk, &[("time", "10")]).await;
    let done = desk.mia.click(proposal.message(), "Confirm").await;
    assert!(done.text().contains("Next prompt: Wed 6 Jan 2027, 10:00"), "{}", done.text());
    let options = [("series", "crossing-the-line"), ("time", "14")];
    let proposal = desk.mia.slash(&desk.channel, "series schedule", &options).await;
    let done = desk.mia.click(proposal.message(), "Confirm").await;
    assert!(done.text().contains("First prompt: Wed 6 Jan 2027, 14:00"), "{}", done.text());
}

#[tokio::test]
async fn without_options_edit_opens_the_form_and_the_form_is_read_like_options() {
    let desk = Desk::running().await;
    let form = edit(&desk, &[]).await;
    insta::assert_snapshot!(form.modal().text(), @r"
    {Change before it counts}
    Local time of day: [09:30]
    Days: [weekdays]
    First day (empty: at once): [2027-01-04, monday, 4 jan …]
    After the last prompt: [repeat]
    Open for how many hours (empty: as the team): [1 to 72]
    ");
    for (values, text) in [
        ([("time", "25:00")], "There is no such hour"),
        ([("days", "someday")], "not a day of the week"),
        ([("start", "2026-12-31")], "has passed. The first day can be today (2027-01-03)"),
        ([("start", "2028-06-01")], "more than a year away"),
        ([("start", "04/05")], "I cannot read"),
        ([("end", "never")], "There is no series called “never”"),
        ([("hours", "73")], "1 to 72 hours"),
        ([("hours", "0")], "1 to 72 hours"),
        ([("hours", "1.5")], "1 to 72 hours"),
    ] {
        let refused = desk.mia.submit(form.modal(), &values).await;
        assert!(refused.is_ephemeral());
        assert!(refused.text().contains(text), "{values:?}: {}", refused.text());
    }
    let values =
        [("time", "9am"), ("days", "mon, wed"), ("end", "Crossing the invisible LINE"), ("hours", "48 h")];
    let proposal = desk.mia.submit(form.modal(), &values).await;
    assert!(proposal.is_ephemeral());
    for text in [
        "**Time** 09:30 → 09:00",
        "**Days** weekdays → Mon, Wed",
        "then **Crossing",
        "24 hours (as the team) → 2 days",
    ] {
        assert!(proposal.text().contains(text), "{text}: {}", proposal.text());
    }
    // What was typed is in the form again, and taking it back leaves nothing to confirm.
    let again = desk.mia.click(proposal.message(), "Change").await;
    assert!(again.modal().text().contains("[Mon, Wed]"), "{}", again.modal().text());
    let back = [("time", "09:30"), ("days", "weekdays"), ("end", "repeat"), ("hours", "")];
    let nothing = desk.mia.submit(again.modal(), &back).await;
    assert!(nothing.text().contains("Nothing yet"), "{}", nothing.text());
    assert!(nothing.message().button("Confirm").disabled);
}

#[tokio::test]
async fn a_new_schedule_can_be_changed_before_it_counts() {
    let desk = Desk::running().await;
    let options = [("series", "crossing-the-line"), ("time", "14"), ("order", "shuffled")];
    let proposal = desk.mia.slash(&desk.channel, "series schedule", &options).await;
    assert!(proposal.text().contains("drawn by lot"), "{}", proposal.text());
    let form = desk.mia.click(proposal.message(), "Change").await;
    let changed = desk.mia.submit(form.modal(), &[("days", "fri"), ("start", "4 feb")]).await;
    assert!(changed.text().contains("Fri 5 Feb 2027, 14:00"), "{}", changed.text());
    assert!(changed.text().contains("**First day** Thu 4 Feb 2027"), "{}", changed.text());
    desk.mia.click(changed.message(), "Confirm").await;
    let plan = &schedules(&desk).await[1].plan;
    assert_eq!((plan.rule.weekdays.bits(), plan.rule.start.to_string().as_str()), (1 << 4, "2027-02-04"));
}

#[tokio::test]
async fn the_second_of_two_editors_is_told_what_changed_and_asked_again() {
    let desk = Desk::running().await;
    let first = edit(&desk, &[("time", "10:00")]).await;
    let second = desk.ana.slash(&desk.channel, "series edit", &[("weekdays", "mon")]).await;
    desk.mia.click(first.message(), "Confirm").await;
    let asked = desk.ana.click(second.message(), "Confirm").await;
    let told = asked.text().replace(&desk.mia.id().to_string(), "MIA");
    insta::assert_snapshot!(told, @r"
    | Change Steady and far?
    | ⚠️ **Somebody changed this since you looked.** Nothing of yours is stored yet; with your change it would be as below.
    | <@MIA>: time 09\:30 → 10\:00 (<t:1798966800:R>)
    |
    | Mon at 10:00 (Europe/Berlin)
    | **Order** in order, then from the start again
    | **Open for answers** 24 hours
    | What changes: **Days** weekdays → Mon
    | Next posts:
    | Mon 4 Jan 2027, 10:00 **The quiet hour**
    | Mon 11 Jan 2027, 10:00 **What the days are for**
    | Mon 18 Jan 2027, 10:00 **The faster plate**
    | Mon 25 Jan 2027, 10:00 **Thanks for a quiet day**
    | Mon 1 Feb 2027, 10:00 **On time, for whom?**
    | When it runs out: 12 prompts: the last on Mon 22 Mar 2027, then from the start again.
    [Confirm] [Change] [Cancel]
    ");
    let rule = schedules(&desk).await[0].plan.rule;
    assert_eq!((rule.at, rule.weekdays), (time(10, 0, 0, 0), Weekdays::WORKING), "nothing of the second yet");
    let done = desk.ana.click(asked.message(), "Confirm").await;
    assert!(done.text().contains("is changed"), "{}", done.text());
    let rule = schedules(&desk).await[0].plan.rule;
    assert_eq!((rule.at, rule.weekdays.bits()), (time(10, 0, 0, 0), 1), "both changes hold");
}

#[tokio::test]
async fn a_form_filled_meanwhile_tells_too() {
    let desk = Desk::running().await;
    let form = edit(&desk, &[]).await;
    desk.ana.slash(&desk.channel, "series pause", &[]).await;
    let shown = desk.mia.submit(form.modal(), &[("time", "11")]).await;
    assert!(shown.text().contains("since you looked"), "{}", shown.text());
    assert!(shown.text().contains("Next posts, once it runs"), "{}", shown.text());
    let done = desk.mia.click(shown.message(), "Confirm").await;
    assert!(done.text().contains("`/series resume` lets it go on"), "{}", done.text());
    assert_eq!(schedules(&desk).await[0].state, schedule::State::Paused);
}

#[tokio::test]
async fn times_are_understood_where_they_are_clear_and_asked_back_where_not() {
    let desk = Desk::running().await;
    let propose = async |time: &str| {
        let options = [("series", "crossing-the-line"), ("time", time)];
        desk.mia.slash(&desk.channel, "series schedule", &options).await.text()
    };
    for time in ["9", "9am", "09:00", "0900", "9 o'clock"] {
        let shown = propose(time).await;
        assert!(shown.contains("Mon 4 Jan 2027, 09:00 **Your old desk**"), "{time}: {shown}");
    }
    for (time, text) in
        [("25:00", "There is no such hour"), ("9:60", "no such minute"), ("nine", "not a time of day")]
    {
        let refused = propose(time).await;
        assert!(refused.contains(text), "{time}: {refused}");
    }
    assert_eq!(schedules(&desk).await.len(), 1);
}

#[tokio::test]
async fn a_channel_where_nothing_can_be_posted_is_told_before_it_is_confirmed() {
    let desk = Desk::running().await;
    let role = desk.guild.app_role(&desk.app);
    desk.channel.deny(&role, bit::EMBED_LINKS | bit::CREATE_PUBLIC_THREADS);
    let plain = edit(&desk, &[("time", "10")]).await;
    assert!(plain.text().contains("I need **Embed Links** there"), "{}", plain.text());
    let thread = edit(&desk, &[("thread", "true")]).await;
    assert!(
        thread.text().contains("I need **Embed Links**, **Create Public Threads** there"),
        "{}",
        thread.text()
    );
}

#[tokio::test]
async fn an_edit_never_makes_two_schedules_of_the_same() {
    let desk = Desk::running().await;
    let options = [("series", "steady-and-far"), ("time", "14")];
    let proposal = desk.mia.slash(&desk.channel, "series schedule", &options).await;
    desk.mia.click(proposal.message(), "Confirm").await;
    let same = edit(&desk, &[("schedule", "2"), ("time", "09:30")]).await;
    assert!(same.text().contains("is scheduled here weekdays at 09:30 already"), "{}", same.text());
}

#[tokio::test]
async fn a_role_is_notified_only_if_an_admin_allows_it_and_discord_does() {
    let desk = Desk::running().await;
    let crew = desk.guild.role("Crew", 0);
    desk.channel.deny(&desk.guild.app_role(&desk.app), bit::MENTION_EVERYONE);
    let refused = edit(&desk, &[("notify", "Crew")]).await;
    assert!(
        refused.text().contains("No role is allowed yet; an admin chooses them in `/setup`"),
        "{}",
        refused.text()
    );
    let panel = desk.ana.slash(&desk.channel, "setup", &[]).await;
    let change = desk.ana.click(panel.message(), "Change").await;
    let more = desk.ana.click(change.message(), "More").await;
    let menu = "Roles that prompts may notify (none: nobody is notified)";
    let more = desk.ana.select(more.message(), menu, &["Crew", "everyone"]).await;
    let told = more.text();
    assert!(told.contains(&format!("**Roles that prompts may notify** <@&{}>\n", crew.id())), "{told}");
    let refused = edit(&desk, &[("notify", "everyone")]).await;
    assert!(refused.text().contains("may not notify"), "{}", refused.text());
    let refused = edit(&desk, &[("notify", "Crew")]).await;
    assert!(refused.text().contains("allows anyone to @mention it"), "{}", refused.text());
    crew.set_mentionable(true);
    let proposal = edit(&desk, &[("notify", "Crew")]).await;
    let quiet = desk.mia.click(proposal.message(), "Notify nobody").await;
    assert!(quiet.text().contains("Nothing yet"), "{}", quiet.text());
    let proposal = edit(&desk, &[("notify", "Crew")]).await;
    desk.mia.click(proposal.message(), "Confirm").await;
    assert_eq!(schedules(&desk).await[0].plan.notify.map(|role| role.0), Some(crew.id().0));
    // What is not allowed any more is refused at the last click, too.
    let proposal = edit(&desk, &[("notify", "Crew"), ("time", "11")]).await;
    desk.ana.select(more.message(), menu, &[]).await;
    let late = desk.mia.click(proposal.message(), "Confirm").await;
    assert!(late.text().contains("may not notify"), "{}", late.text());
    assert_eq!(schedules(&desk).await[0].plan.rule.at, time(9, 30, 0, 0));
}

#[tokio::test]
async fn a_proposal_of_another_team_or_made_up_is_stale_for_every_verb() {
    let desk = Desk::running().await;
    let other = desk.discord.guild("Elsewhere");
    other.add_app(&desk.app, super::ALL);
    let (boss, channel) = (other.owner(), other.text_channel("deck"));
    boss.slash(&channel, "setup", &[("zone", "UTC")]).await;
    let before = schedules(&desk).await;
    let theirs = [("1", "no longer in use"), ("2", "I did not find")];
    for (team, text) in theirs {
        for verb in ["yes", "alt", "hush"] {
            let id = format!("series:{verb}:{team}:e:1:1:0:s:-");
            let message = desk.forged_for(&boss, &channel, &id).await;
            let answer = boss.click(&message, "Go").await;
            assert!(answer.text().contains(text), "{id}: {}", answer.text());
        }
    }
    for id in ["series:yes:1", "series:yes:1:e", "series", "series:what:1", "series:alt:1:n:x:1:s:0"] {
        let message = desk.forged_for(&desk.ana, &desk.channel, id).await;
        let answer = desk.ana.click(&message, "Go").await;
        assert!(answer.text().contains("no longer in use"), "{id}: {}", answer.text());
    }
    assert_eq!(schedules(&desk).await, before);
}
