//! The table `answer`: one row for each person and occurrence, holding the registers of `domain::answer::Answer`.

use super::{Connection, Result};
use crate::domain::{
    answer::{Answer, Note},
    id::{CastId, OccurrenceId, TeamId, UserId},
};
use jiff::civil::Date;
use sqlx::{Row, sqlite::SqliteRow};

pub(super) fn answer(row: &SqliteRow) -> Result<Answer> {
    let cast =
        |column| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(column)?.map(|id| CastId(id as u64)));
    let note = match (cast("note_by")?, row.try_get::<Option<String>, _>("note")?) {
        (Some(by), Some(text)) => Some(Note { by, text, about: row.try_get("note_about")? }),
        _ => None,
    };
    let share = match (cast("share_by")?, cast("share_note")?) {
        (Some(by), Some(note)) => Some((by, note, row.try_get::<Option<bool>, _>("share_on")? == Some(true))),
        _ => None,
    };
    Ok(Answer {
        answered: cast("answered")?,
        withdrawn: cast("withdrawn")?,
        picked: cast("picked_by")?.zip(row.try_get::<Option<u8>, _>("picked")?),
        note,
        share,
    })
}

/// What this person did with this occurrence, if anything.
pub async fn get(conn: &mut Connection, occurrence: OccurrenceId, user: UserId) -> Result<Option<Answer>> {
    let row = sqlx::query("SELECT * FROM answer WHERE occurrence = ? AND user = ?")
        .bind(occurrence.0)
        .bind(user.0 as i64)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(answer).transpose()
}

/// How many answers stand, and how many of them carry an option.
pub async fn standing(conn: &mut Connection, occurrence: OccurrenceId) -> Result<(u32, u32)> {
    let row = sqlx::query(
        "SELECT count(*) AS answers, count(picked_by) FILTER (WHERE picked_by > ifnull(withdrawn, 0)) AS with_option \
         FROM answer WHERE occurrence = ? AND stands = 1",
    )
    .bind(occurrence.0)
    .fetch_one(conn)
    .await?;
    Ok((row.try_get("answers")?, row.try_get("with_option")?))
}

/// Answers whose writers pressed *Share* last. Whether the note that they meant is still the one is the domain's
/// business.
pub async fn with_share(conn: &mut Connection, occurrence: OccurrenceId) -> Result<Vec<(UserId, Answer)>> {
    let rows = sqlx::query(
        "SELECT * FROM answer WHERE occurrence = ? AND stands = 1 AND share_on = 1 ORDER BY note_by",
    )
    .bind(occurrence.0)
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok((UserId(row.try_get::<i64, _>("user")? as u64), answer(row)?))).collect()
}

/// Who answered what in a team on the days after `after` (None: ever), as far as it stands.
pub async fn standing_of_team(
    conn: &mut Connection,
    team: TeamId,
    after: Option<Date>,
) -> Result<Vec<(OccurrenceId, UserId)>> {
    let rows = sqlx::query(
        "SELECT a.occurrence, a.user FROM occurrence o JOIN answer a ON a.occurrence = o.id \
         WHERE o.team = ? AND o.day > ? AND a.stands = 1",
    )
    .bind(team.0)
    .bind(after.map_or(String::new(), |day| day.to_string()))
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok((OccurrenceId(row.try_get("occurrence")?), UserId(row.try_get::<i64, _>("user")? as u64)))
        })
        .collect()
}

/// Everybody who ever did anything with a prompt of this team.
pub async fn people_of_team(conn: &mut Connection, team: TeamId) -> Result<Vec<UserId>> {
    let users: Vec<i64> = sqlx::query_scalar(
        "SELECT DISTINCT a.user FROM occurrence o JOIN answer a ON a.occurrence = o.id WHERE o.team = ? \
         ORDER BY a.user",
    )
    .bind(team.0)
    .fetch_all(conn)
    .await?;
    Ok(users.into_iter().map(|user| UserId(user as u64)).collect())
}
