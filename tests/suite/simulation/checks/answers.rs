//! What the database holds of each person, against what that person did and was told.

use crate::simulation::{
    post::{Fate, Standing},
    town::Town,
};
use helmsman::{
    domain::{
        answer::Answer,
        id::{OccurrenceId, UserId},
    },
    store::{answer, streak},
};
use jiff::Timestamp;

impl Town {
    /// Of deeds whose fate nobody was told: which of them the database holds.
    pub async fn find_out(&mut self, t: usize) {
        let conn = &mut *self.stage.store().read().await.unwrap();
        let team = &mut self.teams[t];
        for post in &mut team.posts {
            for (who, hand) in post.hands.iter_mut().enumerate() {
                let is_open = |fate| !matches!(fate, Fate::Taken | Fate::Not);
                let open: Vec<_> = (0..hand.deeds.len()).filter(|n| is_open(hand.deeds[*n].fate)).collect();
                if open.is_empty() {
                    continue;
                }
                let user = UserId(team.people[who].person.id().get());
                let stored = answer::get(conn, OccurrenceId(post.occurrence), user).await.unwrap();
                let stored = stored.map_or(Standing::default(), |answer| stands(&answer));
                let before = hand.deeds.clone();
                let fits = (0..1_u32 << open.len()).any(|mask| {
                    for (bit, n) in open.iter().enumerate() {
                        hand.deeds[*n].fate = if mask >> bit & 1 == 1 { Fate::Taken } else { Fate::Not };
                    }
                    hand.standing() == stored
                });
                assert!(fits, "team {t}: {who} on {}: {stored:?} of {before:?}", post.day);
                if !post.tallied && !post.retracted {
                    // It may still be read back.
                    hand.deeds = before;
                }
            }
        }
    }

    /// The database holds what each person was told, and the streak that follows from it.
    pub async fn check_answers(&self, t: usize, since: Timestamp, context: &str) {
        let team = &self.teams[t];
        let conn = &mut *self.stage.store().read().await.unwrap();
        for post in team.posts.iter().filter(|post| post.closes >= since.as_millisecond()) {
            for (who, hand) in post.hands.iter().enumerate() {
                let user = UserId(team.people[who].person.id().get());
                let stored = answer::get(conn, OccurrenceId(post.occurrence), user).await.unwrap();
                let stored = stored.map_or(Standing::default(), |answer| stands(&answer));
                if !post.is_clear(who) {
                    continue;
                }
                let deeds = &hand.deeds;
                assert_eq!(stored, hand.standing(), "{context}: {who} on {}: {deeds:?}", post.day);
            }
        }
        for (who, member) in team.people.iter().enumerate() {
            let user = UserId(member.person.id().get());
            let cached = streak::get(conn, team.id, user).await.unwrap();
            let cached = cached.map_or(Default::default(), |(cached, _)| cached.now);
            if !team.is_clear(who) {
                continue;
            }
            let naive = team.streak(who);
            let (len, best, p) = (cached.len, cached.best, u32::from(cached.p));
            let facts = || {
                let last = team.posts.iter().rev().take(4);
                last.map(|post| (post.day, post.tallied, post.retracted, post.extra, &post.hands[who].deeds))
                    .collect::<Vec<_>>()
            };
            let naive = (naive.len, naive.best, naive.p);
            assert_eq!((len, best, p), naive, "{context}: the streak of {who}, who lately did {:?}", facts());
        }
    }
}

fn stands(answer: &Answer) -> Standing {
    Standing {
        stands: answer.stands(),
        option: answer.option(),
        note: answer.current_note().map(|note| note.text.clone()),
        shared: answer.shared_note().is_some(),
    }
}
