//! IDENTIFY and RESUME.

use super::close;
use super::connection::Connection;
use crate::bits;
use crate::id::Id;
use crate::rest::{IDENTIFIES, application_flags};
use crate::world::{Frame, Session, World};
use serde_json::{Value, json};
use std::collections::VecDeque;

fn app_of(world: &World, data: &Value) -> Option<Id> {
    let token = data.get("token")?.as_str()?;
    world.app_of_token(token.strip_prefix("Bot ").unwrap_or(token))
}

/// Starts a session: READY, then a GUILD_CREATE for each guild.
pub(super) fn identify(connection: &mut Connection, data: &Value) -> Result<(), u16> {
    let intents = data.get("intents").and_then(Value::as_u64).ok_or(close::INVALID_INTENTS)?;
    let shard = read_shard(data)?;
    let outlet = connection.outlet.clone();
    let gateway = connection.hub.gateway_url.clone();
    let session = connection.hub.change(|world| {
        let app = app_of(world, data).ok_or(close::AUTHENTICATION_FAILED)?;
        count_identify(world, app)?;
        let allowed = world.applications.get(&app).map_or(0, |app| app.allowed_intents);
        if intents & bits::PRIVILEGED_INTENTS & !allowed != 0 {
            return Err(close::DISALLOWED_INTENTS);
        }
        // A new session replaces the dead ones of its shard.
        world.sessions.retain(|_, old| old.app != app || old.shard != shard || old.connected());
        let id = world.random_text(32);
        let session = Session {
            id: id.clone(),
            app,
            intents,
            shard,
            sequence: 0,
            ready: true,
            resumes: 0,
            replay: VecDeque::new(),
            outlet: Some(outlet),
            connection: 0,
            kept: Vec::new(),
        };
        let guilds: Vec<Id> = world
            .guilds
            .values()
            .filter(|guild| guild.members.contains_key(&app) && session.serves(Some(guild.id)))
            .map(|guild| guild.id)
            .collect();
        world.sessions.insert(id.clone(), session);
        let ready = ready(world, app, &id, &gateway, shard, &guilds);
        world.dispatch(&id, "READY", &ready.to_string());
        if intents & bits::INTENT_GUILDS != 0 {
            for guild in guilds {
                if world.guilds[&guild].unavailable {
                    continue;
                }
                let body = world.guild_create_json(guild, app).to_string();
                world.dispatch(&id, "GUILD_CREATE", &body);
            }
        }
        Ok(id)
    })?;
    connection.session = Some((session, 0));
    Ok(())
}

fn read_shard(data: &Value) -> Result<(u64, u64), u16> {
    let Some(shard) = data.get("shard").filter(|shard| !shard.is_null()) else { return Ok((0, 1)) };
    let number = |at: usize| shard.get(at).and_then(Value::as_u64).ok_or(close::INVALID_SHARD);
    let (index, count) = (number(0)?, number(1)?);
    if index < count { Ok((index, count)) } else { Err(close::INVALID_SHARD) }
}

/// Too many IDENTIFYs in 24 h reset the token.
fn count_identify(world: &mut World, app: Id) -> Result<(), u16> {
    let now = world.now_ms();
    let Some(app) = world.applications.get_mut(&app) else { return Err(close::AUTHENTICATION_FAILED) };
    while app.identifies.front().is_some_and(|at| *at <= now - 86_400_000) {
        app.identifies.pop_front();
    }
    app.identify_count += 1;
    app.identifies.push_back(now);
    if app.identifies.len() > IDENTIFIES {
        app.token_reset = true;
        let id = app.id;
        for session in world.sessions.values().filter(|session| session.app == id) {
            session.outlet.iter().for_each(|outlet| {
                let _ = outlet.send(Frame::Close(Some(close::AUTHENTICATION_FAILED)));
            });
        }
        return Err(close::AUTHENTICATION_FAILED);
    }
    Ok(())
}

fn ready(world: &World, app: Id, session: &str, gateway: &str, shard: (u64, u64), guilds: &[Id]) -> Value {
    let guilds: Vec<Value> = guilds.iter().map(|guild| json!({ "id": guild, "unavailable": true })).collect();
    let allowed = world.applications[&app].allowed_intents;
    json!({
        "v": 10, "user_settings": {}, "user": world.current_user_json(app), "session_type": "normal",
        "session_id": session, "resume_gateway_url": gateway, "relationships": [], "private_channels": [],
        "presences": [], "guilds": guilds, "guild_join_requests": [], "geo_ordered_rtc_regions": [],
        "application": { "id": app, "flags": application_flags(allowed) }, "auth": {},
        "shard": [shard.0, shard.1], "_trace": [],
    })
}

/// Goes on with a session, or answers op 9.
pub(super) fn resume(connection: &mut Connection, data: &Value) -> Result<(), u16> {
    let wanted = data.get("session_id").and_then(Value::as_str).unwrap_or("").to_owned();
    let sequence = data.get("seq").and_then(Value::as_u64).unwrap_or(0);
    let outlet = connection.outlet.clone();
    let resumed = connection.hub.change(|world| {
        let app = app_of(world, data).ok_or(close::AUTHENTICATION_FAILED)?;
        let Some(session) = world.sessions.get_mut(&wanted).filter(|session| session.app == app) else {
            return Ok::<_, u16>(None);
        };
        if let Some(old) = session.outlet.replace(outlet) {
            let _ = old.send(Frame::Close(None));
        }
        session.connection += 1;
        let number = session.connection;
        if !world.replay(&wanted, sequence) {
            world.sessions.remove(&wanted);
            return Ok(None);
        }
        world.dispatch(&wanted, "RESUMED", "{\"_trace\":[]}");
        Ok(Some(number))
    })?;
    match resumed {
        Some(number) => connection.session = Some((wanted, number)),
        None => connection.invalid(false),
    }
    Ok(())
}
