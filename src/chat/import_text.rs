//! `/series import` and `/series export` in words.

use super::{escape, page::Page, series_text, times};
use crate::{
    app::importing::{Drafted, MOST_PROMPTS, MOST_SERIES, Proposal},
    domain::{
        id::{ChannelId, TeamId},
        problem::Problem,
        prompt::Series,
        series_file::difference::Difference,
    },
};
use serenity::all::{ButtonStyle, CreateActionRow, CreateButton, CreateEmbed, CreateEmbedFooter};

/// An embed's description may hold 4,096 characters.
const DESCRIPTION: usize = 4_000;
/// A field of an embed.
const FIELD_ROOM: usize = 1_024;
/// So many channels are named.
const MOST_CHANNELS: usize = 10;

/// The file has more bytes than a series file may have (`series_file::limits`).
pub const TOO_LARGE: &str = "That file is larger than 1 MB, the most that a series file may have. Nothing was changed. \
                             Split it into several series.";

/// The file did not come.
pub const NOT_FETCHED: &str =
    "I could not fetch that file from Discord. Nothing was changed. Please upload it again in a moment.";

/// A title was given for a file that has one.
pub const HAS_A_TITLE: &str = "A series file has its title inside: change it there, in the line that begins with \
                               `title`. The option `title` is for plain lists. Nothing was changed.";

/// What is wrong with a file, as much as fits.
pub fn problems(name: &str, problems: &[Problem]) -> Page {
    let mut text = String::new();
    for (told, problem) in problems.iter().enumerate() {
        // Nothing in a block of code has an effect but its end.
        let block = format!("```\n{}\n```\n", problem.to_string().replace("```", "ˋˋˋ"));
        let rest = problems.len() - told;
        let last = format!("… and {rest} more.");
        if escape::units(&text) + escape::units(&block) + escape::units(&last) > DESCRIPTION {
            text += &last;
            break;
        }
        text += &block;
    }
    let embed = CreateEmbed::new()
        .title(times::cut(&format!("{} cannot be imported yet", escape::line(name)), 256))
        .description(text)
        .footer(CreateEmbedFooter::new("Nothing was changed. Mend the file and upload it again."));
    Page::default().embed(embed)
}

/// What an upload would do, with the buttons to confirm it or not.
pub fn proposal(team: TeamId, proposal: &Proposal) -> Page {
    let button = |verb: &str, label: &str, style| {
        CreateButton::new(format!("import:{verb}:{team}:{}", proposal.token)).label(label).style(style)
    };
    let series = &proposal.series;
    let title = times::cut(&format!("Import {}?", escape::line(&series.title)), 256);
    let meanwhile = proposal.meanwhile.map_or(String::new(), |(by, at)| {
        format!(
            "⚠️ **Nothing was imported:** <@{by}> changed this series {}. Compared with how it is now:\n\n",
            times::relative(at)
        )
    });
    page(title, meanwhile, proposal).row(CreateActionRow::Buttons(vec![
        button("yes", "Import", ButtonStyle::Success),
        button("no", "Cancel", ButtonStyle::Secondary),
    ]))
}

/// It is done.
pub fn imported(proposal: &Proposal) -> Page {
    let title = times::cut(&format!("Imported: {}", escape::line(&proposal.series.title)), 256);
    page(title, String::new(), proposal)
}

fn page(title: String, mut text: String, proposal: &Proposal) -> Page {
    let (series, difference) = (&proposal.series, &proposal.difference);
    text += &format!(
        "`{}` · {}\n{}\n\n",
        series.id,
        series_text::prompts(series.prompts.len()),
        escape::line(&series.about)
    );
    text += match (proposal.new, proposal.overrides) {
        (true, _) => "A new series, for this server only.",
        (_, true) => "On this server it replaces the series with the same id that comes with Helmsman.",
        _ => "It takes the place of this server's series with the same id.",
    };
    if !proposal.new {
        if difference.heading {
            text += "\nThe title or the description changes.";
        }
        if difference.order {
            text += "\nThe prompts come in another order, from the next round on.";
        }
    }
    text += &match proposal.uses.is_empty() {
        true => "\nNo schedule uses it. `/series schedule` runs it.".to_owned(),
        false => format!("\n{}{}", used(&proposal.uses), follows(difference)),
    };
    let embed = CreateEmbed::new().title(title).description(times::cut(&text, DESCRIPTION));
    let embed = match proposal.new {
        true => embed.field("Prompts", titles(&difference.added), false),
        false => differences(embed, difference),
    };
    Page::default().embed(embed.footer(CreateEmbedFooter::new("Nothing that was posted changes.")))
}

/// The prompts that differ, as fields.
pub(super) fn differences(mut embed: CreateEmbed, difference: &Difference) -> CreateEmbed {
    for (name, prompts) in
        [("Added", &difference.added), ("Changed", &difference.changed), ("Removed", &difference.removed)]
    {
        if !prompts.is_empty() {
            embed = embed.field(format!("{name} ({})", prompts.len()), titles(prompts), false);
        }
    }
    embed
}

/// "2 schedules use it, in #here, #there."
pub(super) fn used(uses: &[(ChannelId, u32)]) -> String {
    let schedules: u32 = uses.iter().map(|(_, n)| n).sum();
    let mut places: Vec<_> =
        uses.iter().take(MOST_CHANNELS).map(|(channel, _)| format!("<#{channel}>")).collect();
    if uses.len() > MOST_CHANNELS {
        places.push("others".to_owned());
    }
    let who =
        if schedules == 1 { "1 schedule uses".to_owned() } else { format!("{schedules} schedules use") };
    format!("{who} it, in {}.", places.join(", "))
}

/// What a difference means for the rounds that are running.
pub(super) fn follows(difference: &Difference) -> String {
    let mut text = String::new();
    if !difference.added.is_empty() {
        text += " What is added is asked at the end of the round that is running, even if this round has asked it \
                 before.";
    }
    if !difference.changed.is_empty() {
        text += " What has changed is asked with its new words from the next time on.";
    }
    if !difference.removed.is_empty() {
        text += " What is removed is not asked any more.";
    }
    text
}

fn titles(prompts: &[(String, String)]) -> String {
    let lines: Vec<_> = prompts.iter().map(|(_, title)| format!("• {}", escape::line(title))).collect();
    times::cut_lines(&lines, FIELD_ROOM)
}

/// Why an upload was not even kept.
pub fn not_drafted(outcome: &Drafted, series: &str) -> String {
    match outcome {
        Drafted::Same | Drafted::Proposal(_) => {
            format!("**{}** is already as in this file. Nothing was changed.", escape::line(series))
        }
        Drafted::TooManySeries => format!(
            "This server has {MOST_SERIES} series of its own, and that is the most. Nothing was changed. Put the prompts into \
             one of them, or remove one: `/series export` gives you its file, and a button for that."
        ),
        Drafted::TooManyPrompts(n) => format!(
            "With this file the server's own series would have {n} prompts, and {MOST_PROMPTS} are the most. Nothing was \
             changed. Import a smaller one, or remove one: `/series export` has a button for that."
        ),
    }
}

/// The upload does not wait any more.
pub const GONE: &str = "This upload does not wait any more: it was imported, you have uploaded another file since, or a \
                        day has passed. Upload the file again with `/series import`.";

/// Nothing is imported.
pub const CANCELLED: &str = "Nothing was imported.";

/// A series as a file. `own`: it is the server's own and can be removed, by managers of this team.
pub fn exported(series: &Series, file: String, own: Option<TeamId>) -> Page {
    let text = format!(
        "**{}**, {}. Change the file as you like and give it back with `/series import`: with the same `id` it takes this \
         one's place on this server, with another it is a new series.",
        escape::line(&series.title),
        series_text::prompts(series.prompts.len())
    );
    let page = Page::text(text).file(&format!("{}.toml", series.id), file);
    let Some(team) = own else { return page };
    let remove =
        CreateButton::new(format!("import:ask:{team}:{}", series.id)).label("Remove from this server");
    page.row(CreateActionRow::Buttons(vec![remove.style(ButtonStyle::Danger)]))
}
