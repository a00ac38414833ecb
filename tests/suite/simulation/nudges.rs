//! The nudge before a prompt closes, worked out from what people did: once, with the right numbers, and only where it is
//! wanted.

use super::{
    calendar::number,
    post::{Nudge, Post},
    shown,
    team::Team,
    town::Town,
};
use emulator::Message;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A nudge that was held up is said until so shortly before the close, and a moment later if its sending takes time.
const TOO_LATE: i64 = 10 * 60_000 - 90_000;
/// Regulars are those who answered on one of so many prompt days before.
const LOOK_BACK: usize = 10;

impl Team {
    /// A nudge is in the channel: it is that of an open prompt, and its first.
    pub fn saw_nudge(&mut self, message: &Message, nudge: &shown::Nudge) {
        let at = message.id.millis();
        let rough = self.is_rough(at - 600_000, at);
        let about = format!("{}: {}", message.id.millis(), message.text());
        let post = match nudge.prompt {
            Some(prompt) => self.posts.iter().rposition(|post| post.message.id.get() == prompt),
            // What may not be read is not replied to. Two prompts may close at the same instant.
            None => {
                let fits = |post: &Post| rough && post.closes == nudge.closes && post.nudge != Nudge::None;
                let waits = |post: &Post| fits(post) && post.nudge != Nudge::Said;
                let named = |post: &Post| waits(post) && message.text().contains(&post.title);
                let find = |like: &dyn Fn(&Post) -> bool| self.posts.iter().rposition(like);
                find(&named).or_else(|| find(&waits)).or_else(|| find(&fits))
            }
        };
        let post = &mut self.posts[post.unwrap_or_else(|| panic!("a nudge of nothing at {about}"))];
        assert!(at < post.closes - TOO_LATE, "a nudge that comes too late at {about}");
        let (answered, all) = nudge.count;
        assert!(all >= 3 && answered < all, "a nudge that nobody needs at {about}");
        match post.nudge {
            Nudge::Planned(due) => assert!(at >= due, "an early nudge, due {due}, at {about}"),
            Nudge::Doubtful => {}
            Nudge::None => panic!("a nudge that nobody wants at {about}"),
            Nudge::Said => panic!("a second nudge at {about}"),
        }
        post.nudge = Nudge::Said;
        post.nudged = Some(nudge.count);
    }

    /// How many answered on a day, and how many were to be expected; None if that cannot be told.
    fn expected_on(&self, day: Date) -> Option<(u32, u32)> {
        let posted = |post: &&Post| !post.retracted && !post.unknown;
        let days: BTreeSet<Date> =
            self.posts.iter().filter(posted).map(|post| post.day).filter(|one| *one < day).collect();
        let before: Vec<Date> = days.into_iter().rev().take(LOOK_BACK).collect();
        let (mut answered, mut missing) = (0, 0);
        for (who, member) in self.people.iter().enumerate() {
            let counts = |post: &&Post| post.day == day || before.contains(&post.day);
            if !self.posts.iter().filter(counts).all(|post| post.is_clear(who)) {
                return None;
            }
            let on = |post: &&Post, day: Date| post.day == day && post.hands[who].standing().stands;
            let regular = before.iter().any(|day| self.posts.iter().any(|post| on(&post, *day)));
            let n = number(day);
            // Who is back is expected again.
            let is_away = |away: &&crate::streaks::raw::Away| {
                away.from <= n && n <= away.to && away.ended.is_none_or(|(end, _)| n < end)
            };
            let is_off = member.away.iter().any(|away| is_away(&away))
                || member.excuses.iter().any(|excuse| excuse.day == n && !excuse.undone);
            if self.posts.iter().any(|post| on(&post, day)) {
                answered += 1;
            } else if regular && !is_off {
                missing += 1;
            }
        }
        Some((answered, answered + missing))
    }
}

impl Town {
    /// Looks at every nudge whose time has come: it is there, with the right numbers, or there is a reason why not.
    pub async fn judge_nudges(&mut self) {
        let now = self.stage.now().as_millisecond();
        for t in 0..self.teams.len() {
            let due = |post: &Post| match post.nudge {
                Nudge::Planned(due) => due <= now,
                Nudge::Said => post.nudged.is_some(),
                Nudge::None | Nudge::Doubtful => false,
            };
            if !self.teams[t].posts.iter().any(due) {
                continue;
            }
            self.adopt(t).await;
            let calm = self.calm(t) && self.teams[t].trouble.is_none();
            let team = &mut self.teams[t];
            for p in (0..team.posts.len()).filter(|p| due(&team.posts[*p])).collect::<Vec<_>>() {
                let post = &team.posts[p];
                let about =
                    format!("team {t} at {}: prompt {} of {}", self.stage.now(), post.occurrence, post.day);
                let expected = if calm { team.expected_on(post.day) } else { None };
                let open = !post.retracted && !post.unknown && !post.tallied;
                let wanted = |(answered, of): (u32, u32)| open && of >= 3 && answered < of;
                match (post.nudged, expected) {
                    (Some(said), Some(expected)) => assert_eq!(said, expected, "{about}: the nudge"),
                    (None, Some(expected)) => assert!(!wanted(expected), "{about}: no nudge: {expected:?}"),
                    (_, None) => {}
                }
                let post = &mut team.posts[p];
                post.nudge = match (post.nudged.take(), expected) {
                    (Some(_), _) => Nudge::Said,
                    (None, Some(_)) => Nudge::None,
                    (None, None) => Nudge::Doubtful,
                };
            }
        }
    }
}
