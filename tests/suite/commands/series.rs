//! `/series` and `/prompt` as managers use them, and as others try to.

use super::Desk;
use crate::world::ahead;
use helmsman::{
    domain::id::{ChannelId, GuildId},
    store::{schedule, team},
};

pub async fn schedules(desk: &Desk) -> Vec<schedule::Schedule> {
    let conn = &mut *desk.data.store.read().await.unwrap();
    let (guild, channel) = (GuildId(desk.guild.id().get()), ChannelId(desk.channel.id().get()));
    let team = team::of_channel(conn, guild, channel).await.unwrap().unwrap();
    schedule::of_team(conn, team.id).await.unwrap()
}

const MANAGERS_COMMANDS: [(&str, &[(&str, &str)]); 17] = [
    ("series list", &[]),
    ("series show", &[]),
    ("series schedule", &[("series", "steady-and-far"), ("time", "10")]),
    ("series edit", &[]),
    ("series edit", &[("time", "10")]),
    ("series pause", &[]),
    ("series resume", &[]),
    ("series skip", &[]),
    ("prompt preview", &[]),
    ("prompt post", &[]),
    ("prompt retract", &[]),
    ("prompt mend", &[]),
    ("daysoff", &[]),
    ("series calendar", &[]),
    ("prompt suggestions", &[]),
    ("series export", &[("series", "steady-and-far")]),
    ("excuse", &[("person", "ben"), ("day", "yesterday"), ("reason", "ill")]),
];

#[tokio::test]
async fn members_are_told_who_can() {
    let desk = Desk::running().await;
    let before = schedules(&desk).await;
    for (command, options) in MANAGERS_COMMANDS {
        let answer = desk.ben.slash(&desk.channel, command, options).await;
        assert!(answer.is_ephemeral(), "{command}");
        assert!(answer.text().contains("This is for the team's managers"), "{command}: {}", answer.text());
    }
    assert_eq!(schedules(&desk).await, before);
}

#[tokio::test]
async fn without_a_team_each_says_so() {
    let desk = Desk::running().await;
    let other = desk.guild.text_channel("other");
    for (command, options) in MANAGERS_COMMANDS {
        let answer = desk.ana.slash(&other, command, options).await;
        assert!(answer.text().contains("/setup"), "{command}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_manager_runs_another_series_after_seeing_what_it_does() {
    let desk = Desk::running().await;
    let options =
        [("series", "crossing-the-line"), ("time", "2:15 pm"), ("weekdays", "tue, thu"), ("at_end", "stop")];
    let proposal = desk.mia.slash(&desk.channel, "series schedule", &options).await;
    insta::assert_snapshot!(proposal.text(), @r"
    | Run Crossing the invisible line?
    | Tue, Thu at 14:15 (Europe/Berlin)
    | **Order** in order, then it stops
    | **Open for answers** 24 hours
    | Next posts:
    | Tue 5 Jan 2027, 14:15 **Your old desk**
    | Thu 7 Jan 2027, 14:15 **Not how you would do it**
    | Tue 12 Jan 2027, 14:15 **Due at noon**
    | Thu 14 Jan 2027, 14:15 **If you were away on Thursday**
    | Tue 19 Jan 2027, 14:15 **As you used to do**
    | On the same days:
    | Tue 5 Jan 2027, 09:30 **Steady and far**
    | Thu 7 Jan 2027, 09:30 **Steady and far**
    | Tue 12 Jan 2027, 09:30 **Steady and far**
    | Thu 14 Jan 2027, 09:30 **Steady and far**
    | Tue 19 Jan 2027, 09:30 **Steady and far**
    | -# Two prompts on one day are one day for streaks: one answer is enough.
    | When it runs out: 12 prompts: the last on Thu 11 Feb 2027, then it stops.
    [Confirm] [Change] [Cancel]
    ");
    assert_eq!(schedules(&desk).await.len(), 1, "nothing before it is confirmed");
    let added = desk.mia.click(proposal.message(), "Confirm").await;
    assert!(added.text().contains("First prompt: Tue 5 Jan 2027, 14:15"), "{}", added.text());
    assert_eq!(schedules(&desk).await.len(), 2);
    let again = desk.mia.slash(&desk.channel, "series schedule", &options).await;
    assert!(again.text().contains("already"), "{}", again.text());
}

#[tokio::test]
async fn two_clicks_on_confirm_are_one_schedule() {
    let desk = Desk::running().await;
    let options = [("series", "crossing-the-line"), ("time", "14")];
    let first = desk.mia.slash(&desk.channel, "series schedule", &options).await;
    let second = desk.mia.slash(&desk.channel, "series schedule", &options).await;
    desk.mia.click(first.message(), "Confirm").await;
    let again = desk.mia.click(second.message(), "Confirm").await;
    assert!(again.text().contains("already"), "{}", again.text());
    assert_eq!(schedules(&desk).await.len(), 2);
}

#[tokio::test]
async fn a_role_that_was_taken_away_no_longer_confirms() {
    let desk = Desk::running().await;
    let options = [("series", "crossing-the-line"), ("time", "14")];
    let proposal = desk.mia.slash(&desk.channel, "series schedule", &options).await;
    desk.guild.take(&desk.mia, &desk.leads);
    let refused = desk.mia.click(proposal.message(), "Confirm").await;
    assert!(refused.text().contains("This is for the team's managers"), "{}", refused.text());
    assert_eq!(schedules(&desk).await.len(), 1);
}

#[tokio::test]
async fn cancel_changes_nothing() {
    let desk = Desk::running().await;
    let options = [("series", "crossing-the-line"), ("time", "14")];
    let proposal = desk.mia.slash(&desk.channel, "series schedule", &options).await;
    let answer = desk.mia.click(proposal.message(), "Cancel").await;
    assert_eq!(answer.text(), "Nothing was changed.");
    assert!(answer.message().buttons().is_empty());
    assert_eq!(schedules(&desk).await.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_is_said_and_nothing_is_stored() {
    let desk = Desk::running().await;
    for (options, text) in [
        (vec![("series", "nothing-like-it"), ("time", "9")], "pick one from the list"),
        (vec![("series", "steady-and-far"), ("time", "half past")], "not a time of day"),
        (vec![("series", "steady-and-far"), ("time", "9"), ("weekdays", "someday")], "not a day of the week"),
        (
            vec![("series", "steady-and-far"), ("time", "9"), ("at_end", "never")],
            "There is no series called “never”",
        ),
    ] {
        let answer = desk.mia.slash(&desk.channel, "series schedule", &options).await;
        assert!(answer.text().contains(text), "{options:?}: {}", answer.text());
    }
    assert_eq!(schedules(&desk).await.len(), 1);
}

#[tokio::test]
async fn pause_resume_and_skip_say_what_comes_next() {
    let desk = Desk::running().await;
    let shown = desk.mia.slash(&desk.channel, "series show", &[]).await;
    assert!(shown.text().contains("Mon 4 Jan 2027, 09:30"), "{}", shown.text());
    let skipped = desk.mia.slash(&desk.channel, "series skip", &[]).await;
    insta::assert_snapshot!(skipped.text(), @r"
    Skipped: **Steady and far** posts nothing on Mon 4 Jan 2027. Its prompt stays in the queue and comes Tue 5 Jan 2027, 09:30.
    [Undo]
    ");
    let shown = desk.mia.slash(&desk.channel, "series show", &[]).await;
    assert!(shown.text().contains("Mon 4 Jan 2027 nothing: a manager skipped this date"), "{}", shown.text());
    let paused = desk.mia.slash(&desk.channel, "series pause", &[]).await;
    assert!(paused.text().contains("is paused"), "{}", paused.text());
    for command in ["series pause", "series skip"] {
        let not_now = desk.mia.slash(&desk.channel, command, &[]).await;
        assert!(not_now.text().contains("is not running (paused)"), "{}", not_now.text());
    }
    let resumed = desk.mia.slash(&desk.channel, "series resume", &[]).await;
    assert!(resumed.text().contains("runs again. Next prompt: Tue 5 Jan 2027, 09:30"), "{}", resumed.text());
    let not_now = desk.mia.slash(&desk.channel, "series resume", &[]).await;
    assert!(not_now.text().contains("running already"), "{}", not_now.text());
}

#[tokio::test]
async fn a_schedule_of_another_server_is_not_found() {
    let desk = Desk::running().await;
    let mine = schedules(&desk).await[0].id;
    let other = desk.discord.guild("Elsewhere");
    other.add_app(&desk.app, super::ALL);
    let (boss, channel) = (other.owner(), other.text_channel("deck"));
    boss.slash(&channel, "setup", &[("zone", "UTC")]).await;
    for command in ["series show", "series edit", "series pause", "series resume", "series skip"] {
        let foreign = boss.slash(&channel, command, &[("schedule", &mine.to_string())]).await;
        let unknown = boss.slash(&channel, command, &[("schedule", "4711")]).await;
        let odd = boss.slash(&channel, command, &[("schedule", "x' OR 1=1")]).await;
        // The same words for all: they do not tell whether there is such a thing elsewhere.
        for (answer, typed) in [(foreign, &*mine.to_string()), (unknown, "4711"), (odd, "x' OR 1=1")] {
            let words = format!("I did not find the schedule \u{201c}{typed}\u{201d} here. Start typing");
            assert!(answer.text().starts_with(&words), "{command}: {}", answer.text());
        }
    }
    let message = desk.forged_for(&boss, &channel, "series:yes:1:n:steady-and-far:1:r:0").await;
    let answer = boss.click(&message, "Go").await;
    assert!(answer.text().contains("no longer in use"), "{}", answer.text());
    assert_eq!(schedules(&desk).await.len(), 1);
}

#[tokio::test]
async fn options_complete_themselves_for_managers() {
    let desk = Desk::running().await;
    let names = |choices: Vec<emulator::Choice>| choices.into_iter().map(|one| one.name).collect::<Vec<_>>();
    let series = desk.mia.complete(&desk.channel, "series schedule", &[("series", "cross")], "series").await;
    assert_eq!(names(series), ["Crossing the invisible line"]);
    let ends = [("series", "steady-and-far"), ("time", "9"), ("at_end", "")];
    let ends = desk.mia.complete(&desk.channel, "series schedule", &ends, "at_end").await;
    assert_eq!(ends[..2].iter().map(|one| one.value.as_str()).collect::<Vec<_>>(), ["repeat", "stop"]);
    let schedules = desk.mia.complete(&desk.channel, "series show", &[("schedule", "")], "schedule").await;
    assert_eq!(names(schedules), ["Steady and far · weekdays at 09:30 · runs"]);
    let prompts = [("series", "crossing-the-line"), ("prompt", "desk")];
    let prompts = desk.mia.complete(&desk.channel, "prompt preview", &prompts, "prompt").await;
    assert_eq!(names(prompts), ["1. Your old desk"]);
    let none = desk.ben.complete(&desk.channel, "series show", &[("schedule", "")], "schedule").await;
    assert!(none.is_empty(), "members need no list");
    let zones = desk.ana.complete(&desk.channel, "setup", &[("zone", "berl")], "zone").await;
    assert_eq!(zones[0].value, "Europe/Berlin");
}

#[tokio::test]
async fn a_preview_is_what_members_will_see_and_only_the_manager_sees_it() {
    let desk = Desk::running().await;
    let preview = desk.mia.slash(&desk.channel, "prompt preview", &[("prompt", "The quiet hour")]).await;
    assert!(preview.is_ephemeral());
    assert!(preview.text().contains("Where does the hour go?"), "{}", preview.text());
    assert!(preview.message().buttons().iter().all(|button| button.disabled), "{}", preview.text());
    let wrong = desk.mia.slash(&desk.channel, "prompt preview", &[("prompt", "no such thing")]).await;
    assert!(
        wrong.text().contains("I did not find the prompt \u{201c}no such thing\u{201d}"),
        "{}",
        wrong.text()
    );
}

#[tokio::test]
async fn a_post_by_hand_waits_for_the_start_and_for_permissions() {
    let desk = Desk::open().await;
    desk.ana.slash(&desk.channel, "setup", &[("zone", "UTC")]).await;
    let early = desk.ana.slash(&desk.channel, "prompt post", &[]).await;
    assert!(early.text().contains("has not started yet"), "{}", early.text());

    let desk = Desk::running().await;
    let thread = desk.ana.start_thread(&desk.ana.say(&desk.channel, "hello"), "aside");
    let posted = desk.mia.slash(&thread, "prompt post", &[("prompt", "the-quiet-hour")]).await;
    assert!(posted.text().contains("**The quiet hour** is on its way"), "{}", posted.text());
    assert!(ahead(&desk.data.store).await.messages.is_some());

    let role = desk.guild.app_role(&desk.app);
    desk.channel.deny(&role, helmsman::chat::permissions::bit::EMBED_LINKS);
    let refused = desk.mia.slash(&desk.channel, "prompt post", &[]).await;
    assert!(refused.text().contains("I need **Embed Links** there"), "{}", refused.text());
}

#[tokio::test]
async fn however_much_has_stopped_the_answer_fits_into_a_message() {
    use helmsman::{
        app::{series::add, setup::guild_left},
        domain::queue::{AtEnd, Order},
        domain::schedule::{Rule, Weekdays},
        store::{schedule::Plan, team},
    };
    let desk = Desk::running().await;
    let (store, now) = (&desk.data.store, desk.data.clock.now());
    let team = team::get(&mut store.read().await.unwrap(), helmsman::domain::id::TeamId(1)).await.unwrap();
    let team = team.unwrap();
    for minute in 0..30 {
        let plan = Plan {
            series: desk.data.shelf.base().default_series().id.clone(),
            rule: Rule {
                at: jiff::civil::time(12, minute, 0, 0),
                weekdays: Weekdays::WORKING,
                start: jiff::civil::date(2027, 1, 1),
            },
            order: Order::Sequential,
            at_end: AtEnd::Repeat,
            window_minutes: None,
            thread: false,
            notify: None,
        };
        let library = desk.data.shelf.base().clone();
        add(store, now, library, (team.guild, team.id), team.setup_by, plan, 1).await.unwrap();
    }
    guild_left(store, now, team.guild).await.unwrap();
    let answer = desk.ana.slash(&desk.channel, "prompt post", &[]).await;
    assert!(answer.text().contains("on its way"), "{}", answer.text());
    assert!(answer.text().contains("more"), "{}", answer.text());
    let list = desk.ana.slash(&desk.channel, "series list", &[]).await;
    assert!(list.text().contains("more"), "{}", list.text());
}

#[tokio::test]
async fn however_often_somebody_is_away_the_answer_fits_into_a_message() {
    use helmsman::app::away::{self, Wish};
    let desk = Desk::running().await;
    let (store, at) = (&desk.data.store, desk.data.clock.now());
    let guild = helmsman::domain::id::GuildId(desk.guild.id().0);
    let user = helmsman::domain::id::UserId(desk.ben.id().0);
    let today = jiff::civil::date(2027, 1, 3);
    for n in 0..150 {
        let day = today + jiff::Span::new().days(2 * n);
        away::set(store, at, Wish { guild, user, today, from: day, to: day, at }).await.unwrap();
    }
    let answer = desk.ben.slash(&desk.channel, "away", &[]).await;
    assert!(answer.text().contains("You are away: Sun 3 Jan 2027,"), "{}", answer.text());
    assert!(answer.text().contains("and 138 more times"), "{}", answer.text());
}

#[tokio::test]
async fn leave_that_has_a_first_day_alone_is_asked_for_its_last() {
    let desk = Desk::running().await;
    // A day of the week is looked for from the first day on, as for days off.
    let friday = [("from", "friday"), ("until", "wednesday")];
    let answer = desk.ben.slash(&desk.channel, "away", &friday).await;
    assert!(answer.text().contains("Fri 8 Jan 2027 to Wed 13 Jan 2027"), "{}", answer.text());
    let answer = desk.ben.slash(&desk.channel, "away", &[("from", "2027-01-20")]).await;
    assert!(answer.text().contains("Until when?"), "{}", answer.text());
}
