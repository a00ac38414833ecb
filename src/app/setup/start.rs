//! The start: the schedules of a draft run, and the channel is told once what will happen.

use super::team_of;
use crate::{
    app::schedules,
    domain::{
        id::{GuildId, TeamId, UserId},
        library::Library,
        schedule::Weekdays,
    },
    store::{
        Result, Store, audit,
        outbox::{self, Kind, New, Target},
        schedule, team,
    },
};
use jiff::{Timestamp, civil::Time};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What became of a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// It runs, and the introduction is on its way.
    Now,
    /// It had started before. Nothing changed.
    Already,
    /// No such team on this server.
    NoTeam,
}

/// What the introduction says, fixed at the start. Stored as the body of its outbox job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Introduction {
    /// The first series.
    pub series_title: String,
    /// How many prompts it has.
    pub prompts: usize,
    /// Local time.
    pub at: Time,
    /// On which days.
    pub weekdays: Weekdays,
    /// IANA time zone.
    pub zone: String,
    /// How long a prompt can be answered.
    pub window_minutes: i64,
}

/// Lets a team begin. `nonce` is for the introduction.
pub async fn start(
    store: &Store,
    now: Timestamp,
    library: Arc<Library>,
    (guild, id): (GuildId, TeamId),
    by: UserId,
    nonce: String,
) -> Result<Started> {
    store
        .write(move |conn| {
            Box::pin(async move {
                let Some(team) = team_of(conn, guild, id).await? else { return Ok(Started::NoTeam) };
                if !team::start(conn, id, now).await? {
                    return Ok(Started::Already);
                }
                schedules::start_in(conn, &team, now).await?;
                if let Some(first) = schedule::of_team(conn, id).await?.first() {
                    let series = library.get(&first.plan.series);
                    let intro = Introduction {
                        series_title: series.map_or(first.plan.series.clone(), |s| s.title.clone()),
                        prompts: series.map_or(0, |s| s.prompts.len()),
                        at: first.plan.rule.at,
                        weekdays: first.plan.rule.weekdays,
                        zone: team.zone.clone(),
                        window_minutes: first.plan.window_minutes.unwrap_or(team.window_minutes),
                    };
                    let body = serde_json::to_string(&intro).unwrap_or_default();
                    let job = New {
                        team: Some(id),
                        kind: Kind::Intro,
                        occurrence: None,
                        poll: None,
                        target: Target::Channel(team.channel),
                        body: Some(&body),
                        nonce: &nonce,
                        thread: false,
                    };
                    outbox::insert(conn, job, now).await?;
                }
                audit::add(conn, id, by, now, "started the team").await?;
                Ok(Started::Now)
            })
        })
        .await
}
