//! `/daysoff`: one panel for managers.

use super::{
    Answer, Caller, Context, Data, Problem,
    buttons::{Verb, chosen, typed},
    pick, reply,
};
use crate::{
    app::{
        days_off::{self, Wish},
        setup::Overview,
    },
    chat::{days_off_text as text, page::Page, problem, proposal_text},
    domain::schedule::{parse_day, parse_last_day},
};
use jiff::{ToSpan, civil::Date};
use poise::serenity_prelude as serenity;

/// Days off of the team: look, add, remove (for managers).
#[poise::command(slash_command, guild_only)]
pub(super) async fn daysoff(ctx: Context<'_>) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    let page = panel(data, &overview, 0, None).await?;
    reply::command(ctx, Answer::Private(page)).await
}

async fn panel(data: &Data, overview: &Overview, page: usize, said: Option<&str>) -> Result<Page, Problem> {
    let off = days_off::coming(&data.store, overview.team.id, today(data, overview)).await?;
    Ok(text::panel(overview, &off, page, said))
}

fn today(data: &Data, overview: &Overview) -> Date {
    overview.zone.to_datetime(data.now()).date()
}

/// Answers `off:<verb>:<team>…`.
pub(super) async fn click(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    click: &serenity::ComponentInteraction,
) -> Result<Answer, Problem> {
    let overview = pick::owned_team(data, caller, verb).await?;
    match verb.args[0] {
        "add" => Ok(Answer::Modal(text::form(overview.team.id.0, today(data, &overview)))),
        "page" => Ok(Answer::Update(panel(data, &overview, verb.arg(2)?, None).await?)),
        "del" => {
            let chosen = chosen(click).first();
            let range = chosen.and_then(|value| text::parse_value(value));
            let range = range.ok_or_else(|| Problem::refuse(problem::STALE))?;
            let team = (overview.team.guild, overview.team.id);
            let off = days_off::remove(&data.store, data.now(), team, caller.user, range).await?;
            data.wake();
            let said = text::removed(off.as_ref());
            let overview = pick::team(data, caller).await?;
            Ok(Answer::Update(panel(data, &overview, verb.arg(2)?, Some(&said)).await?))
        }
        _ => Err(Problem::refuse(problem::STALE)),
    }
}

/// Answers the form `off:form:<team>`.
pub(super) async fn submit(
    data: &Data,
    caller: &Caller,
    verb: &Verb<'_>,
    modal: &serenity::ModalInteraction,
) -> Result<Answer, Problem> {
    let overview = pick::owned_team(data, caller, verb).await?;
    let today = today(data, &overview);
    let odd = |typed: &str| Problem::refuse(proposal_text::odd_day(typed, today));
    let (from, to) = (typed(modal, "from"), typed(modal, "to"));
    let from = parse_day(from, today).ok_or_else(|| odd(from))?;
    let to = match to {
        "" => from,
        to => last_day(to, from, today).ok_or_else(|| odd(to))?,
    };
    let name = typed(modal, "name").split_whitespace().collect::<Vec<_>>().join(" ");
    let wish = Wish { from, to, name };
    let team = (overview.team.guild, overview.team.id);
    let outcome = days_off::add(&data.store, data.now(), team, caller.user, wish.clone()).await?;
    let said = text::added(&outcome, &wish).map_err(Problem::refuse)?;
    data.wake();
    let overview = pick::team(data, caller).await?;
    let page = panel(data, &overview, 0, Some(&said)).await?;
    Ok(if modal.message.is_some() { Answer::Update(page) } else { Answer::Private(page) })
}

/// "5 days" counts from the first day; other words are read as the last day of any range.
fn last_day(typed: &str, from: Date, today: Date) -> Option<Date> {
    let small = typed.trim().to_lowercase();
    let number = small.strip_suffix("days").or_else(|| small.strip_suffix("day")).map(str::trim);
    if let Some(days) = number.and_then(|number| number.parse::<i64>().ok()) {
        return (1..=10_000).contains(&days).then(|| from.saturating_add((days - 1).days()));
    }
    parse_last_day(&small, from, today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_looked_for_from_the_first_one_on() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let (from, today) = (date("2027-12-24"), date("2027-01-06"));
        for (typed, read) in [
            ("2 jan", Some("2028-01-02")),
            ("friday", Some("2027-12-24")),
            ("Mon", Some("2027-12-27")),
            ("2027-12-20", Some("2027-12-20")),
            ("tomorrow", Some("2027-01-07")),
            ("1 day", Some("2027-12-24")),
            ("5 days", Some("2027-12-28")),
            ("0 days", None),
            ("5", None),
            ("soon", None),
        ] {
            assert_eq!(last_day(typed, from, today), read.map(date), "{typed}");
        }
    }
}
