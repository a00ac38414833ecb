//! Voters: the buttons under a poll and under one's own private reply, the menu of strengths, the form for a sentence; and
//! what the voter is told.

use super::{Cast, What, cast_at, count};
use crate::simulation::town::Town;
use emulator::{Message, Response};
use futures_util::FutureExt;
use helmsman::{
    app::polls,
    domain::{
        id::GuildId,
        poll::{self, MOST_STRENGTHS},
        prompt::Theme,
    },
};

/// The input of the form.
const EVIDENCE: &str = "evidence";

/// What a button or menu does.
enum Verb {
    Cast(What),
    /// A menu in which a nominee is chosen.
    Choose,
    /// A menu of strengths, about this nominee.
    Saw(u8),
    /// A form, about this nominee.
    Say(u8),
    /// Shows the own vote, or whom to choose instead.
    Look,
}

fn verb(custom_id: &str) -> Option<Verb> {
    let parts: Vec<_> = custom_id.split(':').collect();
    let number = |text: &str| text.parse::<u8>().ok();
    Some(match parts[..] {
        ["poll", "vote", _] => Verb::Choose,
        ["poll", "vote", _, place] => Verb::Cast(What::Vote(number(place)?)),
        ["poll", "back", _] => Verb::Cast(What::Unvote),
        ["poll", "saw", _, about] => Verb::Saw(number(about)?),
        ["poll", "say", _, about] => Verb::Say(number(about)?),
        ["poll", "show", _, about, on] => {
            Verb::Cast(What::Show { about: number(about)?, on: number(on)? == 1 })
        }
        ["poll", "mine" | "change", _] => Verb::Look,
        _ => return None,
    })
}

/// What a voter was told.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Told {
    Taken,
    Late,
    Early,
    Cancelled,
    Yourself,
    Role,
    Withdrawn,
    AboutAnother,
    NoVote,
    /// An error in the client, or a word that something went wrong.
    Failed,
}

fn told(response: &Response) -> Told {
    let text = response.text();
    let words = [
        ("so this was too late and is not counted", Told::Late),
        ("being posted this moment", Told::Early),
        ("This poll was cancelled", Told::Cancelled),
        ("Nobody votes for themselves", Told::Yourself),
        ("In this poll only people with the role", Told::Role),
        ("has withdrawn from this poll. Please", Told::Withdrawn),
        ("Your vote has changed meanwhile", Told::AboutAnother),
        ("so there is nothing to take back", Told::NoVote),
        ("Your vote is taken back", Told::Taken),
        ("You chose **", Told::Taken),
    ];
    let found = words.iter().find(|(words, _)| text.contains(words)).map(|(_, told)| *told);
    found.filter(|_| response.failed().is_none()).unwrap_or(Told::Failed)
}

/// What can be pressed and chosen in a message, but not withdrawn.
fn presses(message: &Message) -> Vec<String> {
    let buttons = message.buttons().into_iter().filter(|button| !button.disabled);
    let ids = buttons.filter_map(|button| button.custom_id);
    let ids = ids.chain(message.selects().into_iter().map(|menu| menu.custom_id));
    ids.filter(|id| verb(id).is_some()).collect()
}

impl Town {
    pub async fn vote(&mut self, t: usize, who: usize) {
        let Some(p) = self.some_poll(t) else { return };
        loop {
            let team = &mut self.teams[t];
            let poll = &team.polls.all[p];
            let own = poll.screens.get(&who).cloned().filter(|_| team.dice.chance(75));
            // Some screens are old.
            let own = own.and_then(|own| if team.dice.chance(15) { Some(own) } else { own.current() });
            let own = own.filter(|own| !presses(own).is_empty());
            let Some(message) = own.or_else(|| poll.message.clone()) else { return };
            let mut ids = presses(&message);
            // Who has not voted came to vote, or at least most did.
            if poll.standing(who).choice.is_none() && team.dice.chance(80) {
                let votes = |id: &String| matches!(verb(id), Some(Verb::Choose | Verb::Cast(What::Vote(_))));
                if ids.iter().any(votes) {
                    ids.retain(votes);
                }
            }
            if ids.is_empty() {
                return;
            }
            let id = team.dice.pick(&ids);
            if !message.is_ephemeral() && team.dice.chance(8) {
                self.vote_twice(t, p, who, &message).await;
            } else {
                self.press_poll(t, p, who, &message, &id).await;
            }
            // Some have more to say.
            if !self.teams[t].dice.chance(25) {
                return;
            }
        }
    }

    /// Somebody votes while nobody listens.
    pub fn vote_unheard(&mut self, t: usize, who: usize) {
        let Some(p) = self.some_poll(t) else { return };
        let team = &mut self.teams[t];
        let Some(message) = team.polls.all[p].message.clone() else { return };
        let Some(button) = message.buttons().into_iter().find_map(|button| button.custom_id) else { return };
        let answered = team.people[who].person.click(&message, &button).now_or_never();
        assert!(answered.is_none_or(|answer| answer.failed().is_some()), "nobody was there");
    }

    /// Two clicks at once: the later one counts.
    async fn vote_twice(&mut self, t: usize, p: usize, who: usize, message: &Message) {
        let ids = presses(message);
        let ids: Vec<_> =
            ids.into_iter().filter(|id| matches!(verb(id), Some(Verb::Cast(What::Vote(_))))).collect();
        if ids.is_empty() {
            return;
        }
        let team = &mut self.teams[t];
        let (first, second) = (team.dice.pick(&ids), team.dice.pick(&ids));
        let person = team.people[who].person.clone();
        let both = tokio::join!(person.click(message, &first), person.click(message, &second));
        for (response, id) in [(both.0, first), (both.1, second)] {
            let Some(Verb::Cast(what)) = verb(&id) else { unreachable!("it is a vote") };
            self.hear_vote(t, p, who, &response, what, false).await;
        }
    }

    /// Presses a button or chooses in a menu, and all that follows from it.
    async fn press_poll(&mut self, t: usize, p: usize, who: usize, message: &Message, id: &str) {
        let person = self.teams[t].people[who].person.clone();
        let (message, id) = (message.clone(), id.to_owned());
        let verb = verb(&id).expect("it was chosen for that");
        let menu = message.try_select(&id);
        let dice = &mut self.teams[t].dice;
        let (chosen, what) = match verb {
            Verb::Choose => {
                let (_, place) = dice.pick(&menu.expect("a menu").options);
                (vec![place.clone()], Some(What::Vote(place.parse().expect("a place"))))
            }
            Verb::Saw(about) => {
                let mut all = menu.expect("a menu").options;
                dice.shuffle(&mut all);
                all.truncate(dice.below(MOST_STRENGTHS + 1));
                let ids: Vec<_> = all.into_iter().map(|(_, id)| id).collect();
                let themes = ids.iter().map(|id| Theme::from_id(id).expect("a theme")).collect();
                (ids, Some(What::Strengths { about, themes }))
            }
            Verb::Cast(ref what) => (vec![], Some(what.clone())),
            Verb::Look | Verb::Say(_) => (vec![], None),
        };
        let is_menu = matches!(verb, Verb::Choose | Verb::Saw(_));
        let act = async move {
            let chosen: Vec<_> = chosen.iter().map(String::as_str).collect();
            match is_menu {
                true => person.select(&message, &id, &chosen).await,
                false => person.click(&message, &id).await,
            }
        };
        let Some(response) = self.send(t, act).await else { return };
        match (what, response.try_modal().cloned(), verb) {
            (Some(what), ..) => self.hear_vote(t, p, who, &response, what, true).await,
            (None, Some(form), Verb::Say(about)) => {
                let team = &mut self.teams[t];
                if team.dice.chance(15) {
                    return;
                }
                team.notes += 1;
                let empty = team.dice.chance(12);
                let text = format!("proof-{t}x{} @everyone <@1> **so**.", team.notes);
                let text = if empty { String::new() } else { text };
                let (person, written) = (team.people[who].person.clone(), text.clone());
                let act = async move { person.submit(&form, &[(EVIDENCE, &written)]).await };
                let Some(response) = self.send(t, act).await else { return };
                self.hear_vote(t, p, who, &response, What::Write { about, text }, true).await;
            }
            (None, None, Verb::Look | Verb::Say(_)) => self.hear_look(t, p, who, &response),
            (None, ..) => panic!("no form was to open: {}", response.text()),
        }
    }

    /// A private reply stays on the screen.
    fn keep_screen(&mut self, t: usize, p: usize, who: usize, response: &Response) {
        let deleted = self.teams[t].polls.all[p].deleted && response.interaction.is_none();
        let failed = response.failed().is_some() && !deleted;
        assert!(!failed || !self.calm(t), "an error was shown: {}", response.text());
        if let Some(message) = response.try_message().filter(|message| message.is_ephemeral()) {
            self.teams[t].polls.all[p].screens.insert(who, message.clone());
        } else if let Some(message) = response.try_message() {
            panic!("everybody sees {}", message.text());
        }
    }

    /// What somebody is shown of the own vote is true.
    fn hear_look(&mut self, t: usize, p: usize, who: usize, response: &Response) {
        self.keep_screen(t, p, who, response);
        let text = response.text();
        let over = matches!(told(response), Told::Late | Told::Cancelled | Told::Early | Told::AboutAnother);
        let calm = self.calm(t);
        let poll = &self.teams[t].polls.all[p];
        if calm && !over && response.interaction.is_some() && !text.contains("Your vote is for") {
            check_panel(&poll.standing(who), poll.is_clear(who), response.message(), &text);
        }
    }

    /// What a voter is told can be true.
    async fn hear_vote(
        &mut self,
        t: usize,
        p: usize,
        who: usize,
        response: &Response,
        what: What,
        alone: bool,
    ) {
        self.keep_screen(t, p, who, response);
        let (text, calm) = (response.text(), self.calm(t));
        let Some(id) = response.interaction.map(|id| id.get()) else { return };
        let guild = GuildId(self.teams[t].guild.id().get());
        let poll = &self.teams[t].polls.all[p];
        let stored: poll::Poll =
            polls::one(self.stage.store(), guild, poll.id).await.unwrap().expect("it was opened");
        let (told, at) = (told(response), crate::simulation::post::millis(id));
        let about =
            format!("team {t} at {}: {what:?} of {who} cast {at} in {stored:?}: {text}", self.stage.now());
        // Shown if the test fails.
        eprintln!("  {what:?}: {told:?}");
        let opens = stored.opens.map(|opens| opens.as_millisecond());
        let place = match &what {
            What::Vote(place) => Some(*place),
            What::Strengths { about, .. } | What::Write { about, .. } | What::Show { about, .. } => {
                Some(*about)
            }
            What::Unvote => None,
        };
        let nominee = place.map(|place| poll.nominees[usize::from(place)]);
        let (mine, unclear) = (poll.standing(who), !poll.is_clear(who) || !alone);
        let said_of_it = match &what {
            What::Vote(_) => true,
            What::Unvote => mine.choice.is_some(),
            What::Show { .. } => mine.choice == place && mine.evidence.is_some(),
            What::Strengths { .. } | What::Write { .. } => mine.choice == place,
        };
        let outsider = poll.role && !self.teams[t].people[who].crew;
        let counts = match told {
            Told::Taken => {
                let inside = opens.is_some_and(|opens| opens <= at) && at < poll.closes;
                assert!(inside && !poll.cancelled, "counted outside its time: {about}");
                assert!(nominee.is_none_or(|(user, withdrew)| user != who && !withdrew), "{about}");
                assert!(!outsider, "only the crew may vote: {about}");
                assert!(said_of_it || unclear, "it is about another vote: {about}");
                Some(true)
            }
            Told::Failed => {
                assert!(!calm, "no word about a vote: {about}");
                None
            }
            refused => {
                let tallied =
                    stored.tallied_at.is_some_and(|tallied| tallied.as_millisecond() <= at + 61_000);
                let over = at >= poll.closes || tallied;
                let fits = match refused {
                    Told::Late => over,
                    Told::Early => opens.is_none_or(|opens| at < opens) || !calm,
                    Told::Cancelled => stored.reason.is_some(),
                    Told::Yourself => nominee.is_some_and(|(user, _)| user == who),
                    Told::Role => outsider,
                    Told::Withdrawn => nominee.is_some_and(|(_, withdrew)| withdrew),
                    Told::AboutAnother | Told::NoVote => {
                        let counted = stored.tallied_at.is_some_and(|tallied| tallied.as_millisecond() <= at);
                        (!said_of_it || unclear) && !counted && stored.reason.is_none()
                    }
                    Told::Taken | Told::Failed => unreachable!("they have arms of their own"),
                };
                assert!(fits, "{refused:?} cannot be: {about}");
                Some(false)
            }
        };
        let poll = &mut self.teams[t].polls.all[p];
        poll.casts.push(Cast { voter: who, id, what, counts });
        let newest = poll.casts.iter().all(|cast| cast.voter != who || cast.id <= id);
        if counts == Some(true) && alone && newest && text.contains("You chose **") {
            check_panel(&poll.standing(who), poll.is_clear(who), response.message(), &about);
        }
        debug_assert!(poll.casts.iter().all(|cast| cast_at(cast) > 0));
    }
}

/// What is shown to a voter is what that person did.
fn check_panel(mine: &count::Ballot, clear: bool, message: &Message, about: &str) {
    if !clear {
        return;
    }
    let text = message.text().replace('\\', "");
    let Some(place) = mine.choice else {
        assert!(text.contains("You have no vote in this poll yet"), "{about}");
        return;
    };
    let menu = message.selects().into_iter().find(|menu| menu.custom_id.starts_with("poll:saw:"));
    let Some(menu) = menu else {
        assert!(text.contains("who has withdrawn, so your vote counts for nobody"), "{about}: {text}");
        return;
    };
    assert!(menu.custom_id.ends_with(&format!(":{place}")), "another choice is shown: {about}");
    let shown = menu.chosen.iter().filter_map(|id| Theme::from_id(id)).map(|theme| count::name(&theme));
    assert_eq!(shown.collect::<std::collections::BTreeSet<_>>(), mine.strengths, "strengths: {about}");
    let fate = match &mine.evidence {
        None => None,
        Some((written, true)) => Some((written, "shown without your name")),
        Some((written, false)) => Some((written, "not shown to anybody")),
    };
    assert_eq!(text.contains("You wrote:"), fate.is_some(), "what was written: {about}");
    let told = fate.is_none_or(|(written, fate)| text.contains(written.as_str()) && text.contains(fate));
    assert!(told, "{fate:?}: {about}");
}
