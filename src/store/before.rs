//! What casts meet: the occurrence, what the person did with it so far, and the person's streak, in one look for all
//! that came together. Answers come in bursts, and each look is a round trip to the one writing connection.

use super::{Connection, Result, answer, columns, occurrence, streak};
use crate::domain::{
    answer::Answer,
    id::{GuildId, OccurrenceId, UserId},
    occurrence::Occurrence,
};
use sqlx::Row;
use std::collections::HashMap;

/// What is stored before a cast is taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// The occurrence that it names.
    pub occurrence: Occurrence,
    /// What the person did with it; the default if nothing.
    pub answer: Answer,
    /// The person's cached streak in the team. None: never answered.
    pub streak: Option<streak::Cached>,
    /// The largest milestone that the person was told about; 0: none.
    pub told: u32,
}

/// What each cast, by a person at an occurrence, meets; in the order of `casts`. None: no occurrence with this id in
/// this server.
pub async fn casts(
    conn: &mut Connection,
    casts: &[(GuildId, OccurrenceId, UserId)],
) -> Result<Vec<Option<Before>>> {
    let keys = casts.iter().map(|(guild, id, user)| (guild.0 as i64, id.0, user.0 as i64));
    let rows = sqlx::query(
        "SELECT c.key AS place, o.*, t.guild, \
         a.answered, a.withdrawn, a.picked_by, a.picked, a.note_by, a.note, a.note_about, \
         a.share_by, a.share_note, a.share_on, \
         s.len, s.best, s.p, s.settled_day, s.settled_len, s.settled_best, s.settled_p, \
         (SELECT ifnull(max(m.n), 0) FROM milestone m WHERE m.team = o.team AND m.user = c.value ->> 2) AS told \
         FROM json_each(?) c JOIN occurrence o ON o.id = c.value ->> 1 \
         JOIN team t ON t.id = o.team AND t.guild = c.value ->> 0 \
         LEFT JOIN answer a ON a.occurrence = o.id AND a.user = c.value ->> 2 \
         LEFT JOIN streak s ON s.team = o.team AND s.user = c.value ->> 2",
    )
    .bind(columns::list(keys))
    .fetch_all(conn)
    .await?;
    // Most of them name the same few occurrences, and a snapshot takes longer to read than all the rest.
    let mut known = HashMap::<i64, Occurrence>::new();
    let mut found = vec![None; casts.len()];
    for row in &rows {
        let id: i64 = row.try_get("id")?;
        let occurrence = match known.get(&id) {
            Some(occurrence) => occurrence.clone(),
            None => known.entry(id).or_insert(occurrence::occurrence(row)?).clone(),
        };
        let ever: Option<i64> = row.try_get("len")?;
        let place: i64 = row.try_get("place")?;
        found[place as usize] = Some(Before {
            occurrence,
            answer: answer::answer(row)?,
            streak: ever.map(|_| streak::cached(row)).transpose()?,
            told: row.try_get("told")?,
        });
    }
    Ok(found)
}
