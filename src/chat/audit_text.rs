//! The audit trail in words.

use super::{escape, times};
use crate::store::audit::Entry;

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
