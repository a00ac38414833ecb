//! The table `fact`: small facts about this installation.

use super::{Connection, Result};

/// What is known under this name.
pub async fn get(conn: &mut Connection, name: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar("SELECT value FROM fact WHERE name = ?").bind(name).fetch_optional(conn).await?)
}

/// Replaces what is known under this name.
pub async fn set(conn: &mut Connection, name: &str, value: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO fact (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(conn)
    .await?;
    Ok(())
}
