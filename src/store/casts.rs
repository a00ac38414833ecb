//! What casts meet and what they leave: the occurrence, what the person did with it, and the person's streak, in one look
//! and one write for all casts that came together. Answers come in bursts, and what a statement costs is the way to the
//! one writing connection and back.

use super::{Connection, Result, answer, columns, occurrence, prompt_day, prompt_day::PromptDay, streak};
use crate::domain::{
    answer::Answer,
    id::{CastId, GuildId, OccurrenceId, TeamId, UserId},
    occurrence::Occurrence,
};
use sqlx::Row;
use std::collections::{HashMap, HashSet};

/// What is stored before a cast is taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// The occurrence that it names.
    pub occurrence: Occurrence,
    /// What the person did with it; the default if nothing.
    pub answer: Answer,
    /// The person's cached streak in the team. None: never answered.
    pub streak: Option<streak::Cached>,
    /// The team's occurrences after the settled part of the streak; if there is none, from the occurrence's day on.
    pub later: Vec<PromptDay>,
    /// The largest milestone that the person was told about; 0: none.
    pub told: u32,
}

/// What each cast, by a person at an occurrence, meets; in the order of `casts`. None: no occurrence with this id in
/// this server.
pub async fn meet(
    conn: &mut Connection,
    casts: &[(GuildId, OccurrenceId, UserId)],
) -> Result<Vec<Option<Met>>> {
    // Most of them name the same few occurrences, and a snapshot takes longer to read than all the rest.
    let mut named = HashSet::new();
    let keys = casts
        .iter()
        .map(|(guild, id, user)| (guild.0 as i64, id.0, user.0 as i64, named.insert((guild, id))));
    let rows = sqlx::query(
        "SELECT c.key AS place, c.value ->> 3 AS first, CASE c.value ->> 3 WHEN 1 THEN o.snapshot END AS snapshot, \
         o.id, o.team, t.guild, o.schedule, o.channel, o.day, o.due, o.bonus, o.state, o.reason, o.opens, o.closes, \
         o.message, o.down, o.tallied_at, o.sealed, \
         a.answered, a.withdrawn, a.picked_by, a.picked, a.note_by, a.note, a.note_about, \
         a.share_by, a.share_note, a.share_on, \
         s.len, s.best, s.p, s.settled_day, s.settled_len, s.settled_best, s.settled_p, \
         (SELECT ifnull(max(m.n), 0) FROM milestone m WHERE m.team = o.team AND m.user = c.value ->> 2) AS told, \
         (SELECT json_group_array(json_array(p.id, p.day, p.state, p.bonus, p.opens, p.closes, p.down, \
         p.tallied_at IS NOT NULL, \
         ifnull((SELECT b.stands FROM answer b WHERE b.occurrence = p.id AND b.user = c.value ->> 2), 0))) \
         FROM occurrence p WHERE p.team = o.team AND p.day > ifnull(s.settled_day, date(o.day, '-1 day'))) AS later \
         FROM json_each(?) c JOIN occurrence o ON o.id = c.value ->> 1 \
         JOIN team t ON t.id = o.team AND t.guild = c.value ->> 0 \
         LEFT JOIN answer a ON a.occurrence = o.id AND a.user = c.value ->> 2 \
         LEFT JOIN streak s ON s.team = o.team AND s.user = c.value ->> 2",
    )
    .bind(columns::list(keys))
    .fetch_all(conn)
    .await?;
    let mut known = HashMap::<i64, Occurrence>::new();
    for row in &rows {
        if row.try_get("first")? {
            known.insert(row.try_get("id")?, occurrence::occurrence(row)?);
        }
    }
    let mut met = vec![None; casts.len()];
    for row in &rows {
        let (place, id): (i64, i64) = (row.try_get("place")?, row.try_get("id")?);
        let ever: Option<i64> = row.try_get("len")?;
        met[place as usize] = known
            .get(&id)
            .cloned()
            .map(|occurrence| {
                Ok::<_, super::StoreError>(Met {
                    occurrence,
                    answer: answer::answer(row)?,
                    streak: ever.map(|_| streak::cached(row)).transpose()?,
                    later: prompt_day::of_column(row.try_get("later")?)?,
                    told: row.try_get("told")?,
                })
            })
            .transpose()?;
    }
    Ok(met)
}

/// Stores answers and streaks as they are now.
pub async fn keep<'a>(
    conn: &mut Connection,
    answers: impl IntoIterator<Item = (OccurrenceId, UserId, &'a Answer)>,
    streaks: impl IntoIterator<Item = (TeamId, UserId, &'a streak::Cached)>,
) -> Result<()> {
    let id = |cast: CastId| cast.0 as i64;
    let answers = answers.into_iter().map(|(occurrence, user, answer)| {
        let note = answer.note.as_ref();
        (
            (occurrence.0, user.0 as i64, answer.answered.map(id), answer.withdrawn.map(id)),
            answer.picked.map(|(by, option)| (id(by), option)),
            note.map(|note| (id(note.by), &note.text, note.about)),
            answer.share.map(|(by, note, on)| (id(by), id(note), on)),
            answer.stands(),
        )
    });
    let streaks = streaks.into_iter().map(|(team, user, &streak::Cached { now, settled_day, settled })| {
        let day = settled_day.to_string();
        (team.0, user.0 as i64, now.len, now.best, now.p, day, settled.len, settled.best, settled.p)
    });
    sqlx::query(
        "INSERT OR REPLACE INTO answer (occurrence, user, answered, withdrawn, picked_by, picked, \
         note_by, note, note_about, share_by, share_note, share_on, stands) \
         SELECT value ->> '$[0][0]', value ->> '$[0][1]', value ->> '$[0][2]', value ->> '$[0][3]', \
         value ->> '$[1][0]', value ->> '$[1][1]', \
         value ->> '$[2][0]', value ->> '$[2][1]', value ->> '$[2][2]', \
         value ->> '$[3][0]', value ->> '$[3][1]', value ->> '$[3][2]', value ->> '$[4]' FROM json_each(?); \
         INSERT OR REPLACE INTO streak (team, user, len, best, p, settled_day, settled_len, settled_best, settled_p) \
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, \
         value ->> 7, value ->> 8 FROM json_each(?)",
    )
    .bind(columns::list(answers))
    .bind(columns::list(streaks))
    .execute(conn)
    .await?;
    Ok(())
}
