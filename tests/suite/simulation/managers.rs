//! What managers and moderators do: pause, resume, skip (and take that back), post by hand, edit, enter days off, excuse, delete.

use super::{calendar::number, people::Action, town::Town};
use crate::streaks::raw;
use helmsman::{
    app::{
        days_off, excusing,
        managing::{self, Skip, Unskip},
        posting::{self, ByHand, Wanted},
    },
    domain::{
        id::{GuildId, UserId},
        library::Library,
    },
};
use jiff::{SignedDuration, ToSpan, civil::time};
use std::sync::Arc;

/// Something that a manager wants.
#[derive(Clone, Copy, Debug)]
pub enum Wish {
    /// Pauses what runs, resumes what is paused.
    Pause,
    Skip,
    Post,
    Edit,
    DayOff,
    Excuse,
    /// A moderator deletes a recent prompt.
    Delete,
}

impl Town {
    /// Plans what managers want on the day that begins.
    pub fn plan_managers(&mut self) {
        let now = self.stage.now();
        let rare = [
            (4, Wish::Pause),
            (4, Wish::Skip),
            (5, Wish::Post),
            (4, Wish::Edit),
            (4, Wish::DayOff),
            (8, Wish::Excuse),
            (3, Wish::Delete),
        ];
        for t in 0..self.teams.len() {
            // What was paused is not left so for long.
            let paused = self.teams[t].calendar.plan().is_none();
            let dice = &mut self.teams[t].dice;
            let mut wanted: Vec<_> = rare.iter().filter(|(often, _)| dice.chance(*often)).collect();
            if paused && dice.chance(40) {
                wanted.push(&rare[0]);
            }
            for (_, wish) in wanted {
                let at = now + SignedDuration::from_secs(77 * self.teams[t].dice.below(1_100) as i64);
                self.plan(at, t, 0, Action::Manager(*wish));
            }
        }
    }

    pub async fn manage(&mut self, t: usize, wish: Wish) {
        // They wait until things can be done again.
        if self.teams[t].trouble.is_some() {
            return;
        }
        match wish {
            Wish::Pause => self.pause(t).await,
            Wish::Skip => self.skip(t).await,
            Wish::Post => self.post(t).await,
            Wish::Edit => self.edit(t).await,
            Wish::DayOff => self.day_off(t).await,
            Wish::Excuse => self.excuse(t).await,
            Wish::Delete => self.delete(t).await,
        }
    }

    async fn pause(&mut self, t: usize) {
        let now = self.stage.now();
        let team = &mut self.teams[t];
        let (word, plan) = match team.calendar.plan() {
            Some(_) => ("series pause", None),
            None => ("series resume", team.calendar.last_plan()),
        };
        let response = team.admin.slash(&team.channel, word, &[]).await;
        assert!(response.failed().is_none(), "{word}: {}", response.text());
        team.calendar.agree(now, plan);
        self.settled().await;
    }

    async fn skip(&mut self, t: usize) {
        let now = self.stage.now();
        let team = &mut self.teams[t];
        let skipped =
            managing::skip(self.stage.store(), team.id, team.schedule, UserId(1), now).await.unwrap();
        let next = match team.calendar.plan() {
            Some(_) => team.calendar.next(now).map_or(Skip::NotRunning, |(day, _)| Skip::Skipped(day)),
            None => Skip::NotRunning,
        };
        assert_eq!(skipped, next, "team {t} at {now}: the next date");
        if let Skip::Skipped(day) = skipped {
            team.calendar.skipped.push((day, now));
            if team.dice.chance(30) {
                let back = managing::unskip(self.stage.store(), team.id, team.schedule, UserId(1), day, now);
                assert_eq!(back.await.unwrap(), Unskip::Done, "team {t} at {now}: the skip of {day}");
                team.calendar.skipped.pop();
            }
        }
        self.settled().await;
    }

    async fn post(&mut self, t: usize) {
        let now = self.stage.now();
        let team = &mut self.teams[t];
        let library = Arc::new(Library::builtin());
        let series = library.default_series().id.clone();
        // The id of an interaction: no two are alike, and one may be delivered twice.
        team.extras += 1;
        let interaction = (now.as_millisecond() as u64) << 8 | t as u64;
        for expected in [true, false] {
            let wanted = Wanted { team: team.id, series: series.clone(), prompt: None };
            let seed = interaction.wrapping_mul(31) + u64::from(expected);
            let done = posting::by_hand(self.stage.store(), &library, wanted, interaction, now, seed).await;
            assert_eq!(matches!(done.as_ref().unwrap(), ByHand::Claimed(_)), expected, "{done:?}");
        }
        self.settled().await;
    }

    async fn edit(&mut self, t: usize) {
        let now = self.stage.now();
        let mut team = self.teams.swap_remove(t);
        if let Some(mut plan) = team.calendar.plan().cloned() {
            let dice = &mut team.dice;
            if dice.chance(60) {
                plan.at = time(7 + dice.below(12) as i8, dice.pick(&[0, 10, 30, 40]), 0, 0);
            }
            if dice.chance(40) {
                plan.weekdays[dice.below(5)] ^= true;
                plan.weekdays[5] = true;
            }
            if dice.chance(40) {
                plan.window = SignedDuration::from_mins(dice.pick(&[90, 600, 1440, 1440, 4320]));
            }
            plan.thread ^= dice.chance(30);
            self.agree(&mut team, plan).await;
        }
        self.teams.push(team);
        let last = self.teams.len() - 1;
        self.teams.swap(t, last);
        assert_eq!(self.stage.now(), now);
        self.settled().await;
    }

    async fn day_off(&mut self, t: usize) {
        let now = self.stage.now();
        let team = &mut self.teams[t];
        let from = team.calendar.local(now).saturating_add((team.dice.below(8) as i64).days());
        let to = from.saturating_add((team.dice.below(3) as i64).days());
        let id = team.id;
        let (guild, by) = (GuildId(team.guild.id().get()), UserId(team.admin.id().get()));
        let wish = days_off::Wish { from, to, name: "The regatta".into() };
        match days_off::add(self.stage.store(), now, (guild, id), by, wish).await.unwrap() {
            days_off::Added::Done => team.calendar.off.push((from, to, now)),
            days_off::Added::Already(_) => {}
            other => panic!("team {t} at {now}: {from} to {to}: {other:?}"),
        }
        self.settled().await;
    }

    async fn excuse(&mut self, t: usize) {
        let now = self.stage.now();
        self.adopt(t).await;
        let team = &mut self.teams[t];
        let closed: Vec<_> =
            team.posts.iter().rev().filter(|post| post.tallied).take(15).map(|p| p.day).collect();
        if closed.is_empty() {
            return;
        }
        let (day, who) = (team.dice.pick(&closed), team.dice.below(team.people.len()));
        let user = UserId(team.people[who].person.id().get());
        let (id, guild, by) = (team.id, GuildId(team.guild.id().get()), UserId(team.admin.id().get()));
        let excuses = &mut team.people[who].excuses;
        let (store, place) = (self.stage.store(), (guild, id));
        if let Some(old) = excuses.iter_mut().find(|one| one.day == number(day) && !one.undone) {
            old.undone = true;
            assert!(excusing::undo(store, now, place, by, user, day).await.unwrap());
            return;
        }
        let wish = excusing::Wish { user, day, reason: "on a course".into() };
        match excusing::excuse(store, now, place, by, wish).await.unwrap() {
            excusing::Excused::Done => excuses.push(raw::Excuse { day: number(day), undone: false }),
            // Too long ago, or another prompt of that day is still open or was taken back.
            excusing::Excused::TooOld(_) | excusing::Excused::Open | excusing::Excused::NoPrompt => {}
            other => panic!("team {t} at {now}: an excuse for {day}: {other:?}"),
        }
    }

    async fn delete(&mut self, t: usize) {
        let now = self.stage.now();
        let team = &mut self.teams[t];
        let recent = team.posts.len().saturating_sub(2)..team.posts.len();
        if recent.is_empty() {
            return;
        }
        let p = recent.start + team.dice.below(recent.len());
        let post = &mut team.posts[p];
        if team.admin.delete(&post.message) {
            post.deleted = Some(now.as_millisecond());
            post.retracted = true;
        }
        self.settled().await;
    }
}
