//! A prompt as the team knows it: what the channel showed, and what each person did with it and was told.

use emulator::{Message, Modal};
use jiff::civil::Date;

/// A prompt in the channel.
pub struct Post {
    pub occurrence: i64,
    /// As it was when it was first seen: with its buttons.
    pub message: Message,
    pub opens: i64,
    pub closes: i64,
    pub day: Date,
    pub extra: bool,
    /// As it was posted.
    pub title: String,
    /// Which of the team's series it belongs to; none if it was posted by hand.
    pub line: Option<usize>,
    /// Of each person.
    pub hands: Vec<Hand>,
    /// As the database says; that it may say so is checked elsewhere.
    pub tallied: bool,
    pub down: i64,
    pub retracted: bool,
    /// The bot cannot find out that it is there, so nobody can answer it.
    pub unknown: bool,
    /// When a moderator deleted it, or a manager took it back.
    pub deleted: Option<i64>,
    /// Words that it must show since a manager mended it: which of its texts, and what.
    pub mended: Vec<(usize, String)>,
    /// How often one mended it.
    pub mends: u32,
    /// What the database holds of it, as of so many mends.
    pub snapshot: Option<(u32, String)>,
    pub nudge: Nudge,
    /// The numbers of a nudge that was seen and not yet held against what is known.
    pub nudged: Option<(u32, u32)>,
}

/// What is known about a prompt's nudge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Nudge {
    /// There is to be none.
    None,
    /// It is due at this instant, if it is wanted then.
    Planned(i64),
    /// Nobody can say whether it comes.
    Doubtful,
    /// It was there.
    Said,
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
    /// Of the note that was written by this deed, and of no other.
    Share {
        note: u64,
        on: bool,
    },
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
    let mut note: Option<(&Deed, &String, Option<u8>, bool)> = None;
    for deed in deeds {
        stands |= !matches!(deed.what, What::Share { .. });
        match &deed.what {
            What::Pick(picked) => option = Some(*picked),
            What::Done | What::Present => {}
            What::Write { text, about } => {
                option = about.or(option);
                note = Some((deed, text, *about, false));
            }
            What::Withdraw => (stands, option, note) = (false, None, None),
            What::Share { note: of, on } => {
                if let Some((_, _, _, shared)) = note.as_mut().filter(|(written, ..)| written.cast == *of) {
                    *shared = *on;
                }
            }
        }
    }
    let note = note.filter(|(_, _, about, _)| about.is_none() || *about == option);
    Standing {
        stands,
        option,
        shared: note.is_some_and(|(.., shared)| shared),
        note: note.map(|(_, text, ..)| text.clone()),
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

/// When Discord made an id, in milliseconds since 1970.
pub fn millis(id: u64) -> i64 {
    (id >> 22) as i64 + emulator::DISCORD_EPOCH_MS
}
