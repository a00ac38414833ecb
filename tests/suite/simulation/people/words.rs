//! What people say: replies, words in threads, talk; and what they do while nobody listens.

use super::{Action, custom_ids};
use crate::simulation::{
    polls::Step,
    post::{Deed, Fate, What, millis},
    town::Town,
};
use emulator::{EventFault, Fault, Message};
use futures_util::FutureExt;

impl Town {
    /// What somebody does while nobody listens: clicks come to nothing, words stay.
    pub fn act_unheard(&mut self, t: usize, who: usize, action: Action) {
        match action {
            _ if self.teams[t].people[who].is_gone() => {}
            Action::Reply | Action::Thread | Action::Chat => {
                if let Some((p, said)) = self.say_reply(t, who) {
                    self.remember_reply(t, p, who, said, true);
                }
            }
            Action::Poll(Step::Vote) => self.vote_unheard(t, who),
            // Nobody answers, and nothing is remembered.
            Action::Poll(_) => {}
            _ => {
                let Some(p) = self.recent(t, 1).pop() else { return };
                let team = &mut self.teams[t];
                let message = team.posts[p].message.clone();
                let button = team.dice.pick(&custom_ids(&message));
                // Nobody answers, and nobody waits for it.
                let answered = team.people[who].person.click(&message, &button).now_or_never();
                let answered = answered.is_some_and(|response| response.failed().is_none());
                assert!(!answered, "somebody answered, and nobody was there");
            }
        }
    }

    /// Somebody replies to a recent prompt, if that can be done.
    pub fn say_reply(&mut self, t: usize, who: usize) -> Option<(usize, Message)> {
        let recent = self.recent(t, 3);
        if recent.is_empty() || self.teams[t].people[who].is_gone() {
            return None;
        }
        let team = &mut self.teams[t];
        let p = team.dice.pick(&recent);
        let (person, message) = (team.people[who].person.clone(), &team.posts[p].message);
        let said = person.try_reply(message, "I would ask them first.");
        assert!(said.is_ok() || team.posts[p].deleted.is_some() || team.trouble.is_some(), "{said:?}");
        Some((p, said.ok()?))
    }

    /// Writes somebody's own words down: they count if they were said in time.
    pub fn remember_reply(&mut self, t: usize, p: usize, who: usize, said: Message, unheard: bool) {
        let in_doubt = self.in_doubt(t, p);
        let deaf = self.teams[t].weather.iter().any(|one| one.silent && one.until.is_none());
        let post = &mut self.teams[t].posts[p];
        let fate = match post.takes(millis(said.id.get())) && !post.retracted {
            false => Fate::Not,
            true if unheard || in_doubt || deaf => Fate::Unheard,
            true => Fate::Taken,
        };
        post.hands[who].deeds.push(Deed { cast: said.id.get(), what: What::Present, fate });
    }

    pub async fn reply(&mut self, t: usize, who: usize) {
        let told = match self.teams[t].dice.below(100) {
            _ if self.fair => None,
            0..=5 => Some(EventFault::Drop),
            6..=13 => Some(EventFault::Duplicate { copies: 2, within: 0 }),
            _ => None,
        };
        let fault =
            told.map(|told| self.stage.discord.fault(Fault::on_event("MESSAGE_CREATE", told).times(1)));
        let said = self.say_reply(t, who);
        let lost = told == Some(EventFault::Drop) && fault.as_ref().is_some_and(|fault| fault.strikes() == 1);
        if let Some(fault) = fault {
            fault.remove();
        }
        match said {
            Some((p, said)) if lost => {
                self.remember_reply(t, p, who, said, false);
                if let Some(deed) = self.teams[t].posts[p].hands[who].deeds.last_mut()
                    && deed.fate != Fate::Not
                {
                    deed.fate = Fate::Lost;
                }
            }
            Some((p, said)) => self.present(t, p, who, said).await,
            None => {}
        }
    }

    pub async fn thread(&mut self, t: usize, who: usize) {
        let recent = self.recent(t, 3);
        if recent.is_empty() {
            return;
        }
        let team = &mut self.teams[t];
        let p = team.dice.pick(&recent);
        let person = team.people[who].person.clone();
        let Some(thread) = person.thread_of(&team.posts[p].message) else { return };
        match person.try_say(&thread, "Here I am.") {
            Ok(said) => self.present(t, p, who, said).await,
            Err(why) => assert!(!self.calm(t), "{why}"),
        }
    }

    /// Somebody's own words, which count if they were said in time.
    pub async fn present(&mut self, t: usize, p: usize, who: usize, said: Message) {
        let post = &self.teams[t].posts[p];
        let (first, clear) = (!post.hands[who].standing().stands, post.is_clear(who));
        self.remember_reply(t, p, who, said.clone(), false);
        self.settled().await;
        if self.calm(t) && clear {
            let ticked = !said.refresh().reactions().is_empty();
            let wanted = |town: &Self| {
                let deed = town.teams[t].posts[p].hands[who].deeds.last();
                first && deed.is_some_and(|deed| deed.fate == Fate::Taken)
            };
            if ticked != wanted(self) {
                // Of a message that the bot could not find again, only the bot knows that nobody can answer it.
                self.adopt(t).await;
            }
            let wanted = wanted(self);
            // Discord lets a bot react four times a second; what is refused then is not tried again.
            let requests = self.stage.discord.requests();
            let limited = requests.iter().rev().take(4).any(|one| one.status == 429);
            assert!(ticked == wanted || (wanted && limited), "the ✅ at {}: {ticked}", self.stage.now());
        }
    }

    pub fn chat(&mut self, t: usize, who: usize) {
        let team = &mut self.teams[t];
        let person = &team.people[who].person;
        // Somebody's words, or a reveal: neither is a prompt.
        let seen = person.sees_last(&team.channel, 6);
        let other =
            |m: &&Message| !m.is_ephemeral() && !team.posts.iter().any(|post| post.message.id == m.id);
        let others: Vec<_> = seen.iter().filter(other).collect();
        let said = match others.first() {
            Some(other) if team.dice.chance(50) => person.try_reply(other, "Quite so."),
            _ => person.try_say(&team.channel, "Lunch, anyone?"),
        };
        assert!(said.is_ok() || !self.calm(t), "{said:?}");
    }
}
