//! Telling Discord which commands there are: all at once, and only when they changed (Discord allows 200 creations a
//! day, and people's lists flicker).

use super::{Data, OPTIONS, Problem};
use crate::store::{Store, StoreError, fact};
use poise::serenity_prelude as serenity;
use std::hash::{DefaultHasher, Hash, Hasher};

/// All commands as Discord wants them.
pub fn commands() -> Vec<serenity::CreateCommand> {
    poise::builtins::create_application_commands(&OPTIONS.commands)
}

fn name(application: u64) -> String {
    format!("commands of {application}")
}

/// Discord knows no command of this application any more, as an emulator that was started anew.
pub async fn forget(store: &Store, application: u64) -> Result<(), StoreError> {
    store.write(move |conn| Box::pin(async move { fact::set(conn, &name(application), "").await })).await
}

/// Replaces the global commands of this application if they differ from what was registered last. Says whether it did.
pub async fn register(data: &Data, application: u64) -> Result<bool, Problem> {
    let commands = commands();
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(&commands).unwrap_or_default().hash(&mut hasher);
    let (name, hash) = (name(application), format!("{:016x}", hasher.finish()));
    let known = fact::get(&mut *data.store.read().await?, &name).await?;
    if known.as_deref() == Some(hash.as_str()) {
        return Ok(false);
    }
    data.discord.register(application, &commands).await?;
    data.store.write(move |conn| Box::pin(async move { fact::set(conn, &name, &hash).await })).await?;
    Ok(true)
}
