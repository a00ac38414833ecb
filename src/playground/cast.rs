//! The server and its people: who is there, and the team that has been set up before anybody types a line.

use super::{
    note::MONDAY,
    stage::{Stage, StageError},
};
use emulator::{App, Channel, Discord, Guild, Id, Message, Modal, Person, Role, bits};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

/// The zone of the team.
pub const ZONE: &str = "Europe/London";

/// Who is there: name, and what to know about them, in full and in a word or two.
const PEOPLE: [(&str, &str, &str); 6] = [
    ("ana", "owns the server and has set the team up", "admin"),
    ("max", "a manager: has the role Leads", "manager"),
    ("ben", "a member", "member"),
    ("cleo", "a member", "member"),
    ("dan", "a member", "member"),
    ("eve", "a member, on leave in the first week", "away in the first week"),
];

/// In this order they are offered to whoever wants to be somebody: a newcomer is a member first.
const OFFERED: [&str; 6] = ["ben", "cleo", "dan", "max", "ana", "eve"];

/// Who is on leave at first, and how long: five days from the Monday on which everything begins.
const AWAY: (&str, SignedDuration) = ("eve", SignedDuration::from_hours(5 * 24));

/// What people have noted of each other: who, of whom, what.
const MOMENTS: [(&str, &str, &str); 2] = [
    ("dan", "cleo", "Rang the customers before they rang us."),
    ("cleo", "ben", "Took the new one along to the supplier."),
];
/// What the poll is about, and until when it is open.
const POLL: (&str, &str) = (
    "The van broke down on Saturday with all the orders in it. By noon every customer had theirs.",
    "until thu 17:00",
);

/// An open prompt has at most so many messages after it that anybody looks at.
const LOOKS_BACK: usize = 500;

/// What an invitation grants.
const INVITED: u64 = bits::VIEW_CHANNEL
    | bits::SEND_MESSAGES
    | bits::EMBED_LINKS
    | bits::ATTACH_FILES
    | bits::READ_MESSAGE_HISTORY
    | bits::ADD_REACTIONS
    | bits::CREATE_PUBLIC_THREADS
    | bits::SEND_MESSAGES_IN_THREADS;

/// Whether a message is a prompt that can be answered, not a poll or anything else with buttons.
pub(super) fn is_open_prompt(message: &Message) -> bool {
    let answers = |id: &str| ["pick:", "write:", "done:"].iter().any(|verb| id.starts_with(verb));
    !message.is_ephemeral()
        && message.buttons().iter().any(|one| one.custom_id.as_deref().is_some_and(answers))
}

/// The people on the stage.
pub struct Cast {
    /// The team's first, then one without a team.
    pub channels: Vec<Channel>,
    /// In the order of their entry.
    pub people: Vec<Person>,
    /// Each one's conversation with Helmsman, in the same order.
    pub dms: Vec<Channel>,
    /// Forms that are open.
    pub forms: HashMap<String, Modal>,
    guild: Guild,
    leads: Role,
    /// Which of the channels people act in.
    here: usize,
}

impl Cast {
    /// Lets everybody in. The same people get the same ids whenever this is the first thing that happens.
    pub fn enter(discord: &Discord, app: &App) -> Self {
        let guild = discord.guild("Harbour");
        let people: Vec<_> = PEOPLE.iter().map(|(name, ..)| guild.person(name)).collect();
        let maker = guild.owner();
        guild.set_owner(&people[0]);
        guild.leave(&maker);
        let leads = guild.role("Leads", 0);
        guild.give(&people[1], &leads);
        let channel = guild.text_channel("team");
        guild.add_app(app, INVITED);
        let dms = people.iter().map(|person| person.dm(app)).collect();
        let channels = vec![channel, guild.text_channel("office")];
        Self { channels, people, dms, forms: HashMap::new(), guild, leads, here: 0 }
    }

    /// The channel that people act in.
    pub fn channel(&self) -> &Channel {
        &self.channels[self.here]
    }

    /// From now on people act in the channel of this name.
    pub fn go(&mut self, name: &str) -> Result<(), String> {
        let mut names: Vec<_> = self.channels.iter().map(Channel::name).collect();
        match names.iter().position(|one| one == name) {
            Some(at) => self.here = at,
            None => {
                names.iter_mut().for_each(|name| name.insert(0, '#'));
                return Err(format!("there is no channel #{name}; there are {}", names.join(", ")));
            }
        }
        Ok(())
    }

    /// Somebody by name.
    pub fn person(&self, name: &str) -> Result<Person, String> {
        let found = self.people.iter().find(|person| person.name() == name).cloned();
        found.ok_or_else(|| {
            let names: Vec<_> = PEOPLE.iter().map(|(name, ..)| *name).collect();
            format!("there is nobody called {name}; there are {}", names.join(", "))
        })
    }

    /// What to know about each, in a word or two, in the order in which they are offered.
    pub fn notes(&self) -> Vec<(Id, String)> {
        let note = |name: &&str| {
            let (_, _, note) = PEOPLE.iter().find(|(one, ..)| one == name)?;
            Some((self.person(name).ok()?.id(), (*note).to_owned()))
        };
        OFFERED.iter().filter_map(note).collect()
    }

    /// Whether somebody is on leave, as everybody knows.
    pub fn is_away(&self, person: &Person, now: Timestamp) -> bool {
        person.name() == AWAY.0 && now < MONDAY + AWAY.1
    }

    /// The open prompts, as somebody sees them, oldest first.
    pub fn prompts(&self, reader: &Person, app: &App) -> Vec<Message> {
        let open = |message: &Message| message.author_id() == app.id && is_open_prompt(message);
        let seen = self.channels.iter().flat_map(|channel| reader.sees_last(channel, LOOKS_BACK));
        let mut found: Vec<_> = seen.filter(open).collect();
        found.sort_by_key(|message| message.id);
        found
    }

    /// The poll that can be voted in, as somebody sees it: the newest.
    pub fn poll(&self, reader: &Person, app: &App) -> Option<Message> {
        let votes = |id: &str| id.starts_with("poll:vote:");
        let open = |message: &Message| {
            let mut buttons = message.buttons().into_iter();
            message.author_id() == app.id
                && !message.is_ephemeral()
                && buttons.any(|one| one.custom_id.as_deref().is_some_and(votes))
        };
        reader.sees_last(&self.channels[0], LOOKS_BACK).into_iter().rev().find(open)
    }

    /// Ids and what is printed for them.
    pub fn names(&self, app: &App) -> Vec<(String, String)> {
        let people =
            self.people.iter().map(|person| (person.id().to_string(), format!("@{}", person.name())));
        let channels =
            self.channels.iter().map(|channel| (channel.id().to_string(), format!("#{}", channel.name())));
        let others = [
            (self.leads.id().to_string(), "@Leads".to_owned()),
            (self.guild.everyone().id().to_string(), "@everyone".to_owned()),
            (app.id.to_string(), "@Helmsman".to_owned()),
        ];
        people.chain(channels).chain(others).collect()
    }

    /// The server, and its channels, that in which people act first.
    pub fn places(&self) -> (u64, Vec<u64>) {
        let ids = self.channels.iter().map(|channel| channel.id().get());
        let mut channels: Vec<_> = ids.collect();
        channels[..=self.here].rotate_right(1);
        (self.guild.id().get(), channels)
    }

    /// Who is there, a line for each.
    pub fn introduction() -> Vec<String> {
        PEOPLE.iter().map(|(name, about, _)| format!("{name:<5} {about}")).collect()
    }

    /// Sets the team up as an admin would: zone, managers, start; and eve goes on leave.
    ///
    /// # Errors
    ///
    /// If the stage does not come to rest.
    pub async fn set_the_team_up(&self, stage: &Stage) -> Result<(), StageError> {
        let (ana, eve) = (&self.people[0], &self.people[5]);
        let panel = ana.slash(self.channel(), "setup", &[("zone", ZONE)]).await;
        if let Some(panel) = panel.try_message() {
            let change = ana.click(panel, "Change").await;
            if let Some(message) = change.try_message()
                && let Some(menu) = message.selects().into_iter().find(|menu| menu.kind == 6)
            {
                ana.select(message, &menu.custom_id, &["Leads"]).await;
            }
            ana.click(panel, "Start").await;
        }
        // The introduction first, so that every play begins alike.
        stage.settled().await?;
        eve.slash(self.channel(), "away", &[("until", "5")]).await;
        stage.settled().await?;
        for (author, about, what) in MOMENTS {
            if let Ok(author) = self.person(author) {
                author.slash(self.channel(), "moment", &[("who", about), ("what", what)]).await;
            }
        }
        self.open_a_poll(stage).await
    }

    /// A poll of max, in which two have voted: with one more there are enough for a result.
    async fn open_a_poll(&self, stage: &Stage) -> Result<(), StageError> {
        let max = &self.people[1];
        let form = max.slash(self.channel(), "poll start", &[]).await;
        let Some(form) = form.try_modal() else { return Ok(()) };
        let (what, until) = POLL;
        let panel = max.submit(form, &[("situation", what), ("duration", until)]).await;
        let Some(panel) = panel.try_message() else { return Ok(()) };
        if let Some(menu) = panel.selects().into_iter().find(|menu| menu.kind == 5) {
            max.select(panel, &menu.custom_id, &["cleo", "dan", "eve"]).await;
        }
        max.click(&panel.refresh(), "Open").await;
        stage.settled().await?;
        let poll = self.poll(max, &stage.app);
        if let Some(poll) = poll {
            self.people[3].click(&poll, "dan").await;
            self.people[4].click(&poll, "cleo").await;
        }
        stage.settled().await
    }
}
