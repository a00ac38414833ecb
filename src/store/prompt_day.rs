//! What streaks are made of: the occurrences of a team by day, in few columns, and whether a person answered them.

use super::{Connection, Result, columns};
use crate::domain::{
    id::{OccurrenceId, TeamId, UserId},
    ledger::Asked,
    occurrence::State,
};
use jiff::civil::Date;
use sqlx::{Row, sqlite::SqliteRow};

/// An occurrence as a streak sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromptDay {
    /// Its row.
    pub id: OccurrenceId,
    /// The local date, fixed at the claim.
    pub day: Date,
    /// The rest. `answered` is false where no person was asked about.
    pub asked: Asked,
}

fn prompt_day(row: &SqliteRow) -> Result<PromptDay> {
    let word: &str = row.try_get("state")?;
    let day: &str = row.try_get("day")?;
    Ok(PromptDay {
        id: OccurrenceId(row.try_get("id")?),
        day: columns::day("occurrence", "day", day)?,
        asked: Asked {
            state: columns::parsed("occurrence", "state", word, State::parse(word))?,
            bonus: row.try_get("bonus")?,
            opens: row.try_get::<Option<i64>, _>("opens")?.map(columns::time),
            closes: columns::time(row.try_get("closes")?),
            down: row.try_get("down")?,
            tallied: row.try_get("tallied")?,
            answered: row.try_get("answered")?,
        },
    })
}

/// Occurrences that came as one column: a JSON array of arrays of the columns of the other statements here, in their
/// order.
pub(super) fn of_column(text: &str) -> Result<Vec<PromptDay>> {
    type Columns<'a> = (i64, &'a str, &'a str, u8, Option<i64>, i64, i64, u8, u8);
    let rows: Vec<Columns<'_>> = columns::parsed("occurrence", "*", text, serde_json::from_str(text).ok())?;
    let day = |(id, day, state, bonus, opens, closes, down, tallied, answered): Columns<'_>| {
        let asked = Asked {
            state: columns::parsed("occurrence", "state", state, State::parse(state))?,
            bonus: bonus == 1,
            opens: opens.map(columns::time),
            closes: columns::time(closes),
            down,
            tallied: tallied == 1,
            answered: answered == 1,
        };
        Ok(PromptDay { id: OccurrenceId(id), day: columns::day("occurrence", "day", day)?, asked })
    };
    rows.into_iter().map(day).collect()
}

/// The occurrences of the days after `after` (None: all), by day, each with whether this person's answer stands.
pub async fn of_person(
    conn: &mut Connection,
    team: TeamId,
    user: UserId,
    after: Option<Date>,
) -> Result<Vec<PromptDay>> {
    let rows = sqlx::query(
        "SELECT o.id, o.day, o.state, o.bonus, o.opens, o.closes, o.down, o.tallied_at IS NOT NULL AS tallied, \
         ifnull((SELECT a.stands FROM answer a WHERE a.occurrence = o.id AND a.user = ?), 0) AS answered \
         FROM occurrence o WHERE o.team = ? AND o.day > ? ORDER BY o.day, o.id",
    )
    .bind(user.0 as i64)
    .bind(team.0)
    .bind(after.map_or(String::new(), |day| day.to_string()))
    .fetch_all(conn)
    .await?;
    rows.iter().map(prompt_day).collect()
}

/// The occurrences of the days after `after` (None: all), by day.
pub async fn of_team(conn: &mut Connection, team: TeamId, after: Option<Date>) -> Result<Vec<PromptDay>> {
    let rows = sqlx::query(
        "SELECT id, day, state, bonus, opens, closes, down, tallied_at IS NOT NULL AS tallied, 0 AS answered \
         FROM occurrence WHERE team = ? AND day > ? ORDER BY day, id",
    )
    .bind(team.0)
    .bind(after.map_or(String::new(), |day| day.to_string()))
    .fetch_all(conn)
    .await?;
    rows.iter().map(prompt_day).collect()
}

/// The first day of a team on which something is still claimed or open.
pub async fn first_unsettled(conn: &mut Connection, team: TeamId) -> Result<Option<Date>> {
    let day: Option<String> = sqlx::query_scalar(
        "SELECT min(day) FROM occurrence WHERE team = ? AND tallied_at IS NULL AND state IN ('claimed', 'posted')",
    )
    .bind(team.0)
    .fetch_one(conn)
    .await?;
    day.map(|day| columns::day("occurrence", "day", &day)).transpose()
}

/// The last `n` days up to and with `day` on which something was posted, newest first.
pub async fn last_posted_days(conn: &mut Connection, team: TeamId, day: Date, n: u32) -> Result<Vec<Date>> {
    let days: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT day FROM occurrence WHERE team = ? AND day <= ? AND state = 'posted' \
         ORDER BY day DESC LIMIT ?",
    )
    .bind(team.0)
    .bind(day.to_string())
    .bind(n)
    .fetch_all(conn)
    .await?;
    days.iter().map(|day| columns::day("occurrence", "day", day)).collect()
}

/// Of each occurrence on the days from `from` to `to`: the day, the prompt's title if it had one, and the reason of
/// its state.
pub async fn titles(
    conn: &mut Connection,
    team: TeamId,
    from: Date,
    to: Date,
) -> Result<Vec<(OccurrenceId, Option<String>, Option<String>)>> {
    let rows = sqlx::query(
        "SELECT id, json_extract(snapshot, '$.prompt.title') AS title, reason FROM occurrence \
         WHERE team = ? AND day BETWEEN ? AND ?",
    )
    .bind(team.0)
    .bind(from.to_string())
    .bind(to.to_string())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| Ok((OccurrenceId(row.try_get("id")?), row.try_get("title")?, row.try_get("reason")?)))
        .collect()
}

/// Every team that ever had an occurrence.
pub async fn teams(conn: &mut Connection) -> Result<Vec<TeamId>> {
    let ids: Vec<i64> =
        sqlx::query_scalar("SELECT DISTINCT team FROM occurrence ORDER BY team").fetch_all(conn).await?;
    Ok(ids.into_iter().map(TeamId).collect())
}
