//! A team as it knows itself: who it is, what was agreed with it, and what befell it. Nothing here asks the bot.

use super::{
    calendar::{Calendar, number},
    polls::Polls,
    post::{Fate, Post, What, millis},
    shelf::Shelf,
    suggesting::Suggestions,
    weather::{Rough, Trouble},
};
use crate::{
    dice::Dice,
    streaks::{
        naive,
        raw::{self, Facts},
    },
};
use emulator::{Channel, FaultHandle, Guild, Message, Person, Role};
use helmsman::domain::id::TeamId;
use jiff::{Timestamp, civil::Date};
use std::collections::HashMap;

pub struct Team {
    pub dice: Dice,
    pub guild: Guild,
    pub channel: Channel,
    /// Owns the server, ran `/setup`, and answers nothing.
    pub admin: Person,
    /// May be notified, if the admin says so.
    pub crew: Role,
    pub people: Vec<Member>,
    pub id: TeamId,
    pub calendar: Calendar,
    /// Since when prompts may notify the crew, or may not.
    pub crew_allowed: Vec<(Timestamp, bool)>,
    /// Since when there are nudges, so many minutes before the close.
    pub nudges: Vec<(Timestamp, Option<i64>)>,
    /// What the channel has shown, oldest first.
    pub posts: Vec<Post>,
    /// Everything of the channel up to this id was looked at.
    pub seen: u64,
    pub polls: Polls,
    pub shelf: Shelf,
    pub suggestions: Suggestions,
    /// Direct messages that the admin must have by now.
    pub alerts: usize,
    /// The titles of prompts that managers wanted posted by hand.
    pub extras: Vec<String>,
    /// Skips that a manager may still take back: line, date, and the message with the button.
    pub undos: Vec<(usize, Date, Message)>,
    /// What goes wrong at this moment.
    pub trouble: Option<Trouble>,
    /// What went wrong so far.
    pub weather: Vec<Rough>,
    /// Faults that were planted for the channel. They are taken away before everything is checked.
    pub faults: Vec<FaultHandle>,
    /// Notes, names and words so far, so that each is like no other.
    pub notes: u64,
}

pub struct Member {
    pub person: Person,
    /// Answers so many prompts of a hundred.
    pub keen: usize,
    pub away: Vec<raw::Away>,
    pub excuses: Vec<raw::Excuse>,
    /// What the manager was shown about each excuse, with *Undo*.
    pub undos: HashMap<Date, Message>,
    /// Takes direct messages from the bot.
    pub takes_messages: bool,
    /// Has the role of the crew.
    pub crew: bool,
    /// When this person was not on the server.
    pub gone: Vec<(Timestamp, Option<Timestamp>)>,
}

impl Member {
    /// Not on the server at this moment.
    pub fn is_gone(&self) -> bool {
        self.gone.last().is_some_and(|(_, until)| until.is_none())
    }

    /// Not on the server at an instant.
    pub fn was_gone(&self, at: Timestamp) -> bool {
        self.gone.iter().any(|(from, until)| *from <= at && until.is_none_or(|until| at < until))
    }

    /// Left or came back in between.
    pub fn came_or_went(&self, from: Timestamp, to: Timestamp) -> bool {
        let inside = |at: Timestamp| from <= at && at <= to;
        self.gone.iter().any(|(left, back)| inside(*left) || back.is_some_and(inside))
    }
}

/// What of a list of agreements held at an instant.
pub fn held<T: Copy>(agreed: &[(Timestamp, T)], at: Timestamp) -> Option<T> {
    agreed.iter().rev().find(|(from, _)| *from <= at).map(|(_, what)| *what)
}

impl Team {
    /// The facts about one person, as far as that person could see them.
    pub fn facts(&self, who: usize) -> Facts {
        let occurrence = |(id, post): (usize, &Post)| raw::Occurrence {
            id,
            day: number(post.day),
            state: match post {
                Post { unknown: true, .. } => raw::State::Unknown,
                Post { retracted: true, .. } => raw::State::Retracted,
                _ => raw::State::Posted,
            },
            bonus: post.extra,
            opens: Some(post.opens),
            closes: post.closes,
            down: post.down,
            tallied: post.tallied,
        };
        let mut facts = Facts {
            occurrences: self.posts.iter().enumerate().map(occurrence).collect(),
            events: Vec::new(),
            away: self.people[who].away.clone(),
            excuses: self.people[who].excuses.clone(),
        };
        for (occurrence, post) in self.posts.iter().enumerate() {
            for deed in post.hands[who].deeds.iter().filter(|deed| deed.fate == Fate::Taken) {
                let what = match deed.what {
                    What::Pick(_) | What::Done => raw::What::Pick,
                    What::Write { .. } => raw::What::Write,
                    What::Present => raw::What::Present,
                    What::Withdraw => raw::What::Withdraw,
                    What::Share { .. } => continue,
                };
                let (cast_at, low) = (millis(deed.cast), deed.cast & 0x3f_ffff);
                facts.events.push(raw::Event { occurrence, cast_at, low, what });
            }
        }
        facts
    }

    /// When a prompt of the schedule was due, in milliseconds.
    pub fn due_of(&self, post: &Post) -> Option<i64> {
        Some(self.calendar.due(post.line?, post.day)?.at.as_millisecond())
    }

    /// Whether a person's streak can be worked out.
    pub fn is_clear(&self, who: usize) -> bool {
        self.posts.iter().all(|post| post.is_clear(who))
    }

    /// What was said while nobody listened has been read back by the tally; what was lost was not.
    pub fn resolve(&mut self) {
        for post in self.posts.iter_mut().filter(|post| post.unknown) {
            post.hands.iter_mut().flat_map(|hand| &mut hand.deeds).for_each(|deed| deed.fate = Fate::Not);
        }
        let fates: Vec<_> = self
            .posts
            .iter()
            .map(|post| {
                let time = |ms| jiff::Timestamp::from_millisecond(ms).unwrap();
                // The tally comes soon after the close, or after whatever was in its way.
                let until = time(post.closes) + jiff::SignedDuration::from_hours(12);
                let deaf = self.rough(time(post.closes), until).any(|one| one.deaf || one.lost);
                let read = self.is_rough(post.opens - 600_000, post.closes + 60_000);
                let unheard = if deaf { Fate::Open } else { Fate::Taken };
                (unheard, if read { Fate::Open } else { Fate::Not })
            })
            .collect();
        for (post, (unheard, lost)) in self.posts.iter_mut().zip(fates).filter(|(post, _)| post.tallied) {
            for deed in post.hands.iter_mut().flat_map(|hand| &mut hand.deeds) {
                match deed.fate {
                    Fate::Unheard => deed.fate = unheard,
                    Fate::Lost => deed.fate = lost,
                    Fate::Taken | Fate::Not | Fate::Open => {}
                }
            }
        }
    }

    /// The streak as its definition reads.
    pub fn streak(&self, who: usize) -> naive::Streak {
        let classes: Vec<_> = naive::classes(&self.facts(who)).into_iter().map(|(_, class)| class).collect();
        naive::fold(&classes).0
    }
}
