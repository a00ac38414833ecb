//! The removal of a server's own series in words.

use super::{escape, import_text, page::Page, series_text, times};
use crate::{
    app::removing::Removal,
    domain::{id::TeamId, library::Library},
};
use serenity::all::{ButtonStyle, CreateActionRow, CreateButton, CreateEmbed, CreateEmbedFooter};

/// There is nothing to remove.
pub const NOT_OWN: &str = "This server has no series of its own with that id. Nothing was changed.";

/// Nothing is removed.
pub const KEPT: &str = "Nothing was removed.";

/// What would follow, with the buttons to confirm it or not; or why it cannot be.
pub fn ask(team: TeamId, slug: &str, removal: &Removal, library: &Library) -> Page {
    page(team, slug, removal, library, "")
}

/// The same, for somebody whose word came too late.
pub fn ask_again(team: TeamId, slug: &str, removal: &Removal, library: &Library) -> Page {
    page(
        team,
        slug,
        removal,
        library,
        "⚠️ **Nothing was removed:** it is not as it was. This is how it is now:\n\n",
    )
}

fn page(team: TeamId, slug: &str, removal: &Removal, library: &Library, said: &str) -> Page {
    let title = library.get(slug).map_or(slug, |series| &series.title);
    let (stamp, back, uses) = match removal {
        Removal::Possible { stamp, back, uses } => (stamp, back, uses),
        Removal::Used(uses) => {
            return Page::text(format!(
                "**{}** stays. {} `/series show` ends a schedule, and `/series edit` changes what follows after its last prompt.",
                escape::line(title),
                import_text::used(uses)
            ));
        }
        Removal::NotOwn => return Page::text(NOT_OWN),
    };
    let mut text = format!("{said}`{slug}` · {}\n\n", series_text::prompts(stamp.prompts as usize));
    text += match back {
        None => {
            "It is gone then for the whole server. To have it back, import the file that `/series export` gave you."
        }
        Some(_) => "The series with the same id that everybody has is in its place again.",
    };
    text += "\n";
    match (uses.is_empty(), back) {
        (false, Some(back)) => text += &(import_text::used(uses) + &import_text::follows(back)),
        _ => text += "No schedule uses it.",
    }
    let heading = times::cut(&format!("Remove {} from this server?", escape::line(title)), 256);
    let mut embed = CreateEmbed::new().title(heading).description(text);
    if let Some(back) = back {
        embed = import_text::differences(embed, back);
    }
    let remove = format!("import:remove:{team}:{slug}:{}", stamp.at.as_millisecond());
    let keep =
        CreateButton::new(format!("import:keep:{team}")).label("Keep it").style(ButtonStyle::Secondary);
    Page::default().embed(embed.footer(CreateEmbedFooter::new("Nothing that was posted changes."))).row(
        CreateActionRow::Buttons(vec![
            CreateButton::new(remove).label("Remove").style(ButtonStyle::Danger),
            keep,
        ]),
    )
}

/// It is done. `library`: as it was before.
pub fn removed(slug: &str, back: bool, library: &Library) -> String {
    let title = escape::line(library.get(slug).map_or(slug, |series| &series.title));
    match back {
        true => format!("✅ **{title}** is the one again that everybody has."),
        false => format!("✅ **{title}** is removed from this server."),
    }
}
