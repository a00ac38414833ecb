//! What must hold for polls after every day.

use super::{
    Poll, cast_at, channel,
    count::{Count, count},
};
use crate::simulation::{team::Team, town::Town};
use emulator::Message;
use helmsman::{
    app::polls,
    domain::{
        id::GuildId,
        poll::{self, Cancelled, State, Withdrawn},
    },
};
use sqlx::Row as _;
use std::collections::BTreeSet;

/// After the close: five seconds, and two minutes in which it is asked who is still there.
const LATEST: i64 = 130_000;

impl Town {
    /// Every poll closes or says why not, its result is that of the votes that people were told are counted, it is said
    /// once, and nothing is left of who chose whom.
    pub async fn check_polls(&mut self, t: usize, messages: &[&Message], context: &str) {
        let now = self.stage.now().as_millisecond();
        let guild = GuildId(self.teams[t].guild.id().get());
        let stored = polls::list(self.stage.store(), self.teams[t].id).await.unwrap();
        for poll in &stored {
            if !self.teams[t].polls.all.iter().any(|known| known.id == poll.id) {
                assert!(poll.by.is_none(), "{context}: nobody opened {poll:?}");
                self.learn_poll(t, poll.id).await;
            }
        }
        for poll in stored.iter().filter(|poll| poll.made_at >= self.checked) {
            match poll.by {
                None => check_weekly(&self.teams[t], poll, context),
                Some(_) => {
                    let told = self.teams[t].polls.opened.iter().filter(|told| **told == poll.situation);
                    assert_eq!(told.count(), 1, "{context}: who opened {poll:?}");
                }
            }
        }
        let results = channel::results(&self.teams[t], messages, context);
        for p in 0..self.teams[t].polls.all.len() {
            if self.teams[t].polls.all[p].done {
                continue;
            }
            let id = self.teams[t].polls.all[p].id;
            let stored = polls::one(self.stage.store(), guild, id).await.unwrap().expect("it is there");
            let (jobs, said) = self.said(id).await;
            let (team, about) = (&self.teams[t], format!("{context}: {stored:?}"));
            let poll = &team.polls.all[p];
            assert_eq!(stored.closes.as_millisecond(), poll.closes, "{about}: the close");
            let rough = team.is_rough(stored.made_at.as_millisecond() - 1_000, now);
            match stored.state {
                State::Claimed => assert!(team.trouble.is_some(), "{about}: not posted"),
                State::Open => {
                    let due = now > poll.closes + LATEST && team.back_at(poll.closes).is_none();
                    assert!(!due, "{about}: not closed");
                }
                State::Cancelled => {
                    let by_manager = stored.reason == Some(Cancelled::ByManager);
                    assert_eq!(by_manager, poll.cancelled, "{about}: who cancelled it");
                    assert!(by_manager || rough, "{about}: why is it cancelled");
                    assert_eq!(jobs, 0, "{about}: a result");
                }
                State::Closed => {
                    check_count(poll, &stored, team, &about);
                    assert_eq!(jobs, 1, "{about}: results");
                    assert!(said.is_some() || rough, "{about}: the result is not in the channel");
                    if let (Some(said), None) = (said, team.trouble) {
                        channel::check_result(team, &stored, said, messages, &about);
                    }
                }
            }
            let over = matches!(stored.state, State::Closed | State::Cancelled);
            assert!(results.get(&id).copied().unwrap_or(0) <= usize::from(over), "{about}: results");
            if team.trouble.is_none() {
                channel::check_message(team, poll, &stored, messages, (now, rough), &about);
            }
            let said = said.is_some() || stored.state == State::Cancelled;
            let settled = over && said && team.trouble.is_none();
            self.teams[t].polls.all[p].done = settled;
        }
    }

    /// How many results a poll has, and the message of one.
    async fn said(&self, id: helmsman::domain::id::PollId) -> (usize, Option<u64>) {
        let conn = &mut *self.stage.store().read().await.unwrap();
        let query = sqlx::query("SELECT state, message FROM outbox WHERE poll = ? AND kind = 'poll_result'");
        let rows = query.bind(id.0).fetch_all(conn).await.unwrap();
        let sent = rows.iter().find_map(|row| row.get::<Option<i64>, _>("message"));
        (rows.len(), sent.map(|id| id as u64))
    }

    /// Only open polls have ballots, and what was not to be shown is in no other file.
    pub async fn check_ballots(&self) {
        let open: Vec<(i64,)> = {
            let conn = &mut *self.stage.store().read().await.unwrap();
            let query = sqlx::query_as("SELECT id FROM poll WHERE state IN ('claimed', 'open') ORDER BY id");
            query.fetch_all(conn).await.unwrap()
        };
        let mut present: Vec<_> =
            self.stage.store().ballots().present().unwrap().into_iter().map(|id| (id.0,)).collect();
        present.sort();
        assert_eq!(present, open, "{}: files of ballots", self.stage.now());
        let mut shown = BTreeSet::new();
        for team in &self.teams {
            let guild = GuildId(team.guild.id().get());
            for poll in &team.polls.all {
                let stored = polls::one(self.stage.store(), guild, poll.id).await.unwrap();
                if let Some(poll::Outcome::Recognised { people, .. }) =
                    stored.and_then(|stored| stored.outcome)
                {
                    shown.extend(people.into_iter().flat_map(|person| person.evidence));
                }
            }
        }
        for file in self.stage.database() {
            let text = String::from_utf8_lossy(&file).into_owned();
            for (place, _) in text.match_indices("proof-") {
                let words = &text[place..];
                let known = shown.iter().any(|shown| words.starts_with(shown.as_str()));
                let words: String = words.chars().take(60).collect();
                assert!(known, "{}: {words} is in the main database", self.stage.now());
            }
        }
    }
}

/// It is the plain count of what counts, with what nobody was told about either way.
fn check_count(poll: &Poll, stored: &poll::Poll, team: &Team, about: &str) {
    let tallied = stored.tallied_at.expect("it is closed").as_millisecond();
    assert!(tallied >= poll.closes + 5_000, "{about}: counted early");
    let back = team.back_at(poll.closes).map_or(0, |back| back + 10_000);
    assert!(tallied >= back, "{about}: counted too soon after a break");
    for cast in poll.casts.iter().filter(|cast| cast.counts == Some(true)) {
        assert!(cast_at(cast) < tallied, "{about}: {cast:?}");
    }
    let nominees = check_withdrawn(poll, stored, team, about);
    let open: Vec<u64> = poll.casts.iter().filter(|cast| cast.counts.is_none()).map(|cast| cast.id).collect();
    let outcome = stored.outcome.as_ref().expect("it is closed");
    let mut counts: Vec<Count> = Vec::new();
    for mask in 0..1_u32 << open.len().min(12) {
        let counted = |cast: &super::Cast| {
            let place = open.iter().position(|id| *id == cast.id);
            cast.counts.unwrap_or_else(|| place.is_some_and(|place| mask >> place & 1 == 1))
        };
        let ballots: Vec<_> = (0..team.people.len()).map(|who| poll.ballot(who, counted)).collect();
        counts.push(count(&nominees, &ballots, poll.mode, poll.quorum));
    }
    assert!(counts.iter().any(|count| count.is(outcome)), "{about}: {counts:?} of {:?}", poll.casts);
}

/// Who has withdrawn is known, and who had left when it was counted. By place: who, and whether that person is out.
fn check_withdrawn(poll: &Poll, stored: &poll::Poll, team: &Team, about: &str) -> Vec<(usize, bool)> {
    let tallied = stored.tallied_at.expect("it is closed");
    // Who is there is asked for a while before it.
    let asked = tallied - jiff::SignedDuration::from_mins(3);
    let pairs = poll.nominees.iter().zip(&stored.nominees);
    let nominee = |((who, withdrew), stored): (&(usize, bool), &poll::Nominee)| {
        let member = &team.people[*who];
        let (gone, unclear) = (member.was_gone(tallied), member.came_or_went(asked, tallied));
        let rough = team.is_rough(asked.as_millisecond(), tallied.as_millisecond());
        let fits = match stored.withdrawn {
            Some(Withdrawn::Self_) => *withdrew,
            Some(Withdrawn::Left) => !withdrew && (gone || unclear),
            None => !withdrew && (!gone || unclear || rough),
        };
        assert!(fits, "{about}: {who} withdrew: {withdrew}, had left: {gone}");
        (*who, stored.withdrawn.is_some())
    };
    pairs.map(nominee).collect()
}

/// A weekly poll is about people of whom something was noted, who may be nominated.
fn check_weekly(team: &Team, poll: &poll::Poll, context: &str) {
    let made = poll.made_at;
    for nominee in &poll.nominees {
        let who = team.people.iter().position(|member| member.person.id().get() == nominee.user.0);
        let who = who.unwrap_or_else(|| panic!("{context}: a stranger in {poll:?}"));
        let may = team.polls.nominations.iter().rev().find(|(at, person, _)| *person == who && *at <= made);
        assert!(may.is_none_or(|(.., may)| *may), "{context}: {who} opted out of {poll:?}");
        let waits = |moment: &&super::Moment| {
            let there = moment.noted <= made && moment.dismissed.is_none_or(|dismissed| dismissed > made);
            moment.about == who && there
        };
        assert!(team.polls.moments.iter().any(|moment| waits(&moment)), "{context}: why {who} in {poll:?}");
    }
}
