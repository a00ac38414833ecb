//! What must hold for prompts: one on each date that was agreed, and one message for each, which shows what it should.

use super::{Row, WAITS};
use crate::simulation::{
    calendar::ceil_minute,
    post::Post,
    shown::{self, Shown},
    team::{Team, held},
};
use emulator::{LoggedRequest, Message};
use jiff::{Timestamp, ToSpan, civil::Date};
use std::collections::{HashMap, HashSet};

/// From the due instant: the catch-up window, and whatever is in doubt by then.
const LATEST: i64 = (2 * 3_600 + 600) * 1000;

/// Whether the last that Discord said to an edit of this message is to come again later: it bears few edits of old
/// messages in a channel in an hour (30046), and after a trouble more may wait.
fn is_put_off(message: &Message, requests: &[LoggedRequest], now: i64) -> bool {
    let path = format!("/messages/{}", message.id);
    let mut edits = requests.iter().rev().filter(|one| one.method == "PATCH" && one.path.ends_with(&path));
    edits
        .next()
        .is_some_and(|last| last.status == 429 && last.shared && now - last.at.as_millisecond() < 3_600_000)
}

/// One message for each posted occurrence, none without one; open ones can be answered, closed ones show no buttons and
/// the number of answers that stand.
pub fn check_prompts(
    team: &Team,
    rows: &[Row],
    messages: &[&Message],
    requests: impl Fn() -> Vec<LoggedRequest>,
    (since, now): (Timestamp, Timestamp),
    context: &str,
) {
    let now = now.as_millisecond();
    let by_message: HashMap<_, _> = rows.iter().filter_map(|row| Some((row.message? as u64, row))).collect();
    let mut shown_in = HashSet::new();
    for message in messages {
        let Shown::Prompt(prompt) = shown::read(message) else { continue };
        let post = team.posts.iter().find(|post| post.message.id == message.id);
        let post = post.unwrap_or_else(|| panic!("{context}: nobody saw this appear: {}", message.text()));
        let about = || format!("{context}: prompt {} of {}", post.occurrence, post.day);
        let Some(row) = by_message.get(&message.id.get()) else {
            let blind = team.was_blind(post.opens);
            assert!(post.unknown && blind, "{}: no occurrence knows this message", about());
            assert!(shown_in.insert(post.occurrence), "{}: a second message", about());
            continue;
        };
        assert_eq!(row.id, post.occurrence, "{}", about());
        if post.retracted && team.trouble.is_some() {
            // It cannot be deleted at the moment.
            continue;
        }
        assert_eq!(row.state, "posted", "{}", about());
        assert!(shown_in.insert(row.id), "{}: a second message", about());
        assert_eq!(row.day, post.day.to_string(), "{}", about());
        assert_eq!(
            (row.opens, row.closes, row.bonus),
            (Some(post.opens), post.closes, post.extra),
            "{}",
            about()
        );
        if message.id.millis() < since.as_millisecond() {
            continue;
        }
        check_words(team, post, message, now, &about());
        let clear = (0..post.hands.len()).all(|who| post.is_clear(who));
        if let Some(tallied) = row.tallied_at {
            assert!(tallied >= post.closes + 5_000, "{}: tallied early, at {tallied}", about());
            let back = team.back_at(post.closes).map_or(0, |back| back + 10_000);
            assert!(tallied >= back, "{}: tallied at {tallied}, too soon after a break", about());
            let (down, breaks) = team.silence(post.opens, post.closes);
            assert!(
                (row.down - down).abs() <= 2 * breaks,
                "{}: {} s of silence, not {down}",
                about(),
                row.down
            );
            // A channel that is gone takes its messages with it; one that comes back is a wonder.
            if team.trouble.is_some() || team.was_deleted(tallied) {
                continue;
            }
            let sealed = message.buttons().is_empty() && row.sealed;
            if !sealed && is_put_off(message, &requests(), now) {
                continue;
            }
            assert!(sealed, "{}: a closed prompt has buttons", about());
            let hands: Vec<_> = post.hands.iter().map(|hand| &hand.deeds).collect();
            assert_eq!(prompt.answered, post.standing(), "{}: the count of a closed one: {hands:?}", about());
        } else {
            let waits = WAITS + if team.is_rough(post.closes, now) { 10 * WAITS } else { 0 };
            assert!(now < post.closes + 5_000 + waits, "{}: not closed", about());
            assert!(!message.buttons().is_empty(), "{}: an open one without buttons", about());
            if clear
                && team.trouble.is_none()
                && now < post.opens + 50 * 60_000
                && now < post.closes - 8 * 60_000
            {
                assert_eq!(prompt.answered, post.standing(), "{}: the count of an open one", about());
            }
        }
    }
    for post in team.posts.iter().filter(|post| post.deleted.is_some()) {
        let row = rows.iter().find(|row| row.id == post.occurrence);
        let wanted = if post.unknown { "unknown" } else { "retracted" };
        assert_eq!(row.map(|row| row.state.as_str()), Some(wanted), "{context}: deleted {}", post.day);
    }
    for row in rows {
        assert!(row.state != "claimed" || team.trouble.is_some(), "{context}: {row:?}");
        // Around the close the buttons come first.
        let closing = (row.closes - 9 * WAITS..row.closes + 2 * WAITS).contains(&now);
        assert!(row.owed == "none" || team.trouble.is_some() || closing, "{context}: still owed: {row:?}");
        assert!(row.state != "posted" || shown_in.contains(&row.id), "{context}: no message for {row:?}");
    }
}

/// What it says, whom it calls, and its buttons.
fn check_words(team: &Team, post: &Post, message: &Message, now: i64, about: &str) {
    let text = message.text().replace('\\', "");
    let late = (post.closes - 9 * WAITS..post.closes + 2 * WAITS).contains(&now);
    for (_, words) in &post.mended {
        let said = text.contains(words.as_str());
        assert!(said || late || team.trouble.is_some(), "{about}: mended to {words}, and shows {text}");
    }
    let words = |message: &Message| {
        let embed = &message.state().embeds[0];
        (embed["title"].clone(), embed["description"].clone())
    };
    let same = !post.mended.is_empty() || words(message) == words(&post.message);
    assert!(same, "{about}: other words than were posted: {text}");
    let open = message.buttons();
    assert!(open.is_empty() || open == post.message.buttons(), "{about}: other buttons: {text}");
    let opens = Timestamp::from_millisecond(post.opens).unwrap();
    let due = post.line.and_then(|line| team.calendar.due(line, post.day));
    let wanted = due.is_some_and(|due| due.plan.notify) && held(&team.crew_allowed, opens) == Some(true);
    let called = message.state().mention_roles == [team.crew.id()];
    let fits = called == wanted && (called || message.state().mention_roles.is_empty());
    assert!(
        fits || team.is_rough(post.opens - WAITS, post.opens),
        "{about}: the crew is to be called: {wanted}"
    );
}

/// A prompt of each series on each date on which one was agreed, none on another, never early, at most one.
pub fn check_dates(team: &Team, rows: &[Row], now: Timestamp, context: &str) {
    let mut posted = HashMap::new();
    for post in &team.posts {
        let Some(line) = post.line else { continue };
        assert!(posted.insert((line, post.day), post).is_none(), "{context}: two prompts on {}", post.day);
    }
    for (n, line) in team.calendar.lines.iter().enumerate() {
        let mut day = team.calendar.local(line.agreed[0].0);
        while day <= team.calendar.local(now) {
            let row = rows.iter().find(|row| row.schedule == Some(line.id.0) && row.day == day.to_string());
            let about = format!("{context}: {} on {day}", line.series);
            check_date(team, (n, day), posted.remove(&(n, day)), row, now.as_millisecond(), &about);
            day = day.saturating_add(1.day());
        }
    }
    assert!(posted.is_empty(), "{context}: prompts of no date");
}

fn check_date(
    team: &Team,
    (line, day): (usize, Date),
    post: Option<&Post>,
    row: Option<&Row>,
    now: i64,
    about: &str,
) {
    match (team.calendar.due(line, day), post) {
        (None, Some(post)) => panic!("{about}: a prompt that nobody wanted: {}", post.message.text()),
        (None, None) => {}
        (Some(due), Some(post)) => {
            let at = due.at.as_millisecond();
            assert!((at..at + LATEST).contains(&post.opens), "{about}: due {at}, opened {}", post.opens);
            let Shown::Prompt(shown) = shown::read(&post.message) else { unreachable!("it was one") };
            let rough = team.is_rough(at - 60_000, post.opens);
            let late = post.opens > at + WAITS + 10_000;
            assert!(
                rough || shown.late == late,
                "{about}: whether it says that it is late: due {at}, opened {}",
                post.opens
            );
            if !shown.late {
                let closes = ceil_minute(at) + due.plan.window.as_millis() as i64;
                assert_eq!(post.closes, closes, "{about}: the close");
            }
        }
        (Some(due), None) => {
            let at = due.at.as_millisecond();
            // Why is written down.
            let excused = team.is_rough(at - 60_000, at + 60_000)
                && row.is_some_and(|row| match row.state.as_str() {
                    "missed" | "unknown" | "retracted" => true,
                    "claimed" => team.trouble.is_some(),
                    _ => false,
                });
            assert!(now < at + WAITS || excused, "{about}: no prompt, due at {}: {row:?}", due.at);
        }
    }
}
