//! Telling Discord which commands there are: all at once, and only when they changed (Discord allows 200 creations a
//! day, and people's lists flicker).

use super::{Data, OPTIONS, Problem};
use crate::store::fact;
use poise::serenity_prelude as serenity;
use serde_json::Value;
use std::hash::{DefaultHasher, Hash, Hasher};

/// All commands as Discord wants them.
pub fn commands() -> Value {
    let commands = poise::builtins::create_application_commands(&OPTIONS.commands);
    serde_json::to_value(commands).unwrap_or_default()
}

/// Replaces the global commands of this application if they differ from what was registered last. Says whether it did.
pub async fn register(
    http: &serenity::Http,
    application: serenity::ApplicationId,
    data: &Data,
) -> Result<bool, Problem> {
    let commands = commands();
    let mut hasher = DefaultHasher::new();
    commands.to_string().hash(&mut hasher);
    let (name, hash) = (format!("commands of {application}"), format!("{:016x}", hasher.finish()));
    let known = fact::get(&mut *data.store.read().await?, &name).await?;
    if known.as_deref() == Some(hash.as_str()) {
        return Ok(false);
    }
    http.set_application_id(application);
    http.create_global_commands(&commands).await?;
    data.store.write(move |conn| Box::pin(async move { fact::set(conn, &name, &hash).await })).await?;
    Ok(true)
}
