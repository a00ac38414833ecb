//! What an admin sees in `/setup`. Nobody else sees any of it.

use super::{
    page::Page,
    permissions::{self, FOR_THREADS, TO_POST, bit},
    times,
};
use crate::{
    app::setup::{Overview, Proposal},
    domain::{id::ChannelId, library::Library, schedule::zone_matches},
    store::{
        schedule::{Schedule, State},
        team::Team,
    },
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serenity::all::{
    ButtonStyle, ChannelType, CreateActionRow, CreateButton, CreateEmbed, CreateEmbedFooter, CreateInputText,
    CreateModal, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption, InputTextStyle,
};

/// An embed's description ends at 4,096 characters.
const MOST_SCHEDULES: usize = 10;
/// Choices of the window, in minutes.
const WINDOWS: [i64; 8] = [60, 120, 240, 480, 720, 1_440, 2_880, 4_320];

const HIDING: &str = "Managers' commands are visible to everybody and turn others away politely. To hide them: Server \
                      Settings → Integrations → Helmsman, and allow each command only to the roles you like.";

fn button(id: String, label: &str, style: ButtonStyle) -> CreateButton {
    CreateButton::new(id).label(label).style(style)
}

/// The main panel: of a draft with *Start*, of a running team with *Move* and *Remove*.
pub fn panel(overview: &Overview, library: &Library, bits: u64) -> Page {
    let id = overview.team.id;
    let draft = overview.team.started_at.is_none();
    let threads = overview.schedules.iter().any(|schedule| schedule.plan.thread);
    let lacking = permissions::missing(bits, TO_POST | if threads { FOR_THREADS } else { 0 });
    let mut text = String::new();
    if !lacking.is_empty() {
        text += &format!("{}\n\n", missing(overview.team.channel, &lacking));
    } else {
        let better =
            permissions::missing(bits, bit::READ_MESSAGE_HISTORY | bit::ADD_REACTIONS | bit::ATTACH_FILES);
        if !better.is_empty() {
            text += &format!(
                "Everything needed is allowed. Still better with **{}**: the history tells me after a crash what was \
                 already posted, with a reaction I tick replies, and with a file I show as a picture how answers \
                 split.\n\n",
                better.join("**, **")
            );
        }
    }
    text += &summary(overview, library);
    let mut embed = CreateEmbed::new()
        .title(if draft { "Set up Helmsman here" } else { "Settings of this team" })
        .description(text)
        .field("Next posts", posts(&overview.next, &overview.zone, draft), false)
        .footer(CreateEmbedFooter::new("Only you see this."));
    embed = embed.field("Hiding commands", HIDING, false);
    let change = button(format!("setup:change:{id}"), "Change", ButtonStyle::Secondary);
    let row = if draft {
        let stuck = !lacking.is_empty();
        let start = button(format!("setup:start:{id}"), "Start", ButtonStyle::Success).disabled(stuck);
        let first =
            button(format!("setup:first:{id}"), "Post the first now", ButtonStyle::Primary).disabled(stuck);
        let again = button(format!("setup:panel:{id}"), "Check again", ButtonStyle::Secondary);
        let mut row = vec![start, change, first];
        row.extend(stuck.then_some(again));
        row
    } else {
        let again = button(format!("setup:panel:{id}"), "Check again", ButtonStyle::Secondary);
        let mut row = vec![
            change,
            button(format!("setup:move:{id}"), "Move", ButtonStyle::Secondary),
            button(format!("setup:remove:{id}"), "Remove", ButtonStyle::Danger),
        ];
        let stopped = overview.schedules.iter().any(|schedule| schedule.state == State::Suspended);
        if !lacking.is_empty() {
            row.push(again);
        } else if stopped {
            row.push(button(format!("setup:resume:{id}"), "Resume", ButtonStyle::Success));
        }
        row
    };
    Page::default().embed(embed).row(CreateActionRow::Buttons(row))
}

/// Which permissions are missing, and how to grant them.
pub fn missing(channel: ChannelId, lacking: &[&str]) -> String {
    format!(
        "⚠️ **I cannot post in <#{channel}> yet.** I need **{}** there. To allow that: open the channel's settings → \
         *Permissions*, add the role **Helmsman**, tick these, and press *Check again*.",
        lacking.join("**, **")
    )
}

fn summary(overview: &Overview, library: &Library) -> String {
    let team = &overview.team;
    let shown = overview.schedules.iter().take(MOST_SCHEDULES);
    let mut lines: Vec<String> = shown.map(|schedule| schedule_line(schedule, library)).collect();
    if overview.schedules.len() > MOST_SCHEDULES {
        lines.push("… and more; `/series list` shows them.".into());
    }
    if lines.is_empty() {
        lines.push("Nothing is scheduled. `/series schedule` adds a series.".into());
    }
    let managers = match team.manager_role {
        Some(role) => format!("<@&{role}> and people with Manage Server"),
        None => "people with Manage Server".into(),
    };
    lines.push(format!("**Time zone** {}", team.zone));
    lines.push(format!("**Open for answers** {}", times::length(team.window_minutes)));
    lines.push(format!("**Managers** {managers}"));
    lines.join("\n")
}

/// Which series the time and the days belong to, where that is not plain.
fn whose(overview: &Overview, library: &Library) -> String {
    let Some(main) = overview.main().filter(|_| overview.schedules.len() > 1) else { return String::new() };
    format!(
        "\n-# Days and time here are those of **{}**; `/series edit` changes the others.",
        super::series_text::title(library, &main.plan.series)
    )
}

fn schedule_line(schedule: &Schedule, library: &Library) -> String {
    let rule = schedule.plan.rule;
    let title = super::series_text::title(library, &schedule.plan.series);
    let state =
        super::series_text::state_words(schedule).map_or(String::new(), |words| format!(" · {words}"));
    format!("**{title}** {} at {}{state}", rule.weekdays.describe(), times::clock(rule.at))
}

/// The next posts, one a line, in local time.
pub fn posts(next: &[(Date, Timestamp)], zone: &TimeZone, draft: bool) -> String {
    if next.is_empty() {
        return "None.".into();
    }
    let lines = next.iter().map(|(_, due)| times::local(*due, zone)).collect::<Vec<_>>().join("\n");
    if draft { format!("{lines}\n-# once you press Start") } else { lines }
}

/// As [`posts`], and what the reader's clock shows then: by that two zones differ.
fn on_readers_clock(next: &[(Date, Timestamp)], zone: &TimeZone) -> String {
    if next.is_empty() {
        return "None.".into();
    }
    let line = |(_, due): &(Date, Timestamp)| {
        format!("{} (your clock: <t:{}:t>)", times::local(*due, zone), due.as_second())
    };
    next.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Settings to change, each applied as soon as it is chosen.
pub fn change(overview: &Overview, library: &Library) -> Page {
    let id = overview.team.id;
    let draft = overview.team.started_at.is_none();
    let mut page = Page::default().embed(
        CreateEmbed::new()
            .title("Change the settings")
            .description(format!("{}{}", summary(overview, library), whose(overview, library)))
            .footer(CreateEmbedFooter::new("Each choice counts at once, for posts that are still to come.")),
    );
    let mut buttons = vec![];
    if let Some(main) = overview.main() {
        buttons.push(button(format!("setup:time:{id}"), "Time", ButtonStyle::Secondary));
        let chosen = main.plan.rule.weekdays;
        let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
        let options = (0u8..7).zip(days).map(|(bit, day)| {
            let selected = chosen.bits() & (1 << bit) != 0;
            CreateSelectMenuOption::new(day, bit.to_string()).default_selection(selected)
        });
        page = page.row(CreateActionRow::SelectMenu(
            CreateSelectMenu::new(
                format!("setup:days:{id}"),
                CreateSelectMenuKind::String { options: options.collect() },
            )
            .placeholder("Days of the week")
            .min_values(1)
            .max_values(7),
        ));
        if draft {
            let options = library.offered().take(25).map(|series| {
                CreateSelectMenuOption::new(times::cut(&series.title, 100), series.id.clone())
                    .description(times::cut(&series.about, 100))
                    .default_selection(series.id == main.plan.series)
            });
            page = page.row(CreateActionRow::SelectMenu(
                CreateSelectMenu::new(
                    format!("setup:series:{id}"),
                    CreateSelectMenuKind::String { options: options.collect() },
                )
                .placeholder("Series"),
            ));
        }
    }
    let role = overview.team.manager_role.map(|role| vec![serenity::all::RoleId::new(role.0.max(1))]);
    page = page.row(CreateActionRow::SelectMenu(
        CreateSelectMenu::new(format!("setup:role:{id}"), CreateSelectMenuKind::Role { default_roles: role })
            .placeholder("Managers' role (none: only people with Manage Server)")
            .min_values(0)
            .max_values(1),
    ));
    let windows = WINDOWS.iter().map(|minutes| {
        CreateSelectMenuOption::new(format!("Open for {}", times::length(*minutes)), minutes.to_string())
            .default_selection(*minutes == overview.team.window_minutes)
    });
    page = page.row(CreateActionRow::SelectMenu(
        CreateSelectMenu::new(
            format!("setup:window:{id}"),
            CreateSelectMenuKind::String { options: windows.collect() },
        )
        .placeholder("How long a prompt can be answered"),
    ));
    buttons.push(button(format!("setup:zone:{id}"), "Time zone", ButtonStyle::Secondary));
    buttons.push(button(format!("setup:more:{id}"), "More", ButtonStyle::Secondary));
    buttons.push(button(format!("setup:panel:{id}"), "Done", ButtonStyle::Primary));
    page.row(CreateActionRow::Buttons(buttons))
}

/// No team here, and no zone given: which one?
pub fn ask_zone() -> Page {
    let zones = zone_matches("", 25)
        .into_iter()
        .map(|zone| CreateSelectMenuOption::new(zone.replace('_', " "), zone.clone()));
    Page::default()
        .embed(CreateEmbed::new().title("Which time zone does this team keep?").description(
            "Prompts are posted at a local time, also when clocks change. Pick a place that keeps your time, or type \
             another one; `/setup zone:` completes all of them.",
        ))
        .row(CreateActionRow::SelectMenu(
            CreateSelectMenu::new("setup:zone:0", CreateSelectMenuKind::String { options: zones.collect() })
                .placeholder("Well-known places"),
        ))
        .row(CreateActionRow::Buttons(vec![button(
            "setup:zonebox:0".into(),
            "Type another",
            ButtonStyle::Secondary,
        )]))
}

/// A form for a time zone. Team 0: none yet.
pub fn zone_form(team: i64, now: &str) -> CreateModal {
    let input = CreateInputText::new(InputTextStyle::Short, "Time zone, by a place", "zone")
        .placeholder("Europe/London")
        .max_length(60);
    let input = if now.is_empty() { input } else { input.value(now) };
    CreateModal::new(format!("setup:zone:{team}"), "Time zone")
        .components(vec![CreateActionRow::InputText(input)])
}

/// A form for the time of day.
pub fn time_form(team: i64, now: &str) -> CreateModal {
    let input = CreateInputText::new(InputTextStyle::Short, "Local time of day", "time")
        .placeholder("09:30")
        .value(now)
        .max_length(20);
    CreateModal::new(format!("setup:time:{team}"), "When to post")
        .components(vec![CreateActionRow::InputText(input)])
}

/// Another zone is a proposal until it is confirmed.
pub fn zone_proposal(proposal: &Proposal) -> Page {
    let id = proposal.now.team.id;
    let zone = TimeZone::get(&proposal.zone).unwrap_or(TimeZone::UTC);
    let embed = CreateEmbed::new()
        .title("Change the time zone?")
        .description(format!(
            "From **{}** to **{}**. Local times stay what they are; nothing already posted changes, and no day that \
             is over counts differently.",
            proposal.now.team.zone, proposal.zone
        ))
        .field("Next posts now", on_readers_clock(&proposal.now.next, &proposal.now.zone), true)
        .field("Next posts then", on_readers_clock(&proposal.next, &zone), true);
    Page::default().embed(embed).row(CreateActionRow::Buttons(vec![
        button(format!("setup:takezone:{id}:{}", proposal.zone), "Change it", ButtonStyle::Success),
        button(format!("setup:panel:{id}"), "Leave it", ButtonStyle::Secondary),
    ]))
}

/// Where to?
pub fn ask_move(team: &Team) -> Page {
    let kind = CreateSelectMenuKind::Channel {
        channel_types: Some(vec![ChannelType::Text]),
        default_channels: None,
    };
    Page::default()
        .embed(CreateEmbed::new().title("Move this team?").description(format!(
            "Everything goes along from <#{}>: schedules, streaks, settings. Prompts that are open now stay where they \
             are and close there. Pick the new channel.",
            team.channel
        )))
        .row(CreateActionRow::SelectMenu(
            CreateSelectMenu::new(format!("setup:moveto:{}", team.id), kind).placeholder("The new channel"),
        ))
        .row(CreateActionRow::Buttons(vec![button(
            format!("setup:panel:{}", team.id),
            "Stay here",
            ButtonStyle::Secondary,
        )]))
}

/// Asked twice: `sure` is the second time.
pub fn ask_remove(team: &Team, sure: bool) -> Page {
    let (title, text, yes, verb) = if sure {
        (
            "Really remove it?",
            "Nothing more will be posted here from this moment: prompts that are open end without a reveal, and polls \
             without a result. For 30 days `/setup` in this channel can bring schedules, streaks and settings back; \
             after that everything of this team is deleted.",
            "Yes, remove this team",
            "removenow",
        )
    } else {
        (
            "Remove this team?",
            "It stops at once. If you only want a break, `/series pause` keeps everything as it is.",
            "Remove",
            "removesure",
        )
    };
    Page::default().embed(CreateEmbed::new().title(title).description(text)).row(CreateActionRow::Buttons(
        vec![
            button(format!("setup:{verb}:{}", team.id), yes, ButtonStyle::Danger),
            button(format!("setup:panel:{}", team.id), "Keep it", ButtonStyle::Secondary),
        ],
    ))
}

/// A team was removed here and can come back. `zone` is what was given for a new one, if anything.
pub fn offer_restore(team: &Team, kept: SignedDuration, zone: Option<&str>) -> Page {
    let until = team.removed_at.map_or(String::new(), |at| format!(" <t:{}:D>", (at + kept).as_second()));
    Page::default()
        .embed(CreateEmbed::new().title("A team lived here").description(format!(
            "It was removed and is kept until{until}. You can bring it back with its schedules, streaks and settings, \
             or begin a new one beside it; the old one is then deleted on that day."
        )))
        .row(CreateActionRow::Buttons(vec![
            button(format!("setup:restore:{}", team.id), "Bring it back", ButtonStyle::Success),
            button(
                format!("setup:anew:{}:{}", team.id, zone.unwrap_or_default()),
                "Begin a new one",
                ButtonStyle::Secondary,
            ),
        ]))
}

/// It runs.
pub fn started(overview: &Overview, posted: bool) -> Page {
    let next = match overview.next.first() {
        Some((_, due)) => {
            format!(
                "The next prompt comes {} ({}).",
                times::local(*due, &overview.zone),
                times::relative(*due)
            )
        }
        None => "Nothing is scheduled yet; `/series schedule` adds a series.".into(),
    };
    let first = if posted { "The first prompt is on its way as well. " } else { "" };
    Page::default().embed(CreateEmbed::new().title("Helmsman is under way").description(format!(
        "I am introducing myself in <#{}>. {first}{next}\n\n`/series` and `/prompt` are for managers, `/help` says the \
         rest. Run `/setup` again to change anything.\n-# {HIDING}",
        overview.team.channel
    )))
}

/// It lives elsewhere now.
pub fn moved(from: ChannelId, to: ChannelId) -> Page {
    Page::text(format!(
        "Moved from <#{from}> to <#{to}>, with everything. Prompts that are open stay and close in <#{from}>; the next \
         one comes in <#{to}>. Settings: `/setup` there."
    ))
}

/// It is gone for now.
pub const REMOVED: &str = "Removed. Nothing more is posted here. Until 30 days from now `/setup` in this channel can \
                           bring schedules, streaks and settings back; then all of it is deleted.";

/// The new channel does not let us post.
pub fn cannot_move(channel: ChannelId, lacking: &[&str]) -> String {
    format!(
        "I did not move: in <#{channel}> I lack **{}**. Allow that in the channel's settings → *Permissions* for the \
         role **Helmsman**, then pick it again.",
        lacking.join("**, **")
    )
}

/// One channel has one team.
pub fn taken(channel: ChannelId) -> String {
    format!("<#{channel}> has a team already, and one channel has one team. Pick another channel.")
}
