//! A team that holds polls: a manager who is no admin, members, and whatever a poll takes to be opened and voted in.

use crate::harness::Harbour;
use emulator::{Channel, Message, Person, Response, Role};
use jiff::SignedDuration;

/// A team that has started, with *Leads* as its managers.
pub struct Hall {
    pub harbour: Harbour,
    /// A manager, no admin.
    pub max: Person,
    pub leads: Role,
    /// Members: dan, eve, fay, gil, hal, ivy. There are ben and cleo too.
    pub members: Vec<Person>,
}

/// The labels of the form, as people see them.
pub const WHAT: &str = "What happened? A sentence or two.";
pub const HOW_LONG: &str = "How long? (empty: 1 hour)";
pub const REMIND: &str = "Reminder before the end (empty: none)";
/// The menus of the panel.
pub const WHO: &str = "Who could it have been? Two to ten people";
pub const ROLE: &str = "Only a role may vote (none: everyone who sees the channel)";
/// The menu under one's own vote.
pub const SAW: &str = "What did you see? Up to three (optional)";
/// The form for a sentence.
pub const SAY: &str = "What did they do? One sentence.";

impl Hall {
    pub async fn open() -> Self {
        Self::open_in(Harbour::with_team().await).await
    }

    pub async fn open_in(harbour: Harbour) -> Self {
        let max = harbour.guild.person("max");
        let leads = harbour.guild.role("Leads", 0);
        harbour.guild.give(&max, &leads);
        let panel = harbour.ada.slash(&harbour.channel, "setup", &[]).await;
        let change = harbour.ada.click(panel.message(), "Change").await;
        let managers = "Managers' role (none: only people with Manage Server)";
        harbour.ada.select(change.message(), managers, &["Leads"]).await;
        let members = ["dan", "eve", "fay", "gil", "hal", "ivy"].map(|name| harbour.guild.person(name));
        harbour.settled().await;
        Self { harbour, max, leads, members: members.into() }
    }

    /// Somebody by name.
    pub fn who(&self, name: &str) -> &Person {
        let Harbour { ada, ben, cleo, .. } = &self.harbour;
        let all = [ada, ben, cleo, &self.max].into_iter().chain(&self.members);
        all.into_iter().find(|person| person.name() == name).unwrap_or_else(|| panic!("nobody is {name}"))
    }

    /// The panel after `who` has filled in the form of `/poll start`.
    pub async fn begin(&self, who: &Person, what: &str, how_long: &str, remind: &str) -> Response {
        let form = who.slash(&self.harbour.channel, "poll start", &[]).await;
        let values = [(WHAT, what), (HOW_LONG, how_long), (REMIND, remind)];
        who.submit(form.modal(), &values).await
    }

    /// A panel by max with these people chosen.
    pub async fn draft(&self, nominees: &[&str], how_long: &str) -> Message {
        let panel = self.begin(&self.max, "The van was *late*.", how_long, "").await;
        let chosen = self.max.select(panel.message(), WHO, nominees).await;
        assert!(chosen.failed().is_none(), "{}", chosen.text());
        chosen.message().clone()
    }

    /// The message of a poll that max has opened.
    pub async fn poll(&self, nominees: &[&str], how_long: &str) -> Message {
        let panel = self.draft(nominees, how_long).await;
        self.press_open(&panel).await
    }

    /// *Open*, and the poll as members see it.
    pub async fn press_open(&self, panel: &Message) -> Message {
        let opened = self.max.click(panel, "Open").await;
        assert!(opened.text().contains("The poll is open"), "{}", opened.text());
        self.harbour.settled().await;
        self.harbour.posted("Who handled it like a leader?")
    }

    /// A poll by ada, the admin: another one than max prepares.
    pub async fn poll_of_ada(&self) -> Message {
        let ada = &self.harbour.ada;
        let panel = self.begin(ada, "Something else", "", "").await;
        let chosen = ada.select(panel.message(), WHO, &["dan", "eve"]).await;
        let opened = ada.click(chosen.message(), "Open").await;
        assert!(opened.text().contains("The poll is open"), "{}", opened.text());
        self.harbour.settled().await;
        self.harbour.posted("Something else")
    }

    /// Somebody does not want to be nominated.
    pub async fn opt_out(&self, name: &str) {
        let me = self.who(name).slash(&self.harbour.channel, "me", &[]).await;
        let page = self.who(name).click(me.message(), "Nominations").await;
        let done = self.who(name).click(page.message(), "Do not nominate me").await;
        assert!(done.text().contains("Nobody can nominate you"), "{}", done.text());
    }

    /// Somebody votes for somebody.
    pub async fn vote(&self, voter: &str, poll: &Message, whom: &str) -> Response {
        let voter = self.who(voter);
        // As it was read: on an old screen there are old buttons.
        let response = match poll.try_button(whom) {
            Some(_) => voter.click(poll, whom).await,
            None => voter.select(poll, "Who handled it like a leader?", &[whom]).await,
        };
        self.harbour.settled().await;
        response
    }

    /// Votes as "dan>ben" in one go.
    pub async fn votes(&self, poll: &Message, votes: &[&str]) {
        for vote in votes {
            let (voter, whom) = vote.split_once('>').unwrap();
            let told = self.vote(voter, poll, whom).await.text();
            assert!(told.contains(&format!("You chose **{whom}**")), "{vote}: {told}");
        }
    }

    /// The clock moves past the end of a poll.
    pub async fn minutes(&self, minutes: i64) {
        self.harbour.advance(SignedDuration::from_mins(minutes)).await;
    }

    /// A message of the bot with a button of this custom_id, as somebody might make one up.
    pub async fn forged(&self, whom: &Person, channel: &Channel, custom_id: &str) -> Message {
        let url = format!("{}/api/v10/channels/{}/messages", self.harbour.discord().api_url(), channel.id());
        let button = serde_json::json!({ "type": 2, "style": 1, "label": "Go", "custom_id": custom_id });
        let row = serde_json::json!({ "type": 1, "components": [button] });
        // A channel bears few messages a second for long.
        self.harbour.advance(SignedDuration::from_secs(2)).await;
        let answer = reqwest::Client::new()
            .post(url)
            .header("authorization", format!("Bot {}", self.harbour.app().token))
            .json(&serde_json::json!({ "content": "x", "components": [row] }))
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{:?}", answer.text().await);
        whom.sees_last(channel, 1).pop().expect("it was posted")
    }

    /// What people see, with names for ids and without what is drawn at random.
    pub fn plain(&self, text: &str) -> String {
        let Harbour { ada, ben, cleo, .. } = &self.harbour;
        let mut text = text.to_owned();
        for person in [ada, ben, cleo, &self.max].into_iter().chain(&self.members) {
            text = text.replace(&person.id().to_string(), &person.name().to_uppercase());
        }
        text = text.replace(&self.leads.id().to_string(), "LEADS");
        text = text.replace(&self.harbour.channel.id().to_string(), "TEAM");
        text = text.replace(&self.harbour.guild.id().to_string(), "HARBOUR");
        let lines = text.lines().map(|line| match line.strip_prefix("| Poll · ") {
            Some(_) => "| Poll · REFERENCE".to_owned(),
            None => line.to_owned(),
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}
