//! `/away`: leave, which cannot cost anybody a streak.

use super::{Answer, Caller, Context, Data, Problem, pick, reply};
use crate::{
    app::{
        away::{self, Wish},
        setup::Overview,
    },
    chat::{me as text, page::Page},
    domain::schedule::{parse_day, parse_last_day},
};
use jiff::{ToSpan, civil::Date};

/// Keep your streak while you are on leave.
#[poise::command(slash_command, guild_only)]
pub(super) async fn away(
    ctx: Context<'_>,
    #[description = "The last day: 2027-01-08 or friday, or how many days: 5"] until: Option<String>,
    #[description = "The first day: 2027-01-04; today if left out"] from: Option<String>,
    #[description = "Come back today: ends all leave, also what is still to come"] end: Option<bool>,
) -> Result<(), Problem> {
    let caller = Caller::from(ctx.interaction);
    let data = ctx.data();
    let overview = pick::team(data, &caller).await?;
    let page = match (end, until) {
        (Some(true), _) => self::end(data, &caller, &overview).await?,
        (_, Some(until)) => set(data, &caller, &overview, &from.unwrap_or_default(), &until).await?,
        (_, None) if from.is_some() => return Err(Problem::refuse(text::NO_LAST_DAY)),
        (_, None) => {
            let today = today(&caller, &overview);
            let coming = away::coming(&data.store, overview.team.guild, caller.user, today).await?;
            text::away_page(&coming, today)
        }
    };
    reply::command(ctx, Answer::Private(page)).await
}

/// The date in the team's zone when the person asked.
pub(super) fn today(caller: &Caller, overview: &Overview) -> Date {
    overview.zone.to_datetime(caller.cast.time()).date()
}

/// Sets leave as it was typed; an empty `from` is today.
pub(super) async fn set(
    data: &Data,
    caller: &Caller,
    overview: &Overview,
    from: &str,
    until: &str,
) -> Result<Page, Problem> {
    let today = today(caller, overview);
    let odd = |typed: &str| Problem::refuse(text::odd_date(typed, today));
    let from = match from.trim() {
        "" => today,
        typed => parse_day(typed, today).ok_or_else(|| odd(typed))?,
    };
    let until = until.trim();
    let to = match until.parse::<i64>() {
        Ok(days @ 1..=1_000) => from.saturating_add((days - 1).days()),
        Ok(_) => return Err(odd(until)),
        Err(_) => parse_last_day(until, from, today).ok_or_else(|| odd(until))?,
    };
    let at = caller.cast.time();
    let wish = Wish { guild: overview.team.guild, user: caller.user, today, from, to, at };
    let outcome = away::set(&data.store, data.now(), wish).await?;
    text::away_set(&outcome, today).map_err(Problem::refuse)
}

/// Ends all leave, and says what of it was still to come.
pub(super) async fn end(data: &Data, caller: &Caller, overview: &Overview) -> Result<Page, Problem> {
    let (guild, today) = (overview.team.guild, today(caller, overview));
    let known = away::coming(&data.store, guild, caller.user, today).await?;
    let any = away::end(&data.store, data.now(), caller.cast.time(), guild, caller.user, today).await?;
    Ok(text::away_ended(if any { &known } else { &[] }, today))
}
