//! `/moment`: a good thing that somebody saw. And what managers do with moments, and the weekly poll made of them.

use super::{
    Answer, Caller, Context, Data, Problem,
    buttons::{Verb, chosen, typed},
    pick, poll, reply,
};
use crate::{
    app::{
        polls::{
            moments::{self, Note, Noted},
            weekly::{self, Set},
        },
        setup::Overview,
    },
    chat::{discord::shown_name, moment_text as text, page::Page, problem},
    domain::{
        id::{GuildId, MomentId, UserId},
        poll::{DurationError, parse_closes},
        schedule::{parse_time, parse_weekdays},
    },
};
use jiff::civil::Weekday;
use poise::serenity_prelude as serenity;

/// Note that you saw a colleague lead. The managers see it, and a poll may be made of it.
#[poise::command(slash_command, guild_only)]
pub(super) async fn moment(
    ctx: Context<'_>,
    #[description = "Whom did you see lead?"] who: serenity::User,
    #[description = "What did they do? A sentence."]
    #[max_length = 300]
    what: String,
    #[description = "A link to the message, if there is one (in its menu: Copy Message Link)"]
    #[max_length = 200]
    link: Option<String>,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::team(data, &caller).await?;
    let resolved = &ctx.interaction.data.resolved;
    let member = resolved.members.get(&who.id);
    if who.bot || who.system {
        return Err(Problem::refuse(text::A_BOT));
    }
    if member.is_none() {
        return Err(Problem::refuse(text::NOT_HERE));
    }
    let link = match link.as_deref().map(str::trim).filter(|link| !link.is_empty()) {
        None => None,
        Some(link) => {
            let read = message_link(link, overview.team.guild);
            Some(read.ok_or_else(|| Problem::refuse(text::ODD_LINK))?)
        }
    };
    let about = UserId(who.id.get());
    let note = Note {
        guild: overview.team.guild,
        team: overview.team.id,
        cast: caller.cast,
        author: caller.user,
        about,
        name: shown_name(&who, member.and_then(|member| member.nick.as_deref())),
        text: what.split_whitespace().collect::<Vec<_>>().join(" "),
        link,
    };
    let said = match moments::note(&data.store, note, data.now()).await? {
        Noted::Yes(_) => text::noted(about),
        Noted::Already => text::ALREADY.into(),
        Noted::NoTeam => return Err(Problem::refuse(problem::NO_TEAM_HERE)),
        Noted::Yourself => text::YOURSELF.into(),
        Noted::OptedOut => text::opted_out(about),
        Noted::Length(length) => text::length(length),
        Noted::TooMany => text::too_many(),
    };
    reply::command(ctx, Answer::Private(Page::text(said))).await
}

/// Answers `moment:<what>:<team>…`, for managers.
pub(super) async fn click(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    click: &serenity::ComponentInteraction,
) -> Result<Answer, Problem> {
    let overview = pick::owned_team(data, caller, verb).await?;
    let team = overview.team.id;
    match verb.args[0] {
        "page" => Ok(Answer::Update(page(data, &overview, verb.arg(2)?, None).await?)),
        "one" => {
            let id = chosen(click).first();
            let id = id.and_then(|id| id.parse().ok()).ok_or_else(|| Problem::refuse(problem::STALE))?;
            match moments::one(&data.store, team, MomentId(id), data.now()).await? {
                Some(moment) => Ok(Answer::Update(text::one(&moment, verb.arg(2)?))),
                None => {
                    let said = text::dismissed(false);
                    Ok(Answer::Update(page(data, &overview, verb.arg(2)?, Some(said)).await?))
                }
            }
        }
        "drop" => {
            let id = MomentId(verb.arg(2)?);
            let place = (overview.team.guild, team);
            let gone = moments::dismiss(&data.store, place, id, caller.user, data.now()).await?;
            let said = text::dismissed(gone.is_some());
            Ok(Answer::Update(page(data, &overview, verb.arg(3)?, Some(said)).await?))
        }
        "poll" => poll::new_from_moment(data, caller, &overview, MomentId(verb.arg(2)?)).await,
        "weekly" => {
            let now = weekly::get(&data.store, team).await?;
            Ok(Answer::Modal(text::weekly_form(team, now.as_ref(), &weekly::mark(now.as_ref()))))
        }
        _ => Err(Problem::refuse(problem::STALE)),
    }
}

/// Answers the form `moment:weekly:<team>:<what it was filled with>`. An empty day switches the weekly poll off.
pub(super) async fn submit(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    modal: &serenity::ModalInteraction,
) -> Result<Answer, Problem> {
    let overview = pick::owned_team(data, caller, verb).await?;
    let (day, at, length) = (typed(modal, "day"), typed(modal, "time"), typed(modal, "duration"));
    let (team, now, mut minutes) = ((overview.team.guild, overview.team.id), data.now(), 0);
    let seen: String = verb.arg(2)?;
    let done = if day.is_empty() {
        weekly::off(&data.store, team, caller.user, seen, now).await?
    } else {
        let weekday = weekday(day).ok_or_else(|| Problem::refuse(text::odd_weekday(day)))?;
        let at = if at.is_empty() { "15:00" } else { at };
        let at = parse_time(at).map_err(|error| Problem::refuse(error.to_string()))?;
        // Only a length makes sense for each week, so it is read from an instant of which there is just one.
        let base = jiff::Timestamp::UNIX_EPOCH;
        let closes = parse_closes(length, base, &jiff::tz::TimeZone::UTC);
        let until = ["until", "till", "til ", "by ", "at "]
            .iter()
            .any(|word| length.to_lowercase().starts_with(word));
        let length = match closes {
            Ok(closes) if !until => closes.duration_since(base),
            Err(error @ DurationError::NoUnit(_)) => {
                return Err(Problem::refuse(format!("{error} Nothing was changed.")));
            }
            // Other errors advise times of day.
            _ => return Err(Problem::refuse(text::WEEKLY_LENGTH)),
        };
        minutes = length.as_mins();
        weekly::set(&data.store, team, caller.user, seen, (weekday, at, length), now).await?
    };
    let said = match done {
        Set::Yes(next) => text::weekly_set(next, minutes),
        Set::Off => text::weekly_off(true).to_owned(),
        Set::WasOff => text::weekly_off(false).to_owned(),
        Set::Overtaken(now) => text::weekly_overtaken(now.as_ref()),
        Set::NotStarted => return Err(Problem::refuse(problem::NOT_STARTED)),
        Set::NoTeam => return Err(Problem::refuse(problem::ZONE_GONE)),
        Set::Duration => return Err(Problem::refuse(text::WEEKLY_LENGTH)),
    };
    data.wake();
    let page = page(data, &overview, 0, Some(&said)).await?;
    Ok(if modal.message.is_some() { Answer::Update(page) } else { Answer::Private(page) })
}

/// One day of the week.
fn weekday(typed: &str) -> Option<Weekday> {
    let bits = parse_weekdays(typed).ok()?.bits();
    let one = bits.count_ones() == 1;
    one.then(|| Weekday::from_monday_zero_offset(bits.trailing_zeros() as i8).ok()).flatten()
}

async fn page(data: &Data, overview: &Overview, number: usize, said: Option<&str>) -> Result<Page, Problem> {
    let all = moments::waiting(&data.store, overview.team.id, data.now()).await?;
    Ok(text::list(overview.team.id, &all, number, said))
}

/// A link to a message of this server, as Discord copies it, made anew of its numbers; None: it leads elsewhere.
fn message_link(link: &str, guild: GuildId) -> Option<String> {
    let link = link.trim_matches(['<', '>']);
    let hosts = ["discord.com", "ptb.discord.com", "canary.discord.com", "discordapp.com"];
    let path = link.strip_prefix("https://")?;
    let (host, path) = path.split_once('/')?;
    let mut ids = path.strip_prefix("channels/")?.split('/').map(str::parse::<u64>);
    let (server, channel, message) = (ids.next()?.ok()?, ids.next()?.ok()?, ids.next()?.ok()?);
    let fits = hosts.contains(&host) && server == guild.0 && ids.next().is_none();
    fits.then(|| format!("https://discord.com/channels/{server}/{channel}/{message}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_messages_of_this_server_are_kept() {
        let clean = "https://discord.com/channels/7/8/9".to_owned();
        for link in ["https://discord.com/channels/7/8/9", "<https://ptb.discord.com/channels/7/8/9>"] {
            assert_eq!(message_link(link, GuildId(7)), Some(clean.clone()), "{link}");
        }
        for link in [
            "https://discord.com/channels/6/8/9",
            "https://discord.com/channels/@me/8/9",
            "https://discord.com/channels/7/8",
            "https://discord.com/channels/7/8/9/10",
            "https://evil.example/channels/7/8/9",
            "http://discord.com/channels/7/8/9",
            "https://discord.com.evil.example/channels/7/8/9",
            "https://discord.com/channels/7/8/9?x=[a](b)",
            "nonsense",
            "",
        ] {
            assert_eq!(message_link(link, GuildId(7)), None, "{link}");
        }
    }
}
