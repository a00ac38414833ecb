//! Preparing a poll: `/poll start`, *Who led here?*, the form and the panel.
//!
//! What was written is kept even if it cannot be opened like that: the panel says what is missing.

use crate::{
    app::{
        polls::{self, Opened},
        setup::Overview,
    },
    chat::{
        discord::shown_name,
        page::Page,
        permissions::{self, TO_POST},
        poll_panel::{self as text, LONGEST_TIME, Shown},
        problem, series_text, setup_panel, times,
    },
    commands::{
        Answer, Caller, Context, Data, Problem,
        buttons::{Verb, chosen, typed},
        pick, reply,
    },
    domain::{
        id::{CastId, MomentId, RoleId, UserId},
        poll::{Draft, LONGEST_SITUATION, MOST_NOMINEES, MOST_QUORUM, Mode, parse_closes, parse_remind},
    },
};
use poise::serenity_prelude as serenity;
use std::time::Duration;

/// An interaction is to be answered within three seconds.
const LONGEST_LOOK: Duration = Duration::from_millis(1_500);

/// Begin a poll: what happened, how long, who could it have been (for managers).
#[poise::command(slash_command)]
pub(super) async fn start(ctx: Context<'_>) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let new = format!("poll:draft:{}:new", overview.team.id);
    let answer = begin(data, &caller, &overview, new).await?;
    reply::command(ctx, answer).await
}

/// The same about a message, with its author preselected.
#[poise::command(context_menu_command = "Who led here?", guild_only)]
pub(in crate::commands) async fn who_led_here(
    ctx: Context<'_>,
    message: serenity::Message,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::team(data, &caller).await?;
    if !caller.is_manager(&overview.team) {
        let refusal = series_text::managers_only(overview.team.manager_role);
        return Err(Problem::refuse(format!("{refusal} {}", text::NOTE_A_MOMENT)));
    }
    let person = !message.author.bot && !message.author.system && message.webhook_id.is_none();
    let author = if person { message.author.id.get() } else { 0 };
    let new = format!("poll:draft:{}:new:{}:{}:{author}", overview.team.id, message.channel_id, message.id);
    let answer = begin(data, &caller, &overview, new).await?;
    reply::command(ctx, answer).await
}

/// The form, or, if the person has a draft already, the question which of them it shall be.
async fn begin(data: &Data, caller: &Caller, overview: &Overview, new: String) -> Result<Answer, Problem> {
    if overview.team.started_at.is_none() {
        return Err(Problem::refuse(problem::NOT_STARTED));
    }
    Ok(match polls::draft::get(&data.store, overview.team.id, caller.user).await? {
        Some(draft) => Answer::Private(text::resume(overview.team.id, &draft, new)),
        None => Answer::Modal(text::form(new, None)),
    })
}

/// The form for a poll made of one moment.
pub(in crate::commands) async fn new_from_moment(
    data: &Data,
    caller: &Caller,
    overview: &Overview,
    moment: MomentId,
) -> Result<Answer, Problem> {
    let found = polls::moments::one(&data.store, overview.team.id, moment, data.now()).await?;
    let Some(moment) = found else { return Err(Problem::refuse(problem::STALE)) };
    if overview.team.started_at.is_none() {
        return Err(Problem::refuse(problem::NOT_STARTED));
    }
    let new = format!("poll:draft:{}:moment:{}", overview.team.id, moment.id);
    Ok(match polls::draft::get(&data.store, overview.team.id, caller.user).await? {
        Some(draft) => Answer::Update(text::resume(overview.team.id, &draft, new)),
        None => Answer::Modal(text::form(new, Some(&from_moment(&moment)))),
    })
}

fn from_moment(moment: &crate::domain::poll::Moment) -> Draft {
    let (situation, link) = (moment.text.clone(), moment.link.clone());
    Draft { situation, link, moment: Some(moment.id), ..Draft::default() }
}

/// Answers `poll:draft:<team>:<what>`.
pub(super) async fn click(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    click: &serenity::ComponentInteraction,
) -> Result<Answer, Problem> {
    let overview = pick::owned_team(data, caller, verb).await?;
    let team = overview.team.id;
    match verb.args.get(2).copied() {
        Some("new") => return Ok(Answer::Modal(text::form(click.data.custom_id.clone(), None))),
        Some("moment") => {
            let moment = polls::moments::one(&data.store, team, MomentId(verb.arg(3)?), data.now()).await?;
            let moment = moment.ok_or_else(|| Problem::refuse(problem::STALE))?;
            let form = text::form(click.data.custom_id.clone(), Some(&from_moment(&moment)));
            return Ok(Answer::Modal(form));
        }
        _ => {}
    }
    let Some(mut draft) = polls::draft::get(&data.store, team, caller.user).await? else {
        // The second of two clicks on *Open* takes the place of the first one's answer.
        let again = verb.args.get(2) == Some(&"open")
            && polls::was_opened(&data.store, CastId(click.message.id.get())).await?;
        return Ok(Answer::Update(Page::text(if again { text::OPENED } else { text::NO_DRAFT })));
    };
    let mut said = Vec::new();
    match verb.args.get(2).copied() {
        Some("go") => return Ok(Answer::Update(panel(data, &overview, &draft, &said))),
        Some("text") => {
            let form = text::form(format!("poll:draft:{team}:text"), Some(&draft));
            return Ok(Answer::Modal(form));
        }
        Some("open" | "cancel") if verb.args.get(3).copied() != Some(&*polls::draft::mark(&draft)) => {
            return Ok(Answer::Update(panel(data, &overview, &draft, &[text::CHANGED.to_owned()])));
        }
        Some("open")
            if verb.args.get(4).copied().unwrap_or_default() != shown(data, &overview, &draft).until() =>
        {
            return Ok(Answer::Update(panel(data, &overview, &draft, &[text::PASSED.to_owned()])));
        }
        Some("cancel") => {
            polls::draft::drop(&data.store, team, caller.user).await?;
            return Ok(Answer::Update(Page::text(text::THROWN_AWAY)));
        }
        // Two clicks on one panel are one wish: its message, not the click, is what the poll is known by.
        Some("open") => {
            let cast = CastId(click.message.id.get());
            return open(data, caller, &overview, draft, cast).await;
        }
        Some("who") => draft.nominees = nominees(data, caller, click, &mut said).await?,
        Some("mode") => {
            let mode = chosen(click).first().and_then(|word| Mode::parse(word));
            draft.mode = mode.ok_or_else(|| Problem::refuse(problem::STALE))?;
        }
        Some("quorum") => {
            let quorum = chosen(click).first().and_then(|text| text.parse::<u32>().ok());
            let quorum = quorum.filter(|n| (1..=MOST_QUORUM).contains(n));
            draft.quorum = quorum.ok_or_else(|| Problem::refuse(problem::STALE))?;
        }
        Some("role") => {
            let serenity::ComponentInteractionDataKind::RoleSelect { values } = &click.data.kind else {
                return Err(Problem::refuse(problem::STALE));
            };
            // The role that everybody has is no role.
            let role = values.first().map(|role| RoleId(role.get()));
            draft.role = role.filter(|role| role.0 != overview.team.guild.0);
        }
        _ => return Err(Problem::refuse(problem::STALE)),
    }
    polls::draft::keep(&data.store, team, caller.user, draft.clone(), data.now()).await?;
    Ok(Answer::Update(panel(data, &overview, &draft, &said)))
}

/// Those of the chosen people who can be nominated; of the others `said` says why not.
async fn nominees(
    data: &Data,
    caller: &Caller,
    click: &serenity::ComponentInteraction,
    said: &mut Vec<String>,
) -> Result<Vec<(UserId, String)>, Problem> {
    let serenity::ComponentInteractionDataKind::UserSelect { values } = &click.data.kind else {
        return Err(Problem::refuse(problem::STALE));
    };
    let resolved = &click.data.resolved;
    let mut found: Vec<(UserId, String)> = Vec::new();
    for id in values {
        let user = UserId(id.get());
        let Some(known) = resolved.users.get(id) else { continue };
        let member = resolved.members.get(id);
        let name = shown_name(known, member.and_then(|member| member.nick.as_deref()));
        if known.bot || known.system {
            said.push(text::a_bot(&name));
        } else if member.is_none() {
            said.push(text::not_here(&name));
        } else if user == caller.user {
            said.push(text::YOURSELF.to_owned());
        } else if found.iter().any(|(other, _)| *other == user) {
            said.push(text::twice(&name));
        } else if !polls::people::settings(&data.store, caller.guild()?, user).await?.nominations {
            said.push(text::opted_out(&name));
        } else {
            found.push((user, name));
        }
    }
    if found.len() > MOST_NOMINEES {
        found.truncate(MOST_NOMINEES);
        said.push(text::too_many());
    }
    Ok(found)
}

/// Answers the forms `poll:draft:<team>:new…` and `poll:draft:<team>:text`.
pub(super) async fn submit(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    modal: &serenity::ModalInteraction,
) -> Result<Answer, Problem> {
    let overview = pick::owned_team(data, caller, verb).await?;
    let team = overview.team.id;
    let mut said = Vec::new();
    let mut draft = match verb.args.get(2).copied() {
        Some("new") => about_message(data, caller, verb, &mut said).await?,
        Some("moment") => {
            let moment = polls::moments::one(&data.store, team, MomentId(verb.arg(3)?), data.now()).await?;
            let moment = moment.ok_or_else(|| Problem::refuse(problem::STALE))?;
            let mut draft = from_moment(&moment);
            draft.nominees.extend(nominee(data, caller, moment.about, &mut said).await?);
            draft
        }
        Some("text") => match polls::draft::get(&data.store, team, caller.user).await? {
            Some(draft) => draft,
            None => return Ok(Answer::Update(Page::text(text::NO_DRAFT))),
        },
        _ => return Err(Problem::refuse(problem::STALE)),
    };
    // The client holds these lengths; whoever has none is cut, so that the draft stays small.
    draft.situation = typed(modal, "situation").chars().take(LONGEST_SITUATION + 1).collect();
    draft.duration = times::cut(typed(modal, "duration"), LONGEST_TIME);
    draft.remind = times::cut(typed(modal, "remind"), LONGEST_TIME);
    polls::draft::keep(&data.store, team, caller.user, draft.clone(), data.now()).await?;
    let page = panel(data, &overview, &draft, &said);
    Ok(if modal.message.is_some() { Answer::Update(page) } else { Answer::Private(page) })
}

/// A draft about the message and its author that `poll:draft:<team>:new:<channel>:<message>:<author>` names, if it does.
async fn about_message(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    said: &mut Vec<String>,
) -> Result<Draft, Problem> {
    let mut draft = Draft::default();
    if verb.args.len() > 3 {
        let (channel, message, author) = (verb.arg::<u64>(3)?, verb.arg::<u64>(4)?, verb.arg::<u64>(5)?);
        let guild = caller.guild()?;
        draft.link = Some(format!("https://discord.com/channels/{guild}/{channel}/{message}"));
        if author != 0 {
            draft.nominees.extend(nominee(data, caller, UserId(author), said).await?);
        }
    }
    Ok(draft)
}

/// Somebody to be preselected, by the name that the server knows; None and a word about it if that cannot be.
async fn nominee(
    data: &Data,
    caller: &Caller,
    user: UserId,
    said: &mut Vec<String>,
) -> Result<Option<(UserId, String)>, Problem> {
    let guild = caller.guild()?;
    // The person waits for the panel. Whoever cannot be found in time can still be chosen there.
    let asked = tokio::time::timeout(LONGEST_LOOK, data.discord.member(guild, user)).await;
    let Ok(Ok(Some(known))) = asked else { return Ok(None) };
    if user == caller.user {
        said.push(text::YOURSELF.to_owned());
        return Ok(None);
    }
    if known.bot {
        said.push(text::a_bot(&known.name));
        return Ok(None);
    }
    if !polls::people::settings(&data.store, guild, user).await?.nominations {
        said.push(text::opted_out(&known.name));
        return Ok(None);
    }
    Ok(Some((user, known.name)))
}

fn panel(data: &Data, overview: &Overview, draft: &Draft, said: &[String]) -> Page {
    text::panel(&shown(data, overview, draft), said)
}

fn shown<'a>(data: &Data, overview: &Overview, draft: &'a Draft) -> Shown<'a> {
    let now = data.now();
    let closes = parse_closes(&draft.duration, now, &overview.zone);
    let remind = match &closes {
        Ok(closes) => parse_remind(&draft.remind, now, *closes),
        Err(_) => Ok(None),
    };
    let team = &overview.team;
    Shown { team: team.id, guild: team.guild, channel: team.channel, draft, now, closes, remind }
}

async fn open(
    data: &Data,
    caller: &Caller,
    overview: &Overview,
    draft: Draft,
    cast: CastId,
) -> Result<Answer, Problem> {
    if overview.team.started_at.is_none() {
        return Err(Problem::refuse(problem::NOT_STARTED));
    }
    if !shown(data, overview, &draft).missing().is_empty() {
        return Ok(Answer::Update(panel(data, overview, &draft, &[])));
    }
    let channel = overview.team.channel;
    let here = caller.channel == channel;
    let known = if here { Some(caller.app_permissions) } else { data.permissions.bits(channel) };
    let lacking = known.map_or(Vec::new(), |bits| permissions::missing(bits, TO_POST));
    if !lacking.is_empty() {
        return Err(Problem::refuse(setup_panel::missing(channel, &lacking)));
    }
    let team = (overview.team.guild, overview.team.id);
    let (now, seed) = (data.now(), data.seed());
    let opened = polls::open(&data.store, team, caller.user, cast, draft.clone(), now, seed).await?;
    let name = |user: &UserId| {
        let known = draft.nominees.iter().find(|(known, _)| known == user);
        known.map_or(String::new(), |(_, name)| name.clone())
    };
    let said = match &opened {
        Opened::Yes(_) => {
            data.wake();
            return Ok(Answer::Update(Page::text(text::OPENED)));
        }
        Opened::NoTeam => return Err(Problem::refuse(problem::STALE)),
        // What the panel says by itself, at this moment.
        Opened::Situation(_) | Opened::Duration(_) | Opened::Remind(_) | Opened::Nominees(_) => Vec::new(),
        Opened::Twice(user) => vec![text::twice(&name(user))],
        Opened::Yourself => vec![text::YOURSELF.to_owned()],
        Opened::OptedOut(users) => users.iter().map(|user| text::opted_out(&name(user))).collect(),
        Opened::Quorum(_) => return Err(Problem::refuse(problem::STALE)),
        Opened::TooMany => vec![text::too_many_open()],
    };
    Ok(Answer::Update(panel(data, overview, &draft, &said)))
}
