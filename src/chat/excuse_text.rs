//! `/excuse` in words. None of them says whether the person answered.

use super::{escape, page::Page, series_text};
use crate::app::excusing::{BACK, Excused, LONGEST_REASON, Wish};
use serenity::all::{ButtonStyle, CreateActionRow, CreateButton};

/// It is excused, with *Undo*; or why it is not.
pub fn excused(outcome: Excused, wish: &Wish, team: i64) -> Result<Page, String> {
    let Wish { user, day, reason } = wish;
    let date = series_text::day(*day);
    Err(match outcome {
        Excused::Done => {
            let text = format!(
                "Excused: <@{user}> for {date} ({}). If the day was missed, it no longer counts against the streak. \
                 <@{user}> can see that under *Why?* in `/me`, and admins under *Who changed what* in `/setup`.",
                escape::line(reason),
            );
            let undo = CreateButton::new(format!("excuse:undo:{team}:{user}:{day}"))
                .label("Undo")
                .style(ButtonStyle::Secondary);
            return Ok(Page::text(text).row(CreateActionRow::Buttons(vec![undo])));
        }
        Excused::Already => format!("<@{user}> is excused for {date} already. Nothing was changed."),
        Excused::TooOld(first) => format!(
            "{date} is too long ago. A day can be excused for {BACK} days, at the moment back to {}.",
            series_text::day(first)
        ),
        Excused::Ahead => format!(
            "{date} is still to come. Days ahead are for `/away`, which everybody sets for themselves, or `/daysoff` for \
             the whole team."
        ),
        Excused::Open => format!(
            "The prompt of {date} is still open: it can be answered until it closes, and excused after that."
        ),
        Excused::NoPrompt => {
            format!("On {date} nothing was asked, so it counts for nobody. There is nothing to excuse.")
        }
        Excused::OddReason => format!("A reason has 1 to {LONGEST_REASON} characters. Nothing was changed."),
        Excused::NoTeam => super::problem::STALE.into(),
    })
}

/// It was taken back, or somebody was faster.
pub fn undone(done: bool, user: impl std::fmt::Display, day: jiff::civil::Date) -> String {
    let date = series_text::day(day);
    if done {
        format!("Taken back: <@{user}> is not excused for {date}, and the streak is what it was before.")
    } else {
        format!("<@{user}> is not excused for {date} any more. Nothing was changed.")
    }
}

/// Bots keep no streaks.
pub const A_BOT: &str = "Bots keep no streak, so there is nothing to excuse.";
