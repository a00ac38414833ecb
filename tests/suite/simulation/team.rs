//! A team as it knows itself: who did what with which prompt, and was told what of it. Nothing here asks the bot.

use super::{
    calendar::{Calendar, number},
    weather::{Rough, Trouble},
};
use crate::{
    dice::Dice,
    streaks::{
        naive,
        raw::{self, Facts},
    },
};
use emulator::{Channel, FaultHandle, Guild, Message, Modal, Person};
use helmsman::domain::id::{ScheduleId, TeamId};
use jiff::civil::Date;

pub struct Team {
    pub dice: Dice,
    pub guild: Guild,
    pub channel: Channel,
    /// Owns the server, ran `/setup`, and answers nothing.
    pub admin: Person,
    pub people: Vec<Member>,
    pub id: TeamId,
    pub schedule: ScheduleId,
    pub calendar: Calendar,
    /// What the channel has shown, oldest first.
    pub posts: Vec<Post>,
    /// Everything of the channel up to this id was looked at.
    pub seen: u64,
    /// Direct messages that the admin must have by now.
    pub alerts: usize,
    /// Prompts that were posted by hand.
    pub extras: usize,
    /// What goes wrong at this moment.
    pub trouble: Option<Trouble>,
    /// The schedule was stopped by it.
    pub suspended: bool,
    /// What went wrong so far.
    pub weather: Vec<Rough>,
    /// Faults that were planted for the channel. They are taken away before everything is checked.
    pub faults: Vec<FaultHandle>,
    /// Notes that were written so far, so that each is like no other.
    pub notes: u64,
}

pub struct Member {
    pub person: Person,
    /// Answers so many prompts of a hundred.
    pub keen: usize,
    pub away: Vec<raw::Away>,
    pub excuses: Vec<raw::Excuse>,
}

/// A prompt in the channel.
pub struct Post {
    pub occurrence: i64,
    /// As it was when it was first seen: with its buttons.
    pub message: Message,
    pub opens: i64,
    pub closes: i64,
    pub day: Date,
    pub extra: bool,
    /// Of each person.
    pub hands: Vec<Hand>,
    /// As the database says; that it may say so is checked elsewhere.
    pub tallied: bool,
    pub down: i64,
    pub retracted: bool,
    /// The bot cannot find out that it is there, so nobody can answer it.
    pub unknown: bool,
    /// When a moderator deleted it.
    pub deleted: Option<i64>,
}

/// What one person did with one prompt, and still has on the screen.
#[derive(Default)]
pub struct Hand {
    pub deeds: Vec<Deed>,
    /// The private reply to the last click, with its buttons.
    pub private: Option<Message>,
    /// A form that was opened and not sent, and the option that it is about.
    pub form: Option<(Modal, Option<u8>)>,
}

/// Something that somebody did, by the id that Discord gave it.
#[derive(Clone, Debug)]
pub struct Deed {
    pub cast: u64,
    pub what: What,
    pub fate: Fate,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Pick(u8),
    Done,
    Write {
        text: String,
        about: Option<u8>,
    },
    Present,
    Withdraw,
    /// The note that stands at that moment.
    Share(bool),
}

/// Whether it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Taken,
    Not,
    /// Nobody was told, and it may be either.
    Open,
    /// Said while nobody listened: it is to be read back before the tally.
    Unheard,
    /// Lost on its way within a session: as if it had never happened, unless all is read back for another reason.
    Lost,
}

/// What stands of it all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    pub stands: bool,
    pub option: Option<u8>,
    pub note: Option<String>,
    pub shared: bool,
}

impl Hand {
    pub fn standing(&self) -> Standing {
        standing(self.deeds.iter().filter(|deed| deed.fate == Fate::Taken))
    }
}

/// The answer as its rules read: one deed after the other, in the order of their ids.
pub fn standing<'d>(deeds: impl Iterator<Item = &'d Deed>) -> Standing {
    let mut deeds: Vec<_> = deeds.collect();
    deeds.sort_by_key(|deed| deed.cast);
    let (mut stands, mut option) = (false, None);
    let mut note: Option<(&String, Option<u8>, bool)> = None;
    for deed in deeds {
        stands |= !matches!(deed.what, What::Share(_));
        match &deed.what {
            What::Pick(picked) => option = Some(*picked),
            What::Done | What::Present => {}
            What::Write { text, about } => {
                option = about.or(option);
                note = Some((text, *about, false));
            }
            What::Withdraw => (stands, option, note) = (false, None, None),
            What::Share(on) => note = note.map(|(text, about, _)| (text, about, *on)),
        }
    }
    let note = note.filter(|(_, about, _)| about.is_none() || *about == option);
    Standing {
        stands,
        option,
        shared: note.is_some_and(|(.., shared)| shared),
        note: note.map(|(text, ..)| text.clone()),
    }
}

impl Post {
    /// Whether what counts of one person's deeds is known.
    pub fn is_clear(&self, who: usize) -> bool {
        self.hands[who].deeds.iter().all(|deed| matches!(deed.fate, Fate::Taken | Fate::Not))
    }

    /// How many answers stand.
    pub fn standing(&self) -> u32 {
        self.hands.iter().filter(|hand| hand.standing().stands).count() as u32
    }

    pub fn takes(&self, cast_ms: i64) -> bool {
        self.opens <= cast_ms && cast_ms < self.closes && !self.unknown
    }
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
                    What::Share(_) => continue,
                };
                let (cast_at, low) = (millis(deed.cast), deed.cast & 0x3f_ffff);
                facts.events.push(raw::Event { occurrence, cast_at, low, what });
            }
        }
        facts
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

/// When Discord made an id, in milliseconds since 1970.
pub fn millis(id: u64) -> i64 {
    (id >> 22) as i64 + emulator::DISCORD_EPOCH_MS
}
