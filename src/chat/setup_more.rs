//! The rarer settings of a team, behind *More* in `/setup`.

use super::{page::Page, times};
use crate::app::setup::Overview;
use serenity::all::{
    ButtonStyle, CreateActionRow, CreateButton, CreateEmbed, CreateEmbedFooter, CreateSelectMenu,
    CreateSelectMenuKind, CreateSelectMenuOption,
};

/// How many roles can be allowed.
const MOST_ROLES: u8 = 10;
/// Choices of the nudge, in minutes before the close; 0 is none.
const NUDGES: [i64; 6] = [0, 30, 60, 120, 240, 480];

/// Settings to change, each applied as soon as it is chosen.
pub fn page(overview: &Overview) -> Page {
    let id = overview.team.id;
    let roles: Vec<_> = overview.notify_roles.iter().map(|role| format!("<@&{role}>")).collect();
    let roles = if roles.is_empty() { "none".into() } else { roles.join(", ") };
    let nudge = overview.team.nudge_minutes;
    let when =
        nudge.map_or("never".into(), |minutes| format!("{} before a prompt closes", times::length(minutes)));
    let (suggestions, other, switch) = match overview.team.suggestions {
        true => ("on", "off", "Take no suggestions"),
        false => ("off", "on", "Take suggestions"),
    };
    let text = format!(
        "**Roles that prompts may notify** {roles}\n\
         -# Managers choose among these in `/series schedule` and `/series edit`. Nobody else is ever notified. Discord \
         lets me notify a role only if anyone may @mention it, or if I have Mention Everyone in the channel.\n\n\
         **Nudge** {when}\n\
         -# One line in the channel, such as \"3 of 8 have answered\". It names nobody, and it is left out where fewer \
         than three people take part or all have answered.\n\n\
         **Suggestions** {suggestions}\n\
         -# With `/suggest` members propose questions; managers decide with `/prompt suggestions`."
    );
    let choices = NUDGES.iter().map(|minutes| {
        let label = match minutes {
            0 => "No nudge".into(),
            minutes => format!("Nudge {} before the close", times::length(*minutes)),
        };
        CreateSelectMenuOption::new(label, minutes.to_string())
            .default_selection(nudge.unwrap_or(0) == *minutes)
    });
    let chosen = overview.notify_roles.iter().map(|role| serenity::all::RoleId::new(role.0.max(1))).collect();
    Page::default()
        .embed(
            CreateEmbed::new().title("More settings").description(text).footer(CreateEmbedFooter::new(
                "Each choice counts at once, for posts that are still to come.",
            )),
        )
        .row(CreateActionRow::SelectMenu(
            CreateSelectMenu::new(
                format!("setup:notify:{id}"),
                CreateSelectMenuKind::Role { default_roles: Some(chosen) },
            )
            .placeholder("Roles that prompts may notify (none: nobody is notified)")
            .min_values(0)
            .max_values(MOST_ROLES),
        ))
        .row(CreateActionRow::SelectMenu(
            CreateSelectMenu::new(
                format!("setup:nudge:{id}"),
                CreateSelectMenuKind::String { options: choices.collect() },
            )
            .placeholder("Nudge before a prompt closes"),
        ))
        .row(CreateActionRow::Buttons(vec![
            CreateButton::new(format!("setup:trail:{id}:0"))
                .label("Who changed what")
                .style(ButtonStyle::Secondary),
            CreateButton::new(format!("setup:suggest:{id}:{other}"))
                .label(switch)
                .style(ButtonStyle::Secondary),
            CreateButton::new(format!("setup:change:{id}")).label("Back").style(ButtonStyle::Secondary),
            CreateButton::new(format!("setup:panel:{id}")).label("Done").style(ButtonStyle::Primary),
        ]))
}
