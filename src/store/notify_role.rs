//! The table `notify_role`: roles that an admin allows a team's prompts to notify.

use super::{Connection, Result};
use crate::domain::id::{RoleId, TeamId};

/// The roles of a team, in no order that means anything.
pub async fn of_team(conn: &mut Connection, team: TeamId) -> Result<Vec<RoleId>> {
    let roles: Vec<i64> = sqlx::query_scalar("SELECT role FROM notify_role WHERE team = ? ORDER BY role")
        .bind(team.0)
        .fetch_all(conn)
        .await?;
    Ok(roles.into_iter().map(|role| RoleId(role as u64)).collect())
}

/// Allows these and no others.
pub async fn replace(conn: &mut Connection, team: TeamId, roles: &[RoleId]) -> Result<()> {
    sqlx::query("DELETE FROM notify_role WHERE team = ?").bind(team.0).execute(&mut *conn).await?;
    for role in roles {
        sqlx::query("INSERT INTO notify_role (team, role) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(team.0)
            .bind(role.0 as i64)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}
