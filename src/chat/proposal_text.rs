//! What a schedule would do, shown before anything is stored; and what became of it.

use super::{audit_text, escape, page::Page, series_text, series_text::title, setup_panel, times};
use crate::{
    app::{planning::DryRun, setup::Overview},
    domain::{
        id::RoleId,
        library::Library,
        queue::{AtEnd, Order},
    },
    store::{
        audit::Entry,
        schedule::{Plan, Schedule, State},
    },
};
use jiff::{Timestamp, civil::Date};
use serenity::all::{
    ButtonStyle, CreateActionRow, CreateButton, CreateEmbed, CreateInputText, CreateModal, InputTextStyle,
};

/// A field of an embed ends at 1,024 characters.
const FIELD_ROOM: usize = 1_024;
/// Changes by others that are told.
const MOST_TOLD: usize = 5;

/// What is asked to be confirmed.
#[derive(Clone, Debug)]
pub struct Proposal<'a> {
    /// The team and its settings.
    pub overview: &'a Overview,
    /// The schedule as it is. None: it would be a new one.
    pub old: Option<&'a Schedule>,
    /// As it would be.
    pub plan: &'a Plan,
    /// What it would do.
    pub dry: &'a DryRun,
    /// The team's local date.
    pub today: Date,
    /// Permissions that are missing.
    pub lacking: &'a [&'a str],
    /// What somebody else did meanwhile, newest first, if that is why it is asked again.
    pub meanwhile: Option<&'a [Entry]>,
    /// What the buttons carry: everything after `series:<verb>:`.
    pub packed: &'a str,
}

/// The proposal, with *Confirm*, *Change* and *Cancel*.
pub fn page(proposal: &Proposal<'_>, library: &Library) -> Page {
    let Proposal { overview, old, plan, dry, lacking, packed, .. } = proposal;
    let mut text = String::new();
    if let Some(meanwhile) = proposal.meanwhile {
        text += &told(meanwhile);
    }
    if old.is_none() {
        text += &twins(overview, plan, library);
    }
    if !lacking.is_empty() {
        text += &format!("{}\n\n", setup_panel::missing(overview.team.channel, lacking));
    }
    text += &format!("{} ({})", series_text::times_of(plan), overview.team.zone);
    if plan.rule.start > proposal.today {
        text += &format!("\n**First day** {}", series_text::day(plan.rule.start));
    }
    text += &format!("\n{}", series_text::plan_words(plan, overview.team.window_minutes, library));
    if plan.notify.is_some_and(|role| !overview.notify_roles.contains(&role)) {
        text += "\n-# No admin allows that role any more, so nobody is notified.";
    }
    let name = title(library, &plan.series);
    let changes = old.map(|old| changes(&old.plan, plan, overview.team.window_minutes, library));
    let (heading, nothing) = match &changes {
        None => (format!("Run {name}?"), false),
        Some(changes) => (format!("Change {name}?"), changes.is_empty()),
    };
    let mut embed = CreateEmbed::new().title(times::cut(&heading, 256)).description(text);
    if let Some(changes) = changes {
        let lines =
            if nothing { "Nothing yet. *Change* lets you choose.".into() } else { changes.join("\n") };
        embed = embed.field("What changes", times::cut(&lines, FIELD_ROOM), false);
    }
    let state = old.map_or(State::Active, |old| old.state);
    let next = match (state, overview.team.started_at) {
        (State::Paused | State::Suspended | State::Ended, _) => "Next posts, once it runs",
        (_, None) => "Next posts, once an admin presses Start",
        _ => "Next posts",
    };
    embed = embed.field(next, posts(proposal), false);
    if !dry.clashes.is_empty() {
        embed = embed.field("On the same days", clashes(proposal, library), false);
    }
    embed = embed.field("When it runs out", runs_out(plan, dry, library), false);
    let button = |verb: &str, label: &str, style| {
        CreateButton::new(format!("series:{verb}:{packed}")).label(label).style(style)
    };
    // *Confirm* says what was seen: one beside it, or none.
    let twins = old.is_none() && has_twin(overview, plan);
    let mut row = vec![
        button(if twins { "also" } else { "yes" }, "Confirm", ButtonStyle::Success).disabled(nothing),
        button("alt", "Change", ButtonStyle::Secondary),
    ];
    if plan.notify.is_some() {
        row.push(button("hush", "Notify nobody", ButtonStyle::Secondary));
    }
    row.push(
        CreateButton::new(format!("series:no:{}", overview.team.id))
            .label("Cancel")
            .style(ButtonStyle::Secondary),
    );
    Page::default().embed(embed).row(CreateActionRow::Buttons(row))
}

fn same_series<'a>(overview: &'a Overview, plan: &Plan) -> impl Iterator<Item = &'a Schedule> {
    let same = |known: &&Schedule| known.plan.series == plan.series && known.state != State::Ended;
    overview.schedules.iter().filter(same)
}

/// Whether the series of a new schedule runs here already, or could.
pub fn has_twin(overview: &Overview, plan: &Plan) -> bool {
    same_series(overview, plan).next().is_some()
}

/// A second schedule of a series asks each prompt a second time: rarely what is meant by somebody who wants another time.
fn twins(overview: &Overview, plan: &Plan, library: &Library) -> String {
    let times: Vec<_> = same_series(overview, plan).map(|known| series_text::times_of(&known.plan)).collect();
    if times.is_empty() {
        return String::new();
    }
    format!(
        "⚠️ **{}** is scheduled here already ({}). This would be a second one beside it, which asks the same prompts \
         again. To change what is there, press *Cancel* and use `/series edit`.\n\n",
        title(library, &plan.series),
        times.join("; ")
    )
}

fn told(meanwhile: &[Entry]) -> String {
    if meanwhile.is_empty() {
        return "⚠️ **This has changed since you looked.** Nothing of yours is stored yet; this is how it would be now.\n\n".into();
    }
    let lines = meanwhile.iter().take(MOST_TOLD).map(audit_text::about_this);
    format!(
        "⚠️ **Somebody changed this since you looked.** Nothing of yours is stored yet; with your change it would be as \
         below.\n{}\n\n",
        lines.collect::<Vec<_>>().join("\n")
    )
}

/// What differs, one a line.
fn changes(old: &Plan, new: &Plan, team_window: i64, library: &Library) -> Vec<String> {
    let window = |plan: &Plan| match plan.window_minutes {
        Some(minutes) => times::length(minutes),
        None => format!("{} (as the team)", times::length(team_window)),
    };
    let role = |plan: &Plan| plan.notify.map_or("nobody".into(), |role| format!("<@&{role}>"));
    let thread = |plan: &Plan| if plan.thread { "under each prompt" } else { "none" }.to_owned();
    [
        ("Time", times::clock(old.rule.at), times::clock(new.rule.at)),
        ("Days", old.rule.weekdays.describe(), new.rule.weekdays.describe()),
        ("First day", series_text::day(old.rule.start), series_text::day(new.rule.start)),
        (
            "At the end",
            series_text::end_words(&old.at_end, library).replacen("then ", "", 1),
            series_text::end_words(&new.at_end, library).replacen("then ", "", 1),
        ),
        ("Open for answers", window(old), window(new)),
        ("Thread", thread(old), thread(new)),
        ("Notifies", role(old), role(new)),
    ]
    .into_iter()
    .filter(|(_, old, new)| old != new)
    .map(|(what, old, new)| format!("**{what}** {old} → {new}"))
    .collect()
}

fn posts(proposal: &Proposal<'_>) -> String {
    let Proposal { overview, old, plan, dry, .. } = proposal;
    if dry.ahead.is_empty() {
        return "None: every prompt was asked, and nothing follows.".into();
    }
    if plan.order == Order::Sequential || old.is_some() {
        return series_text::ahead(&dry.ahead, &overview.zone);
    }
    // Which prompt comes when is drawn when it is confirmed.
    let dates = dry.ahead.iter().cloned().map(|mut date| {
        if let crate::app::ahead::Content::Prompt { title, .. } = &mut date.what {
            *title = "drawn by lot".into();
        }
        date
    });
    series_text::ahead(&dates.collect::<Vec<_>>(), &overview.zone)
}

fn clashes(proposal: &Proposal<'_>, library: &Library) -> String {
    let zone = &proposal.overview.zone;
    let lines: Vec<_> = proposal
        .dry
        .clashes
        .iter()
        .map(|clash| format!("{} **{}**", times::local(clash.due, zone), title(library, &clash.series)))
        .collect();
    let note = "-# Two prompts on one day are one day for streaks: one answer is enough.";
    format!("{}\n{note}", times::cut_lines(&lines, FIELD_ROOM - note.len() - 1))
}

fn runs_out(plan: &Plan, dry: &DryRun, library: &Library) -> String {
    let prompts = series_text::prompts(dry.left as usize);
    let end = series_text::end_words(&plan.at_end, library);
    match (dry.left, dry.last) {
        (0, _) if plan.at_end == AtEnd::Stop => "It has: every prompt was asked.".into(),
        (0, _) => format!("Every prompt of this round was asked, {end}."),
        (_, Some(last)) => format!("{prompts}: the last on {}, {end}.", series_text::day(last)),
        (_, None) => format!("Not for a long time: {prompts}, {end}."),
    }
}

/// The form behind *Change*, filled with what is proposed. `packed` as in [`Proposal`].
pub fn form(plan: &Plan, today: Date, packed: &str, library: &Library) -> CreateModal {
    let input = |label: &str, id: &str, hint: &str, value: String| {
        let input = CreateInputText::new(InputTextStyle::Short, label, id).placeholder(hint).max_length(100);
        if value.is_empty() { input.required(false) } else { input.required(false).value(value) }
    };
    let start = if plan.rule.start > today { plan.rule.start.to_string() } else { String::new() };
    let at_end = match &plan.at_end {
        AtEnd::Repeat => "repeat".into(),
        AtEnd::Stop => "stop".into(),
        // What stands here is read again as it is left.
        AtEnd::Series(id) => match library.get(id) {
            Some(series) if library.is_told_by_title(series) => series.title.clone(),
            _ => id.clone(),
        },
    };
    let hours = plan.window_minutes.map_or(String::new(), |minutes| (minutes / 60).to_string());
    let inputs = [
        input("Local time of day", "time", "09:30", times::clock(plan.rule.at)),
        input("Days", "days", "weekdays, daily, Mon, Wed, Fri …", plan.rule.weekdays.describe()),
        input("First day (empty: at once)", "start", "2027-01-04, monday, 4 jan …", start),
        input(
            "After the last prompt",
            "end",
            "repeat, stop, or the title of a series",
            times::cut(&at_end, 100),
        ),
        input("Open for how many hours (empty: as the team)", "hours", "1 to 72", hours),
    ];
    let rows = inputs.into_iter().map(CreateActionRow::InputText).collect();
    CreateModal::new(format!("series:form:{packed}"), "Change before it counts").components(rows)
}

/// It was added. `next`: its first post.
pub fn added(overview: &Overview, plan: &Plan, next: Option<Timestamp>, library: &Library) -> Page {
    let title = title(library, &plan.series);
    let text = match (overview.team.started_at, next) {
        (None, _) => format!("**{title}** is ready. It begins when an admin presses *Start* in `/setup`."),
        (Some(_), Some(due)) => format!(
            "**{title}** runs. First prompt: {} ({}).",
            times::local(due, &overview.zone),
            times::relative(due)
        ),
        (Some(_), None) => format!("**{title}** runs."),
    };
    series_text::say(overview, library, &text)
}

/// It was changed. `next`: its next post, as if it ran.
pub fn edited(overview: &Overview, schedule: &Schedule, next: Option<Timestamp>, library: &Library) -> Page {
    let title = title(library, &schedule.plan.series);
    let text = match (schedule.state, next) {
        (State::Active, Some(due)) => format!(
            "**{title}** is changed. Next prompt: {} ({}). What is posted already stays as it was.",
            times::local(due, &overview.zone),
            times::relative(due)
        ),
        (State::Draft, _) => {
            format!("**{title}** is changed. It begins when an admin presses *Start* in `/setup`.")
        }
        (State::Ended, _) | (State::Active, None) => {
            format!(
                "**{title}** is changed. It has ended; `/series resume` lets it go on if something follows now."
            )
        }
        (State::Paused | State::Suspended, _) => {
            format!("**{title}** is changed. It does not run at the moment; `/series resume` lets it go on.")
        }
    };
    series_text::say(overview, library, &text)
}

/// Not confirmed.
pub const CANCELLED: &str = "Nothing was changed.";

/// The same schedule is there already.
pub fn exists(plan: &Plan, library: &Library) -> String {
    format!(
        "**{}** is scheduled here {} already. `/series show` looks at it, `/series edit` changes it, `/series resume` \
         lets it go on if it is paused.",
        title(library, &plan.series),
        series_text::times_of(plan)
    )
}

/// A first day that lies behind.
pub fn past_start(start: Date, today: Date) -> String {
    format!(
        "{} has passed. The first day can be today ({today}) or later; leave it out to begin at once.",
        series_text::day(start)
    )
}

/// A first day that lies too far ahead.
pub fn far_start(start: Date) -> String {
    format!("{} is more than a year away. Choose a first day within a year.", series_text::day(start))
}

/// A day that cannot be read.
pub fn odd_day(typed: &str, today: Date) -> String {
    format!(
        "I cannot read \u{201c}{}\u{201d} as a day. Nothing was changed. Write a date such as {today} or \u{201c}4 jan\u{201d}, or a day such \
         as \u{201c}monday\u{201d}.",
        escape::cut_line(typed, 40)
    )
}

/// What should follow the last prompt cannot be read.
pub fn odd_end(typed: &str) -> String {
    format!(
        "There is no series called \u{201c}{}\u{201d}. After the last prompt I can `repeat`, `stop`, or go on with a series: give its title as `/series list` shows it.",
        escape::cut_line(typed, 40)
    )
}

/// Hours that are none, or too many.
pub fn odd_hours(typed: &str) -> String {
    format!(
        "I cannot read \u{201c}{}\u{201d} as hours. A prompt can be open for 1 to 72 hours; leave it empty for what the team has.",
        escape::cut_line(typed, 40)
    )
}

/// A role that no admin allowed.
pub fn role_not_allowed(role: RoleId, allowed: &[RoleId]) -> String {
    let names: Vec<_> = allowed.iter().map(|role| format!("<@&{role}>")).collect();
    let which = match names.as_slice() {
        [] => "No role is allowed yet".into(),
        names => format!("Allowed are {}", names.join(", ")),
    };
    format!(
        "Prompts may not notify <@&{role}>. {which}; an admin chooses them in `/setup` → *Change* → *More*. Nothing was changed."
    )
}

/// A role that Discord would not let us ping.
pub fn role_not_pingable(role: RoleId) -> String {
    format!(
        "I cannot notify <@&{role}>: Discord lets me only if the role allows anyone to @mention it (Server Settings → \
         Roles), or if I have **Mention Everyone** in the channel. Nothing was changed."
    )
}
