//! The rarer settings of a team, behind *More* in `/setup`.

use super::page::Page;
use crate::app::setup::Overview;
use serenity::all::{
    ButtonStyle, CreateActionRow, CreateButton, CreateEmbed, CreateEmbedFooter, CreateSelectMenu,
    CreateSelectMenuKind,
};

/// How many roles can be allowed.
const MOST_ROLES: u8 = 10;

/// Settings to change, each applied as soon as it is chosen.
pub fn page(overview: &Overview) -> Page {
    let id = overview.team.id;
    let roles: Vec<_> = overview.notify_roles.iter().map(|role| format!("<@&{role}>")).collect();
    let roles = if roles.is_empty() { "none".into() } else { roles.join(", ") };
    let text = format!(
        "**Roles that prompts may notify** {roles}\n\
         -# Managers choose among these in `/series schedule` and `/series edit`. Nobody else is ever notified. Discord \
         lets me notify a role only if anyone may @mention it, or if I have Mention Everyone in the channel."
    );
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
        .row(CreateActionRow::Buttons(vec![
            CreateButton::new(format!("setup:trail:{id}:0"))
                .label("Who changed what")
                .style(ButtonStyle::Secondary),
            CreateButton::new(format!("setup:change:{id}")).label("Back").style(ButtonStyle::Secondary),
            CreateButton::new(format!("setup:panel:{id}")).label("Done").style(ButtonStyle::Primary),
        ]))
}
