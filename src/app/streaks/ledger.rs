//! *Why?*: every day since a person's first answer, and what it did to the streak.

use super::person::add_leave;
use crate::{
    domain::{
        id::{GuildId, OccurrenceId, TeamId, UserId},
        ledger::{History, Line},
        occurrence::State,
        reason::Reason,
        streak::{Class, Streak},
    },
    store::{
        Connection, Result, Store,
        prompt_day::{self, PromptDay},
    },
};
use jiff::civil::Date;
use std::collections::HashMap;

/// One day of the ledger, explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The day, what it was, what it did, and the streak after it.
    pub line: Line,
    /// The titles of what was asked that day; empty if nothing had a prompt.
    pub titles: Vec<String>,
    /// Of a neutral day: why.
    pub neutral: Option<Neutral>,
}

/// Why a day counts neither way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Neutral {
    /// Nobody could be heard for too much of the window.
    Down,
    /// Only bonus prompts.
    Bonus,
    /// Taken back.
    Retracted,
    /// Whether it was posted cannot be found out.
    Unknown,
    /// Not posted, with the recorded reason.
    Missed(Option<Reason>),
    /// A day off or a skipped date, with the recorded reason.
    Skipped(Option<Reason>),
}

/// A page of the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Newest first.
    pub lines: Vec<Explained>,
    /// There are older lines.
    pub older: bool,
}

/// The ledger of a person as it stands on `today`, newest first: `limit` lines after the newest `skip`.
pub async fn ledger(
    store: &Store,
    guild: GuildId,
    team: TeamId,
    user: UserId,
    today: Date,
    skip: usize,
    limit: usize,
) -> Result<Ledger> {
    let mut conn = store.read().await?;
    let entries = entries(&mut conn, guild, team, user, today).await?;
    let end = entries.len().saturating_sub(skip);
    let page = &entries[end.saturating_sub(limit)..end];
    let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(Ledger::default()) };
    let titles = prompt_day::titles(&mut conn, team, first.line.day, last.line.day).await?;
    let texts: HashMap<OccurrenceId, _> =
        titles.into_iter().map(|(id, title, reason)| (id, (title, reason))).collect();
    let explained = |entry: &Entry| {
        let text = |prompt: &PromptDay| texts.get(&prompt.id).cloned().unwrap_or_default();
        let shown =
            entry.prompts.iter().filter(|p| matches!(p.asked.state, State::Posted | State::Retracted));
        let reason = |prompt: &PromptDay| text(prompt).1.and_then(|code| Reason::parse(&code));
        Explained {
            line: entry.line,
            titles: shown.filter_map(|prompt| text(prompt).0).collect(),
            neutral: (entry.line.class == Class::Neutral).then(|| neutral(&entry.prompts, reason)).flatten(),
        }
    };
    Ok(Ledger { lines: page.iter().rev().map(explained).collect(), older: end > limit })
}

/// The reason that says most: what people may have seen comes before what never appeared.
fn neutral(prompts: &[PromptDay], reason: impl Fn(&PromptDay) -> Option<Reason>) -> Option<Neutral> {
    let find = |state| prompts.iter().find(|prompt| prompt.asked.state == state);
    let posted = || prompts.iter().map(|prompt| prompt.asked).filter(|a| a.state == State::Posted);
    if posted().any(|asked| !asked.bonus) {
        Some(Neutral::Down)
    } else if posted().next().is_some() {
        Some(Neutral::Bonus)
    } else if find(State::Retracted).is_some() {
        Some(Neutral::Retracted)
    } else if find(State::Unknown).is_some() {
        Some(Neutral::Unknown)
    } else if let Some(missed) = find(State::Missed) {
        Some(Neutral::Missed(reason(missed)))
    } else {
        find(State::Skipped).map(|skipped| Neutral::Skipped(reason(skipped)))
    }
}

/// A day of a person's history.
pub(super) struct Entry {
    pub(super) line: Line,
    prompts: Vec<PromptDay>,
}

/// The days since the first answered one, ascending. A day is not shown while something may still be posted on it: not
/// while there is only a claim, and one of which no more is known than a skip not before it is over, since another
/// schedule may still have its turn.
pub(super) async fn entries(
    conn: &mut Connection,
    guild: GuildId,
    team: TeamId,
    user: UserId,
    today: Date,
) -> Result<Vec<Entry>> {
    let prompts = prompt_day::of_person(conn, team, user, None).await?;
    let asked = prompts.iter().map(|prompt| (prompt.day, prompt.asked)).collect();
    let mut history = History { asked, ..History::default() };
    add_leave(conn, guild, team, user, None, &mut history).await?;
    let lines = history.ledger(Streak::default()).into_iter();
    let days = prompts.chunk_by(|a, b| a.day == b.day);
    Ok(lines
        .zip(days)
        .skip_while(|(line, _)| line.class != Class::Answered)
        .filter(|(line, prompts)| {
            prompts.iter().any(|prompt| match prompt.asked.state {
                State::Claimed => false,
                State::Skipped => line.day < today,
                _ => true,
            })
        })
        .map(|(line, prompts)| Entry { line, prompts: prompts.to_vec() })
        .collect())
}
