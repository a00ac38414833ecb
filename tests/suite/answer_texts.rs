//! What one person reads of an own answer and streak.

use crate::world::{at, choice, snapshot};
use helmsman::{
    app::{
        answering::{Did, Open, Shut, Taken},
        away::SetOutcome,
        polls::people::Recognitions,
        streaks::{Explained, Ledger, Neutral, Standing},
    },
    chat::{answer_reply, me, page::Page},
    domain::{
        answer::{Answer, Event},
        id::{CastId, ChannelId, GuildId, OccurrenceId, TeamId},
        ledger::Line,
        occurrence::{Occurrence, State},
        prompt::{Kind, Theme},
        reason::Reason,
        streak::{Class, Mark, Streak, TeamStreak},
    },
};
use jiff::{ToSpan, civil::Date, civil::date};
use serenity::all::{CreateInteractionResponseMessage, CreateModal};

/// The page as text: what is read, then `[button](custom_id)` by row.
fn read(page: Page) -> String {
    let json = serde_json::to_value(page.fill(CreateInteractionResponseMessage::new())).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut lines = vec![text(&json["content"])];
    for embed in json["embeds"].as_array().unwrap() {
        lines.extend([text(&embed["title"]), text(&embed["description"])]);
        for field in embed["fields"].as_array().into_iter().flatten() {
            lines.push(format!("{}: {}", text(&field["name"]), text(&field["value"])));
        }
    }
    for row in json["components"].as_array().unwrap() {
        let buttons = row["components"].as_array().unwrap().iter();
        let buttons: Vec<_> =
            buttons.map(|b| format!("[{}]({})", text(&b["label"]), text(&b["custom_id"]))).collect();
        lines.push(buttons.join(" "));
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

fn occurrence(kind: Kind) -> Occurrence {
    Occurrence {
        id: OccurrenceId(5),
        team: TeamId(1),
        guild: GuildId(1),
        channel: ChannelId(7),
        schedule: None,
        day: date(2027, 1, 4),
        due: at("2027-01-04T09:30:00Z"),
        bonus: false,
        state: State::Posted,
        reason: None,
        snapshot: Some(snapshot(kind).into()),
        opens: Some(at("2027-01-04T09:30:00Z")),
        closes: at("2027-01-05T09:30:00Z"),
        message: None,
        down: 0,
        tallied_at: None,
        sealed: false,
    }
}

fn answer(events: &[Event]) -> Answer {
    let mut answer = Answer::default();
    (1..).zip(events).for_each(|(id, event)| answer.apply(CastId(id), event.clone()));
    answer
}

fn write(about: Option<u8>) -> Event {
    Event::Write { text: "A **storm** is near".into(), about }
}

fn reply(kind: Kind, events: &[Event], did: Did, len: u32, milestone: Option<u32>) -> String {
    let streak = Streak { len, best: len, p: len.min(10) as u8 };
    let (occurrence, answer) = (occurrence(kind), answer(events));
    read(answer_reply::reply(&Taken { occurrence, answer, did, streak, milestone }))
}

#[test]
fn a_choice_is_answered_with_its_insight() {
    insta::assert_snapshot!(reply(choice(), &[Event::Pick(0)], Did::Answered, 1, None), @r"
    You picked **Hold course**, which leans toward leading.

    Hold course: this buys and that costs.

    Streak: **1 prompt day** · 1 of 5 toward a freeze
    Closes: <t:1799141400:R>
    [Change](change:5) [Add why](why:5:0) [Withdraw](withdraw:5)
    ");
    insta::assert_snapshot!(reply(choice(), &[Event::Pick(0), Event::Pick(2)], Did::Changed, 10, Some(10)), @r"
    Changed to **Ask the crew**, which is a bit of both.

    Ask the crew: this buys and that costs.

    Streak: **10 prompt days** · 2 freezes in hand, the most there are

    🎉 You reached a streak of **10 prompt days**.
    Closes: <t:1799141400:R>
    [Change](change:5) [Add why](why:5:2) [Withdraw](withdraw:5)
    ");
    insta::assert_snapshot!(reply(choice(), &[Event::Present], Did::Nothing, 6, None), @r"
    You answered.

    Streak: **6 prompt days** · 1 freeze in hand · 1 of 5 toward the next
    Closes: <t:1799141400:R>
    [Pick an option](change:5) [Withdraw](withdraw:5)
    ");
}

#[test]
fn what_was_written_for_one_option_is_not_lost_without_a_word() {
    let other = reply(choice(), &[write(Some(1)), Event::Pick(2)], Did::Changed, 3, None);
    let parts: Vec<_> = other.split("\n\n").collect();
    assert_eq!(
        parts[2],
        "What you wrote explains **Reef the sails**, so it does not go along. Pick that again and it is back."
    );
    let back = reply(choice(), &[write(Some(1)), Event::Pick(2), Event::Pick(1)], Did::Changed, 3, None);
    assert!(back.contains("> A \\*\\*storm\\*\\* is near"), "{back}");
    let free = reply(choice(), &[write(None), Event::Pick(2)], Did::Changed, 3, None);
    assert!(!free.contains("What you wrote") && free.contains("storm"), "{free}");
    let withdrawn = [write(Some(1)), Event::Withdraw, Event::Pick(2)];
    assert!(!reply(choice(), &withdrawn, Did::Answered, 3, None).contains("What you wrote"));
}

#[test]
fn a_note_is_private_until_it_is_shared() {
    let why = [Event::Pick(1), write(Some(1))];
    insta::assert_snapshot!(reply(choice(), &why, Did::Noted, 3, Some(3)), @r"
    Noted. Only you can see this, unless you press *Share*.

    > A \*\*storm\*\* is near

    Streak: **3 prompt days** · 3 of 5 toward a freeze

    🎉 You reached a streak of **3 prompt days**.
    Closes: <t:1799141400:R>
    [Change](change:5) [Change why](why:5:1) [Share](share:5:2:1) [Withdraw](withdraw:5)
    ");
    let shared = [write(Some(1)), Event::Share { note: CastId(1), on: true }];
    insta::assert_snapshot!(reply(choice(), &shared, Did::Shared, 3, None), @r"
    Your note will be shown at the reveal, with your name.

    > A \*\*storm\*\* is near

    Streak: **3 prompt days** · 3 of 5 toward a freeze
    Closes: <t:1799141400:R>
    [Change](change:5) [Change why](why:5:1) [Stop sharing](share:5:1:0) [Withdraw](withdraw:5)
    ");
}

#[test]
fn a_withdrawn_answer_can_be_given_again() {
    insta::assert_snapshot!(reply(choice(), &[Event::Pick(1), Event::Withdraw], Did::Withdrawn, 0, None), @r"
    Your answer is withdrawn. You can answer again until the prompt closes.

    Streak: not running right now. The next answer starts it.
    Closes: <t:1799141400:R>
    [Answer again](change:5)
    ");
}

#[test]
fn a_reflection_and_a_challenge_have_their_own_words() {
    insta::assert_snapshot!(reply(Kind::Reflection, &[write(None)], Did::Answered, 2, None), @r"
    You answered.

    > A \*\*storm\*\* is near

    Streak: **2 prompt days** · 2 of 5 toward a freeze
    Closes: <t:1799141400:R>
    [Change](write:5) [Share](share:5:1:1) [Withdraw](withdraw:5)
    ");
    insta::assert_snapshot!(reply(Kind::Challenge, &[Event::Done], Did::Answered, 2, None), @r"
    Marked as done.

    Streak: **2 prompt days** · 2 of 5 toward a freeze
    Closes: <t:1799141400:R>
    [Add a note](why:5:-) [Withdraw](withdraw:5)
    ");
}

#[test]
fn what_cannot_be_answered_says_what_to_do() {
    let shut = [Shut::NotFound, Shut::NotYetOpen, Shut::Late(at("2027-01-05T09:30:00Z")), Shut::Gone];
    let texts = shut.map(answer_reply::shut).join("\n");
    insta::assert_snapshot!(texts, @r"
    I do not know this prompt any more. `/answer` shows what is open here.
    This prompt is being posted this moment. Please try again in a few seconds.
    This prompt closed <t:1799141400:R>, so nothing was changed. `/answer` shows what is open here.
    This prompt was taken back, so nothing was changed. It cannot cost anybody a streak.
    ");
    insta::assert_snapshot!([0, 612].map(answer_reply::note_length).join("\n"), @r"
    That was empty, so nothing was changed. A word or two are enough.
    That has 612 characters and 500 are the most, so nothing was changed. Please shorten it and send it again.
    ");
}

#[test]
fn the_prompt_is_shown_with_what_was_picked() {
    let open = Open { occurrence: occurrence(choice()), answer: answer(&[Event::Pick(1)]) };
    insta::assert_snapshot!(read(answer_reply::prompt(&open, 2)), @r"
    The storm
    The sea is rough.

    **What first?**
    **Hold course**: Hold course, now.
    **Reef the sails**: Reef the sails, now.
    **Ask the crew**: Ask the crew, now.

    You picked **Reef the sails** so far.
    -# 2 more prompts are open here; `/answer` shows them next.
    Closes: <t:1799141400:R>
    [Hold course](pick:5:0) [Reef the sails](pick:5:1) [Ask the crew](pick:5:2)
    [Withdraw](withdraw:5)
    ");
    let open = Open { occurrence: occurrence(Kind::Challenge), answer: Answer::default() };
    insta::assert_snapshot!(read(answer_reply::prompt(&open, 0)), @r"
    The storm
    The sea is rough.

    **What first?**
    Closes: <t:1799141400:R>
    [Done](done:5) [Done, with a note](write:5)
    ");
}

#[test]
fn a_form_begins_with_what_was_written_before() {
    let form = |modal: CreateModal| serde_json::to_value(modal).unwrap().to_string();
    let open = Open { occurrence: occurrence(choice()), answer: answer(&[write(Some(1))]) };
    let again = form(answer_reply::form(&open, Some(1)));
    assert!(again.contains("A **storm** is near") && again.contains("note:5:1"), "{again}");
    let other = form(answer_reply::form(&open, Some(0)));
    assert!(!other.contains("storm is near") && other.contains("Why: Hold course"), "{other}");
}

fn line(day: i64, class: Class, mark: Mark, len: u32) -> Line {
    let day = date(2027, 1, 4).saturating_add(day.days());
    Line { day, class, mark, streak: Streak { len, best: len, p: len.min(10) as u8 } }
}

fn days() -> Vec<Line> {
    vec![
        line(0, Class::Answered, Mark::Counted, 5),
        line(1, Class::Missed, Mark::Frozen, 5),
        line(2, Class::Neutral, Mark::Kept, 5),
        line(3, Class::Away, Mark::Kept, 5),
        line(4, Class::Missed, Mark::Broken, 0),
        line(7, Class::Excused, Mark::Kept, 0),
        line(8, Class::Answered, Mark::Counted, 1),
        line(9, Class::Pending, Mark::Kept, 1),
    ]
}

const TODAY: Date = date(2027, 1, 13);

#[test]
fn me_shows_streak_team_and_calendar() {
    let standing = Standing {
        streak: Streak { len: 1, best: 5, p: 6 },
        team: TeamStreak { len: 2, best: 4 },
        untold: None,
        days: days(),
        known: true,
    };
    let away = [(date(2027, 1, 15), date(2027, 1, 16))];
    let strengths = vec![(Theme::Ownership, 4), (Theme::Horizon, 1)];
    let recognised = Recognitions { times: 2, strengths };
    insta::assert_snapshot!(read(me::page(&standing, Some(5), &away, TODAY, &recognised)), @r"
    Your streak
    Streak: **1 prompt day** · 1 freeze in hand · 1 of 5 toward the next
    Best so far: 5 prompt days

    🎉 You reached a streak of **5 prompt days**.

    Team streak: **2 prompt days** on which most of the team answered (best: 4)

    Away: Fri 15 Jan 2027 to Sat 16 Jan 2027
    The last four weeks: ⬛⬛⬛⬛⬛⬛⬛ from 21 Dec
    ⬛⬛⬛⬛⬛⬛⬛ from 28 Dec
    🟩🧊⬜🌴🟥⬛⬛ from 4 Jan
    🌴🟩⏳⬛🌴🌴⬛ from 11 Jan
    -# 🟩 answered · 🧊 frozen · 🟥 missed · 🌴 away or excused · ⬜ not counted · ⏳ open · ⬛ no prompt, or before your first answer
    Recognised: Your team recognised you in 2 polls.
    What others saw: Took responsibility, Looked ahead
    [Why?](me:why) [Away](me:away) [Nominations](me:nominations)
    ");
    let nobody = Standing {
        streak: Streak::default(),
        team: TeamStreak::default(),
        untold: None,
        days: Vec::new(),
        known: false,
    };
    insta::assert_snapshot!(read(me::page(&nobody, None, &[], TODAY, &Recognitions::default())), @r"
    Your streak
    You have no streak yet. Your first answer starts it.
    0 of 5 toward a freeze

    Team streak: not running right now
    [Why?](me:why) [Away](me:away) [Nominations](me:nominations)
    ");
}

#[test]
fn why_names_each_day_and_what_it_did() {
    let neutral = [
        Neutral::Down,
        Neutral::Bonus,
        Neutral::Retracted,
        Neutral::Unknown,
        Neutral::Missed(Some(Reason::TooLate)),
        Neutral::Skipped(Some(Reason::DayOff("Founders' *day*".into()))),
    ];
    let plain = |line| Explained { line, titles: vec!["The *storm*".into()], neutral: None };
    let neutral = neutral.into_iter().map(|neutral| Explained {
        line: line(2, Class::Neutral, Mark::Kept, 5),
        titles: Vec::new(),
        neutral: Some(neutral),
    });
    let others = days().into_iter().rev().filter(|line| line.class != Class::Neutral).map(plain);
    let ledger = Ledger { lines: others.chain(neutral).collect(), older: true };
    insta::assert_snapshot!(read(me::why(&ledger, Streak { len: 1, best: 5, p: 1 }, 1)), @r"
    Why is my streak what it is?
    Streak: **1 prompt day** · 1 of 5 toward a freeze

    Wed 13 Jan · **The \*storm\*** · still open
    Tue 12 Jan · **The \*storm\*** · answered, streak 1
    Mon 11 Jan · **The \*storm\*** · excused, not counted
    Fri 8 Jan · **The \*storm\*** · missed, the streak ended
    Thu 7 Jan · **The \*storm\*** · away, not counted
    Tue 5 Jan · **The \*storm\*** · missed, a freeze kept your streak of 5
    Mon 4 Jan · **The \*storm\*** · answered, streak 5
    Wed 6 Jan · not counted: I was not there for too much of the time
    Wed 6 Jan · not counted: an extra prompt, which can only add
    Wed 6 Jan · not counted: the prompt was taken back
    Wed 6 Jan · not counted: it is not certain that the prompt appeared
    Wed 6 Jan · not counted: nothing was posted (I was away when it was due, and came back too late)
    Wed 6 Jan · not counted: a day off (Founders' \*day\*)
    -# Only days with a prompt count. Five answered days earn a freeze, and a missed day uses one before it ends a streak.
    [Newer](me:why:0) [Older](me:why:2) [Back](me:show)
    ");
    insta::assert_snapshot!(read(me::why(&Ledger::default(), Streak::default(), 0)), @r"
    Why is my streak what it is?
    There is nothing to explain yet: your streak begins with your first answer.
    -# Only days with a prompt count. Five answered days earn a freeze, and a missed day uses one before it ends a streak.
    [Back](me:show)
    ");
}

#[test]
fn the_longest_page_of_the_ledger_fits() {
    let longest = Explained {
        line: line(1, Class::Missed, Mark::Frozen, 1_000),
        titles: vec!["*".repeat(80); 3],
        neutral: None,
    };
    let ledger = Ledger { lines: vec![longest; me::LINES], older: true };
    let page = me::why(&ledger, Streak { len: 1_000, best: 1_000, p: 10 }, 3);
    let json = serde_json::to_value(page.fill(CreateInteractionResponseMessage::new())).unwrap();
    assert!(json["embeds"][0]["description"].as_str().unwrap().chars().count() <= 4_096);
}

#[test]
fn leave_is_confirmed_or_refused_in_words() {
    let range = vec![(date(2027, 1, 15), date(2027, 1, 16)), (date(2027, 2, 1), date(2027, 2, 1))];
    let set = [
        SetOutcome::Set(range.clone()),
        SetOutcome::Already(range.clone()),
        SetOutcome::Past,
        SetOutcome::Backwards,
        SetOutcome::TooFar,
    ];
    let texts = set.map(|outcome| me::away_set(&outcome, TODAY).map_or_else(|error| error, read));
    insta::assert_snapshot!(texts.join("\n\n"), @r"
    You will be away: Fri 15 Jan 2027 to Sat 16 Jan 2027, Mon 1 Feb 2027.
    Days on leave cannot cost you your streak, and answers still count. `/away end:True` ends it early.

    That is covered already. You will be away: Fri 15 Jan 2027 to Sat 16 Jan 2027, Mon 1 Feb 2027.
    Days on leave cannot cost you your streak, and answers still count. `/away end:True` ends it early.

    Leave starts today at the earliest, and today is Wed 13 Jan 2027 here. Nothing was changed.

    The last day is before the first one. Nothing was changed; please swap them.

    Leave can end 365 days from today at the latest. Nothing was changed; please name an earlier day.
    ");
    let first = range[0].0;
    let pages = [
        me::away_page(&range, TODAY),
        me::away_page(&range, first),
        me::away_page(&[], TODAY),
        me::away_ended(&range[..1], first),
        me::away_ended(&range, first),
        me::away_ended(&range, TODAY),
        me::away_ended(&[], TODAY),
    ];
    insta::assert_snapshot!(pages.map(read).join("\n\n"), @r"
    You will be away: Fri 15 Jan 2027 to Sat 16 Jan 2027, Mon 1 Feb 2027.
    [Set leave](me:away) [Cancel leave](me:back)

    You are away: Fri 15 Jan 2027 to Sat 16 Jan 2027, Mon 1 Feb 2027.
    [Set leave](me:away) [Come back today](me:back)

    You are not away. Days on leave cannot cost you your streak; answers on them still count.
    [Set leave](me:away)

    Welcome back. From today on prompts count again; days that have closed stay as they were.

    Welcome back. From today on prompts count again; days that have closed stay as they were.
    Leave that was still to come is cancelled: Mon 1 Feb 2027. `/away` sets it again.

    Leave that was still to come is cancelled: Fri 15 Jan 2027 to Sat 16 Jan 2027, Mon 1 Feb 2027. `/away` sets it again.

    You are not away, so nothing was changed.
    ");
    insta::assert_snapshot!(me::odd_date("next @week", TODAY), @r"I cannot read “next \@week” as a day. Nothing was changed. Write a date such as 2027-01-13, a day such as friday, or a number of days.");
}
