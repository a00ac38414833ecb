//! The table `poll_draft`: polls that are being prepared, one a person and team.

use super::{Connection, Result, columns};
use crate::domain::{
    id::{TeamId, UserId},
    poll::Draft,
};
use jiff::Timestamp;

/// What this person prepares for this team.
pub async fn get(conn: &mut Connection, team: TeamId, user: UserId) -> Result<Option<Draft>> {
    let body: Option<String> = sqlx::query_scalar("SELECT body FROM poll_draft WHERE team = ? AND user = ?")
        .bind(team.0)
        .bind(user.0 as i64)
        .fetch_optional(conn)
        .await?;
    let draft = |body: String| columns::parsed("poll_draft", "body", &body, serde_json::from_str(&body).ok());
    body.map(draft).transpose()
}

/// Keeps it, in the place of what was there.
pub async fn set(
    conn: &mut Connection,
    team: TeamId,
    user: UserId,
    draft: &Draft,
    now: Timestamp,
) -> Result<()> {
    sqlx::query("INSERT OR REPLACE INTO poll_draft (team, user, body, at) VALUES (?, ?, ?, ?)")
        .bind(team.0)
        .bind(user.0 as i64)
        // Drafts have no shape that could not be written.
        .bind(serde_json::to_string(draft).unwrap_or_default())
        .bind(columns::ms(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets it.
pub async fn delete(conn: &mut Connection, team: TeamId, user: UserId) -> Result<()> {
    sqlx::query("DELETE FROM poll_draft WHERE team = ? AND user = ?")
        .bind(team.0)
        .bind(user.0 as i64)
        .execute(conn)
        .await?;
    Ok(())
}
