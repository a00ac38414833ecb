//! What people choose about polls, and what they were recognised for.

use crate::{
    domain::{
        id::{GuildId, TeamId, UserId},
        prompt::Theme,
    },
    store::{
        Result, Store,
        person::{self, Settings},
        recognition,
    },
};

/// What this person has chosen for this server.
pub async fn settings(store: &Store, guild: GuildId, user: UserId) -> Result<Settings> {
    person::get(&mut *store.read().await?, guild, user).await
}

/// Whether others may nominate the person, and note moments about the person. Polls that are open stay as they are;
/// there one withdraws.
pub async fn set_nominations(store: &Store, guild: GuildId, user: UserId, on: bool) -> Result<Settings> {
    change(store, guild, user, move |settings| settings.nominations = on).await
}

/// Whether the person gets a private note when recognised.
pub async fn set_notes(store: &Store, guild: GuildId, user: UserId, on: bool) -> Result<Settings> {
    change(store, guild, user, move |settings| settings.notes = on).await
}

async fn change(
    store: &Store,
    guild: GuildId,
    user: UserId,
    change: impl FnOnce(&mut Settings) + Send + 'static,
) -> Result<Settings> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let mut settings = person::get(conn, guild, user).await?;
                change(&mut settings);
                person::set(conn, guild, user, settings).await?;
                Ok(settings)
            })
        })
        .await
}

/// What somebody was recognised for in a team.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recognitions {
    /// In how many polls.
    pub times: u32,
    /// What others saw, and how many named it, the most first.
    pub strengths: Vec<(Theme, u32)>,
}

/// What this person was recognised for in this team.
pub async fn recognitions(store: &Store, team: TeamId, user: UserId) -> Result<Recognitions> {
    let (times, strengths) = recognition::recognitions(&mut *store.read().await?, team, user).await?;
    Ok(Recognitions { times, strengths })
}
