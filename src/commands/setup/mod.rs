//! `/setup`: for admins, the first time and ever after. One option, one panel; everything else is a click.

mod clicks;
mod forms;

pub(super) use clicks::click;
pub(super) use forms::submit;

use super::{Answer, Caller, Context, Data, Problem, complete, reply};
use crate::{
    app::setup::{self, KEPT, Overview, Place},
    chat::{
        discord::{Discord, Trouble},
        page::Page,
        permissions::Permissions,
        problem, setup_panel,
    },
    domain::{
        id::{ChannelId, GuildId, TeamId},
        schedule::parse_zone,
    },
};
use jiff::tz::TimeZone;
use poise::serenity_prelude::ChannelType;
use std::time::Duration;

/// An answer is due within three seconds; this much of it may go to asking Discord.
const ASKING: Duration = Duration::from_millis(1_500);
/// The seconds to wait after questions without an answer.
const ASK_AGAIN: [u64; 5] = [5, 15, 60, 300, 900];

/// Set Helmsman up in this channel, or change its settings (for admins).
#[poise::command(slash_command, guild_only, default_member_permissions = "MANAGE_GUILD")]
pub(super) async fn setup(
    ctx: Context<'_>,
    #[description = "The team's time zone, by a place: Europe/London, Asia/Tokyo …"]
    #[autocomplete = "complete::zone"]
    zone: Option<String>,
) -> Result<(), Problem> {
    let caller = Caller::from(ctx.interaction);
    let answer = open(ctx.data(), &caller, zone.as_deref()).await?;
    reply::command(ctx, answer).await
}

async fn open(data: &Data, caller: &Caller, zone: Option<&str>) -> Result<Answer, Problem> {
    let guild = caller.admin()?;
    let zone = zone.map(parse_zone).transpose().map_err(|error| Problem::refuse(error.to_string()))?;
    // A team is made in a text channel. One that is there keeps its settings, also in a thread and whatever became of
    // its channel.
    let place = setup::place(&data.store, &data.shelf, data.now(), guild, caller.home()).await?;
    if !matches!(place, Place::Team(_)) && caller.kind != Some(ChannelType::Text) {
        return Err(Problem::refuse(problem::NOT_A_TEXT_CHANNEL));
    }
    let page = match (place, zone) {
        (Place::Team(overview), zone) => {
            setup::seen_by(&data.store, overview.team.id, caller.user).await?;
            match zone.filter(|zone| zone.iana_name() != Some(overview.team.zone.as_str())) {
                Some(zone) => propose_zone(data, guild, overview.team.id, &zone).await?,
                None => panel(data, caller, &overview),
            }
        }
        (Place::Removed(team), zone) => {
            setup_panel::offer_restore(&team, KEPT, zone.as_ref().and_then(|zone| zone.iana_name()))
        }
        (Place::Free, Some(zone)) => create(data, caller, guild, zone).await?,
        (Place::Free, None) => setup_panel::ask_zone(),
    };
    Ok(Answer::Private(page))
}

async fn create(data: &Data, caller: &Caller, guild: GuildId, zone: TimeZone) -> Result<Page, Problem> {
    let place = (guild, caller.channel);
    let (now, seed) = (data.now(), data.seed());
    let library = data.library(guild).await?;
    let id = setup::create(&data.store, now, library, place, caller.user, zone, seed).await?;
    watch(data, guild, caller.channel).await;
    Ok(panel(data, caller, &overview(data, guild, id).await?))
}

async fn propose_zone(data: &Data, guild: GuildId, id: TeamId, zone: &TimeZone) -> Result<Page, Problem> {
    let proposal = setup::propose_zone(&data.store, &data.shelf, data.now(), (guild, id), zone).await?;
    Ok(setup_panel::zone_proposal(&proposal.ok_or_else(stale)?))
}

fn panel(data: &Data, caller: &Caller, overview: &Overview) -> Page {
    let known = bits(data, caller, overview.team.channel);
    setup_panel::panel(overview, &overview.library, known)
}

/// What Helmsman may do in the team's channel. The interaction knows about its own channel; about another one only the
/// gateway does.
fn bits(data: &Data, caller: &Caller, channel: ChannelId) -> u64 {
    let here = channel == caller.channel;
    let known = if here { Some(caller.app_permissions) } else { data.permissions.bits(channel) };
    known.unwrap_or(0)
}

async fn overview(data: &Data, guild: GuildId, id: TeamId) -> Result<Overview, Problem> {
    setup::overview(&data.store, &data.shelf, data.now(), guild, id).await?.ok_or_else(stale)
}

/// Makes sure that the channel's permissions are known before anything is sent there. If Discord does not say in time
/// the answer comes without them, and what is to be sent waits for them.
async fn watch(data: &Data, guild: GuildId, channel: ChannelId) {
    if data.permissions.bits(channel).is_some() {
        return;
    }
    data.permissions.expect(guild, channel);
    let asking =
        tokio::spawn(ask(data.permissions.clone(), data.discord.clone(), guild, channel, data.waker()));
    if tokio::time::timeout(ASKING, asking).await.is_err() {
        tracing::warn!(%channel, "a team channel's permissions could not be read in time");
    }
}

/// Asks until Discord says something: no event would, as long as nothing changes there.
async fn ask(
    permissions: Permissions,
    discord: Discord,
    guild: GuildId,
    channel: ChannelId,
    wake: impl Fn() + Send,
) {
    for wait in ASK_AGAIN {
        match permissions.watch_channel(&discord, guild, channel).await {
            Ok(()) => return wake(),
            Err(error) => {
                tracing::warn!(%channel, %error, "a team channel's permissions could not be read");
                if matches!(error, Trouble::Refused { .. }) {
                    return;
                }
            }
        }
        tokio::time::sleep(Duration::from_secs(wait)).await;
    }
}

fn stale() -> Problem {
    Problem::refuse(problem::STALE)
}
