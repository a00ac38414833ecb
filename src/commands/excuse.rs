//! `/excuse`: a day that shall not count against somebody.

use super::{Answer, Caller, Context, Data, Problem, buttons::Verb, complete, pick, reply};
use crate::{
    app::excusing::{self, Wish},
    chat::{excuse_text as text, page::Page, proposal_text},
    domain::{id::UserId, schedule::parse_day},
};
use jiff::{ToSpan, civil::Date};
use poise::serenity_prelude as serenity;

/// Excuse somebody for a day that has closed, so that it costs no streak (for managers).
#[poise::command(slash_command, guild_only)]
pub(super) async fn excuse(
    ctx: Context<'_>,
    #[description = "Who"] person: serenity::User,
    #[description = "Which day, up to 30 days back: pick one, or 2027-01-04, yesterday, 4 jan …"]
    #[autocomplete = "complete::closed_day"]
    day: String,
    #[description = "Why. Admins can look it up later"]
    #[max_length = 200]
    reason: String,
) -> Result<(), Problem> {
    let (data, caller) = (ctx.data(), Caller::from(ctx.interaction));
    let overview = pick::managed_team(data, &caller).await?;
    if person.bot {
        return Err(Problem::refuse(text::A_BOT));
    }
    let today = overview.zone.to_datetime(data.now()).date();
    let odd = || Problem::refuse(proposal_text::odd_day(&day, today));
    let day = past_day(&day, today).ok_or_else(odd)?;
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let wish = Wish { user: UserId(person.id.get()), day, reason };
    let team = (overview.team.guild, overview.team.id);
    let outcome = excusing::excuse(&data.store, data.now(), team, caller.user, wish.clone()).await?;
    let page = text::excused(outcome, &wish, overview.team.id.0).map_err(Problem::refuse)?;
    reply::command(ctx, Answer::Private(page)).await
}

/// A day as people type it, of which those that have passed are meant: "friday" is the last one, "4 jan" this year's or
/// the last.
fn past_day(typed: &str, today: Date) -> Option<Date> {
    if typed.trim().eq_ignore_ascii_case("yesterday") {
        return Some(today.saturating_sub(1.day()));
    }
    let is_date = typed.trim().starts_with(|c: char| c.is_ascii_digit()) && typed.contains('-');
    let day = parse_day(typed, today)?;
    if is_date || day <= today {
        return Some(day);
    }
    let year_said = typed.split_whitespace().any(|word| word.len() == 4 && word.parse::<u16>().is_ok());
    let named = ["tomorrow"].contains(&typed.trim().to_lowercase().as_str());
    if year_said || named {
        return Some(day);
    }
    let week = parse_day(typed, today.saturating_sub(6.days()))?;
    if week <= today {
        return Some(week);
    }
    // A date without a year: the last one.
    parse_day(typed, today.saturating_sub(1.year())).filter(|day| *day <= today)
}

/// Answers `excuse:undo:<team>:<user>:<day>`.
pub(super) async fn click(data: &Data, caller: &Caller, verb: &Verb<'_>) -> Result<Answer, Problem> {
    let overview = pick::owned_team(data, caller, verb).await?;
    if verb.args[0] != "undo" {
        return Err(Problem::refuse(crate::chat::problem::STALE));
    }
    let (user, day) = (UserId(verb.arg(2)?), verb.arg::<Date>(3)?);
    let team = (overview.team.guild, overview.team.id);
    let done = excusing::undo(&data.store, data.now(), team, caller.user, user, day).await?;
    Ok(Answer::Update(Page::text(text::undone(done, user, day))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_have_passed_are_meant() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let today = date("2027-01-06");
        for (typed, read) in [
            ("yesterday", Some("2027-01-05")),
            ("today", Some("2027-01-06")),
            ("friday", Some("2027-01-01")),
            ("wed", Some("2027-01-06")),
            ("4 jan", Some("2027-01-04")),
            ("24 dec", Some("2026-12-24")),
            ("2027-01-09", Some("2027-01-09")),
            ("9 jan 2027", Some("2027-01-09")),
            ("tomorrow", Some("2027-01-07")),
            ("4.1.", None),
            ("", None),
        ] {
            assert_eq!(past_day(typed, today), read.map(date), "{typed}");
        }
    }
}
