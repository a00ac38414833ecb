//! Troubles of one team: permissions, channels and servers that go and come back.

use super::{Rough, Trouble, Weather};
use crate::{
    harness::INVITED,
    simulation::{people::Action, town::Town},
};
use emulator::bits;
use helmsman::store::schedule::State;
use jiff::SignedDuration;

impl Town {
    pub async fn trouble(&mut self, t: usize, trouble: Trouble, lasts: SignedDuration) {
        self.settled().await;
        let now = self.stage.now();
        let team = &mut self.teams[t];
        if team.trouble.is_some() {
            return;
        }
        let post = bits::VIEW_CHANNEL | bits::SEND_MESSAGES | bits::EMBED_LINKS;
        let here = bits::VIEW_CHANNEL | bits::SEND_MESSAGES;
        let read = bits::VIEW_CHANNEL | bits::READ_MESSAGE_HISTORY;
        let (stops, silent, deaf) = match trouble {
            Trouble::Denied(denied) => (denied & post != 0, denied & here != 0, denied & read != 0),
            Trouble::Channel | Trouble::Removed => (true, true, true),
            Trouble::Outage => (false, true, true),
        };
        match trouble {
            Trouble::Denied(denied) => team.channel.deny(&team.guild.app_role(&self.stage.app), denied),
            Trouble::Channel => team.channel.delete(),
            Trouble::Removed => team.guild.remove_app(&self.stage.app),
            Trouble::Outage => team.guild.set_unavailable(true),
        }
        team.trouble = Some(trouble);
        let gone = trouble == Trouble::Channel;
        team.weather.push(Rough {
            from: now,
            until: None,
            deaf,
            silent,
            lost: silent,
            away: false,
            stops,
            gone,
        });
        if stops && !team.calendar.rests() {
            for line in team.calendar.lines.iter_mut().filter(|line| line.state == State::Active) {
                line.stop(now, State::Suspended);
            }
            // Whoever removed the bot knows.
            team.alerts += usize::from(trouble != Trouble::Removed);
        }
        if deaf && !stops {
            // Now what is in doubt stays so.
            for due in self.teams[t].calendar.between(now, now + lasts) {
                self.plan(due.at - SignedDuration::from_secs(1), t, 0, Action::Weather(Weather::Doubt));
            }
        }
        self.plan(now + lasts, t, 0, Action::Weather(Weather::Over(trouble)));
        self.settled().await;
    }

    pub async fn over(&mut self, t: usize, trouble: Trouble) {
        let app = self.stage.app.clone();
        let team = &mut self.teams[t];
        match trouble {
            Trouble::Denied(denied) => team.channel.reset(&team.guild.app_role(&app), denied),
            Trouble::Channel => team.channel.restore(),
            Trouble::Removed => team.guild.add_app(&app, INVITED),
            Trouble::Outage => team.guild.set_unavailable(false),
        }
        self.settled().await;
        let now = self.stage.now();
        let team = &mut self.teams[t];
        team.trouble = None;
        let going_on = team.weather.iter_mut().filter(|one| one.until.is_none());
        going_on.for_each(|one| one.until = Some(now));
        // What it held up is still being caught up with.
        team.weather.push(Rough::new(now, Some(now + SignedDuration::from_mins(20))));
        let stopped = |line: &usize| self.teams[t].calendar.lines[*line].state == State::Suspended;
        for line in (0..self.teams[t].calendar.lines.len()).filter(stopped).collect::<Vec<_>>() {
            self.resume(t, line).await;
        }
    }
}
