//! The table `queue`: the prompts that a schedule has yet to post, the lowest place first. Places may have holes and
//! may be negative.

use super::{Connection, Result, columns};
use crate::domain::id::{GuildId, ScheduleId, TeamId};
use std::collections::HashMap;

/// The prompts of the queue, the next one first.
pub async fn all(conn: &mut Connection, schedule: ScheduleId) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar("SELECT prompt FROM queue WHERE schedule = ? ORDER BY pos")
        .bind(schedule.0)
        .fetch_all(conn)
        .await?)
}

/// How many are left.
pub async fn len(conn: &mut Connection, schedule: ScheduleId) -> Result<u32> {
    let n: i64 = sqlx::query_scalar("SELECT count(*) FROM queue WHERE schedule = ?")
        .bind(schedule.0)
        .fetch_one(conn)
        .await?;
    Ok(n as u32)
}

/// How many are left in each of the team's queues that has any.
pub async fn lens(conn: &mut Connection, team: TeamId) -> Result<HashMap<ScheduleId, u32>> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT schedule, count(*) FROM queue WHERE schedule IN (SELECT id FROM schedule WHERE team = ?) \
         GROUP BY schedule",
    )
    .bind(team.0)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|(id, n)| (ScheduleId(id), n as u32)).collect())
}

/// Takes the next prompt out.
pub async fn pop(conn: &mut Connection, schedule: ScheduleId) -> Result<Option<String>> {
    Ok(sqlx::query_scalar(
        "DELETE FROM queue WHERE schedule = ?1 AND pos = (SELECT min(pos) FROM queue WHERE schedule = ?1) \
         RETURNING prompt",
    )
    .bind(schedule.0)
    .fetch_optional(conn)
    .await?)
}

/// Puts a prompt before all others. Whoever wants it once takes it out first.
pub async fn push_front(conn: &mut Connection, schedule: ScheduleId, prompt: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO queue (schedule, pos, prompt) \
         VALUES (?1, coalesce((SELECT min(pos) FROM queue WHERE schedule = ?1), 0) - 1, ?2)",
    )
    .bind(schedule.0)
    .bind(prompt)
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts prompts behind all others, in this order.
pub async fn append(conn: &mut Connection, schedule: ScheduleId, prompts: &[String]) -> Result<()> {
    for prompt in prompts {
        sqlx::query(
            "INSERT INTO queue (schedule, pos, prompt) \
             VALUES (?1, coalesce((SELECT max(pos) FROM queue WHERE schedule = ?1), 0) + 1, ?2)",
        )
        .bind(schedule.0)
        .bind(prompt)
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Takes one prompt out, wherever it stands. False: it is not in this queue.
pub async fn remove(conn: &mut Connection, schedule: ScheduleId, prompt: &str) -> Result<bool> {
    let done = sqlx::query("DELETE FROM queue WHERE schedule = ? AND prompt = ?")
        .bind(schedule.0)
        .bind(prompt)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes one prompt out of every schedule of the team that runs its series. The schedules it was taken from.
pub async fn remove_from_team(
    conn: &mut Connection,
    team: TeamId,
    series: &str,
    prompt: &str,
) -> Result<Vec<ScheduleId>> {
    let ids: Vec<i64> = sqlx::query_scalar(
        "DELETE FROM queue WHERE prompt = ? AND schedule IN (SELECT id FROM schedule WHERE team = ? AND series = ?) \
         RETURNING schedule",
    )
    .bind(prompt)
    .bind(team.0)
    .bind(series)
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(ScheduleId).collect())
}

/// Empties it.
pub async fn clear(conn: &mut Connection, schedule: ScheduleId) -> Result<()> {
    sqlx::query("DELETE FROM queue WHERE schedule = ?").bind(schedule.0).execute(conn).await?;
    Ok(())
}

/// Puts prompts behind all others in every queue of a server for this series, in this order; not those that are there.
pub async fn append_everywhere(
    conn: &mut Connection,
    guild: GuildId,
    series: &str,
    prompts: &[String],
) -> Result<()> {
    sqlx::query(
        "INSERT INTO queue (schedule, pos, prompt) \
         SELECT s.id, coalesce((SELECT max(pos) FROM queue q WHERE q.schedule = s.id), 0) + 1 + p.key, p.value \
         FROM schedule s JOIN team t ON t.id = s.team JOIN json_each(?) p \
         WHERE t.guild = ? AND s.series = ? \
           AND NOT EXISTS (SELECT 1 FROM queue q WHERE q.schedule = s.id AND q.prompt = p.value)",
    )
    .bind(columns::list(prompts))
    .bind(guild.0 as i64)
    .bind(series)
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes prompts out of every queue of a server for this series.
pub async fn remove_everywhere(
    conn: &mut Connection,
    guild: GuildId,
    series: &str,
    prompts: &[String],
) -> Result<()> {
    sqlx::query(
        "DELETE FROM queue WHERE schedule IN \
           (SELECT s.id FROM schedule s JOIN team t ON t.id = s.team WHERE t.guild = ? AND s.series = ?) \
         AND prompt IN (SELECT value FROM json_each(?))",
    )
    .bind(guild.0 as i64)
    .bind(series)
    .bind(columns::list(prompts))
    .execute(conn)
    .await?;
    Ok(())
}
