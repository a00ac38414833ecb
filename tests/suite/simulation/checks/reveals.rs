//! What must hold for reveals: one for each closed prompt, in its time, and nothing in it but what people said.

use super::{Row, WAITS, notes};
use crate::simulation::{
    post::{Post, millis},
    shown::{self, Reveal, Shown},
    team::Team,
    weather::Rough,
};
use emulator::Message;
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::collections::HashMap;

/// One reveal for each closed prompt: after the close, before the next prompt, and not on a day without one.
pub fn check_reveals(
    team: &Team,
    rows: &[Row],
    messages: &[&Message],
    (since, now): (Timestamp, Timestamp),
    context: &str,
) {
    let mut of = HashMap::new();
    for message in messages {
        let Shown::Reveal(reveal) = shown::read(message) else { continue };
        let prompt = reveal.prompt.or_else(|| {
            // What may not be read is not replied to; or its prompt was deleted while it was on its way.
            let at = message.id.millis();
            assert!(team.is_rough(at - 600_000, at), "{context}: of nothing: {}", reveal.text);
            let row = rows.iter().find(|row| row.said_in == Some(message.id.get() as i64));
            Some(row?.message? as u64)
        });
        let Some(prompt) = prompt else { continue };
        assert!(of.insert(prompt, (message.id.get(), reveal)).is_none(), "{context}: a second reveal");
    }
    for post in &team.posts {
        let about = format!("{context}: the reveal of {} of {}", post.occurrence, post.day);
        let row = rows.iter().find(|row| row.id == post.occurrence).expect("checked before");
        let revealed = of.get(&post.message.id.get());
        if let Some(deleted) = post.deleted {
            let late = revealed.is_some_and(|(id, _)| millis(*id) > deleted + WAITS);
            assert!(!late, "{about} came after its prompt was deleted");
            continue;
        }
        if !post.tallied {
            assert!(revealed.is_none(), "{about} is there, and the prompt is not closed");
            continue;
        }
        let next = team.posts.iter().find(|next| next.opens >= post.closes.max(row.tallied_at.unwrap_or(0)));
        let rough =
            team.is_rough(post.closes - 3_600_000, next.map_or(now.as_millisecond(), |next| next.opens));
        let Some((id, reveal)) = revealed else {
            let shut = |one: &Rough| one.stops;
            let excuse = match row.said.as_deref() {
                // The admin is told.
                Some("unknown") => true,
                // Nothing can be said there, or could not when it was time to.
                Some("waiting" | "sending" | "searching") => team.trouble.is_some(),
                Some("refused") => team.rough_ms(post.closes, now.as_millisecond()).any(shut),
                // In doubt for longer than it may be.
                Some("dropped") => {
                    post.retracted || team.rough_ms(post.closes, now.as_millisecond()).any(|one| one.deaf)
                }
                Some(_) => false,
                None => row.reveal == "held" && next.is_none(),
            };
            assert!(excuse, "{about} is missing, next {:?}: {row:?}", next.map(|next| next.opens));
            continue;
        };
        assert!(millis(*id) >= post.closes + 5_000, "{about} came early");
        if post.opens < since.as_millisecond() {
            continue;
        }
        check_reveal(team, post, reveal, &about);
        if rough {
            continue;
        }
        // A prompt waits for a minute, and not for longer: not for what closes at the end of that.
        let waited = |next: &Post| team.due_of(next).is_some_and(|due| next.opens >= due + WAITS);
        let before = next.is_none_or(|next| *id < next.message.id.get() || waited(next));
        assert!(before, "{about} came after the next prompt");
        // Friday's on Monday, unless something was changed meanwhile.
        let closed = Timestamp::from_millisecond(post.closes).unwrap();
        // What is to come on the day of the close decides, whether it comes or not.
        let until = next.map_or(now, |next| Timestamp::from_millisecond(next.opens).unwrap());
        let until = until.max(closed + SignedDuration::from_hours(24));
        let unchanged = team.calendar.unchanged(closed - SignedDuration::from_hours(36), until);
        let goes_on = team.calendar.lines.iter().filter_map(|line| line.plan_at(closed)).any(|plan| {
            // Nothing waits for the end of a pause.
            plan.held.is_none_or(|held| held < post.day.saturating_sub(7.days()))
        });
        if unchanged && !team.calendar.asks_on(team.calendar.local(closed)) && goes_on {
            // The next prompt may still wait for another close.
            let just_before = next.is_some_and(|next| millis(*id) >= next.opens - WAITS - 1_000);
            let next = next.map(|next| (next.opens, next.extra));
            assert!(
                just_before,
                "{about} did not wait for the next prompt: {} {row:?} {next:?}",
                millis(*id)
            );
        }
    }
}

fn check_reveal(team: &Team, post: &Post, reveal: &Reveal, about: &str) {
    assert_eq!(reveal.answered, post.standing(), "{about}: {}", reveal.text);
    let standing: Vec<_> = post.hands.iter().map(|hand| hand.standing()).collect();
    let count = |n: usize| {
        let picked = standing.iter().filter(|one| one.stands && one.option.map(usize::from) == Some(n));
        picked.count() as u32
    };
    let buttons = post.message.buttons();
    let picks = buttons.iter().filter(|b| b.custom_id.as_ref().is_some_and(|id| id.starts_with("pick")));
    let counts: Vec<_> = (0..picks.count()).map(count).collect();
    let split = (counts.iter().sum::<u32>() >= 3).then_some(counts);
    assert_eq!(reveal.split, split, "{about}: {}", reveal.text);
    let mut told = notes(&reveal.text);
    told.sort();
    let mut shared: Vec<_> = standing
        .iter()
        .filter(|one| one.shared)
        .filter_map(|one| one.note.as_ref()?.split('.').next().map(ToOwned::to_owned))
        .collect();
    shared.sort();
    assert_eq!(told, shared, "{about}: {}", reveal.text);
    for (who, one) in standing.iter().enumerate() {
        let name = format!("<@{}>:", team.people[who].person.id());
        assert_eq!(reveal.text.contains(&name), one.shared, "{about}: {who} in {}", reveal.text);
    }
}
