//! Moments: something good that a member noted about another. The weekly poll is made of them.

use super::beginning;
use crate::{
    app::setup::team_of,
    domain::{
        id::{CastId, GuildId, MomentId, TeamId, UserId},
        poll::{LONGEST_MOMENT, Moment},
    },
    store::{
        Result, Store, audit,
        moment::{self, New},
        person,
    },
};
use jiff::{SignedDuration, Timestamp};

/// A moment that no poll was made of for so long is over.
pub const FRESH: SignedDuration = SignedDuration::from_hours(28 * 24);
/// Somebody notes at most so many a day in a team.
pub const MOST_A_DAY: i64 = 20;

/// What somebody notes. Whether the person is on the server and no bot, the caller knows.
#[derive(Clone, Debug)]
pub struct Note {
    /// The server.
    pub guild: GuildId,
    /// Which team's.
    pub team: TeamId,
    /// The interaction by which it is noted.
    pub cast: CastId,
    /// Who notes it.
    pub author: UserId,
    /// Whom it is about.
    pub about: UserId,
    /// That person's name as it is shown.
    pub name: String,
    /// What that person did.
    pub text: String,
    /// A link to a message.
    pub link: Option<String>,
}

/// What became of it. But for `Yes`, nothing was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// It is stored.
    Yes(MomentId),
    /// This very interaction had noted it.
    Already,
    /// No such team on this server.
    NoTeam,
    /// About oneself.
    Yourself,
    /// That person does not want to be nominated.
    OptedOut,
    /// A moment has 1 to [`LONGEST_MOMENT`] characters; this one has so many.
    Length(usize),
    /// [`MOST_A_DAY`] were noted since yesterday.
    TooMany,
}

/// Notes a moment.
pub async fn note(store: &Store, note: Note, now: Timestamp) -> Result<Noted> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Note { guild, team, cast, author, about, name, text, link } = note;
                if team_of(conn, guild, team).await?.is_none() {
                    return Ok(Noted::NoTeam);
                }
                let text = text.trim().to_owned();
                let length = text.chars().count();
                if !(1..=LONGEST_MOMENT).contains(&length) {
                    return Ok(Noted::Length(length));
                }
                if author == about {
                    return Ok(Noted::Yourself);
                }
                if !person::get(conn, guild, about).await?.nominations {
                    return Ok(Noted::OptedOut);
                }
                let day = SignedDuration::from_hours(24);
                if moment::count_by(conn, team, author, now - day).await? >= MOST_A_DAY {
                    return Ok(Noted::TooMany);
                }
                let new = New { team, cast, author, about, name, text, link };
                Ok(moment::insert(conn, &new, now).await?.map_or(Noted::Already, Noted::Yes))
            })
        })
        .await
}

/// The moments of a team of which no poll was made yet, newest first.
pub async fn waiting(store: &Store, team: TeamId, now: Timestamp) -> Result<Vec<Moment>> {
    moment::waiting(&mut *store.read().await?, team, now - FRESH).await
}

/// One of them.
pub async fn one(store: &Store, team: TeamId, id: MomentId, now: Timestamp) -> Result<Option<Moment>> {
    Ok(waiting(store, team, now).await?.into_iter().find(|moment| moment.id == id))
}

/// A manager takes a moment out. It; None: the team has none with this id that waits.
pub async fn dismiss(
    store: &Store,
    (guild, team): (GuildId, TeamId),
    id: MomentId,
    by: UserId,
    now: Timestamp,
) -> Result<Option<Moment>> {
    store
        .write(move |conn| {
            Box::pin(async move {
                if team_of(conn, guild, team).await?.is_none() {
                    return Ok(None);
                }
                let Some(moment) = moment::dismiss(conn, team, id, now).await? else { return Ok(None) };
                let what =
                    format!("moment {id} about <@{}> dismissed: {}", moment.about, beginning(&moment.text));
                audit::add(conn, team, by, now, &what).await?;
                Ok(Some(moment))
            })
        })
        .await
}
