//! `/away`: leave, which cannot cost anybody a streak.

use super::{Answer, Caller, Context, Data, Problem, pick, reply};
use crate::{
    app::{
        away::{self, Wish},
        setup::Overview,
    },
    chat::{me as text, page::Page},
};
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

/// Keep your streak while you are on leave.
#[poise::command(slash_command, guild_only)]
pub(super) async fn away(
    ctx: Context<'_>,
    #[description = "The last day: 2027-01-08 or friday, or how many days: 5"] until: Option<String>,
    #[description = "The first day: 2027-01-04; today if left out"] from: Option<String>,
    #[description = "Come back today: ends all leave"] end: Option<bool>,
) -> Result<(), Problem> {
    let caller = Caller::from(ctx.interaction);
    let data = ctx.data();
    let overview = pick::team(data, &caller).await?;
    let page = match (end, until) {
        (Some(true), _) => self::end(data, &caller, &overview).await?,
        (_, Some(until)) => set(data, &caller, &overview, &from.unwrap_or_default(), &until).await?,
        (_, None) => {
            let today = today(&caller, &overview);
            let coming = away::coming(&data.store, overview.team.guild, caller.user, today).await?;
            text::away_page(&coming)
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
        typed => day(typed, today).ok_or_else(|| odd(typed))?,
    };
    let until = until.trim();
    let to = match until.parse::<i64>() {
        Ok(days @ 1..=1_000) => from.saturating_add((days - 1).days()),
        Ok(_) => return Err(odd(until)),
        Err(_) => day(until, today).ok_or_else(|| odd(until))?,
    };
    let at = caller.cast.time();
    let wish = Wish { guild: overview.team.guild, user: caller.user, today, from, to, at };
    let outcome = away::set(&data.store, data.now(), wish).await?;
    text::away_set(&outcome, today).map_err(Problem::refuse)
}

/// Understands "2027-01-08", "today", "tomorrow" or a day of the week, which is the next one (today counts).
fn day(typed: &str, today: Date) -> Option<Date> {
    match typed.to_lowercase().as_str() {
        "today" => Some(today),
        "tomorrow" => Some(today.saturating_add(1.day())),
        typed => match weekday(typed) {
            Some(weekday) => {
                (0..7_i64).map(|days| today.saturating_add(days.days())).find(|day| day.weekday() == weekday)
            }
            // Nothing but a date: a time or a zone after it would be dropped without a word.
            None if typed.len() <= 10 => typed.parse().ok(),
            None => None,
        },
    }
}

/// "friday" or "fri".
fn weekday(typed: &str) -> Option<Weekday> {
    let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let at = names.iter().position(|name| *name == typed || name[..3] == *typed)?;
    Weekday::from_monday_zero_offset(at as i8).ok()
}

/// Ends all leave.
pub(super) async fn end(data: &Data, caller: &Caller, overview: &Overview) -> Result<Page, Problem> {
    let (guild, today) = (overview.team.guild, today(caller, overview));
    let any = away::end(&data.store, data.now(), caller.cast.time(), guild, caller.user, today).await?;
    Ok(text::away_ended(any))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let today = date("2027-01-06");
        for (typed, read) in [
            ("2027-01-08", "2027-01-08"),
            ("today", "2027-01-06"),
            ("Tomorrow", "2027-01-07"),
            ("friday", "2027-01-08"),
            ("Wed", "2027-01-06"),
            ("tue", "2027-01-12"),
        ] {
            assert_eq!(day(typed, today), Some(date(read)), "{typed}");
        }
        for typed in ["", "fr", "someday", "2027-02-30", "2027-01-08T09:00", "frédéric"] {
            assert_eq!(day(typed, today), None, "{typed}");
        }
    }
}
