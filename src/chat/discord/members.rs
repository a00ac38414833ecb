//! Whether somebody is on a server. One person at a time needs no privileged intent.

use super::{Discord, Trouble};
use crate::domain::id::{GuildId, UserId};
use serde::Deserialize;
use serenity::{http::Route, model::user::User};

/// Discord's codes for somebody who is not on the server, or not at all. Source: its reference, "JSON Error Codes".
const UNKNOWN: [u64; 2] = [10_007, 10_013];

/// Somebody on a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: UserId,
    /// The name that the server shows. Not escaped.
    pub name: String,
    /// An application.
    pub bot: bool,
}

/// The name that a server shows of somebody: the one for this server, the chosen one, or the account's.
pub fn shown_name(user: &User, nick: Option<&str>) -> String {
    nick.or(user.global_name.as_deref()).unwrap_or(&user.name).to_owned()
}

impl Discord {
    /// Somebody as the server knows them; None: not on the server.
    pub async fn member(&self, guild: GuildId, user: UserId) -> Result<Option<Member>, Trouble> {
        #[derive(Deserialize)]
        struct Known {
            user: User,
            nick: Option<String>,
        }
        let route = Route::GuildMember {
            guild_id: serenity::model::id::GuildId::new(guild.0.max(1)),
            user_id: serenity::model::id::UserId::new(user.0.max(1)),
        };
        match self.read::<Known>(route, None).await {
            Ok(Known { user: known, nick }) => {
                Ok(Some(Member { user, name: shown_name(&known, nick.as_deref()), bot: known.bot }))
            }
            Err(Trouble::Refused { code, .. }) if UNKNOWN.contains(&code) => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }
}
