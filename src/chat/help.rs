//! What `/help` shows: one screen.

use super::{page::Page, times};
use crate::domain::id::RoleId;
use jiff::Timestamp;
use serenity::all::CreateEmbed;

/// What there is where the person asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Here {
    /// A direct message.
    Direct,
    /// A channel without a team.
    NoTeam,
    /// A team's channel, or a thread in it.
    Team {
        /// It was started.
        started: bool,
        /// A prompt is open that the person has not answered.
        unanswered: bool,
        /// The next scheduled prompt.
        next: Option<Timestamp>,
        /// Members with this role are managers.
        manager_role: Option<RoleId>,
    },
}

const ABOUT: &str = "On working days I post a short prompt about leading and managing. You answer with one tap or one \
                     sentence, and keep a streak. No answer is right or wrong: a team needs both sides, and I show \
                     what each buys and costs. Now and then a short poll asks who handled something like a leader; \
                     nobody sees who you chose.";

const EVERYONE: &str = "`/answer` answer the newest open prompt\n\
                        `/me` your streak, and why it is what it is\n\
                        `/away` keep your streak while you are on leave\n\
                        `/suggest` a question that the team should be asked\n\
                        `/moment` note that you saw a colleague lead\n\
                        You can also reply to a prompt, or write in its thread: it counts as an answer.";

const MANAGERS: &str = "`/series list` and `/series show` what there is and what comes next\n\
                        `/series schedule` run a series · `/series edit` · `/series pause` · `/series resume` · `/series skip`\n\
                        `/prompt preview` look at a prompt · `/prompt post` post one now · `/prompt retract` · `/prompt mend`\n\
                        `/series calendar` the next 30 days · `/daysoff` days without a prompt · `/excuse` a day that shall not count\n\
                        `/series import` bring your own series or questions · `/series export` get one as a file · `/prompt suggestions` what members propose\n\
                        `/poll start` ask who handled something like a leader (also: *Apps*, *Who led here?* in a message's menu)\n\
                        `/poll close` end one early · `/poll list` polls, results, moments, the weekly poll";

const ADMINS: &str = "`/setup` make a team in a channel, change it, move it, remove it";

/// The page.
pub fn page(here: Here) -> Page {
    let (now, managers) = match here {
        Here::Direct => ("I work in the channels of a server, one team to a channel.".to_owned(), None),
        Here::NoTeam => {
            let text = "There is no team in this channel yet. An admin can make one here with `/setup`.";
            (text.to_owned(), None)
        }
        Here::Team { started: false, manager_role, .. } => {
            let text = "A team is being set up here. An admin starts it with `/setup`.";
            (text.to_owned(), manager_role)
        }
        Here::Team { unanswered, next, manager_role, .. } => {
            let open = if unanswered { "A prompt waits for your answer: `/answer` shows it. " } else { "" };
            let next = match next {
                Some(next) => format!("The next prompt here comes {}.", times::relative(next)),
                None => {
                    "Nothing is scheduled here now. A manager can change that with `/series schedule`.".into()
                }
            };
            (format!("{open}{next}"), manager_role)
        }
    };
    let role = managers.map_or(String::new(), |role| format!("<@&{role}> and "));
    let embed = CreateEmbed::new()
        .title("Helmsman")
        .description(format!("{ABOUT}\n\n**Here:** {now}"))
        .field("Everyone", EVERYONE, false)
        .field("Managers", format!("{MANAGERS}\n-# {role}people with Manage Server"), false)
        .field("Admins", format!("{ADMINS}\n-# people with Manage Server"), false);
    Page::default().embed(embed)
}
