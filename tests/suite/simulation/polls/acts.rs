//! What people and managers do about polls.

use super::{Cast, Moment, Poll, Step};
use crate::simulation::{people::Action, town::Town};
use futures_util::FutureExt;
use helmsman::{
    app::polls::{
        self, Ended, Opened, Refused, Withdrew,
        moments::{self, Note, Noted},
        people, weekly,
    },
    domain::{
        id::{CastId, DISCORD_EPOCH_MS, GuildId, UserId},
        poll::{Draft, Event, Mode},
        prompt::Theme,
    },
};
use jiff::{
    SignedDuration,
    civil::{Weekday, time},
};

impl Town {
    pub async fn poll_step(&mut self, t: usize, who: usize, step: Step) {
        // They wait until the channel can be used again.
        if self.teams[t].trouble.is_some() {
            return;
        }
        match step {
            Step::Vote => self.vote(t, who).await,
            Step::Withdraw => self.withdraw(t, who).await,
            Step::Note => self.note(t, who).await,
            Step::Opt => self.opt(t, who).await,
            Step::Open => self.open_poll(t).await,
            Step::Close | Step::Cancel => self.end_poll(t, matches!(step, Step::Cancel)).await,
            Step::Dismiss => self.dismiss(t).await,
            Step::Weekly => self.weekly(t).await,
        }
        self.settled().await;
    }

    fn guild(&self, t: usize) -> GuildId {
        GuildId(self.teams[t].guild.id().get())
    }

    fn user(&self, t: usize, who: usize) -> UserId {
        UserId(self.teams[t].people[who].person.id().get())
    }

    /// An id as Discord makes them for interactions. No two are alike.
    fn interaction(&mut self, t: usize) -> CastId {
        self.teams[t].notes += 1;
        let low = (t as u64) << 18 | (self.teams[t].notes & 0x3_ffff);
        CastId(((self.now_ms() - DISCORD_EPOCH_MS) as u64) << 22 | low)
    }

    async fn open_poll(&mut self, t: usize) {
        let now = self.stage.now();
        let cast = self.interaction(t);
        let users: Vec<_> = (0..self.teams[t].people.len()).map(|who| (who, self.user(t, who))).collect();
        let (guild, by) = (self.guild(t), UserId(self.teams[t].admin.id().get()));
        let team = &mut self.teams[t];
        let dice = &mut team.dice;
        let mut nominees = users;
        dice.shuffle(&mut nominees);
        nominees.truncate(2 + dice.below(nominees.len() - 1));
        let minutes = dice.pick(&[5, 30, 60, 60, 240, 1440, 2880]);
        let draft = Draft {
            situation: format!("Situation {}: *who* @everyone", team.notes),
            duration: format!("{minutes} min"),
            remind: dice.pick(&["", "", "4 min"]).to_owned(),
            nominees: nominees.iter().map(|(who, user)| (*user, format!("p{who}"))).collect(),
            mode: dice.pick(&[Mode::Recognised, Mode::Full]),
            quorum: dice.pick(&[0, 3, 4]),
            ..Draft::default()
        };
        let id = team.id;
        let mut opened = Vec::new();
        // The interaction may come twice.
        for seed in [cast.0.wrapping_mul(31), cast.0.wrapping_mul(37)] {
            let wanted = (guild, id);
            opened.push(
                polls::open(self.stage.store(), wanted, by, cast, draft.clone(), now, seed).await.unwrap(),
            );
        }
        assert_eq!(opened[0], opened[1], "team {t} at {now}");
        let team = &mut self.teams[t];
        let out = nominees.iter().any(|(who, _)| !team.polls.may_nominate(*who));
        match opened[0] {
            Opened::Yes(id) if !out => self.learn_poll(t, id).await,
            Opened::OptedOut(_) if out => {}
            ref other => panic!("team {t} at {now}: {other:?}, opted out: {out}"),
        }
    }

    /// A poll is there: who can be chosen in it, and when people will vote.
    pub async fn learn_poll(&mut self, t: usize, id: helmsman::domain::id::PollId) {
        let stored = polls::one(self.stage.store(), self.guild(t), id).await.unwrap().expect("it was opened");
        let place = |user: UserId| {
            let known = (0..self.teams[t].people.len()).find(|who| self.user(t, *who) == user);
            known.expect("nobody else is nominated")
        };
        let nominees = stored.nominees.iter().map(|one| (place(one.user), one.withdrawn.is_some())).collect();
        let poll = Poll {
            id,
            closes: stored.closes.as_millisecond(),
            nominees,
            mode: stored.mode,
            quorum: stored.quorum,
            casts: Vec::new(),
            cancelled: false,
            done: false,
        };
        let (now, closes) = (self.stage.now(), stored.closes);
        let length = closes.duration_since(now).as_secs().max(1);
        self.teams[t].polls.all.push(poll);
        for who in 0..self.teams[t].people.len() {
            for _ in 0..3 {
                let dice = &mut self.teams[t].dice;
                if !dice.chance(75) {
                    continue;
                }
                let somewhen = SignedDuration::from_secs(1 + dice.below(length as usize) as i64);
                // Around the close: the last second, the instant itself, before the count and after it.
                let edge =
                    closes.duration_since(now) + SignedDuration::from_secs(dice.pick(&[-1, 0, 3, 6, 60]));
                let wait = if dice.chance(15) { edge } else { somewhen };
                self.plan(now + wait, t, who, Action::Poll(Step::Vote));
            }
        }
    }

    /// Some poll that people still look at.
    fn some_poll(&mut self, t: usize) -> Option<usize> {
        let since = self.now_ms() - 120_000;
        let team = &mut self.teams[t];
        let open = |p: &usize| team.polls.all[*p].closes > since;
        let open: Vec<_> = (0..team.polls.all.len()).filter(open).collect();
        (!open.is_empty()).then(|| team.dice.pick(&open))
    }

    async fn vote(&mut self, t: usize, who: usize) {
        let Some(p) = self.some_poll(t) else { return };
        let cast = self.interaction(t);
        // Some clicks take their time.
        let delay = if self.fair { 0 } else { self.teams[t].dice.pick(&[0, 0, 0, 0, 0, 2_001, 7_001]) };
        let team = &mut self.teams[t];
        let poll = &team.polls.all[p];
        let choice = poll.ballot(who, |cast| cast.counts == Some(true)).choice;
        let dice = &mut team.dice;
        let place = dice.below(poll.nominees.len()) as u8;
        team.notes += 1;
        let event = match (choice, dice.below(10)) {
            (Some(_), 0) => Event::Unvote,
            (Some(about), 1..=3) => {
                let themes = (0..dice.below(4)).map(|_| dice.pick(&Theme::ALL)).collect();
                Event::Strengths { about, themes }
            }
            (Some(about), 4..=6) => {
                let show = dice.chance(60);
                let mark = if show { "shown" } else { "secret" };
                Event::Evidence {
                    about,
                    text: Some(format!("proof-{mark}-{t}x{} @everyone.", team.notes)),
                    show,
                }
            }
            _ => Event::Vote(place),
        };
        if delay > 0 {
            self.travel(self.stage.now() + SignedDuration::from_millis(delay)).await;
        }
        let (now, mut copies) =
            (self.stage.now(), if self.fair { 1 } else { 1 + self.teams[t].dice.below(3) });
        let wanted = polls::Cast {
            guild: self.guild(t),
            poll: self.teams[t].polls.all[p].id,
            voter: self.user(t, who),
            roles: Vec::new(),
            cast,
            event: event.clone(),
        };
        let mut counts = None;
        if !self.fair && self.teams[t].dice.chance(4) {
            // Nobody waits for what becomes of it.
            let _ = polls::cast(self.stage.store(), now, wanted.clone()).now_or_never();
            copies = 0;
        }
        for _ in 0..copies {
            let taken = polls::cast(self.stage.store(), now, wanted.clone()).await.unwrap();
            let taken = taken.map(|taken| taken.mine.ballot.choice());
            // A copy that comes after the first changes nothing, but may hear that nothing is left to change.
            if counts.is_none() {
                self.hear_vote(t, p, (who, cast.0, &event), &taken).await;
                counts = Some(taken.is_ok());
            }
        }
        self.teams[t].polls.all[p].casts.push(Cast { voter: who, id: cast.0, event, counts });
    }

    /// What a voter is told can be true.
    async fn hear_vote(
        &mut self,
        t: usize,
        p: usize,
        (who, id, event): (usize, u64, &Event),
        taken: &Result<Option<u8>, Refused>,
    ) {
        let now = self.now_ms();
        let stored =
            polls::one(self.stage.store(), self.guild(t), self.teams[t].polls.all[p].id).await.unwrap();
        let stored = stored.expect("it was opened");
        let poll = &self.teams[t].polls.all[p];
        let at = super::millis(id);
        let about = format!("team {t} at {now}: {event:?} of {who} cast {at} in {stored:?}: {taken:?}");
        let opens = stored.opens.map(|opens| opens.as_millisecond());
        let inside = opens.is_some_and(|opens| opens <= at) && at < poll.closes;
        let place = match event {
            Event::Vote(place) => Some(*place),
            Event::Strengths { about, .. } | Event::Evidence { about, .. } => Some(*about),
            Event::Unvote => None,
        };
        let nominee = place.map(|place| poll.nominees[usize::from(place)]);
        let unclear = poll.casts.iter().any(|cast| cast.voter == who && cast.counts.is_none());
        match taken {
            Ok(choice) => {
                assert!(inside && !poll.cancelled, "counted outside its time: {about}");
                assert!(stored.tallied_at.is_none(), "counted after the count: {about}");
                assert!(nominee.is_none_or(|(user, withdrew)| user != who && !withdrew), "{about}");
                let newest = poll.casts.iter().all(|cast| cast.voter != who || cast.id < id);
                if let (Event::Vote(place), true) = (event, newest) {
                    assert_eq!(*choice, Some(*place), "another choice was acknowledged: {about}");
                }
            }
            Err(Refused::Late(_)) => assert!(at >= poll.closes || stored.tallied_at.is_some(), "{about}"),
            Err(Refused::NotYet) => assert!(opens.is_none_or(|opens| at < opens), "{about}"),
            Err(Refused::Cancelled(_)) => assert!(stored.reason.is_some(), "{about}"),
            Err(Refused::Yourself) => assert!(nominee.is_some_and(|(user, _)| user == who), "{about}"),
            Err(Refused::Withdrawn(..)) => assert!(nominee.is_some_and(|(_, withdrew)| withdrew), "{about}"),
            // Only where it is not known what stands.
            Err(Refused::AboutAnother(_) | Refused::NoVote) => assert!(unclear, "{about}"),
            Err(other) => panic!("{other:?}: {about}"),
        }
    }

    async fn withdraw(&mut self, t: usize, who: usize) {
        let Some(p) = self.some_poll(t) else { return };
        let (now, user, guild) = (self.stage.now(), self.user(t, who), self.guild(t));
        let id = self.teams[t].polls.all[p].id;
        let done = polls::withdraw_nominee(self.stage.store(), guild, id, user, now).await.unwrap();
        let poll = &mut self.teams[t].polls.all[p];
        let seat = poll.nominees.iter_mut().find(|(nominee, _)| *nominee == who);
        match (done, seat) {
            (Withdrew::NotNominated, None) | (Withdrew::Already, Some((_, true))) => {}
            (Withdrew::NotOpen(stored), Some((_, false))) => {
                let over = stored.tallied_at.is_some() || stored.reason.is_some() || stored.closes <= now;
                assert!(over || stored.opens.is_none());
            }
            (Withdrew::Yes(_), Some(seat)) if !seat.1 => {
                seat.1 = true;
                // With one left there is nothing to choose.
                if poll.nominees.iter().filter(|(_, withdrew)| !withdrew).count() < 2 {
                    poll.closes = poll.closes.min(now.as_millisecond());
                }
            }
            (other, seat) => panic!("team {t} at {now}: {who} withdraws: {other:?}, {seat:?}"),
        }
    }

    async fn end_poll(&mut self, t: usize, cancel: bool) {
        let Some(p) = self.some_poll(t) else { return };
        let (now, guild, by) = (self.stage.now(), self.guild(t), UserId(self.teams[t].admin.id().get()));
        let id = self.teams[t].polls.all[p].id;
        let store = self.stage.store();
        let ended = match cancel {
            true => polls::cancel(store, guild, id, by, now).await.unwrap(),
            false => polls::close_early(store, guild, id, by, now).await.unwrap(),
        };
        let poll = &mut self.teams[t].polls.all[p];
        match ended {
            Ended::Yes(_) if cancel => poll.cancelled = true,
            Ended::Yes(_) => poll.closes = now.as_millisecond(),
            Ended::NotOpen(stored) => {
                let over = stored.tallied_at.is_some() || stored.reason.is_some() || stored.opens.is_none();
                assert!(over || (!cancel && stored.closes <= now), "team {t} at {now}: {stored:?}");
            }
            Ended::NotFound => panic!("team {t} at {now}: no poll {id}"),
        }
    }

    async fn note(&mut self, t: usize, who: usize) {
        let cast = self.interaction(t);
        let (now, people) = (self.stage.now(), self.teams[t].people.len());
        let about = self.teams[t].dice.below(people);
        let text = format!("Moment {} @everyone", self.teams[t].notes);
        let note = Note {
            guild: self.guild(t),
            team: self.teams[t].id,
            cast,
            author: self.user(t, who),
            about: self.user(t, about),
            name: format!("p{about}"),
            text: text.clone(),
            link: None,
        };
        let noted = moments::note(self.stage.store(), note.clone(), now).await.unwrap();
        let again = moments::note(self.stage.store(), note, now).await.unwrap();
        let polls = &mut self.teams[t].polls;
        match noted {
            Noted::Yes(_) if about != who && polls.may_nominate(about) => {
                assert_eq!(again, Noted::Already, "team {t} at {now}");
                polls.moments.push(Moment { about, text, noted: now, dismissed: None });
            }
            Noted::Yourself if about == who => {}
            Noted::OptedOut if !polls.may_nominate(about) => {}
            other => panic!("team {t} at {now}: {who} notes about {about}: {other:?}"),
        }
    }

    async fn opt(&mut self, t: usize, who: usize) {
        let (now, on) = (self.stage.now(), !self.teams[t].polls.may_nominate(who));
        let (guild, user) = (self.guild(t), self.user(t, who));
        people::set_nominations(self.stage.store(), guild, user, on).await.unwrap();
        self.teams[t].polls.nominations.push((now, who, on));
    }

    async fn dismiss(&mut self, t: usize) {
        let (now, by) = (self.stage.now(), UserId(self.teams[t].admin.id().get()));
        let place = (self.guild(t), self.teams[t].id);
        let waiting = moments::waiting(self.stage.store(), place.1, now).await.unwrap();
        if waiting.is_empty() {
            return;
        }
        let moment = self.teams[t].dice.pick(&waiting);
        let dismissed = moments::dismiss(self.stage.store(), place, moment.id, by, now).await.unwrap();
        assert_eq!(dismissed.map(|moment| moment.id), Some(moment.id), "team {t} at {now}");
        let known = self.teams[t].polls.moments.iter_mut().find(|known| known.text == moment.text);
        known.expect("somebody noted it").dismissed = Some(now);
    }

    async fn weekly(&mut self, t: usize) {
        let (now, by) = (self.stage.now(), UserId(self.teams[t].admin.id().get()));
        let place = (self.guild(t), self.teams[t].id);
        let seen = weekly::mark(weekly::get(self.stage.store(), place.1).await.unwrap().as_ref());
        let dice = &mut self.teams[t].dice;
        if dice.chance(20) {
            weekly::off(self.stage.store(), place, by, seen, now).await.unwrap();
            return;
        }
        let weekday = dice.pick(&[Weekday::Monday, Weekday::Wednesday, Weekday::Friday, Weekday::Sunday]);
        let at = time(9 + dice.below(8) as i8, dice.pick(&[0, 30]), 0, 0);
        let length = SignedDuration::from_hours(dice.pick(&[1, 8, 24]));
        let set = weekly::set(self.stage.store(), place, by, seen, (weekday, at, length), now).await.unwrap();
        assert!(matches!(set, weekly::Set::Yes(_)), "team {t} at {now}: {set:?}");
    }
}
