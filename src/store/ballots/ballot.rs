//! What is in a poll's file: one row a voter, and whether it is sealed.

use super::{Ballots, Voter};
use crate::{
    domain::{
        id::{CastId, PollId, UserId},
        poll::{Event, Registers},
    },
    store::{Connection, Result, columns},
};
use sqlx::Row;

/// Something that a voter did.
#[derive(Clone, Debug)]
pub struct Cast {
    /// Who. Leaves this function only as a hash.
    pub voter: UserId,
    /// By which interaction; its time says when.
    pub cast: CastId,
    /// What.
    pub event: Event,
}

/// Who counts for the quorum, if it is still to be found out whether it is reached.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The places that can be chosen.
    pub places: Vec<u8>,
    /// Those whose votes do not count for it: they have no choice.
    pub without_choice: Vec<UserId>,
    /// How many are needed. 0: it is known to be reached, and nothing is counted.
    pub quorum: u32,
}

/// What became of a cast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is on disk.
    Yes(Box<Stored>),
    /// The ballots are being counted, or were. Nothing was changed.
    Sealed,
}

/// What a cast has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The voter's ballot before.
    pub before: Registers,
    /// The voter's ballot now.
    pub now: Registers,
    /// The quorum is reached (and was not known to be).
    pub reached: bool,
}

/// A ballot of a sealed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Which of the nominees the voter is: the index in what was asked with.
    pub voter_is: Option<u8>,
    /// The voter's ballot.
    pub registers: Registers,
}

fn registers(text: &str) -> Result<Registers> {
    // Without its value: what a voter did is in no log.
    columns::parsed("ballot", "registers", "…", serde_json::from_str(text).ok())
}

async fn read(conn: &mut Connection, voter: Voter) -> Result<(bool, Option<Registers>)> {
    let row = sqlx::query("SELECT p.sealed, b.registers FROM poll p LEFT JOIN ballot b ON b.voter = ?")
        .bind(voter.0.to_vec())
        .fetch_one(conn)
        .await?;
    let text: Option<String> = row.try_get("registers")?;
    Ok((row.try_get("sealed")?, text.as_deref().map(registers).transpose()?))
}

/// Stops at `limit`, so that it costs the same however many there are: rows of these places but for at most two
/// nominees.
async fn is_reached(conn: &mut Connection, standing: &Standing, without: &[Voter]) -> Result<bool> {
    let out = |place: usize| without.get(place).map_or(Vec::new(), |voter| voter.0.to_vec());
    let count: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM (SELECT 1 FROM ballot WHERE choice IN (SELECT value FROM json_each(?)) \
         AND voter NOT IN (?, ?) LIMIT ?)",
    )
    .bind(columns::list(&standing.places))
    .bind(out(0))
    .bind(out(1))
    .bind(i64::from(standing.quorum))
    .fetch_one(conn)
    .await?;
    Ok(count >= i64::from(standing.quorum))
}

impl Ballots {
    /// Takes a cast in, and returns once it is durable. None: the poll has no ballots.
    pub async fn cast(&self, poll: PollId, cast: Cast, standing: Standing) -> Result<Option<Taken>> {
        let Cast { voter, cast, event } = cast;
        let people = std::iter::once(voter).chain(standing.without_choice.iter().copied()).collect();
        self.run(poll, people, move |conn, people| {
            Box::pin(async move {
                let Some((voter, without)) = people.split_first() else { return Ok(Taken::Sealed) };
                let (sealed, before) = read(conn, *voter).await?;
                if sealed {
                    return Ok(Taken::Sealed);
                }
                let known = before.is_some();
                let before = before.unwrap_or_default();
                let mut now = before.clone();
                now.apply(cast, event);
                if now != before || !known {
                    write(conn, *voter, &now).await?;
                }
                let reached = standing.quorum > 0 && is_reached(conn, &standing, without).await?;
                Ok(Taken::Yes(Box::new(Stored { before, now, reached })))
            })
        })
        .await
    }

    /// What a voter has done. None: the poll has no ballots.
    pub async fn of(&self, poll: PollId, voter: UserId) -> Result<Option<Registers>> {
        let read = self.run(poll, vec![voter], |conn, people| {
            Box::pin(async move {
                match people.first() {
                    Some(voter) => Ok(read(conn, *voter).await?.1.unwrap_or_default()),
                    None => Ok(Registers::default()),
                }
            })
        });
        read.await
    }

    /// Whether the quorum is reached. None: the poll has no ballots.
    pub async fn reached(&self, poll: PollId, standing: Standing) -> Result<Option<bool>> {
        let people = standing.without_choice.clone();
        self.run(poll, people, move |conn, people| {
            Box::pin(async move { is_reached(conn, &standing, &people).await })
        })
        .await
    }

    /// Ends the voting for good and gives every ballot; again, if it was sealed before. `nominees` are told apart among
    /// the voters. None: the poll has no ballots.
    pub async fn seal(&self, poll: PollId, nominees: Vec<UserId>) -> Result<Option<Vec<Sealed>>> {
        self.run(poll, nominees, |conn, nominees| {
            Box::pin(async move {
                sqlx::query("UPDATE poll SET sealed = 1 WHERE sealed = 0").execute(&mut *conn).await?;
                let rows = sqlx::query("SELECT voter, registers FROM ballot").fetch_all(conn).await?;
                let sealed = rows.iter().map(|row| {
                    let voter: Vec<u8> = row.try_get("voter")?;
                    let is = nominees.iter().position(|nominee| nominee.0[..] == voter[..]);
                    Ok(Sealed {
                        voter_is: is.map(|place| place as u8),
                        registers: registers(row.try_get("registers")?)?,
                    })
                });
                sealed.collect()
            })
        })
        .await
    }
}

async fn write(conn: &mut Connection, voter: Voter, now: &Registers) -> Result<()> {
    sqlx::query("INSERT OR REPLACE INTO ballot (voter, choice, registers) VALUES (?, ?, ?)")
        .bind(voter.0.to_vec())
        .bind(now.choice())
        // Registers have no shape that could not be written.
        .bind(serde_json::to_string(now).unwrap_or_default())
        .execute(conn)
        .await?;
    Ok(())
}
