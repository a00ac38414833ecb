//! The table `moment`: something good that a member noted about another.

use super::{Connection, Result, columns};
use crate::domain::{
    id::{CastId, MomentId, PollId, TeamId, UserId},
    poll::Moment,
};
use jiff::Timestamp;
use sqlx::{Row, sqlite::SqliteRow};

fn moment(row: &SqliteRow) -> Result<Moment> {
    let user = |column| Ok::<_, sqlx::Error>(UserId(row.try_get::<i64, _>(column)? as u64));
    Ok(Moment {
        id: MomentId(row.try_get("id")?),
        team: TeamId(row.try_get("team")?),
        author: user("author")?,
        about: user("about")?,
        name: row.try_get("name")?,
        text: row.try_get("text")?,
        link: row.try_get("link")?,
        at: columns::time(row.try_get("at")?),
    })
}

/// What a new moment begins with.
#[derive(Clone, Debug)]
pub struct New {
    /// Whose it is.
    pub team: TeamId,
    /// The interaction by which it was noted.
    pub cast: CastId,
    /// Who notes it.
    pub author: UserId,
    /// Whom it is about.
    pub about: UserId,
    /// That person's name as it is shown.
    pub name: String,
    /// What that person did.
    pub text: String,
    /// A link to a message.
    pub link: Option<String>,
}

/// Stores a moment. None: this interaction has noted one.
pub async fn insert(conn: &mut Connection, new: &New, now: Timestamp) -> Result<Option<MomentId>> {
    let id: Option<i64> = sqlx::query_scalar(
        "INSERT INTO moment (team, cast_id, author, about, name, text, link, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (cast_id) DO NOTHING RETURNING id",
    )
    .bind(new.team.0)
    .bind(new.cast.0 as i64)
    .bind(new.author.0 as i64)
    .bind(new.about.0 as i64)
    .bind(&new.name)
    .bind(&new.text)
    .bind(new.link.as_deref())
    .bind(columns::ms(now))
    .fetch_optional(conn)
    .await?;
    Ok(id.map(MomentId))
}

/// The moments of a team since `since` that no poll was made of, newest first.
pub async fn waiting(conn: &mut Connection, team: TeamId, since: Timestamp) -> Result<Vec<Moment>> {
    let rows = sqlx::query(
        "SELECT * FROM moment WHERE team = ? AND at >= ? AND dismissed_at IS NULL AND poll IS NULL \
         ORDER BY at DESC, id DESC",
    )
    .bind(team.0)
    .bind(columns::ms(since))
    .fetch_all(conn)
    .await?;
    rows.iter().map(moment).collect()
}

/// How many moments this person has noted in a team since `since`.
pub async fn count_by(conn: &mut Connection, team: TeamId, author: UserId, since: Timestamp) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT count(*) FROM moment WHERE team = ? AND author = ? AND at >= ?")
        .bind(team.0)
        .bind(author.0 as i64)
        .bind(columns::ms(since))
        .fetch_one(conn)
        .await?)
}

/// Takes a moment out. The moment; None: the team has none with this id that waits.
pub async fn dismiss(
    conn: &mut Connection,
    team: TeamId,
    id: MomentId,
    now: Timestamp,
) -> Result<Option<Moment>> {
    let row = sqlx::query(
        "UPDATE moment SET dismissed_at = ? WHERE id = ? AND team = ? AND dismissed_at IS NULL AND poll IS NULL \
         RETURNING *",
    )
    .bind(columns::ms(now))
    .bind(id.0)
    .bind(team.0)
    .fetch_optional(conn)
    .await?;
    row.as_ref().map(moment).transpose()
}

/// A poll was made of these.
pub async fn taken(conn: &mut Connection, ids: &[MomentId], poll: PollId) -> Result<()> {
    sqlx::query("UPDATE moment SET poll = ? WHERE id IN (SELECT value FROM json_each(?))")
        .bind(poll.0)
        .bind(columns::list(ids))
        .execute(conn)
        .await?;
    Ok(())
}

/// Somebody opened a poll with this moment: it does not wait any more, and the poll has words of its own.
pub async fn opened_with(
    conn: &mut Connection,
    team: TeamId,
    id: MomentId,
    poll: PollId,
    now: Timestamp,
) -> Result<()> {
    if dismiss(conn, team, id, now).await?.is_some() {
        taken(conn, &[id], poll).await?;
    }
    Ok(())
}

/// The moments of this poll wait again, if it never was open.
pub async fn released(conn: &mut Connection, poll: PollId) -> Result<()> {
    sqlx::query(
        "UPDATE moment SET poll = NULL, dismissed_at = NULL \
         WHERE poll = ?1 AND EXISTS (SELECT 1 FROM poll WHERE id = ?1 AND opens IS NULL)",
    )
    .bind(poll.0)
    .execute(conn)
    .await?;
    Ok(())
}
