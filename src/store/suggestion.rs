//! The table `suggestion`: questions that members would like to be asked.

use super::{Connection, Result, columns};
use crate::domain::id::{SuggestionId, TeamId, UserId};
use jiff::Timestamp;
use sqlx::{Row, sqlite::SqliteRow};

/// A suggestion nobody has decided about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Its row.
    pub id: SuggestionId,
    /// For whom.
    pub team: TeamId,
    /// Whose it is.
    pub author: UserId,
    /// What is to be asked.
    pub question: String,
    /// What happens before it; may be empty.
    pub situation: String,
    /// What the author says for it; may be empty.
    pub why: String,
    /// When it was made.
    pub at: Timestamp,
    /// Grows with every change.
    pub version: i64,
}

fn suggestion(row: &SqliteRow) -> Result<Suggestion> {
    Ok(Suggestion {
        id: SuggestionId(row.try_get("id")?),
        team: TeamId(row.try_get("team")?),
        author: UserId(row.try_get::<i64, _>("author")? as u64),
        question: row.try_get("question")?,
        situation: row.try_get("situation")?,
        why: row.try_get("why")?,
        at: columns::time(row.try_get("made_at")?),
        version: row.try_get("version")?,
    })
}

/// Notes a suggestion.
pub async fn insert(
    conn: &mut Connection,
    team: TeamId,
    author: UserId,
    [question, situation, why]: [&str; 3],
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO suggestion (team, author, question, situation, why, made_at) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(team.0)
    .bind(author.0 as i64)
    .bind(question)
    .bind(situation)
    .bind(why)
    .bind(columns::ms(at))
    .execute(conn)
    .await?;
    Ok(())
}

/// The questions of a person's open suggestions for this team.
pub async fn open_of(conn: &mut Connection, team: TeamId, author: UserId) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT question FROM suggestion WHERE author = ? AND team = ? AND state = 'open' ORDER BY id",
    )
    .bind(author.0 as i64)
    .bind(team.0)
    .fetch_all(conn)
    .await?)
}

/// How many of this team's are open.
pub async fn open(conn: &mut Connection, team: TeamId) -> Result<u32> {
    let n: i64 = sqlx::query_scalar("SELECT count(*) FROM suggestion WHERE team = ? AND state = 'open'")
        .bind(team.0)
        .fetch_one(conn)
        .await?;
    Ok(n as u32)
}

/// The open one of this team at this place, counted from 0, the oldest first.
pub async fn nth(conn: &mut Connection, team: TeamId, place: u32) -> Result<Option<Suggestion>> {
    let row = sqlx::query(
        "SELECT * FROM suggestion WHERE team = ? AND state = 'open' ORDER BY id LIMIT 1 OFFSET ?",
    )
    .bind(team.0)
    .bind(place)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(suggestion).transpose()
}

/// How many open ones of this team are older than this one: its place.
pub async fn older(conn: &mut Connection, team: TeamId, id: SuggestionId) -> Result<u32> {
    let n: i64 =
        sqlx::query_scalar("SELECT count(*) FROM suggestion WHERE team = ? AND state = 'open' AND id < ?")
            .bind(team.0)
            .bind(id.0)
            .fetch_one(conn)
            .await?;
    Ok(n as u32)
}

/// The open suggestion of this team with this id.
pub async fn get(conn: &mut Connection, team: TeamId, id: SuggestionId) -> Result<Option<Suggestion>> {
    let row = sqlx::query("SELECT * FROM suggestion WHERE id = ? AND team = ? AND state = 'open'")
        .bind(id.0)
        .bind(team.0)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(suggestion).transpose()
}

/// Gives it other words.
pub async fn edit(conn: &mut Connection, id: SuggestionId, question: &str, situation: &str) -> Result<()> {
    sqlx::query("UPDATE suggestion SET question = ?, situation = ?, version = version + 1 WHERE id = ?")
        .bind(question)
        .bind(situation)
        .bind(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision<'a> {
    /// It is in this series.
    Approved(&'a str),
    /// It will not be asked, for this reason.
    Declined(&'a str),
}

/// Decides about it.
pub async fn decide(
    conn: &mut Connection,
    id: SuggestionId,
    decision: Decision<'_>,
    by: UserId,
    at: Timestamp,
) -> Result<()> {
    let (state, outcome) = match decision {
        Decision::Approved(series) => ("approved", series),
        Decision::Declined(reason) => ("declined", reason),
    };
    sqlx::query(
        "UPDATE suggestion SET state = ?, outcome = ?, decided_at = ?, decided_by = ?, version = version + 1 WHERE id = ?",
    )
    .bind(state)
    .bind(outcome)
    .bind(columns::ms(at))
    .bind(by.0 as i64)
    .bind(id.0)
    .execute(conn)
    .await?;
    Ok(())
}
