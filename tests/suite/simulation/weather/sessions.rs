//! Sessions that are resumed or lost, black holes, restarts and downtimes.

use super::Rough;
use crate::simulation::{people::Action, town::Town};
use jiff::{SignedDuration, Timestamp};

impl Town {
    /// The session goes on at another connection; what happens meanwhile is told there.
    pub async fn come_again(&mut self, t: usize, cut: bool) {
        self.settled().await;
        let (discord, app) = (self.stage.discord.clone(), self.stage.app.clone());
        let resumes =
            |sessions: Vec<emulator::SessionInfo>| sessions.iter().map(|one| one.resumes).sum::<u64>();
        let before = resumes(discord.sessions(&app));
        match cut {
            true => discord.drop_connections(&app, true),
            false => discord.ask_to_reconnect(&app),
        }
        let people = self.teams[t].people.len();
        let who = self.teams[t].dice.below(people);
        // What is sent behind an op 7 may be sent twice, and nobody can count on it.
        if cut && let Some((p, said)) = self.say_reply(t, who) {
            self.remember_reply(t, p, who, said, false);
        }
        let id = app.id;
        discord
            .wait_for(|world| {
                let own = || world.sessions.values().filter(|one| one.app == id);
                let again = own().map(|one| one.resumes).sum::<u64>() > before;
                (again && own().any(|one| one.connected())).then_some(())
            })
            .await;
        self.settled().await;
    }

    /// Nothing that happens until the next session is told. One whose connection is a black hole may be resumed.
    pub async fn lose_session(&mut self, black_hole: bool) {
        let (discord, app) = (self.stage.discord.clone(), self.stage.app.clone());
        self.sign_of_life().await;
        match black_hole {
            true => discord.black_hole(&app),
            false => discord.drop_connections(&app, false),
        }
        let now = self.stage.now();
        for t in 0..self.teams.len() {
            let people = self.teams[t].people.len();
            let who = self.teams[t].dice.below(people);
            self.act_unheard(t, who, Action::Reply);
            self.act_unheard(t, who, Action::Answer);
        }
        self.everywhere(now, now);
        discord.wait_ready(&app).await;
        self.settled().await;
    }

    /// The bot is away for a while, and people are not.
    pub async fn restart(&mut self) {
        self.sign_of_life().await;
        let from = self.stage.now();
        let minutes = self.dice.pick(&[0, 0, 5, 40, 130, 400]);
        let until = from + SignedDuration::from_mins(minutes);
        self.stage.sleep().await;
        for (at, team, who, action) in self.due_until(until) {
            match action {
                // They are people too, but need somebody who listens.
                Action::Manager(_) | Action::Weather(_) => self.plan(until, team, who, action),
                Action::Poll(step) if step.waits() => self.plan(until, team, who, action),
                action => {
                    self.stage.discord.clock().set(at);
                    self.act_unheard(team, who, action);
                }
            }
        }
        self.stage.discord.clock().set(until);
        self.everywhere(from, until);
        self.stage.wake().await;
        self.settled().await;
    }

    /// An outage begins with the last event: it is to be now.
    pub async fn sign_of_life(&mut self) {
        self.lighthouse.0.say(&self.lighthouse.1, "Calm tonight.");
        self.settled().await;
    }

    pub fn everywhere(&mut self, from: Timestamp, until: Timestamp) {
        let end = Some(until + SignedDuration::from_mins(10));
        for team in &mut self.teams {
            let lost = Rough { lost: true, ..Rough::new(from, end) };
            team.weather.push(lost);
            team.weather.push(Rough { silent: true, away: true, until: Some(until), ..lost });
        }
    }
}
