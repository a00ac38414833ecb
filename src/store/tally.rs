//! The table `tally`: how often each option was picked, counted once at the close. It outlives the answers.

use super::{Connection, Result};
use crate::domain::id::OccurrenceId;
use sqlx::Row;

/// Counts the options of the answers that stand and keeps the counts. Counting again replaces them.
pub async fn count_in(conn: &mut Connection, occurrence: OccurrenceId) -> Result<()> {
    sqlx::query("DELETE FROM tally WHERE occurrence = ?").bind(occurrence.0).execute(&mut *conn).await?;
    sqlx::query(
        "INSERT INTO tally (occurrence, option, n) SELECT occurrence, picked, count(*) FROM answer \
         WHERE occurrence = ? AND stands = 1 AND picked_by > ifnull(withdrawn, 0) GROUP BY picked",
    )
    .bind(occurrence.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// The counts: (the option's place in the snapshot, how many). Options that nobody picked are left out.
pub async fn of(conn: &mut Connection, occurrence: OccurrenceId) -> Result<Vec<(u8, u32)>> {
    let rows = sqlx::query("SELECT option, n FROM tally WHERE occurrence = ? ORDER BY option")
        .bind(occurrence.0)
        .fetch_all(conn)
        .await?;
    rows.iter().map(|row| Ok((row.try_get("option")?, row.try_get("n")?))).collect()
}
