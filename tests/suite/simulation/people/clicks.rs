//! Buttons and forms: answering, changing, explaining, sharing, withdrawing, and what the person is told.

use super::{Verb, custom_ids, verb};
use crate::simulation::{
    post::{Deed, Fate, What, millis},
    shown::{self, Told},
    town::Town,
};
use emulator::{Message, Response};

impl Town {
    pub async fn answer(&mut self, t: usize, who: usize) {
        let team = &self.teams[t];
        let fresh = |p: &usize| !team.posts[*p].hands[who].standing().stands;
        let Some(p) = self.open(t).into_iter().find(fresh) else { return };
        let message = team.posts[p].message.clone();
        let button = self.teams[t].dice.pick(&custom_ids(&message));
        self.press(t, p, who, &message, &button).await;
    }

    pub async fn again(&mut self, t: usize, who: usize) {
        let recent = self.recent(t, 3);
        if recent.is_empty() {
            return;
        }
        let team = &mut self.teams[t];
        let p = team.dice.pick(&recent);
        let private = team.posts[p].hands[who].private.clone();
        let private = private.and_then(|message| message.current()).filter(|_| team.dice.chance(80));
        let message = private.unwrap_or_else(|| team.posts[p].message.clone());
        let ids = custom_ids(&message);
        if ids.is_empty() {
            return;
        }
        let button = team.dice.pick(&ids);
        self.press(t, p, who, &message, &button).await;
    }

    pub async fn twice(&mut self, t: usize, who: usize) {
        let recent = self.recent(t, 2);
        if recent.is_empty() {
            return;
        }
        let team = &mut self.teams[t];
        let p = team.dice.pick(&recent);
        let message = team.posts[p].message.clone();
        let button = team.dice.pick(&custom_ids(&message));
        let Some(Verb::Deed(what)) = verb(&button) else { return };
        let person = team.people[who].person.clone();
        let both = tokio::join!(person.click(&message, &button), person.click(&message, &button));
        self.adopt(t).await;
        self.hear(t, p, who, &both.0, what.clone());
        self.hear(t, p, who, &both.1, what);
    }

    /// Presses a button and all that follows from it.
    pub async fn press(&mut self, t: usize, p: usize, who: usize, message: &Message, button: &str) {
        let Some(verb) = verb(button) else { return };
        let person = self.teams[t].people[who].person.clone();
        let (message, button) = (message.clone(), button.to_owned());
        let response = self.send(t, async move { person.click(&message, &button).await }).await;
        let Some(response) = response else { return };
        match verb {
            Verb::Deed(what) => {
                self.adopt(t).await;
                self.hear(t, p, who, &response, what);
            }
            Verb::Page => self.keep(t, p, who, &response),
            Verb::Form(about) => {
                self.keep(t, p, who, &response);
                if let Some(modal) = response.try_modal() {
                    let team = &mut self.teams[t];
                    team.posts[p].hands[who].form = Some((modal.clone(), about));
                    if team.dice.chance(85) {
                        self.submit(t, p, who).await;
                    }
                }
            }
        }
    }

    /// Sends the form that is open.
    pub async fn submit(&mut self, t: usize, p: usize, who: usize) {
        let team = &mut self.teams[t];
        let Some((modal, about)) = team.posts[p].hands[who].form.take() else { return };
        team.notes += 1;
        // Nobody is to be called by what people write.
        let (id, notes) = (team.people[0].person.id(), team.notes);
        let text = format!("note-{t}x{notes}. @everyone <@{id}> <@&{}> **so**", team.guild.id());
        let (person, written) = (team.people[who].person.clone(), text.clone());
        let input = modal.inputs()[0].custom_id.clone();
        let act = async move { person.submit(&modal, &[(&input, &written)]).await };
        let Some(response) = self.send(t, act).await else { return };
        self.adopt(t).await;
        self.hear(t, p, who, &response, What::Write { text, about });
    }

    pub async fn form(&mut self, t: usize, who: usize) {
        let posts = &self.teams[t].posts;
        let open = self.recent(t, 6).into_iter().find(|p| posts[*p].hands[who].form.is_some());
        if let Some(p) = open {
            self.submit(t, p, who).await;
        }
    }

    /// A private reply stays on the screen.
    pub fn keep(&mut self, t: usize, p: usize, who: usize, response: &Response) {
        let deleted = self.teams[t].posts[p].deleted.is_some() && response.interaction.is_none();
        let failed = response.failed().is_some() && !deleted;
        assert!(!failed || !self.calm(t), "an error was shown: {}", response.text());
        if let Some(message) = response.try_message() {
            assert!(message.is_ephemeral(), "everybody sees {}", message.text());
            self.teams[t].posts[p].hands[who].private = Some(message.clone());
        }
    }

    /// Writes down what somebody was told about a deed, if that can be true.
    pub fn hear(&mut self, t: usize, p: usize, who: usize, response: &Response, what: What) {
        self.keep(t, p, who, response);
        let (now, calm) = (self.now_ms(), self.calm(t));
        let post = &self.teams[t].posts[p];
        let text = response.text();
        let Some(cast) = response.interaction.map(|id| id.get()) else {
            assert!(!calm || post.deleted.is_some(), "the client refused: {text}");
            return;
        };
        let told = shown::told(&text);
        let at = millis(cast);
        let about = format!(
            "{what:?} on {} of {} cast {at}, window {} to {}, now {now}: {text}",
            post.occurrence, post.day, post.opens, post.closes
        );
        let fate = match told {
            Told::Taken => {
                assert!(post.takes(at), "taken outside the window: {about}");
                assert!(now < post.closes + 5_000 || !post.tallied, "taken after the tally: {about}");
                Fate::Taken
            }
            Told::Late => {
                assert!(at >= post.closes || post.tallied, "told late in time: {about}");
                Fate::Not
            }
            Told::Gone => {
                assert!(post.retracted, "nobody took this back: {about}");
                Fate::Not
            }
            Told::Early => {
                assert!(self.in_doubt(t, p), "its message is known: {about}");
                Fate::Not
            }
            Told::Unknown if post.unknown => Fate::Not,
            Told::Unknown | Told::Failed => {
                assert!(!calm, "no word about what was done: {about}");
                Fate::Open
            }
        };
        let hand = &mut self.teams[t].posts[p].hands[who];
        hand.deeds.push(Deed { cast, what: what.clone(), fate });
        if fate != Fate::Taken {
            return;
        }
        let post = &self.teams[t].posts[p];
        let newest = post.hands[who].deeds.iter().all(|deed| deed.cast <= cast);
        if let (What::Pick(option), true) = (&what, newest) {
            let label = post.message.buttons()[usize::from(*option)].label.clone();
            assert!(text.contains(&label), "another option was acknowledged than {label}: {about}");
        }
        if !self.teams[t].is_clear(who) {
            return;
        }
        let streak = self.teams[t].streak(who);
        assert_eq!(shown::streak(&text), Some(streak.len), "the streak of {who} in team {t}: {about}");
    }
}
