//! The nudge: once before a prompt closes, if the team wants it, a line in the channel that says how many have answered.
//!
//! Must always hold: when it is due is fixed at the claim; it names nobody; it is not sent where fewer than three are
//! expected, nor when all have answered; there is at most one for a prompt.

use crate::{
    app::{alerts, streaks},
    domain::{id::OccurrenceId, occurrence::State, outbound::nonce},
    store::{
        Connection, Result, Store, afterwards, occurrence as occurrences,
        outbox::{self, Kind, New, Target},
        team::Team,
    },
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// With fewer people than this a count would name them.
pub const LEAST: u32 = 3;
/// So shortly before the close it is not worth saying any more.
pub const TOO_LATE: SignedDuration = SignedDuration::from_mins(10);

/// What the message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nudge {
    /// How many have answered on this day.
    pub answered: u32,
    /// How many are expected: the regulars of the team who are there, and those who have answered.
    pub of: u32,
}

/// Plans the nudge of a prompt that is being claimed, if the team wants one and there is time for it.
pub(super) async fn plan_in(
    conn: &mut Connection,
    team: &Team,
    id: OccurrenceId,
    begins: Timestamp,
    closes: Timestamp,
) -> Result<()> {
    let Some(minutes) = team.nudge_minutes else { return Ok(()) };
    let at = closes - SignedDuration::from_mins(minutes);
    if at > begins { afterwards::set_nudge(conn, id, Some(at)).await } else { Ok(()) }
}

/// Decides about every nudge that is due: it is queued, or it is not wanted. How many were queued. One that cannot be
/// decided about is left out.
pub async fn run(store: &Store, now: Timestamp, seed: u64) -> Result<u32> {
    let due = afterwards::nudges_due(&mut *store.read().await?, now).await?;
    if due.is_empty() {
        return Ok(0);
    }
    match decide(store, due.clone(), now, seed).await {
        Ok(queued) => return Ok(queued),
        Err(error) => tracing::error!(%error, "not every nudge can be made; each is tried by itself"),
    }
    let mut queued = 0;
    for id in due {
        match decide(store, vec![id], now, seed).await {
            Ok(new) => queued += new,
            Err(error) => {
                tracing::error!(prompt = %id, %error, "a nudge cannot be made; it is left out");
                store.write(move |conn| Box::pin(afterwards::set_nudge(conn, id, None))).await?;
            }
        }
    }
    Ok(queued)
}

/// Decides about those of these nudges that are still due, all or none.
async fn decide(store: &Store, of: Vec<OccurrenceId>, now: Timestamp, seed: u64) -> Result<u32> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let mut queued = 0;
                let mut due = afterwards::nudges_due(conn, now).await?;
                due.retain(|id| of.contains(id));
                for id in due {
                    let seed = crate::domain::outbound::mix(seed, id.0 as u64);
                    queued += u32::from(decide_in(conn, id, now, seed).await?);
                }
                Ok(queued)
            })
        })
        .await
}

async fn decide_in(conn: &mut Connection, id: OccurrenceId, now: Timestamp, seed: u64) -> Result<bool> {
    afterwards::set_nudge(conn, id, None).await?;
    let Some(prompt) = occurrences::of_id(conn, id).await? else { return Ok(false) };
    let open = prompt.state == State::Posted && prompt.tallied_at.is_none();
    if !open || now > prompt.closes - TOO_LATE {
        return Ok(false);
    }
    let (answered, of) = streaks::expected_in(conn, prompt.guild, prompt.team, prompt.day).await?;
    if of < LEAST || answered >= of {
        return Ok(false);
    }
    let new = New {
        team: Some(prompt.team),
        kind: Kind::Nudge,
        occurrence: Some(id),
        poll: None,
        target: Target::Channel(prompt.channel),
        body: Some(&alerts::json(&Nudge { answered, of })),
        nonce: &nonce(seed),
        thread: false,
    };
    outbox::insert(conn, new, now).await?;
    Ok(true)
}
