//! Buttons and selects of `/setup`. The caller is an admin, which was checked for this very click.

use super::{bits, create, overview, panel, stale, watch};
use crate::{
    app::{
        posting::{self, ByHand, Wanted},
        setup::{self, Moved, Replanned, Restored, Started},
    },
    chat::{
        audit_text,
        page::Page,
        permissions::{self, Standing, TO_POST},
        problem, proposal_text, setup_more, setup_panel, times,
    },
    commands::{Answer, Caller, Data, Problem, buttons::Verb},
    domain::{
        id::{ChannelId, GuildId, RoleId, TeamId},
        schedule::{Weekdays, parse_zone},
    },
};
use poise::serenity_prelude as serenity;
use serenity::ComponentInteractionDataKind as Kind;

/// Answers `setup:<verb>:<team>`.
pub(in crate::commands) async fn click(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    click: &serenity::ComponentInteraction,
) -> Result<Answer, Problem> {
    let guild = caller.admin()?;
    let id = TeamId(verb.arg(1)?);
    let team = (guild, id);
    let now = data.now();
    let chosen = chosen(&click.data.kind);
    let first = || chosen.first().map(String::as_str).ok_or_else(stale);
    let (store, by) = (&data.store, caller.user);
    let done = match verb.args[0] {
        "panel" => return Ok(Answer::Update(panel(data, caller, &overview(data, guild, id).await?))),
        "change" => true,
        "days" => {
            let bits = chosen.iter().filter_map(|day| day.parse::<u32>().ok()).filter(|day| *day < 7);
            let days = Weekdays::from_bits(bits.fold(0, |bits, day| bits | 1 << day)).ok_or_else(stale)?;
            let set = setup::set_times(store, now, team, by, None, Some(days)).await?;
            replanned(data, guild, set).await?
        }
        "series" => {
            let (library, series) = (data.library(guild).await?, first()?.to_owned());
            let set = setup::set_draft_series(store, now, library, team, by, series).await?;
            replanned(data, guild, set).await?
        }
        "role" => {
            let role = chosen.first().map(|id| id.parse().map(RoleId)).transpose().map_err(|_| stale())?;
            setup::set_manager_role(store, now, team, by, role).await?
        }
        "window" => {
            let minutes: i64 = first()?.parse().map_err(|_| stale())?;
            if !(60..=4_320).contains(&minutes) {
                return Err(stale());
            }
            setup::set_window(store, now, team, by, minutes).await?
        }
        "trail" => {
            let page: u32 = verb.arg(2)?;
            let trail = setup::trail(store, guild, id, page, audit_text::A_PAGE).await?.ok_or_else(stale)?;
            return Ok(Answer::Update(audit_text::page(id, &trail.0, page, trail.1)));
        }
        "more" => return more(data, guild, id).await,
        "nudge" => {
            let minutes: i64 = first()?.parse().map_err(|_| stale())?;
            if minutes != 0 && !(30..=1_440).contains(&minutes) {
                return Err(stale());
            }
            let done = setup::set_nudge(store, now, team, by, (minutes > 0).then_some(minutes)).await?;
            return if done { more(data, guild, id).await } else { Err(stale()) };
        }
        "suggest" => {
            let on = match verb.args.get(2) {
                Some(&"on") => true,
                Some(&"off") => false,
                _ => return Err(stale()),
            };
            let done = setup::set_suggestions(store, now, team, by, on).await?;
            return if done { more(data, guild, id).await } else { Err(stale()) };
        }
        "notify" => {
            // @everyone is a role with the server's id, and never notified.
            let roles = chosen.iter().filter_map(|id| id.parse().ok().map(RoleId));
            let roles: Vec<_> = roles.filter(|role| role.0 != guild.0).collect();
            let done = setup::set_notify_roles(store, now, team, by, roles).await?;
            return if done { more(data, guild, id).await } else { Err(stale()) };
        }
        "start" => return start(data, caller, team, false).await,
        "first" => return start(data, caller, team, true).await,
        "zone" if id.0 == 0 => return new_team(data, caller, guild, first()?).await,
        "zonebox" => return Ok(Answer::Modal(setup_panel::zone_form(0, ""))),
        "zone" => {
            let now_is = overview(data, guild, id).await?.team.zone;
            return Ok(Answer::Modal(setup_panel::zone_form(id.0, &now_is)));
        }
        "takezone" => {
            // A zone's name has no colon in it.
            let zone = parse_zone(verb.args.get(2).copied().unwrap_or_default()).map_err(|_| stale())?;
            let done = setup::set_zone(store, now, team, by, zone).await?;
            return if done { settings(data, caller, team).await } else { Err(stale()) };
        }
        "time" => {
            let overview = overview(data, guild, id).await?;
            let at = overview.main().ok_or_else(stale)?.plan.rule.at;
            return Ok(Answer::Modal(setup_panel::time_form(id.0, &times::clock(at))));
        }
        "move" => {
            return Ok(Answer::Update(setup_panel::ask_move(&overview(data, guild, id).await?.team)));
        }
        "moveto" => return move_to(data, caller, team, click).await,
        word @ ("remove" | "removesure") => {
            let overview = overview(data, guild, id).await?;
            return Ok(Answer::Update(setup_panel::ask_remove(&overview.team, word == "removesure")));
        }
        "removenow" => {
            let done = setup::remove(store, now, team, by, data.seed()).await?;
            data.wake();
            return if done { Ok(Answer::Update(Page::text(setup_panel::REMOVED))) } else { Err(stale()) };
        }
        "resume" => {
            watch(data, guild, overview(data, guild, id).await?.team.channel).await;
            let done = setup::resume(store, now, team, by).await?;
            return if done { settings(data, caller, team).await } else { Err(stale()) };
        }
        "restore" => return restore(data, caller, team).await,
        "anew" => {
            return match verb.args.get(2).filter(|zone| !zone.is_empty()) {
                Some(zone) => new_team(data, caller, guild, zone).await,
                None => Ok(Answer::Update(setup_panel::ask_zone())),
            };
        }
        _ => return Err(stale()),
    };
    if !done {
        return Err(stale());
    }
    data.wake();
    let overview = overview(data, guild, id).await?;
    Ok(Answer::Update(setup_panel::change(&overview, &overview.library)))
}

/// Whether the first schedule is as it should be now; if another one is so already, that is said.
pub(super) async fn replanned(data: &Data, guild: GuildId, set: Replanned) -> Result<bool, Problem> {
    match set {
        Replanned::Done => Ok(true),
        Replanned::Exists(plan) => {
            Err(Problem::refuse(proposal_text::exists(&plan, &*data.library(guild).await?)))
        }
        Replanned::Stale => Ok(false),
    }
}

fn chosen(kind: &Kind) -> Vec<String> {
    match kind {
        Kind::StringSelect { values } => values.clone(),
        Kind::RoleSelect { values } => values.iter().map(|id| id.to_string()).collect(),
        Kind::ChannelSelect { values } => values.iter().map(|id| id.to_string()).collect(),
        _ => Vec::new(),
    }
}

/// The rarer settings.
async fn more(data: &Data, guild: GuildId, id: TeamId) -> Result<Answer, Problem> {
    Ok(Answer::Update(setup_more::page(&overview(data, guild, id).await?)))
}

/// The panel, after something changed.
pub(super) async fn settings(
    data: &Data,
    caller: &Caller,
    (guild, id): (GuildId, TeamId),
) -> Result<Answer, Problem> {
    data.wake();
    Ok(Answer::Update(panel(data, caller, &overview(data, guild, id).await?)))
}

/// A zone was chosen where there is no team yet.
pub(super) async fn new_team(
    data: &Data,
    caller: &Caller,
    guild: GuildId,
    zone: &str,
) -> Result<Answer, Problem> {
    if caller.kind != Some(serenity::ChannelType::Text) {
        return Err(Problem::refuse(problem::NOT_A_TEXT_CHANNEL));
    }
    let zone = parse_zone(zone).map_err(|error| Problem::refuse(error.to_string()))?;
    Ok(Answer::Update(create(data, caller, guild, zone).await?))
}

async fn start(
    data: &Data,
    caller: &Caller,
    (guild, id): (GuildId, TeamId),
    post: bool,
) -> Result<Answer, Problem> {
    let before = overview(data, guild, id).await?;
    watch(data, guild, before.team.channel).await;
    if !permissions::missing(bits(data, caller, before.team.channel), TO_POST).is_empty() {
        return settings(data, caller, (guild, id)).await;
    }
    let (now, library) = (data.now(), before.library.clone());
    match setup::start(&data.store, now, library, (guild, id), caller.user, data.nonce()).await? {
        Started::Now => {}
        // A second click: once is enough, also for the first prompt.
        Started::Already => return settings(data, caller, (guild, id)).await,
        Started::NoTeam => return Err(stale()),
    }
    let mut posted = false;
    if let Some(main) = before.main().filter(|_| post) {
        let wanted = Wanted { team: id, series: main.plan.series.clone(), prompt: None };
        let (cast, seed) = (caller.cast.0, data.seed());
        let by_hand = posting::by_hand(&data.store, &before.library, wanted, cast, now, seed).await?;
        posted = matches!(by_hand, ByHand::Claimed(_) | ByHand::Already);
    }
    data.wake();
    Ok(Answer::Update(setup_panel::started(&overview(data, guild, id).await?, posted)))
}

async fn move_to(
    data: &Data,
    caller: &Caller,
    (guild, id): (GuildId, TeamId),
    click: &serenity::ComponentInteraction,
) -> Result<Answer, Problem> {
    let Kind::ChannelSelect { values } = &click.data.kind else { return Err(stale()) };
    let to = *values.first().ok_or_else(stale)?;
    let channel = ChannelId(to.get());
    // Discord resolves channels of this server only.
    let known = click.data.resolved.channels.get(&to).ok_or_else(|| Problem::refuse(problem::NOT_FOUND))?;
    if known.kind != serenity::ChannelType::Text {
        return Err(Problem::refuse(problem::NOT_A_TEXT_CHANNEL));
    }
    overview(data, guild, id).await?;
    let new = data.permissions.standing(channel) == Standing::NotWatched;
    watch(data, guild, channel).await;
    let lacking = permissions::missing(data.permissions.bits(channel).unwrap_or(0), TO_POST);
    if !lacking.is_empty() {
        if new {
            data.permissions.forget(channel);
        }
        return Err(Problem::refuse(setup_panel::cannot_move(channel, &lacking)));
    }
    match setup::move_to(&data.store, data.now(), (guild, id), caller.user, channel).await? {
        Moved::From(from) => {
            data.wake();
            Ok(Answer::Update(setup_panel::moved(from, channel)))
        }
        Moved::Taken => Err(Problem::refuse(setup_panel::taken(channel))),
        Moved::NoTeam => Err(stale()),
    }
}

async fn restore(data: &Data, caller: &Caller, team: (GuildId, TeamId)) -> Result<Answer, Problem> {
    match setup::restore(&data.store, data.now(), team, caller.user).await? {
        Restored::Back => {
            let overview = overview(data, team.0, team.1).await?;
            watch(data, team.0, overview.team.channel).await;
            settings(data, caller, team).await
        }
        Restored::Taken => Err(Problem::refuse(setup_panel::taken(caller.channel))),
        Restored::NoTeam => Err(stale()),
    }
}
