//! `/series show`, `pause`, `resume`, `skip` and their buttons.

use super::{Desk, series::schedules};
use emulator::Response;
use helmsman::{
    domain::id::TeamId,
    store::{audit, queue, schedule::State},
};
use std::time::Duration;

async fn slash(desk: &Desk, command: &str, options: &[(&str, &str)]) -> Response {
    desk.mia.slash(&desk.channel, command, options).await
}

async fn queued(desk: &Desk) -> Vec<String> {
    let id = schedules(desk).await[0].id;
    queue::all(&mut desk.data.store.read().await.unwrap(), id).await.unwrap()
}

async fn last_noted(desk: &Desk) -> String {
    let conn = &mut *desk.data.store.read().await.unwrap();
    audit::latest(conn, TeamId(1), 1).await.unwrap().remove(0).what
}

const QUEUE: &str = "The queue: choose a prompt to put first or leave out";

#[tokio::test]
async fn the_queue_is_shown_and_its_prompts_put_first_or_left_out() {
    let desk = Desk::running().await;
    let before = queued(&desk).await;
    let show = slash(&desk, "series show", &[]).await;
    insta::assert_snapshot!(show.text(), @r"
    | Steady and far
    | weekdays at 09:30 (Europe/Berlin) · running
    | **Order** in order, then from the start again
    | **Open for answers** 24 hours
    | **Left in this round** 12 of 12
    | Next:
    | Mon 4 Jan 2027, 09:30 **The quiet hour**
    | Tue 5 Jan 2027, 09:30 **What the days are for**
    | Wed 6 Jan 2027, 09:30 **The faster plate**
    | Thu 7 Jan 2027, 09:30 **Thanks for a quiet day**
    | Fri 8 Jan 2027, 09:30 **On time, for whom?**
    | Mon 11 Jan 2027, 09:30 **Add what it is for**
    | Tue 12 Jan 2027, 09:30 **The same aisle again**
    | Wed 13 Jan 2027, 09:30 **A rule or a talk**
    | Thu 14 Jan 2027, 09:30 **Two minutes in the wind**
    | Fri 15 Jan 2027, 09:30 **One number, one person**
    <The queue: choose a prompt to put first or leave out: 1. The quiet hour | 2. What the days are for | 3. The faster plate | 4. Thanks for a quiet day | 5. On time, for whom? | 6. Add what it is for | 7. The same aisle again | 8. A rule or a talk | 9. Two minutes in the wind | 10. One number, one person | 11. The whole spring crop | 12. Steady, or far?>
    [End]
    ");
    let third = show.message().selects()[0].options[2].clone();
    let chosen = desk.mia.select(show.message(), QUEUE, &[third.1.as_str()]).await;
    insta::assert_snapshot!(chosen.text(), @r"
    | The faster plate
    | A new cook shows you another way of setting out the plates. It looks good, and it looks quicker. Nobody else has tried it, and the kitchen is narrow. The doors open in two hours, and half the tables are booked.
    |
    | **How do you run tonight?**
    |
    | *Put first* makes it the next one. *Leave out* takes it out of this round; if the series repeats, it comes in the next.
    [Put first] [Leave out] [Back]
    ");
    let show = desk.mia.click(chosen.message(), "Put first").await;
    assert!(show.text().contains("**The faster plate** comes first now."), "{}", show.text());
    assert!(show.text().contains("Mon 4 Jan 2027, 09:30 **The faster plate**"), "{}", show.text());
    assert_eq!(queued(&desk).await[..2], [before[2].clone(), before[0].clone()]);
    assert_eq!(last_noted(&desk).await, format!("schedule 1 (steady-and-far): put first {}", before[2]));
    let chosen = desk.mia.select(show.message(), QUEUE, &[before[0].as_str()]).await;
    let show = desk.mia.click(chosen.message(), "Leave out").await;
    assert!(show.text().contains("**The quiet hour** is left out of this round."), "{}", show.text());
    assert!(show.text().contains("**Left in this round** 11 of 12"), "{}", show.text());
    assert!(!queued(&desk).await.contains(&before[0]));
    // Somebody else's panel still has it.
    for button in ["Put first", "Leave out"] {
        let late = desk.mia.click(chosen.message(), "Back").await;
        assert!(late.failed().is_some() || late.text().contains("Left in this round"));
        let id = if button == "Put first" { "first" } else { "leave" };
        let forged = format!("run:{id}:1:1:{}", before[0]);
        let message = desk.forged_for(&desk.mia, &desk.channel, &forged).await;
        let late = desk.mia.click(&message, "Go").await;
        assert!(late.text().contains("is not in the queue any more"), "{}", late.text());
    }
    assert_eq!(queued(&desk).await.len(), 11);
}

#[tokio::test]
async fn of_several_schedules_the_only_one_that_fits_is_meant() {
    let desk = Desk::running().await;
    let options = [("series", "crossing-the-line"), ("time", "15:00")];
    let proposal = slash(&desk, "series schedule", &options).await;
    desk.mia.click(proposal.message(), "Confirm").await;
    let which = slash(&desk, "series skip", &[]).await;
    assert!(which.text().contains("several schedules here. Say which one"), "{}", which.text());
    slash(&desk, "series pause", &[("schedule", "1")]).await;
    let skipped = slash(&desk, "series skip", &[]).await;
    assert!(skipped.text().contains("Crossing the invisible line"), "{}", skipped.text());
    // What runs is what comes next by hand as well.
    let preview = slash(&desk, "prompt preview", &[]).await;
    assert!(preview.text().contains("Crossing the invisible line"), "{}", preview.text());
    slash(&desk, "series resume", &[]).await;
    assert_eq!(last_noted(&desk).await, "schedule 1 (steady-and-far): resumed");
}

#[tokio::test]
async fn a_skip_is_taken_back_until_its_time_comes() {
    let desk = Desk::running().await;
    let skipped = slash(&desk, "series skip", &[]).await;
    assert_eq!(last_noted(&desk).await, "schedule 1 (steady-and-far): skipped 2027-01-04");
    let undone = desk.mia.click(skipped.message(), "Undo").await;
    assert_eq!(
        undone.text(),
        "Taken back: Mon 4 Jan 2027 is no longer skipped for **Steady and far**. `/series show` has what comes next."
    );
    assert_eq!(schedules(&desk).await[0].next.unwrap().0.to_string(), "2027-01-04");
    assert_eq!(last_noted(&desk).await, "schedule 1 (steady-and-far): skip of 2027-01-04 taken back");
    let message = desk.forged_for(&desk.mia, &desk.channel, "run:unskip:1:1:2027-01-04").await;
    let twice = desk.mia.click(&message, "Go").await;
    assert!(twice.text().contains("is not skipped any more"), "{}", twice.text());
    let skipped = slash(&desk, "series skip", &[]).await;
    desk.discord.clock().advance(Duration::from_secs(24 * 3600));
    let late = desk.mia.click(skipped.message(), "Undo").await;
    assert!(late.text().contains("has come meanwhile"), "{}", late.text());
}

#[tokio::test]
async fn a_pause_can_have_an_end() {
    let desk = Desk::running().await;
    for (until, text) in [
        ("today", "is not ahead"),
        ("2026-12-01", "is not ahead"),
        ("2028-02-01", "more than a year away"),
        ("soon", "I cannot read “soon” as a day"),
    ] {
        let refused = slash(&desk, "series pause", &[("until", until)]).await;
        assert!(refused.text().contains(text), "{until}: {}", refused.text());
    }
    assert_eq!(schedules(&desk).await[0].resumes, None);
    let paused = slash(&desk, "series pause", &[("until", "16 jan")]).await;
    // A Saturday: it goes on with the first weekday after it.
    insta::assert_snapshot!(paused.text(), @"**Steady and far** is paused until Sat 16 Jan 2027. Its next prompt comes Mon 18 Jan 2027, 09:30 (<t:1800261000:R>). Prompts that are open stay open and close as planned, and nobody's streak suffers. `/series resume` lets it go on earlier.");
    let schedule = schedules(&desk).await.remove(0);
    assert_eq!((schedule.state, schedule.next.unwrap().0.to_string()), (State::Active, "2027-01-18".into()));
    let show = slash(&desk, "series show", &[]).await;
    assert!(show.text().contains("paused until Sat 16 Jan 2027"), "{}", show.text());
    // An edit does not end the pause, a resume does.
    let edit = slash(&desk, "series edit", &[("time", "10")]).await;
    assert!(edit.text().contains("Mon 18 Jan 2027, 10:00"), "{}", edit.text());
    desk.mia.click(edit.message(), "Confirm").await;
    assert_eq!(schedules(&desk).await[0].next.unwrap().0.to_string(), "2027-01-18");
    let resumed = slash(&desk, "series resume", &[]).await;
    assert!(resumed.text().contains("Next prompt: Mon 4 Jan 2027, 10:00"), "{}", resumed.text());
    assert_eq!(last_noted(&desk).await, "schedule 1 (steady-and-far): resumed");
}

#[tokio::test]
async fn an_end_is_asked_twice_and_can_be_taken_back() {
    let desk = Desk::running().await;
    let show = slash(&desk, "series show", &[]).await;
    let asked = desk.mia.click(show.message(), "End").await;
    insta::assert_snapshot!(asked.text(), @r"
    | End Steady and far?
    | Nothing more of it will be posted here. Prompts that are open stay open and close as planned, streaks and what was posted stay. If you only want a break, `/series pause` takes a date, too.
    [Yes, end it] [Keep it]
    ");
    let kept = desk.mia.click(asked.message(), "Keep it").await;
    assert_eq!(schedules(&desk).await[0].state, State::Active);
    let asked = desk.mia.click(kept.message(), "End").await;
    let ended = desk.mia.click(asked.message(), "Yes, end it").await;
    assert!(ended.text().contains("has ended. `/series resume` lets it go on"), "{}", ended.text());
    assert!(ended.message().try_button("End").is_none());
    assert_eq!(schedules(&desk).await[0].state, State::Ended);
    assert_eq!(queued(&desk).await.len(), 12);
    // The same again as a new one; then the old one must not come back beside it.
    let options = [("series", "steady-and-far"), ("time", "09:30")];
    let proposal = slash(&desk, "series schedule", &options).await;
    desk.mia.click(proposal.message(), "Confirm").await;
    let doubled = slash(&desk, "series resume", &[("schedule", "1")]).await;
    assert!(doubled.text().contains("has ended"), "{}", doubled.text());
    let states: Vec<_> = schedules(&desk).await.iter().map(|schedule| schedule.state).collect();
    assert_eq!(states, [State::Ended, State::Active]);
}

#[tokio::test]
async fn buttons_of_a_schedule_are_for_managers_of_its_team() {
    let desk = Desk::running().await;
    let before = (schedules(&desk).await, queued(&desk).await);
    let other = desk.discord.guild("Elsewhere");
    other.add_app(&desk.app, super::ALL);
    let (boss, channel) = (other.owner(), other.text_channel("deck"));
    boss.slash(&channel, "setup", &[("zone", "UTC")]).await;
    let first = before.1[0].clone();
    for verb in ["show", "pick", "first", "leave", "end", "endnow", "unskip"] {
        let rest = match verb {
            "show" => "0",
            "unskip" => "2027-01-04",
            _ => first.as_str(),
        };
        for (team, text) in [("1", "no longer in use"), ("2", "I did not find")] {
            let id = format!("run:{verb}:{team}:1:{rest}");
            let message = desk.forged_for(&boss, &channel, &id).await;
            let answer = boss.click(&message, "Go").await;
            assert!(answer.text().contains(text), "{id}: {}", answer.text());
        }
        let message = desk.forged_for(&desk.ben, &desk.channel, &format!("run:{verb}:1:1:{rest}")).await;
        let answer = desk.ben.click(&message, "Go").await;
        assert!(answer.text().contains("This is for the team's managers"), "{verb}: {}", answer.text());
    }
    for id in [
        "run:show:1:1:x",
        "run:pick:1:1",
        "run:what:1:1",
        "run:show:1",
        "run",
        "run:first:1:1",
        "run:unskip:1:1:soon",
    ] {
        let message = desk.forged_for(&desk.mia, &desk.channel, id).await;
        let answer = desk.mia.click(&message, "Go").await;
        let text = answer.text();
        assert!(text.contains("no longer in use") || text.contains("I did not find"), "{id}: {text}");
    }
    assert_eq!((schedules(&desk).await, queued(&desk).await), before);
}

#[tokio::test]
async fn an_excuse_is_undone_by_managers_of_its_team_only() {
    let desk = Desk::running().await;
    let other = desk.discord.guild("Elsewhere");
    other.add_app(&desk.app, super::ALL);
    let (boss, channel) = (other.owner(), other.text_channel("deck"));
    boss.slash(&channel, "setup", &[("zone", "UTC")]).await;
    let ben = desk.ben.id();
    for (team, text) in [("1", "no longer in use"), ("2", "is not excused for Mon 4 Jan 2027 any more")] {
        let message = desk.forged_for(&boss, &channel, &format!("excuse:undo:{team}:{ben}:2027-01-04")).await;
        let answer = boss.click(&message, "Go").await;
        assert!(answer.text().contains(text), "{}", answer.text());
    }
    let message = desk.forged_for(&desk.ben, &desk.channel, &format!("excuse:undo:1:{ben}:2027-01-04")).await;
    let answer = desk.ben.click(&message, "Go").await;
    assert!(answer.text().contains("This is for the team's managers"), "{}", answer.text());
    for id in [
        "excuse",
        "excuse:undo:1",
        "excuse:undo:1:x:2027-01-04",
        "excuse:undo:1:1:soon",
        "excuse:do:1:1:2027-01-04",
    ] {
        let message = desk.forged_for(&desk.mia, &desk.channel, id).await;
        let answer = desk.mia.click(&message, "Go").await;
        assert!(answer.text().contains("no longer in use"), "{id}: {}", answer.text());
    }
}

#[tokio::test]
async fn posted_prompts_of_others_are_neither_taken_back_nor_mended() {
    let desk = Desk::running().await;
    for command in ["prompt retract", "prompt mend"] {
        let none = slash(&desk, command, &[]).await;
        assert!(none.text().contains("Nothing was posted here in the last seven days"), "{}", none.text());
        let unknown = slash(&desk, command, &[("prompt", "1")]).await;
        assert!(unknown.text().contains("I did not find"), "{}", unknown.text());
    }
    let ids = [
        "mend:retract:1:1",
        "mend:heading:1:1:x",
        "mend:options:1:1:x",
        "mend:keep:2:1",
        "mend",
        "mend:x:1:1",
    ];
    let other = desk.discord.guild("Elsewhere");
    other.add_app(&desk.app, super::ALL);
    let (boss, channel) = (other.owner(), other.text_channel("deck"));
    boss.slash(&channel, "setup", &[("zone", "UTC")]).await;
    for id in ids {
        let message = desk.forged_for(&desk.ben, &desk.channel, id).await;
        let refused = desk.ben.click(&message, "Go").await;
        assert!(refused.text().contains("This is for the team's managers"), "{id}: {}", refused.text());
        let message = desk.forged_for(&boss, &channel, id).await;
        let foreign = boss.click(&message, "Go").await;
        let text = foreign.text();
        assert!(text.contains("no longer in use") || text == "Nothing was changed.", "{id}: {text}");
    }
    for id in ["mend:retract:2:1", "mend:heading:2:1:x"] {
        let message = desk.forged_for(&boss, &channel, id).await;
        let foreign = boss.click(&message, "Go").await;
        assert!(foreign.text().contains("is not there any more"), "{id}: {}", foreign.text());
    }
}
