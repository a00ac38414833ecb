//! What must hold after every day, from both sides: what the database says, and what the channel shows.

mod answers;
mod plans;
mod prompts;
mod reveals;

use super::{
    shown::{self, Shown},
    team::Team,
    town::Town,
};
use emulator::Message;
use helmsman::app::streaks;
use jiff::{SignedDuration, Timestamp};
use sqlx::Row as _;
use std::collections::HashSet;

/// A row of the table `occurrence`, as far as it is looked at.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: i64,
    pub schedule: Option<i64>,
    pub day: String,
    pub bonus: bool,
    pub state: String,
    pub opens: Option<i64>,
    pub closes: i64,
    pub message: Option<i64>,
    pub down: i64,
    pub tallied_at: Option<i64>,
    pub sealed: bool,
    pub owed: String,
    pub reveal: String,
    /// What became of the reveal's message.
    pub said: Option<String>,
    pub said_in: Option<i64>,
}

/// What is older was looked at often enough.
const RECENT: SignedDuration = SignedDuration::from_hours(24 * 8);
/// A due prompt waits so long for closes and reveals.
pub const WAITS: i64 = 60_000;

impl Town {
    async fn rows(&self, t: usize) -> Vec<Row> {
        let conn = &mut *self.stage.store().read().await.unwrap();
        let query = sqlx::query(
            "SELECT occurrence.*, outbox.state AS said, outbox.message AS said_in FROM occurrence \
             LEFT JOIN outbox ON outbox.occurrence = occurrence.id AND outbox.kind = 'reveal' \
             WHERE occurrence.team = ? ORDER BY occurrence.id",
        );
        let rows = query.bind(self.teams[t].id.0).fetch_all(conn).await.unwrap();
        let row = |row: &sqlx::sqlite::SqliteRow| Row {
            id: row.get("id"),
            schedule: row.get("schedule"),
            day: row.get("day"),
            bonus: row.get("bonus"),
            state: row.get("state"),
            opens: row.get("opens"),
            closes: row.get("closes"),
            message: row.get("message"),
            down: row.get("down"),
            tallied_at: row.get("tallied_at"),
            sealed: row.get("sealed"),
            owed: row.get("owed"),
            reveal: row.get("reveal"),
            said: row.get("said"),
            said_in: row.get("said_in"),
        };
        rows.iter().map(row).collect()
    }

    /// Takes over what only the bot can know: what was tallied, and how long it heard nobody.
    pub async fn adopt(&mut self, t: usize) {
        let rows = self.rows(t).await;
        for post in &mut self.teams[t].posts {
            if let Some(row) = rows.iter().find(|row| row.id == post.occurrence) {
                (post.tallied, post.down) = (row.tallied_at.is_some(), row.down);
                (post.retracted, post.unknown) = (row.state == "retracted", row.state == "unknown");
            }
        }
        self.teams[t].resolve();
    }

    /// What was posted stays what it was in the database, but for what was mended.
    async fn check_snapshots(&mut self, t: usize, context: &str) {
        let conn = &mut *self.stage.store().read().await.unwrap();
        let query = "SELECT id, snapshot FROM occurrence WHERE team = ? AND snapshot IS NOT NULL";
        let rows: Vec<(i64, String)> =
            sqlx::query_as(query).bind(self.teams[t].id.0).fetch_all(conn).await.unwrap();
        let mut rows: std::collections::HashMap<_, _> = rows.into_iter().collect();
        for post in &mut self.teams[t].posts {
            let Some(row) = rows.remove(&post.occurrence) else { continue };
            match &post.snapshot {
                Some((mends, before)) if *mends == post.mends => {
                    assert_eq!(row, *before, "{context}: what was posted on {}", post.day);
                }
                _ => post.snapshot = Some((post.mends, row)),
            }
        }
    }

    /// Everything, for every team. `all`: however old it is.
    pub async fn check(&mut self, all: bool) {
        // Faults end with the day, and what they held up is done soon after.
        self.teams.iter_mut().for_each(|team| team.faults.drain(..).for_each(|fault| fault.remove()));
        if !self.fair {
            self.travel(self.stage.now() + SignedDuration::from_mins(12)).await;
        }
        let now = self.stage.now();
        let since = if all { Timestamp::MIN } else { now - RECENT };
        for t in 0..self.teams.len() {
            let rows = self.rows(t).await;
            self.adopt(t).await;
            self.find_out(t).await;
            self.check_plans(t, &format!("team {t} at {now}")).await;
            let context = format!("team {t} at {now}");
            let (app, messages) = (self.stage.app.id, self.teams[t].admin.sees(&self.teams[t].channel));
            let own = |message: &&Message| message.author_id() == app && !message.is_ephemeral();
            let messages: Vec<_> = messages.iter().filter(own).collect();
            self.check_polls(t, &messages, &context).await;
            self.check_shelf(t, &context).await;
            self.check_snapshots(t, &context).await;
            let team = &self.teams[t];
            if team.channel.exists() {
                check_words(team, &messages, &context);
                let requests = || self.stage.discord.requests();
                prompts::check_prompts(team, &rows, &messages, requests, (since, now), &context);
                reveals::check_reveals(team, &rows, &messages, (since, now), &context);
            }
            prompts::check_dates(team, &rows, now, &context);
            check_extras(team, self.fair, &context);
            self.check_answers(t, since, &context).await;
            self.check_outbox(t, &context).await;
            // About polls the admin is told for reasons of their own.
            let told = team.admin.sees(&team.admin.dm(&self.stage.app));
            let told = told.iter().filter(|told| !told.text().contains("poll")).count();
            let unknown = self.unknown(t).await;
            assert_eq!(told, team.alerts + unknown, "{context}: what the admin was told");
        }
        assert_eq!(streaks::check(self.stage.store()).await.unwrap(), [], "{now}: caches");
        self.check_calls();
        self.check_ballots().await;
        self.checked = now;
    }

    /// Whatever was shown since the last time, Discord was told to call nobody for it. (What it does with a text that
    /// tries to is checked in the channel.)
    fn check_calls(&self) {
        let crews: HashSet<_> = self.teams.iter().map(|team| team.crew.id().to_string()).collect();
        for request in self.stage.discord.requests() {
            let Some(mut body) = request.json().or_else(|| payload(request.body.as_ref()?)) else { continue };
            if request.path.ends_with("/callback") {
                body = body["data"].take();
            }
            if body["embeds"].is_array() || body["content"].is_string() {
                let nobody = serde_json::json!({ "parse": [] });
                let mut allowed = body["allowed_mentions"].take();
                let lists =
                    ["users", "roles"].iter().all(|list| allowed[list].as_array().is_none_or(Vec::is_empty));
                // The one mention: whether this prompt is to have it, its message is asked.
                let crew = allowed["roles"][0].as_str().filter(|role| crews.contains(*role));
                let crew = crew.is_some_and(|role| body["content"] == format!("<@&{role}>"));
                if let (Some(allowed), true) = (allowed.as_object_mut(), lists || crew) {
                    allowed.retain(|key, value| key == "parse" || *value == serde_json::json!(true));
                }
                assert_eq!(allowed, nobody, "{} {} may call somebody", request.method, request.path);
            }
        }
        self.stage.discord.clear_requests();
    }

    /// Prompts and reveals of which nobody can find out whether they were posted.
    async fn unknown(&self, t: usize) -> usize {
        let conn = &mut *self.stage.store().read().await.unwrap();
        let query = "SELECT count(*) FROM outbox WHERE team = ? AND state = 'unknown' AND kind IN ('prompt', 'reveal')";
        let count: i64 = sqlx::query_scalar(query).bind(self.teams[t].id.0).fetch_one(conn).await.unwrap();
        count as usize
    }

    /// Nothing is on its way.
    async fn check_outbox(&self, t: usize, context: &str) {
        if self.teams[t].trouble.is_some() {
            return;
        }
        let conn = &mut *self.stage.store().read().await.unwrap();
        let open: Vec<(String, String, Option<i64>)> = sqlx::query_as(
            "SELECT kind, state, occurrence FROM outbox \
             WHERE team = ? AND (state IN ('waiting', 'sending', 'searching') OR (state = 'sent' AND thread = 'wanted'))",
        )
        .bind(self.teams[t].id.0)
        .fetch_all(conn)
        .await
        .unwrap();
        assert!(open.is_empty(), "{context}: still on its way: {open:?}");
    }
}

/// What a form with files says.
fn payload(body: &[u8]) -> Option<serde_json::Value> {
    let text = String::from_utf8_lossy(body);
    let (_, part) = text.split_once("name=\"payload_json\"")?;
    serde_json::from_str(part.split_once("\r\n\r\n")?.1.split_once("\r\n--")?.0).ok()
}

/// What was posted by hand was wanted, once, and in fair weather all that was wanted was posted.
fn check_extras(team: &Team, fair: bool, context: &str) {
    let mut wanted = team.extras.clone();
    for post in team.posts.iter().filter(|post| post.extra) {
        let known = wanted.iter().position(|title| *title == post.title);
        wanted.remove(known.unwrap_or_else(|| panic!("{context}: nobody wanted {} posted", post.title)));
    }
    assert!(wanted.is_empty() || !fair, "{context}: not posted by hand: {wanted:?}");
}

/// Nothing is said twice, nobody is called, and nobody's private words are shown.
fn check_words(team: &Team, messages: &[&Message], context: &str) {
    let mut references = HashSet::new();
    let shared: HashSet<_> = team
        .posts
        .iter()
        .filter(|post| post.tallied)
        .flat_map(|post| &post.hands)
        .filter_map(|hand| Some(hand.standing()).filter(|standing| standing.shared)?.note)
        .filter_map(|note| note.split('.').next().map(ToOwned::to_owned))
        .collect();
    for message in messages {
        let state = message.state();
        assert!(references.insert(shown::reference(message)), "{context}: twice: {}", message.text());
        let shown = shown::read(message);
        let roles = !matches!(shown, Shown::Prompt(_)) && !state.mention_roles.is_empty();
        let called = state.mention_everyone || !state.mentions.is_empty() || roles;
        assert!(!called, "{context}: somebody was called: {}", message.text());
        if let Shown::Reveal(reveal) = shown {
            for note in notes(&reveal.text) {
                assert!(shared.contains(&note), "{context}: {note} was private: {}", reveal.text);
            }
        }
    }
}

/// The names of the notes in a text.
pub fn notes(text: &str) -> Vec<String> {
    let found = text.split("note-").skip(1).filter_map(|rest| rest.split('.').next());
    found.map(|name| format!("note-{}", name.replace('\\', ""))).collect()
}
