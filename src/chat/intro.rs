//! The introduction, said once in the channel when a team starts: what will happen, and who sees what.

use super::{escape, times};
use crate::app::setup::Introduction;
use serenity::all::CreateEmbed;

/// The introduction. Whoever sends it adds its reference as the footer.
pub fn embed(intro: &Introduction) -> CreateEmbed {
    let Introduction { series_title, prompts, at, weekdays, zone, window_minutes } = intro;
    let (days, at, window) = (weekdays.describe(), times::clock(*at), times::length(*window_minutes));
    let series_title = escape::line(series_title);
    CreateEmbed::new()
        .colour(super::page::ACCENT)
        .title("Hello from Helmsman")
        .description(format!(
            "From now on I post a short prompt here, {days} at {at} ({zone}): a situation, a question, a few ways to \
             act. One tap or one sentence is enough, and each prompt stays open for {window}. We begin with the \
             series **{series_title}**, {prompts} prompts long."
        ))
        .field(
            "No right answers",
            "An option leans toward leading, toward managing, or is both. A team needs both sides; when a prompt \
             closes I show what each of them buys and costs.",
            false,
        )
        .field(
            "Who sees what",
            "Your pick is counted, your name is not shown. What you write in a form is yours alone unless you press \
             *Share*. A reply to a prompt or a message in its thread counts as an answer too; everyone sees that \
             message as always, and I keep only the fact. Your streak is shown to you alone.",
            false,
        )
        .field(
            "Your streak",
            "It counts the days with a prompt, so weekends and days off break nothing. Every five answered days earn \
             a freeze for a missed one. `/me` shows it, `/away` covers leave, `/help` says the rest.",
            false,
        )
        .field(
            "Polls",
            "Now and then a manager may ask who handled something like a leader. Nobody sees who you chose; if everyone \
             chooses the same person, that shows. `/moment` notes that you saw somebody lead. If you do not want to be \
             nominated, say so in `/me` under *Nominations*.",
            false,
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::schedule::Weekdays;
    use jiff::civil::time;

    #[test]
    fn it_says_what_will_happen_and_who_sees_what() {
        let intro = Introduction {
            series_title: "Steady *and* far".into(),
            prompts: 12,
            at: time(9, 30, 0, 0),
            weekdays: Weekdays::WORKING,
            zone: "Europe/Berlin".into(),
            window_minutes: 1_440,
        };
        let json = serde_json::to_value(embed(&intro)).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let fields = json["fields"].as_array().unwrap().iter();
        let fields = fields.map(|field| format!("{}: {}", text(&field["name"]), text(&field["value"])));
        let all = format!("{}\n{}", text(&json["description"]), fields.collect::<Vec<_>>().join("\n"));
        insta::assert_snapshot!(all, @r"
        From now on I post a short prompt here, weekdays at 09:30 (Europe/Berlin): a situation, a question, a few ways to act. One tap or one sentence is enough, and each prompt stays open for 24 hours. We begin with the series **Steady \*and\* far**, 12 prompts long.
        No right answers: An option leans toward leading, toward managing, or is both. A team needs both sides; when a prompt closes I show what each of them buys and costs.
        Who sees what: Your pick is counted, your name is not shown. What you write in a form is yours alone unless you press *Share*. A reply to a prompt or a message in its thread counts as an answer too; everyone sees that message as always, and I keep only the fact. Your streak is shown to you alone.
        Your streak: It counts the days with a prompt, so weekends and days off break nothing. Every five answered days earn a freeze for a missed one. `/me` shows it, `/away` covers leave, `/help` says the rest.
        Polls: Now and then a manager may ask who handled something like a leader. Nobody sees who you chose; if everyone chooses the same person, that shows. `/moment` notes that you saw somebody lead. If you do not want to be nominated, say so in `/me` under *Nominations*.
        ");
    }
}
