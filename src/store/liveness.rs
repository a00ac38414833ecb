//! The table `liveness`: one row, the last instant at which the session with Discord was known to live.

use super::{Connection, Result, columns};
use jiff::Timestamp;

/// The last known instant, if there ever was one.
pub async fn get(conn: &mut Connection) -> Result<Option<Timestamp>> {
    let at =
        sqlx::query_scalar::<_, i64>("SELECT at FROM liveness WHERE id = 1").fetch_optional(conn).await?;
    Ok(at.map(columns::time))
}

/// The session lives at `at`. An earlier instant than the stored one changes nothing.
pub async fn set(conn: &mut Connection, at: Timestamp) -> Result<()> {
    sqlx::query(
        "INSERT INTO liveness (id, at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET at = max(at, excluded.at)",
    )
    .bind(columns::ms(at))
    .execute(conn)
    .await?;
    Ok(())
}
