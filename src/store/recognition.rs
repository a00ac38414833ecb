//! The tables `recognition`, `strength` and `evidence`: who was recognised in a poll, and what was said about them.

use super::{Connection, Result, columns};
use crate::domain::{
    id::{PollId, TeamId, UserId},
    prompt::Theme,
};

/// Stores what was said about somebody who was recognised, and that it was.
pub async fn recognise(
    conn: &mut Connection,
    id: PollId,
    user: UserId,
    strengths: &[(Theme, u32)],
    evidence: &[String],
) -> Result<()> {
    let strengths = strengths.iter().map(|(theme, n)| (theme.id(), n));
    let evidence = evidence.iter().enumerate();
    sqlx::query("INSERT INTO recognition (poll, user) VALUES (?, ?)")
        .bind(id.0)
        .bind(user.0 as i64)
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "INSERT INTO strength (poll, user, theme, n) SELECT ?, ?, value ->> 0, value ->> 1 FROM json_each(?)",
    )
    .bind(id.0)
    .bind(user.0 as i64)
    .bind(columns::list(strengths))
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "INSERT INTO evidence (poll, user, pos, text) SELECT ?, ?, value ->> 0, value ->> 1 FROM json_each(?)",
    )
    .bind(id.0)
    .bind(user.0 as i64)
    .bind(columns::list(evidence))
    .execute(conn)
    .await?;
    Ok(())
}

/// How often somebody was recognised in a team, and which strengths were named, the most first.
pub async fn recognitions(
    conn: &mut Connection,
    team: TeamId,
    user: UserId,
) -> Result<(u32, Vec<(Theme, u32)>)> {
    let count: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM recognition r JOIN poll p ON p.id = r.poll WHERE r.user = ? AND p.team = ?",
    )
    .bind(user.0 as i64)
    .bind(team.0)
    .fetch_one(&mut *conn)
    .await?;
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT s.theme, sum(s.n) FROM recognition r JOIN poll p ON p.id = r.poll \
         JOIN strength s ON s.poll = r.poll AND s.user = r.user WHERE r.user = ? AND p.team = ? \
         GROUP BY s.theme ORDER BY sum(s.n) DESC, s.theme",
    )
    .bind(user.0 as i64)
    .bind(team.0)
    .fetch_all(conn)
    .await?;
    let strengths = rows.into_iter().map(|(theme, n)| {
        Ok((columns::parsed("strength", "theme", &theme, Theme::from_id(&theme))?, n as u32))
    });
    Ok((count as u32, strengths.collect::<Result<_>>()?))
}
