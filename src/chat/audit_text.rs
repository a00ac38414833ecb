//! The audit trail in words.

use super::{escape, page::Page, times};
use crate::{domain::id::TeamId, store::audit::Entry};
use serenity::all::{ButtonStyle, CreateActionRow, CreateButton, CreateEmbed, CreateEmbedFooter};

/// Changes on one page.
pub const A_PAGE: u32 = 10;
/// A change that is told in more characters is cut.
const LONGEST: usize = 160;

/// Who changed what, newest first, and buttons to turn the page.
pub fn page(team: TeamId, entries: &[Entry], page: u32, older: bool) -> Page {
    let line = |entry: &Entry| {
        let at = entry.at.as_second();
        format!("<t:{at}:d> <t:{at}:t> <@{}>\n{}", entry.actor, what(&times::cut(&entry.what, LONGEST)))
    };
    let text = match entries {
        [] => "Nothing further back.".to_owned(),
        entries => entries.iter().map(line).collect::<Vec<_>>().join("\n\n"),
    };
    let turn = |to: u32, label: &str, there: bool| {
        CreateButton::new(format!("setup:trail:{team}:{to}"))
            .label(label)
            .style(ButtonStyle::Secondary)
            .disabled(!there)
    };
    let title =
        if page == 0 { "Who changed what".into() } else { format!("Who changed what ({})", page + 1) };
    Page::default()
        .embed(
            CreateEmbed::new()
                .title(title)
                .description(text)
                .footer(CreateEmbedFooter::new("Newest first. Only admins can look at this.")),
        )
        .row(CreateActionRow::Buttons(vec![
            turn(page.saturating_sub(1), "Newer", page > 0),
            turn(page.saturating_add(1), "Older", older),
            CreateButton::new(format!("setup:more:{team}")).label("Back").style(ButtonStyle::Secondary),
        ]))
}

/// What was done. People, roles and channels that it names are shown as Discord shows them; nothing else in it has any
/// effect.
pub fn what(what: &str) -> String {
    let what = what.replace(" -> ", " → ");
    let (mut text, mut rest) = (String::new(), what.as_str());
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        text += &escape::line(before);
        // Spaces at the seams are not the line's ends.
        if before.ends_with(' ') && before.len() > 1 {
            text.push(' ');
        }
        match mention(from) {
            Some(length) => {
                text += &from[..length];
                rest = &from[length..];
                if rest.starts_with(' ') {
                    text.push(' ');
                }
            }
            None => {
                text += "\\<";
                rest = &from[1..];
            }
        }
    }
    text + &escape::line(rest)
}

/// The length of `<@1>`, `<@&1>` or `<#1>` at the start.
fn mention(text: &str) -> Option<usize> {
    let end = text.find('>')?;
    let inside = &text[1..end];
    let digits = ["@&", "@", "#"].iter().find_map(|sign| inside.strip_prefix(sign))?;
    let id = (1..=20).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    id.then_some(end + 1)
}

/// What somebody did to a schedule, without its name: "<@1>: time 09:30 -> 10:00 (2 minutes ago)".
pub fn about_this(entry: &Entry) -> String {
    let done = entry.what.split_once(": ").map_or(entry.what.as_str(), |(_, done)| done);
    format!("<@{}>: {} ({})", entry.actor, what(done), times::relative(entry.at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_mentions_have_an_effect() {
        assert_eq!(what("notifies nobody -> <@&12>"), "notifies nobody → <@&12>");
        assert_eq!(what("move <#1> -> <#2> now"), "move <#1> → <#2> now");
        assert_eq!(what("excused <@7>: *late* <@&x> <"), "excused <@7>: \\*late\\* \\<\\@&x> \\<");
        assert_eq!(what("<@1234567890123456789012>"), "\\<\\@1234567890123456789012>");
        assert_eq!(what("name <@!5> @everyone"), "name \\<\\@!5> \\@everyone");
    }
}
