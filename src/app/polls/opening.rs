//! Opening a poll.
//!
//! Must always hold: everything is checked again here, whatever the panel has checked; one interaction opens one poll;
//! the file of its ballots is durable before the poll is.

use super::message;
use crate::{
    app::setup::team_of,
    domain::{
        id::{CastId, GuildId, PollId, TeamId, UserId},
        outbound::mix,
        poll::{
            Draft, DurationError, LEAST_NOMINEES, LEAST_QUORUM, LONGEST_SITUATION, MOST_NOMINEES,
            MOST_QUORUM, RemindError, parse_closes, parse_remind,
        },
    },
    store::{
        Connection, Result, Store, audit,
        ballots::Ballots,
        moment, person,
        poll::{self as polls, New},
        poll_draft,
        team::Team,
    },
};
use jiff::{Timestamp, tz::TimeZone};

/// A team has at most so many open polls at a time.
pub const MOST_OPEN: usize = 10;

/// What became of it. But for `Yes`, nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// It is on its way. Also if this very interaction had opened it before.
    Yes(PollId),
    /// No such team on this server.
    NoTeam,
    /// The situation must have between 1 and [`LONGEST_SITUATION`] characters; this one has so many.
    Situation(usize),
    /// How long it is to be open is not clear, or not allowed.
    Duration(DurationError),
    /// When to remind is not clear, or not allowed.
    Remind(RemindError),
    /// It needs [`LEAST_NOMINEES`] to [`MOST_NOMINEES`] nominees; there are so many.
    Nominees(usize),
    /// This person is nominated twice.
    Twice(UserId),
    /// Whoever opens a poll is not nominated in it.
    Yourself,
    /// These people do not want to be nominated.
    OptedOut(Vec<UserId>),
    /// The quorum must be [`LEAST_QUORUM`] to [`MOST_QUORUM`].
    Quorum(u32),
    /// [`MOST_OPEN`] polls of this team are open.
    TooMany,
}

/// Opens a poll in the team's channel. `cast` is the interaction by which `by`, a manager, asked for it.
pub async fn open(
    store: &Store,
    (guild, team): (GuildId, TeamId),
    by: UserId,
    cast: CastId,
    draft: Draft,
    now: Timestamp,
    seed: u64,
) -> Result<Opened> {
    let ballots = store.ballots().clone();
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(team) = team_of(conn, guild, team).await? else { return Ok(Opened::NoTeam) };
                let key = polls::by_hand_key(cast.0);
                if let Some(known) = polls::of_key(conn, &key).await? {
                    return Ok(Opened::Yes(known));
                }
                let (closes, remind_at) = match checked_in(conn, &team, by, &draft, now).await? {
                    Ok(times) => times,
                    Err(no) => return Ok(no),
                };
                let nominees = shuffled(draft.nominees, mix(seed, 1));
                let new = New {
                    key: &key,
                    team: team.id,
                    channel: team.channel,
                    by: Some(by),
                    situation: draft.situation.trim(),
                    link: draft.link.as_deref(),
                    mode: draft.mode,
                    quorum: if draft.quorum == 0 { LEAST_QUORUM } else { draft.quorum },
                    role: draft.role,
                    closes,
                    remind_at,
                    nominees: &nominees,
                };
                let Some(id) = open_in(conn, &ballots, new, now, mix(seed, 0)).await? else {
                    return Ok(Opened::NoTeam);
                };
                if let Some(moment) = draft.moment {
                    moment::opened_with(conn, team.id, moment, id, now).await?;
                }
                poll_draft::delete(conn, team.id, by).await?;
                let what = format!("poll {id} opened: {}", super::beginning(&draft.situation));
                audit::add(conn, team.id, by, now, &what).await?;
                Ok(Opened::Yes(id))
            })
        })
        .await
}

/// Whether the interaction that this stands for has opened a poll.
pub async fn was_opened(store: &Store, cast: CastId) -> Result<bool> {
    Ok(polls::of_key(&mut *store.read().await?, &polls::by_hand_key(cast.0)).await?.is_some())
}

/// Stores a poll with the file of its ballots and the job that posts it. None: the key is taken.
///
/// The file comes first, in the job that stores the poll: a poll that anybody can know of has one. If the job fails, the
/// file is nobody's, and the next poll with this id makes its own.
pub(super) async fn open_in(
    conn: &mut Connection,
    ballots: &Ballots,
    new: New<'_>,
    now: Timestamp,
    seed: u64,
) -> Result<Option<PollId>> {
    let (team, channel) = (new.team, new.channel);
    let Some(id) = polls::insert(conn, new, now).await? else { return Ok(None) };
    ballots.create(id).await?;
    message::queue_in(conn, id, team, channel, now, seed).await?;
    Ok(Some(id))
}

/// When it closes and when people are reminded, or what is wrong with it.
async fn checked_in(
    conn: &mut Connection,
    team: &Team,
    by: UserId,
    draft: &Draft,
    now: Timestamp,
) -> Result<std::result::Result<(Timestamp, Option<Timestamp>), Opened>> {
    let Draft { situation, nominees, quorum, .. } = draft;
    let length = situation.trim().chars().count();
    if !(1..=LONGEST_SITUATION).contains(&length) {
        return Ok(Err(Opened::Situation(length)));
    }
    let zone = TimeZone::get(&team.zone).unwrap_or(TimeZone::UTC);
    let closes = match parse_closes(&draft.duration, now, &zone) {
        Ok(closes) => closes,
        Err(error) => return Ok(Err(Opened::Duration(error))),
    };
    let remind_at = match parse_remind(&draft.remind, now, closes) {
        Ok(at) => at,
        Err(error) => return Ok(Err(Opened::Remind(error))),
    };
    if !(LEAST_NOMINEES..=MOST_NOMINEES).contains(&nominees.len()) {
        return Ok(Err(Opened::Nominees(nominees.len())));
    }
    let users: Vec<UserId> = nominees.iter().map(|(user, _)| *user).collect();
    let twice = users.iter().enumerate().find(|(at, user)| users[..*at].contains(user));
    if let Some((_, user)) = twice {
        return Ok(Err(Opened::Twice(*user)));
    }
    if users.contains(&by) {
        return Ok(Err(Opened::Yourself));
    }
    if *quorum != 0 && !(LEAST_QUORUM..=MOST_QUORUM).contains(quorum) {
        return Ok(Err(Opened::Quorum(*quorum)));
    }
    let out = person::opted_out(conn, team.guild, &users).await?;
    if !out.is_empty() {
        return Ok(Err(Opened::OptedOut(out)));
    }
    if polls::open_of_team(conn, team.id).await?.len() >= MOST_OPEN {
        return Ok(Err(Opened::TooMany));
    }
    Ok(Ok((closes, remind_at)))
}

/// In an order that says nothing.
pub(super) fn shuffled<T>(mut of: Vec<T>, seed: u64) -> Vec<T> {
    for last in (1..of.len()).rev() {
        of.swap(last, (mix(seed, last as u64) % (last as u64 + 1)) as usize);
    }
    of
}
