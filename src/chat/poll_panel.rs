//! A poll that is being prepared, as its manager sees it and nobody else: the form, the panel with a preview, and what
//! is still missing.

use super::{escape, page::Page, poll_message, times};
use crate::{
    app::polls::{MOST_OPEN, draft::mark},
    domain::{
        id::{ChannelId, GuildId, PollId, TeamId},
        poll::{
            Draft, DurationError, FULL_NEEDS, LEAST_NOMINEES, LEAST_QUORUM, LONGEST_SITUATION, MOST_NOMINEES,
            Mode, Nominee, Poll, RemindError, State, names_instant,
        },
    },
};
use jiff::Timestamp;
use serenity::all::{
    ButtonStyle, CreateActionRow, CreateButton, CreateInputText, CreateModal, CreateSelectMenu,
    CreateSelectMenuKind, CreateSelectMenuOption, InputTextStyle, RoleId, UserId,
};

/// Quorums to choose from.
const QUORUMS: [u32; 10] = [3, 4, 5, 6, 8, 10, 15, 20, 30, 50];
/// The longest that is taken for a time, in characters.
pub const LONGEST_TIME: usize = 40;

/// A draft, and what its words mean at this moment.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    /// The team.
    pub team: TeamId,
    /// Its server.
    pub guild: GuildId,
    /// Where it will be posted.
    pub channel: ChannelId,
    /// The draft.
    pub draft: &'a Draft,
    /// This moment.
    pub now: Timestamp,
    /// When it would close.
    pub closes: Result<Timestamp, DurationError>,
    /// When people would be reminded.
    pub remind: Result<Option<Timestamp>, RemindError>,
}

impl Shown<'_> {
    /// The close that is shown as an argument of *Open*, if a time of day was written: once that has passed, the same words
    /// mean another day.
    pub fn until(&self) -> String {
        let closes = self.closes.as_ref().ok().filter(|_| names_instant(&self.draft.duration));
        closes.map_or(String::new(), |at| at.as_second().to_string())
    }

    /// What keeps it from being opened, in words; empty: nothing.
    pub fn missing(&self) -> Vec<String> {
        let draft = self.draft;
        let mut missing = Vec::new();
        if draft.situation.trim().is_empty() {
            missing.push("What happened? *Change text* takes it.".to_owned());
        }
        let length = draft.situation.chars().count();
        if length > LONGEST_SITUATION {
            missing.push(format!(
                "The situation has {length} characters, and at most {LONGEST_SITUATION} fit. *Change text* shortens it."
            ));
        }
        if let Err(error) = &self.closes {
            let typed = escape::cut_line(&draft.duration, LONGEST_TIME);
            missing.push(format!("How long, \u{201c}{typed}\u{201d}: {error} *Change text* mends it."));
        } else if let Err(error) = &self.remind {
            let typed = escape::cut_line(&draft.remind, LONGEST_TIME);
            missing.push(format!("Reminder, \u{201c}{typed}\u{201d}: {error} *Change text* mends it."));
        }
        if draft.nominees.len() < LEAST_NOMINEES {
            missing
                .push(format!("Who could it have been? Choose {LEAST_NOMINEES} to {MOST_NOMINEES} people."));
        }
        missing
    }

    /// The poll that this would be, to be looked at.
    fn poll(&self) -> Poll {
        let draft = self.draft;
        let nominee = |(user, name): &(crate::domain::id::UserId, String)| Nominee {
            user: *user,
            name: name.clone(),
            withdrawn: None,
        };
        Poll {
            id: PollId(0),
            team: self.team,
            guild: self.guild,
            channel: self.channel,
            by: None,
            situation: draft.situation.clone(),
            link: draft.link.clone(),
            mode: draft.mode,
            quorum: draft.quorum.max(LEAST_QUORUM),
            role: draft.role,
            state: State::Claimed,
            reason: None,
            made_at: self.now,
            opens: None,
            closes: self.closes.clone().unwrap_or(self.now),
            remind_at: None,
            message: None,
            reached: false,
            tallied_at: None,
            nominees: draft.nominees.iter().map(nominee).collect(),
            moments: Vec::new(),
            outcome: None,
        }
    }
}

/// The panel: what is missing, what members will see, and everything to choose. `said` stands above it all.
pub fn panel(shown: &Shown<'_>, said: &[String]) -> Page {
    let (team, draft) = (shown.team, shown.draft);
    let missing = shown.missing();
    let mut lines: Vec<String> = said.to_vec();
    lines.extend(missing.iter().cloned());
    if missing.is_empty() {
        let remind = match &shown.remind {
            Ok(Some(at)) => format!(" I remind people at <t:{}:t>.", at.as_second()),
            _ => String::new(),
        };
        lines.push(format!("Members will see this once you press *Open*.{remind}"));
    }
    let id = |what: &str| format!("poll:draft:{team}:{what}");
    let chosen = draft.nominees.iter().map(|(user, _)| UserId::new(user.0.max(1))).collect();
    let who = CreateSelectMenu::new(id("who"), CreateSelectMenuKind::User { default_users: Some(chosen) })
        .placeholder("Who could it have been? Two to ten people")
        .min_values(1)
        .max_values(MOST_NOMINEES as u8);
    let mode = |mode: Mode, label: &str, about: String| {
        CreateSelectMenuOption::new(label, mode.as_str())
            .description(about)
            .default_selection(draft.mode == mode)
    };
    let modes = vec![
        mode(
            Mode::Recognised,
            "Show who was recognised",
            "Nobody's count is shown. Nobody loses in public.".into(),
        ),
        mode(
            Mode::Full,
            "Show everybody's count",
            format!(
                "The counts of all, if at least {FULL_NEEDS} could choose. Members are told before they vote."
            ),
        ),
    ];
    let modes = CreateSelectMenu::new(id("mode"), CreateSelectMenuKind::String { options: modes });
    let quorum = draft.quorum.max(LEAST_QUORUM);
    let quorums = QUORUMS.iter().map(|n| {
        CreateSelectMenuOption::new(format!("At least {n} votes for a result"), n.to_string())
            .default_selection(*n == quorum)
    });
    let quorums =
        CreateSelectMenu::new(id("quorum"), CreateSelectMenuKind::String { options: quorums.collect() })
            .placeholder(format!("At least {quorum} votes for a result"));
    let role = draft.role.map(|role| vec![RoleId::new(role.0.max(1))]);
    let role = CreateSelectMenu::new(id("role"), CreateSelectMenuKind::Role { default_roles: role })
        .placeholder("Only a role may vote (none: everyone who sees the channel)")
        .min_values(0)
        .max_values(1);
    let button = |what: &str, label: &str, style| CreateButton::new(id(what)).label(label).style(style);
    let buttons = vec![
        // One person has one draft, and perhaps several panels: each opens or throws away what it shows.
        button(&format!("open:{}:{}", mark(draft), shown.until()), "Open", ButtonStyle::Success)
            .disabled(!missing.is_empty()),
        button("text", "Change text", ButtonStyle::Secondary),
        button(&format!("cancel:{}", mark(draft)), "Cancel", ButtonStyle::Secondary),
    ];
    let mut page = Page::text(lines.join("\n"));
    if !draft.situation.trim().is_empty() && draft.situation.chars().count() <= LONGEST_SITUATION {
        page = page.embed(poll_message::embed(&shown.poll(), ""));
    }
    [who, modes, quorums, role]
        .into_iter()
        .fold(page, |page, menu| page.row(CreateActionRow::SelectMenu(menu)))
        .row(CreateActionRow::Buttons(buttons))
}

/// The form: what happened, how long, a reminder. `kept` is what was written before.
pub fn form(custom_id: impl Into<String>, kept: Option<&Draft>) -> CreateModal {
    let input = |style, label: &str, id: &str, hint: &str, most: usize, kept: Option<&str>| {
        let input = CreateInputText::new(style, label, id).placeholder(hint).max_length(most as u16);
        match kept.filter(|kept| !kept.is_empty()) {
            Some(kept) => input.value(times::cut(kept, most)),
            None => input,
        }
    };
    let (short, long) = (InputTextStyle::Short, InputTextStyle::Paragraph);
    let what = input(
        long,
        "What happened? A sentence or two.",
        "situation",
        "The delivery was stuck, and somebody found a way.",
        LONGEST_SITUATION,
        kept.map(|kept| kept.situation.as_str()),
    );
    let how_long = input(
        short,
        "How long? (empty: 1 hour)",
        "duration",
        "30m, 2h, until 17:00, until fri 12:00",
        LONGEST_TIME,
        kept.map(|kept| kept.duration.as_str()),
    );
    let remind = input(
        short,
        "Reminder before the end (empty: none)",
        "remind",
        "10 min",
        LONGEST_TIME,
        kept.map(|kept| kept.remind.as_str()),
    );
    let inputs = [what, how_long.required(false), remind.required(false)];
    CreateModal::new(custom_id, poll_message::QUESTION)
        .components(inputs.into_iter().map(CreateActionRow::InputText).collect())
}

/// There is a draft already: go on with it, or begin another. `new` is the custom id of the form for that.
pub fn resume(team: TeamId, draft: &Draft, new: String) -> Page {
    let about = match escape::cut_line(&draft.situation, 200) {
        about if about.is_empty() => "nothing written yet".into(),
        about => format!("\u{201c}{about}\u{201d}"),
    };
    let id = |what: &str| format!("poll:draft:{team}:{what}");
    let button = |id: String, label: &str, style| CreateButton::new(id).label(label).style(style);
    Page::text(format!("You began to prepare a poll: {about}. Go on with it? Another one takes its place."))
        .row(CreateActionRow::Buttons(vec![
            button(id("go"), "Go on", ButtonStyle::Primary),
            button(new, "Begin another", ButtonStyle::Secondary),
            button(id(&format!("cancel:{}", mark(draft))), "Throw it away", ButtonStyle::Secondary),
        ]))
}

/// The draft is gone.
pub const THROWN_AWAY: &str = "The draft is thrown away. Nothing was posted. `/poll start` begins another.";
/// There is no draft (any more).
pub const NO_DRAFT: &str =
    "This draft is not there any more: it was opened or thrown away. `/poll start` begins another.";
/// The panel showed another draft than there is.
pub const CHANGED: &str = "\u{26a0}\u{fe0f} **This draft was changed elsewhere since it was shown here**, so nothing was done. \
                           This is how it stands now: please look at it again.";
/// The close that the panel showed has passed.
pub const PASSED: &str = "\u{26a0}\u{fe0f} **The time that was shown here has passed**, so nothing was done. This is how it would \
                          be now: *Change text* takes another time.";
/// It is on its way.
pub const OPENED: &str = "The poll is open: it appears in the channel this moment. `/poll list` has it, with *Close now* \
                          and *Cancel*.";

/// Bots handle nothing like leaders.
pub fn a_bot(name: &str) -> String {
    format!("{} is a bot and cannot be nominated.", bold(name))
}

/// Whoever is not among the members of the server.
pub fn not_here(name: &str) -> String {
    format!("{} is not on this server and cannot be nominated.", bold(name))
}

/// Whoever does not want to be nominated.
pub fn opted_out(name: &str) -> String {
    format!("{} has asked not to be nominated in polls.", bold(name))
}

/// One person twice.
pub fn twice(name: &str) -> String {
    format!("{} was chosen twice and stands in the poll once.", bold(name))
}

/// A manager nominates others.
pub const YOURSELF: &str = "You cannot nominate yourself in a poll that you open. Ask another manager to open it, if you were part of it.";
/// More than fit.
pub fn too_many() -> String {
    format!("A poll has at most {MOST_NOMINEES} nominees, so the first {MOST_NOMINEES} stand in it.")
}

/// So many polls are open that nobody would see another one.
pub fn too_many_open() -> String {
    format!(
        "{MOST_OPEN} polls of this team are open already. Close one with `/poll close`, or wait until one has closed."
    )
}

fn bold(name: &str) -> String {
    format!("**{}**", escape::cut_line(name, 80))
}

/// Managers use the menu; members have moments.
pub const NOTE_A_MOMENT: &str =
    "If you saw somebody lead, `/moment` notes it for the managers; a poll may be made of it.";
