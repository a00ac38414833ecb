//! The table `milestone`: lengths that a person has been told about. Each is told once.

use super::{Connection, Result};
use crate::domain::id::{TeamId, UserId};

/// Notes that the person has been told. False if that was so already.
pub async fn tell(conn: &mut Connection, team: TeamId, user: UserId, n: u32) -> Result<bool> {
    let done = sqlx::query("INSERT OR IGNORE INTO milestone (team, user, n) VALUES (?, ?, ?)")
        .bind(team.0)
        .bind(user.0 as i64)
        .bind(n)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}
