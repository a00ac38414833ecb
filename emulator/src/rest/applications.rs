//! The application itself, and where its gateway is.

use super::{Answer, Bot, Reply, Shared};
use crate::bits;
use axum::extract::State;
use serde_json::json;

/// IDENTIFYs that an application may send in 24 h.
pub(crate) const IDENTIFIES: usize = 1000;

pub(crate) async fn gateway(State(hub): Shared) -> Answer {
    Ok(Reply::Json(json!({ "url": hub.gateway_url })))
}

pub(crate) async fn gateway_bot(State(hub): Shared, Bot(app): Bot) -> Answer {
    let now = hub.clock.now_ms();
    let (used, oldest) = hub.read(|world| {
        let recent = world.applications[&app].identifies.iter().filter(|at| **at > now - 86_400_000);
        (recent.clone().count(), recent.min().copied())
    });
    let reset_after = oldest.map_or(0, |oldest| oldest + 86_400_000 - now);
    Ok(Reply::Json(json!({
        "url": hub.gateway_url, "shards": 1,
        "session_start_limit": {
            "total": IDENTIFIES, "remaining": IDENTIFIES.saturating_sub(used),
            "reset_after": reset_after, "max_concurrency": 1,
        },
    })))
}

/// The application's flags, which tell of its privileged intents (in fewer than 100 guilds: limited).
pub(crate) fn flags(allowed: u64) -> u64 {
    let pairs = [
        (bits::INTENT_GUILD_PRESENCES, 1 << 13),
        (bits::INTENT_GUILD_MEMBERS, 1 << 15),
        (bits::INTENT_MESSAGE_CONTENT, 1 << 19),
    ];
    pairs.iter().filter(|(intent, _)| allowed & intent != 0).fold(0, |flags, (_, flag)| flags | flag)
}

pub(crate) async fn own(State(hub): Shared, Bot(app): Bot) -> Answer {
    let body = hub.read(|world| {
        let user = world.user_json(app);
        let allowed = world.applications[&app].allowed_intents;
        let guilds = world.guilds.values().filter(|guild| guild.members.contains_key(&app)).count();
        json!({
            "id": app, "name": world.users[&app].name, "icon": null, "description": "",
            "type": null, "bot": user, "bot_public": true, "bot_require_code_grant": false,
            "verify_key": "0".repeat(64), "flags": flags(allowed), "flags_new": flags(allowed).to_string(),
            "redirect_uris": [], "interactions_endpoint_url": null, "role_connections_verification_url": null,
            "owner": {
                "id": "1", "username": "owner", "discriminator": "0", "global_name": "owner", "avatar": null,
                "public_flags": 0, "flags": 0, "primary_guild": null,
            },
            "team": null, "approximate_guild_count": guilds, "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0, "explicit_content_filter": 0, "eligible_oauth2_scopes": [],
            "integration_types_config": { "0": {} },
        })
    });
    Ok(Reply::Json(body))
}
