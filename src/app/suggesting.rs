//! Questions that members suggest, and what managers make of them.
//!
//! Must always hold: at most three of a person's are open in a team; of two managers who decide about the same one the
//! second changes nothing; what is approved is in a series of the server's own and in the rounds that run.

use crate::{
    app::{
        alerts,
        importing::{self, Drafted, Upload},
        setup::team_of,
        shelf::Shelf,
    },
    domain::{
        id::{ChannelId, GuildId, SuggestionId, TeamId, UserId},
        library::Library,
        outbound::nonce,
        prompt::Series,
        series_file::{self, difference::Difference, limits, list},
    },
    store::{
        Connection, Result, Store, audit,
        outbox::{self, Kind, New, Target},
        series,
        suggestion::{self, Decision, Suggestion},
        team::Team,
    },
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::{collections::HashSet, sync::Arc};

/// So many of a person's can be open in a team.
pub const MOST_OPEN: usize = 3;
/// In ten minutes, so many authors on one server are told what became of their suggestions. What Discord refuses counts for
/// all that one bot sends, so no server alone can use that up.
pub const MOST_TOLD: u32 = 10;
const TOLD_SPAN: SignedDuration = SignedDuration::from_mins(10);
/// The longest word for a suggestion, and the longest reason against one, in characters.
pub const LONGEST_WHY: usize = 300;
/// The id and the title of the series that is made for what members suggest.
pub const OUR_OWN: (&str, &str) = ("our-own", "Our own");
const ABOUT: &str = "Questions that people here have suggested.";
const SOURCE: &str = "A suggestion from the team";

/// What a member wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What is to be asked.
    pub question: String,
    /// What happens before it; may be empty.
    pub situation: String,
    /// What speaks for it; may be empty.
    pub why: String,
}

/// What is wrong with words: the end of a sentence about the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd {
    /// "question", "situation" or "why".
    pub field: &'static str,
    /// "is 2 words too long: …".
    pub fault: String,
}

impl Words {
    /// The words in one line each, without what nobody can see.
    fn tidy(&self) -> std::result::Result<Words, Odd> {
        let [question, situation, why] =
            [&self.question, &self.situation, &self.why].map(|text| list::one_line(text));
        let odd = |field, fault: Option<String>| fault.map_or(Ok(()), |fault| Err(Odd { field, fault }));
        odd("question", question.is_empty().then(|| "is empty".to_owned()))?;
        odd("question", list::fault("question", &question))?;
        odd("situation", list::fault("situation", &situation))?;
        let long = why.chars().count() > LONGEST_WHY;
        odd("why", long.then(|| format!("has more than {LONGEST_WHY} characters")))?;
        Ok(Words { question, situation, why })
    }
}

/// What became of a suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suggested {
    /// Managers see it now.
    Done,
    /// The person has suggested the same already.
    Already,
    /// Three of the person's are open.
    TooMany,
    /// The team takes none.
    Off,
    /// Something is wrong with the words.
    Odd(Odd),
    /// No such team on this server.
    NoTeam,
}

/// Takes a suggestion.
pub async fn suggest(
    store: &Store,
    now: Timestamp,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    words: Words,
) -> Result<Suggested> {
    let words = match words.tidy() {
        Ok(words) => words,
        Err(odd) => return Ok(Suggested::Odd(odd)),
    };
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(team) = team_of(conn, guild, id).await? else { return Ok(Suggested::NoTeam) };
                if !team.suggestions {
                    return Ok(Suggested::Off);
                }
                let open = suggestion::open_of(conn, id, by).await?;
                if open.contains(&words.question) {
                    return Ok(Suggested::Already);
                }
                if open.len() >= MOST_OPEN {
                    return Ok(Suggested::TooMany);
                }
                let Words { question, situation, why } = &words;
                suggestion::insert(conn, id, by, [question, situation, why], now).await?;
                Ok(Suggested::Done)
            })
        })
        .await
}

/// An open suggestion, its place and how many there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The suggestion.
    pub suggestion: Suggestion,
    /// Counted from 0, the oldest first.
    pub place: u32,
    /// How many are open.
    pub of: u32,
}

/// How many of a person's are open.
pub async fn open_of(store: &Store, team: TeamId, author: UserId) -> Result<usize> {
    Ok(suggestion::open_of(&mut *store.read().await?, team, author).await?.len())
}

/// The open suggestion at this place, or the last one. None: there is none.
pub async fn page(store: &Store, team: TeamId, place: u32) -> Result<Option<Shown>> {
    let conn = &mut *store.read().await?;
    let of = suggestion::open(conn, team).await?;
    let place = place.min(of.saturating_sub(1));
    Ok(suggestion::nth(conn, team, place).await?.map(|suggestion| Shown { suggestion, place, of }))
}

/// The page of the open suggestion with this id, or, if that is not open any more, of the one after it. None: there is none.
pub async fn page_of(store: &Store, team: TeamId, id: SuggestionId) -> Result<Option<Shown>> {
    let place = suggestion::older(&mut *store.read().await?, team, id).await?;
    page(store, team, place).await
}

/// The open suggestion of this team with this id.
pub async fn get(store: &Store, team: TeamId, id: SuggestionId) -> Result<Option<Suggestion>> {
    suggestion::get(&mut *store.read().await?, team, id).await
}

/// Whether an author is told what became of a suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// There is nothing to tell, or whoever decided is the author.
    Needless,
    /// A message is on its way.
    Yes,
    /// A message is on its way, and the person did not take the last one.
    LastRefused,
    /// Too many were told in the last minutes.
    TooMany,
}

/// What became of a decision, or of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It is so. If it is a decision: the series' title, and whether the author is told.
    Done {
        /// The title of the series that it went to; empty if it went nowhere.
        series: String,
        /// What the author hears of it.
        told: Told,
    },
    /// Somebody changed it meanwhile; nothing was done.
    Overtaken,
    /// It is not open (any more), or not this team's.
    Gone,
    /// The series is not one of the server's own.
    NotOwn,
    /// The series has as many prompts as it can have, or its file is as large as it can be.
    SeriesFull,
    /// The server has no room for more.
    Full(Drafted),
    /// Something is wrong with the words.
    Odd(Odd),
}

/// The suggestion that somebody looked at, if it still is what it was.
async fn looked_at(
    conn: &mut Connection,
    (guild, team): (GuildId, TeamId),
    (id, version): (SuggestionId, i64),
) -> Result<std::result::Result<(Team, Suggestion), Decided>> {
    let (Some(team), Some(found)) =
        (team_of(conn, guild, team).await?, suggestion::get(conn, team, id).await?)
    else {
        return Ok(Err(Decided::Gone));
    };
    Ok(if found.version == version { Ok((team, found)) } else { Err(Decided::Overtaken) })
}

/// Gives a suggestion other words; its reason stays.
pub async fn edit(
    store: &Store,
    now: Timestamp,
    team: (GuildId, TeamId),
    by: UserId,
    seen: (SuggestionId, i64),
    words: Words,
) -> Result<Decided> {
    let words = match words.tidy() {
        Ok(words) => words,
        Err(odd) => return Ok(Decided::Odd(odd)),
    };
    store
        .write(move |conn| {
            Box::pin(async move {
                let found = match looked_at(conn, team, seen).await? {
                    Ok((_, found)) => found,
                    Err(not) => return Ok(not),
                };
                if (&found.question, &found.situation) != (&words.question, &words.situation) {
                    suggestion::edit(conn, found.id, &words.question, &words.situation).await?;
                    let what = format!("suggestion {} of <@{}>: edited", found.id, found.author);
                    audit::add(conn, team.1, by, now, &what).await?;
                }
                Ok(Decided::Done { series: String::new(), told: Told::Needless })
            })
        })
        .await
}

/// Where an approved suggestion goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Into {
    /// To this series of the server's own, by its id.
    Series(String),
    /// To a new one, as [`fresh`] makes it.
    New,
}

/// Makes a suggestion a prompt.
pub async fn approve(
    store: &Store,
    shelf: &Arc<Shelf>,
    now: Timestamp,
    team: (GuildId, TeamId),
    by: UserId,
    seen: (SuggestionId, i64),
    (into, seed): (Into, u64),
) -> Result<Decided> {
    let shelf = shelf.clone();
    store
        .write(move |conn| {
            Box::pin(async move {
                let (of, found) = match looked_at(conn, team, seen).await? {
                    Ok(found) => found,
                    Err(not) => return Ok(not),
                };
                let library = shelf.of_in(conn, team.0).await?;
                let before = match &into {
                    Into::New => None,
                    Into::Series(id) => match library.get(id).filter(|_| library.is_own(id)) {
                        Some(series) => Some(series),
                        None => return Ok(Decided::NotOwn),
                    },
                };
                let mut series = before.cloned().unwrap_or_else(|| fresh(&library));
                let mut ids: HashSet<_> = series.prompts.iter().map(|prompt| prompt.id.clone()).collect();
                series.prompts.push(list::reflection(&mut ids, &found.question, &found.situation, SOURCE));
                let file = series_file::write(&series);
                if series.prompts.len() > limits::PROMPTS || file.len() > limits::FILE_BYTES {
                    return Ok(Decided::SeriesFull);
                }
                let stamps = series::stamps(conn, team.0).await?;
                if let Some(full) = importing::room(&stamps, &series.id, series.prompts.len()) {
                    return Ok(Decided::Full(full));
                }
                let difference = Difference::between(before, &series);
                let title = series.title.clone();
                suggestion::decide(conn, found.id, Decision::Approved(&series.id), by, now).await?;
                let what =
                    format!("series {}: took suggestion {} of <@{}>", series.id, found.id, found.author);
                importing::put_in(conn, team, &Upload { series, file }, &difference, by, now, &what).await?;
                let told = tell_in(conn, &of, &found, Ok(&title), by, now, seed).await?;
                Ok(Decided::Done { series: title, told })
            })
        })
        .await
}

/// The series that is made for what members suggest, still empty.
pub fn fresh(library: &Library) -> Series {
    let (first, title) = OUR_OWN;
    let mut id = first.to_owned();
    let mut n = 1;
    while library.get(&id).is_some() {
        n += 1;
        id = format!("{first}-{n}");
    }
    let title = if n == 1 { title.to_owned() } else { format!("{title} {n}") };
    Series { id, title, about: ABOUT.to_owned(), prompts: Vec::new() }
}

/// Turns a suggestion down, with a reason that its author reads.
pub async fn decline(
    store: &Store,
    now: Timestamp,
    team: (GuildId, TeamId),
    by: UserId,
    seen: (SuggestionId, i64),
    (reason, seed): (String, u64),
) -> Result<Decided> {
    let reason = list::one_line(&reason);
    if reason.is_empty() || reason.chars().count() > LONGEST_WHY {
        let fault = format!("is empty or has more than {LONGEST_WHY} characters");
        return Ok(Decided::Odd(Odd { field: "reason", fault }));
    }
    store
        .write(move |conn| {
            Box::pin(async move {
                let (of, found) = match looked_at(conn, team, seen).await? {
                    Ok(found) => found,
                    Err(not) => return Ok(not),
                };
                suggestion::decide(conn, found.id, Decision::Declined(&reason), by, now).await?;
                let what = format!("suggestion {} of <@{}>: declined: {reason}", found.id, found.author);
                audit::add(conn, team.1, by, now, &what).await?;
                let told = tell_in(conn, &of, &found, Err(&reason), by, now, seed).await?;
                Ok(Decided::Done { series: String::new(), told })
            })
        })
        .await
}

/// What the author is told. Stored as the body of its outbox job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The team's channel.
    pub channel: ChannelId,
    /// What was suggested, as it is by now.
    pub question: String,
    /// The title of the series that it is in, or why it will not be asked.
    pub outcome: std::result::Result<String, String>,
}

/// Tells the author, once, if they take direct messages. (Who did not take the last one may take them by now: each
/// decision is tried, and tried once.) Whoever decides about a suggestion of their own knows.
async fn tell_in(
    conn: &mut Connection,
    team: &Team,
    about: &Suggestion,
    outcome: std::result::Result<&str, &str>,
    by: UserId,
    now: Timestamp,
    seed: u64,
) -> Result<Told> {
    if about.author == by {
        return Ok(Told::Needless);
    }
    if outbox::verdicts_since(conn, team.guild, now - TOLD_SPAN).await? >= MOST_TOLD {
        return Ok(Told::TooMany);
    }
    let verdict = Verdict {
        channel: team.channel,
        question: about.question.clone(),
        outcome: outcome.map(str::to_owned).map_err(str::to_owned),
    };
    let new = New {
        team: Some(team.id),
        kind: Kind::Suggestion,
        occurrence: None,
        poll: None,
        target: Target::Person(about.author),
        body: Some(&alerts::json(&verdict)),
        nonce: &nonce(seed),
        thread: false,
    };
    let last_refused = outbox::verdict_refused(conn, team.guild, about.author).await?;
    outbox::insert(conn, new, now).await?;
    Ok(if last_refused { Told::LastRefused } else { Told::Yes })
}
