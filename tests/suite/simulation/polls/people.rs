//! What members do about polls besides voting: withdraw, note moments, opt out; use what is not theirs; leave and return.

use super::{Moment, Step};
use crate::simulation::{people::Action, post::millis, team::Team, town::Town};
use helmsman::{
    app::polls,
    domain::{id::GuildId, poll::State},
};
use jiff::SignedDuration;

impl Team {
    /// Whether this person can be nominated at this moment.
    pub fn may_stand(&self, who: usize) -> bool {
        self.polls.may_nominate(who) && !self.people[who].is_gone()
    }
}

impl Town {
    pub async fn withdraw(&mut self, t: usize, who: usize) {
        let Some(p) = self.some_poll(t) else { return };
        let team = &mut self.teams[t];
        let person = team.people[who].person.clone();
        let poll = &mut team.polls.all[p];
        let (id, asked) = (poll.id, poll.asks.remove(&who));
        let ask = match (asked, poll.message.clone()) {
            (Some(asked), _) => asked,
            (None, None) => return,
            (None, Some(message)) => {
                let (asker, button) = (person.clone(), format!("poll:out:{id}"));
                let act = async move { asker.click(&message, &button).await };
                let Some(asked) = self.tell(t, act).await else { return };
                let Some(page) = asked.try_message() else {
                    let deleted = self.teams[t].polls.all[p].deleted;
                    assert!(deleted || !self.calm(t), "{}", asked.text());
                    return;
                };
                if page.try_button("Withdraw my name").is_none() {
                    return self.hear_withdrawal(t, p, who, &asked).await;
                }
                page.clone()
            }
        };
        let button = self.teams[t].dice.pick(&["Withdraw my name", "Withdraw my name", "Stay in", ""]);
        if button.is_empty() {
            // The question stays on the screen.
            self.teams[t].polls.all[p].asks.insert(who, ask);
            return;
        }
        let act = async move { person.click(&ask, button).await };
        let Some(done) = self.send(t, act).await else { return };
        if button == "Stay in" {
            assert!(done.text().contains("your name stays in the poll") || !self.calm(t), "{}", done.text());
        } else {
            self.hear_withdrawal(t, p, who, &done).await;
        }
    }

    /// What somebody who wants to withdraw is told can be true.
    async fn hear_withdrawal(&mut self, t: usize, p: usize, who: usize, done: &emulator::Response) {
        let (text, calm) = (done.text(), self.calm(t));
        let guild = GuildId(self.teams[t].guild.id().get());
        let stored =
            polls::one(self.stage.store(), guild, self.teams[t].polls.all[p].id).await.unwrap().unwrap();
        let about = format!("team {t} at {}: {who} withdraws: {stored:?}: {text}", self.stage.now());
        let poll = &mut self.teams[t].polls.all[p];
        let seat = poll.nominees.iter().position(|(nominee, _)| *nominee == who);
        let over = !matches!(stored.state, State::Claimed | State::Open);
        let Some(cast) = done.interaction.map(|id| millis(id.get())) else {
            return assert!(!calm, "{about}");
        };
        let withdrew = seat.is_some_and(|seat| poll.nominees[seat].1);
        let gone = seat.is_some_and(|seat| stored.nominees[seat].withdrawn.is_some());
        let fits = match &*text {
            text if text.contains("Your name is withdrawn from this poll.") => {
                assert!(seat.is_some() && !withdrew && gone && cast < poll.closes, "{about}");
                true
            }
            text if text.contains("is withdrawn from this poll already") => withdrew || (gone && over),
            text if text.contains("You are not nominated") => seat.is_none(),
            text if text.contains("so this was too late") => over || cast >= poll.closes,
            text if text.contains("This poll was cancelled") => stored.reason.is_some(),
            text if text.contains("being posted this moment") => stored.opens.is_none() || !calm,
            _ => !calm,
        };
        assert!(fits, "{about}");
        if let Some(seat) = seat.filter(|_| gone && !withdrew && !over) {
            poll.nominees[seat].1 = true;
            // With one left there is nothing to choose.
            if poll.nominees.iter().filter(|(_, withdrew)| !withdrew).count() < 2 {
                (poll.closes, poll.hurried) = (poll.closes.min(cast), true);
            }
        }
    }

    pub async fn note(&mut self, t: usize, who: usize) {
        let team = &mut self.teams[t];
        let about = team.dice.below(team.people.len());
        team.notes += 1;
        let text = format!("Moment {}. @everyone", team.notes);
        let (person, channel) = (team.people[who].person.clone(), team.channel.clone());
        let (whom, what) = (team.people[about].person.id().to_string(), text.clone());
        let act = async move { person.slash(&channel, "moment", &[("who", &whom), ("what", &what)]).await };
        let Some(noted) = self.tell(t, act).await else { return };
        let (now, said) = (self.stage.now(), noted.text());
        let told = match () {
            () if self.teams[t].people[about].is_gone() => "is not on this server",
            () if about == who => "A moment is about somebody else",
            () if !self.teams[t].polls.may_nominate(about) => "has asked not to be nominated",
            () => "Noted, thank you",
        };
        assert!(said.contains(told) && noted.is_ephemeral(), "team {t} at {now}: {about}: {told}: {said}");
        if told == "Noted, thank you" {
            self.teams[t].polls.moments.push(Moment { about, text, noted: now, dismissed: None });
        }
    }

    pub async fn opt(&mut self, t: usize, who: usize) {
        let (person, channel) = (self.teams[t].people[who].person.clone(), self.teams[t].channel.clone());
        let on = !self.teams[t].polls.may_nominate(who);
        let (label, told) = match on {
            true => ("Others may nominate me", "Others may nominate you"),
            false => ("Do not nominate me", "Nobody can nominate you"),
        };
        let (asker, clicker) = (person.clone(), person.clone());
        let act = async move { asker.slash(&channel, "me", &[]).await };
        let Some(me) = self.tell(t, act).await else { return };
        let act = async move { person.click(me.message(), "Nominations").await };
        let Some(page) = self.tell(t, act).await else { return };
        let act = async move { clicker.click(page.message(), label).await };
        let Some(done) = self.tell(t, act).await else { return };
        let now = self.stage.now();
        assert!(done.text().contains(told), "team {t} at {now}: {label}: {}", done.text());
        self.teams[t].polls.nominations.push((now, who, on));
    }

    /// What managers do is refused to others. That nothing follows from it the checks find out.
    pub async fn pry(&mut self, t: usize, who: usize) {
        let team = &mut self.teams[t];
        let command = team.dice.pick(&[
            "poll start",
            "poll close",
            "poll list",
            "prompt suggestions",
            "series calendar",
        ]);
        let (person, channel) = (team.people[who].person.clone(), team.channel.clone());
        let act = async move { person.slash(&channel, command, &[]).await };
        let Some(refused) = self.tell(t, act).await else { return };
        let told = refused.text().contains("This is for the team's managers") && refused.is_ephemeral();
        assert!(told, "/{command} by a member: {}", refused.text());
    }

    pub fn leave(&mut self, t: usize, who: usize) {
        let now = self.stage.now();
        let team = &mut self.teams[t];
        if team.people.iter().filter(|member| !member.is_gone()).count() < 3 {
            return;
        }
        team.guild.leave(&team.people[who].person);
        team.people[who].gone.push((now, None));
        let hours = team.dice.pick(&[1, 5, 30]);
        self.plan(now + SignedDuration::from_hours(hours), t, who, Action::Poll(Step::Return));
    }

    pub fn come_back(&mut self, t: usize, who: usize) {
        let now = self.stage.now();
        let team = &mut self.teams[t];
        team.guild.join(&team.people[who].person);
        if team.people[who].crew {
            team.guild.give(&team.people[who].person, &team.crew);
        }
        if let Some(gone) = team.people[who].gone.last_mut() {
            gone.1 = Some(now);
        }
    }
}
