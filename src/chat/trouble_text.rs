//! Why something stopped or was not posted, in words that say what to do; and the direct message that tells an admin.

use super::{page::ACCENT, permissions};
use crate::{app::alerts::Alert, domain::reason::Reason};
use serenity::all::{CreateEmbed, CreateEmbedFooter, CreateMessage};

/// What happened, as the end of a sentence: "Nothing was posted: …".
pub fn what(reason: &Reason) -> String {
    match reason {
        Reason::DayOff(name) => format!("a day off ({})", super::escape::line(name)),
        Reason::SkippedByHand => "a manager skipped this date".into(),
        Reason::NoSuchDay => "the time zone leaves this date out".into(),
        Reason::TooLate => "I was away when it was due, and came back too late".into(),
        Reason::Overtaken => "a newer prompt was due as well".into(),
        Reason::Missing(bits) => {
            format!("I lack permissions in the channel: {}", permissions::missing(!bits, *bits).join(", "))
        }
        Reason::ChannelGone => "the channel is gone".into(),
        Reason::Refused(code) => format!("Discord refused it (code {code})"),
        Reason::Removed => "I was removed from the server".into(),
        Reason::SeriesGone(id) => format!("the series `{id}` is no longer there"),
        Reason::ZoneGone(zone) => format!("the time zone `{zone}` is not known any more"),
        Reason::CannotSearch => {
            "sending failed half-way, and I may not read the channel's history to see whether it \
                                 arrived"
                .into()
        }
        Reason::Deleted => "its message was deleted".into(),
        Reason::TakenBack => "a manager took it back".into(),
    }
}

/// What an admin can do about it.
pub fn remedy(reason: &Reason) -> &'static str {
    match reason {
        Reason::Missing(_) | Reason::Refused(_) => {
            "Give me View Channel, Send Messages, Embed Links and Read Message History there, then run `/series resume`."
        }
        Reason::ChannelGone => "Run `/setup` in another channel and choose *Move*.",
        Reason::SeriesGone(_) => "Bring the series back, or schedule another with `/series schedule`.",
        Reason::ZoneGone(_) => "Choose another time zone with `/setup`.",
        Reason::CannotSearch => "Give me Read Message History in the channel, so that next time I can look.",
        _ => "Run `/series resume` when it should go on.",
    }
}

/// The first words of a situation, as the rest of a sentence.
fn about(situation: &str) -> String {
    if situation.is_empty() { String::new() } else { format!(" (**{}**)", super::escape::line(situation)) }
}

/// The direct message for an alert.
pub fn alert(alert: &Alert, reference: &str) -> CreateMessage {
    let (title, text) = match alert {
        Alert::Suspended { channel, reason } => {
            let reason = Reason::parse(reason).unwrap_or(Reason::Refused(0));
            let text = format!(
                "In <#{channel}> nothing is posted at the moment: {}. Queues and streaks stay as they are.\n\n{}",
                what(&reason),
                remedy(&reason)
            );
            ("A schedule has stopped", text)
        }
        Alert::Unknown { channel, day, title } => {
            let text = format!(
                "Whether the prompt of {day} (**{}**) arrived in <#{channel}> I cannot find out: {}. I did not send it \
                 again, and the day counts for nobody.\n\n{}",
                super::escape::line(title),
                what(&Reason::CannotSearch),
                remedy(&Reason::CannotSearch)
            );
            ("I do not know whether a prompt was posted", text)
        }
        Alert::RevealUnknown { channel, day, title } => {
            let text = format!(
                "Whether what became of the prompt of {day} (**{}**) arrived in <#{channel}> I cannot find out: {}. I did not \
                 send it again. Answers and streaks stay as they are.\n\n{}",
                super::escape::line(title),
                what(&Reason::CannotSearch),
                remedy(&Reason::CannotSearch)
            );
            ("I do not know whether a reveal was posted", text)
        }
        Alert::PollNotPosted { channel, situation, reason } => {
            let reason = Reason::parse(reason).unwrap_or(Reason::Refused(0));
            let again = match reason {
                // There is nothing to mend.
                Reason::TooLate | Reason::Deleted => "If it is still wanted",
                _ => "When that is mended",
            };
            let text = format!(
                "Your poll{} was not posted in <#{channel}>: {}. Nobody could vote, so it is cancelled. {again}, open \
                 it again with `/poll start`.",
                about(situation),
                what(&reason)
            );
            ("A poll was not posted", text)
        }
        Alert::PollDeleted { channel, situation, closes } => {
            let text = format!(
                "Somebody deleted the message of the poll{} in <#{channel}>. The votes are safe, and it still closes {}. To \
                 let others vote, run `/poll list` there and press *Post it again*.",
                about(situation),
                super::times::relative(*closes)
            );
            ("The message of a poll was deleted", text)
        }
        Alert::PollResultUnknown { channel, situation } => {
            let text = format!(
                "Whether the result of the poll{} arrived in <#{channel}> I cannot find out: {}. I did not send it again; \
                 `/poll list` there shows it.\n\n{}",
                about(situation),
                what(&Reason::CannotSearch),
                remedy(&Reason::CannotSearch)
            );
            ("I do not know whether a result was posted", text)
        }
        Alert::PollResultNotPosted { channel, situation, reason } => {
            let reason = Reason::parse(reason).unwrap_or(Reason::Refused(0));
            let text = format!(
                "The result of the poll{} was not posted in <#{channel}>: {}. It is counted and kept: `/poll list` there \
                 shows it.",
                about(situation),
                what(&reason)
            );
            ("The result of a poll was not posted", text)
        }
        Alert::NoWeeklyPoll { channel, day, people } => {
            let noted = match people {
                0 => "No moments were noted".to_owned(),
                _ => "Moments were noted about one person only".to_owned(),
            };
            let text = format!(
                "In <#{channel}> there is no weekly poll on {day}. {noted}, and a poll needs two people to choose from. What \
                 was noted stays for the next one. A reminder that everybody has `/moment` may help."
            );
            ("No weekly poll this time", text)
        }
    };
    let embed = CreateEmbed::new()
        .colour(ACCENT)
        .title(title)
        .description(text)
        .footer(CreateEmbedFooter::new(reference));
    CreateMessage::new().embed(embed)
}
