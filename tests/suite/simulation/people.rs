//! What people do: answer, change their minds, explain, share, withdraw, talk, go away, click twice and click late.
//!
//! Whatever somebody is told is written down, and is compared at once with what the team itself knows.

use super::{
    calendar::number,
    managers::Wish,
    shown::{self, Told},
    team::{Deed, Fate, Post, What, millis},
    town::Town,
    weather::Weather,
};
use crate::streaks::raw;
use emulator::{EventFault, Fault, Message, Response};
use futures_util::FutureExt;
use jiff::ToSpan;

/// Something that a person wants to do when its time comes.
#[derive(Clone, Copy, Debug)]
pub enum Action {
    /// Answers the newest prompt that is open and not yet answered.
    Answer,
    /// Presses some button of the private reply, or another one of the prompt, open or not.
    Again,
    /// Presses a button of a recent prompt twice at once.
    Twice,
    /// Replies to a recent prompt.
    Reply,
    /// Says something in its thread.
    Thread,
    /// Says something that has nothing to do with prompts.
    Chat,
    /// Sends a form that was left open.
    Form,
    /// `/answer`, and a button of what it shows.
    Slash,
    /// `/me`.
    Me,
    /// `/away`.
    Away,
    /// `/away end:True`.
    Back,
    /// Nothing that one of these people does.
    Manager(Wish),
    /// Nor anybody.
    Weather(Weather),
}

/// What a button does.
pub enum Verb {
    Deed(What),
    /// Shows the options once more.
    Page,
    /// Opens a form, about this option.
    Form(Option<u8>),
}

pub fn verb(custom_id: &str) -> Option<Verb> {
    let parts: Vec<_> = custom_id.split(':').collect();
    Some(match parts[..] {
        ["pick", _, option] => Verb::Deed(What::Pick(option.parse().ok()?)),
        ["done", _] => Verb::Deed(What::Done),
        ["withdraw", _] => Verb::Deed(What::Withdraw),
        ["share", _, _, on] => Verb::Deed(What::Share(on == "1")),
        ["change", _] => Verb::Page,
        ["write", _] => Verb::Form(None),
        ["why", _, about] => Verb::Form(about.parse().ok()),
        _ => return None,
    })
}

/// The occurrence that a button is about.
pub fn occurrence(custom_id: &str) -> Option<i64> {
    verb(custom_id)?;
    custom_id.split(':').nth(1)?.parse().ok()
}

pub fn custom_ids(message: &Message) -> Vec<String> {
    message.buttons().into_iter().filter_map(|button| button.custom_id).collect()
}

impl Town {
    pub async fn act(&mut self, t: usize, who: usize, action: Action) {
        match action {
            Action::Answer => self.answer(t, who).await,
            Action::Again => {
                self.again(t, who).await;
                // Some are never content.
                while self.teams[t].dice.chance(40) {
                    self.again(t, who).await;
                }
            }
            Action::Twice => self.twice(t, who).await,
            Action::Reply => self.reply(t, who).await,
            Action::Thread => self.thread(t, who).await,
            Action::Chat => self.chat(t, who),
            Action::Form => self.form(t, who).await,
            Action::Slash => self.slash(t, who).await,
            Action::Me => self.me(t, who).await,
            Action::Away => self.away(t, who).await,
            Action::Back => self.back(t, who).await,
            Action::Manager(wish) => self.manage(t, wish).await,
            Action::Weather(weather) => self.befall(t, weather).await,
        }
    }

    fn now_ms(&self) -> i64 {
        self.stage.now().as_millisecond()
    }

    /// The newest posts first, as far as a person would look.
    fn recent(&self, t: usize, most: usize) -> Vec<usize> {
        (0..self.teams[t].posts.len()).rev().take(most).collect()
    }

    fn open(&self, t: usize) -> Vec<usize> {
        let (now, posts) = (self.now_ms(), &self.teams[t].posts);
        let open = |p: &usize| posts[*p].takes(now) && !posts[*p].retracted;
        self.recent(t, 8).into_iter().filter(open).collect()
    }

    async fn answer(&mut self, t: usize, who: usize) {
        let team = &self.teams[t];
        let fresh = |p: &usize| !team.posts[*p].hands[who].standing().stands;
        let Some(p) = self.open(t).into_iter().find(fresh) else { return };
        let message = team.posts[p].message.clone();
        let button = self.teams[t].dice.pick(&custom_ids(&message));
        self.press(t, p, who, &message, &button).await;
    }

    async fn again(&mut self, t: usize, who: usize) {
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

    async fn twice(&mut self, t: usize, who: usize) {
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
    async fn submit(&mut self, t: usize, p: usize, who: usize) {
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

    async fn form(&mut self, t: usize, who: usize) {
        let posts = &self.teams[t].posts;
        let open = self.recent(t, 6).into_iter().find(|p| posts[*p].hands[who].form.is_some());
        if let Some(p) = open {
            self.submit(t, p, who).await;
        }
    }

    /// A private reply stays on the screen.
    fn keep(&mut self, t: usize, p: usize, who: usize, response: &Response) {
        let deleted = self.teams[t].posts[p].deleted.is_some() && response.interaction.is_none();
        let failed = response.failed().is_some() && !deleted;
        assert!(!failed || !self.calm(t), "an error was shown: {}", response.text());
        if let Some(message) = response.try_message() {
            assert!(message.is_ephemeral(), "everybody sees {}", message.text());
            self.teams[t].posts[p].hands[who].private = Some(message.clone());
        }
    }

    /// Writes down what somebody was told about a deed, if that can be true.
    fn hear(&mut self, t: usize, p: usize, who: usize, response: &Response, what: What) {
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

    /// What somebody does while nobody listens: clicks come to nothing, words stay.
    pub fn act_unheard(&mut self, t: usize, who: usize, action: Action) {
        match action {
            Action::Reply | Action::Thread | Action::Chat => {
                if let Some((p, said)) = self.say_reply(t, who) {
                    self.remember_reply(t, p, who, said, true);
                }
            }
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
        if recent.is_empty() {
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

    async fn reply(&mut self, t: usize, who: usize) {
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

    async fn thread(&mut self, t: usize, who: usize) {
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
    async fn present(&mut self, t: usize, p: usize, who: usize, said: Message) {
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

    fn chat(&mut self, t: usize, who: usize) {
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

    async fn slash(&mut self, t: usize, who: usize) {
        let team = &self.teams[t];
        let (person, channel) = (team.people[who].person.clone(), team.channel.clone());
        let act = async move { person.slash(&channel, "answer", &[]).await };
        let Some(page) = self.send(t, act).await else { return };
        if !self.calm(t) && page.failed().is_some() {
            return;
        }
        self.adopt(t).await;
        let Some(button) = custom_ids(page.message()).first().cloned() else {
            assert!(self.open(t).is_empty() || !self.calm(t), "not offered: {}", page.text());
            return;
        };
        let offered = occurrence(&button).unwrap_or_else(|| panic!("{}", page.text()));
        let team = &self.teams[t];
        let p = team.posts.iter().position(|post| post.occurrence == offered);
        let p = p.unwrap_or_else(|| panic!("no prompt {offered} in the channel: {}", page.text()));
        // The newest without an answer first; else the newest.
        let open = self.open(t);
        let fresh = open.iter().find(|p| !team.posts[**p].hands[who].standing().stands).or(open.first());
        let done = |p: &usize| (team.posts[*p].occurrence, &team.posts[*p].hands[who].deeds);
        // Who was not told what became of an answer does not know what to expect.
        let sure = self.calm(t) && open.iter().all(|p| team.posts[*p].is_clear(who));
        assert!(
            fresh == Some(&p) || !sure,
            "{offered} is offered, of {:?}",
            open.iter().map(done).collect::<Vec<_>>()
        );
        self.press(t, p, who, page.message(), &button).await;
    }

    async fn me(&mut self, t: usize, who: usize) {
        let team = &self.teams[t];
        let (person, channel) = (team.people[who].person.clone(), team.channel.clone());
        let act = async move { person.slash(&channel, "me", &[]).await };
        let Some(page) = self.send(t, act).await else { return };
        self.adopt(t).await;
        if !self.calm(t) || !self.teams[t].is_clear(who) {
            return;
        }
        let len = self.teams[t].streak(who).len;
        assert_eq!(shown::streak(&page.text()).unwrap_or(0), len, "{}", page.text());
    }

    async fn away(&mut self, t: usize, who: usize) {
        let now = self.stage.now();
        let team = &mut self.teams[t];
        let today = team.calendar.local(now);
        let from = today.saturating_add(team.dice.pick(&[0_i64, 0, 1, 3]).days());
        let days = 1 + team.dice.below(6);
        let (person, channel) = (team.people[who].person.clone(), team.channel.clone());
        let act = async move {
            let options = [("until", &*days.to_string()), ("from", &*from.to_string())];
            person.slash(&channel, "away", &options).await
        };
        let Some(response) = self.tell(t, act).await else { return };
        let text = response.text();
        let covered = text.contains("covered already");
        if text.contains("You are away") && !covered {
            let cast = response.interaction.map_or(0, |id| millis(id.get()));
            let (from, to) = (number(from), number(from) + days as i64 - 1);
            let range = raw::Away { from, to, set_at: cast, ended: None };
            self.teams[t].people[who].away.push(range);
        } else {
            assert!(covered || !self.calm(t), "{text}");
        }
    }

    async fn back(&mut self, t: usize, who: usize) {
        let team = &self.teams[t];
        let (person, channel) = (team.people[who].person.clone(), team.channel.clone());
        let act = async move { person.slash(&channel, "away", &[("end", "true")]).await };
        let Some(response) = self.tell(t, act).await else { return };
        if response.text().contains("Welcome back") {
            let cast = response.interaction.map_or(0, |id| millis(id.get()));
            let team = &mut self.teams[t];
            let today = number(team.calendar.local(jiff::Timestamp::from_millisecond(cast).unwrap()));
            let ranges = team.people[who].away.iter_mut();
            let going_on = ranges.filter(|range| range.to >= today && range.ended.is_none());
            going_on.for_each(|range| range.ended = Some((today, cast)));
        }
    }

    /// Whether the bot may not know yet which message this prompt is.
    fn in_doubt(&self, t: usize, p: usize) -> bool {
        let Post { opens, .. } = self.teams[t].posts[p];
        !self.calm(t) && self.now_ms() < opens + 20 * 60_000
    }
}
