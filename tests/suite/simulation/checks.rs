//! What must hold after every day, from both sides: what the database says, and what the channel shows.

use super::{
    calendar::ceil_minute,
    reveals::check_reveals,
    shown::{self, Shown},
    team::{Fate, Standing, Team},
    town::Town,
};
use emulator::Message;
use helmsman::{
    app::streaks,
    domain::{
        answer::Answer,
        id::{OccurrenceId, UserId},
    },
    store::{answer, streak},
};
use jiff::{SignedDuration, Timestamp, ToSpan};
use sqlx::Row as _;
use std::collections::{HashMap, HashSet};

/// A row of the table `occurrence`, as far as it is looked at.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: i64,
    pub day: String,
    pub bonus: bool,
    pub state: String,
    pub opens: Option<i64>,
    pub closes: i64,
    pub message: Option<i64>,
    pub down: i64,
    pub tallied_at: Option<i64>,
    pub sealed: bool,
    pub reveal: String,
    /// What became of the reveal's message.
    pub said: Option<String>,
    pub said_in: Option<i64>,
}

/// What is older was looked at often enough.
const RECENT: SignedDuration = SignedDuration::from_hours(24 * 8);
/// From the due instant: the catch-up window, and whatever is in doubt by then.
const LATEST: i64 = (2 * 3_600 + 600) * 1000;
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
            day: row.get("day"),
            bonus: row.get("bonus"),
            state: row.get("state"),
            opens: row.get("opens"),
            closes: row.get("closes"),
            message: row.get("message"),
            down: row.get("down"),
            tallied_at: row.get("tallied_at"),
            sealed: row.get("sealed"),
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
            let team = &self.teams[t];
            let context = format!("team {t} at {now}");
            let messages: Vec<_> = team.admin.sees(&team.channel);
            let own =
                |message: &&Message| message.author_id() == self.stage.app.id && !message.is_ephemeral();
            let messages: Vec<_> = messages.iter().filter(own).collect();
            if team.channel.exists() {
                check_words(team, &messages, &context);
                check_prompts(team, &rows, &messages, now, since, &context);
                check_reveals(team, &rows, &messages, (since, now), &context);
            }
            check_dates(team, &rows, now, &context);
            let extras = team.posts.iter().filter(|post| post.extra).count();
            assert!(extras <= team.extras, "{context}: more was posted by hand than wanted");
            assert!(extras == team.extras || !self.fair, "{context}: less was posted by hand than wanted");
            self.check_answers(t, since, &context).await;
            self.check_outbox(t, &context).await;
            let told = team.admin.sees(&team.admin.dm(&self.stage.app)).len();
            let unknown = self.unknown(t).await;
            assert_eq!(told, team.alerts + unknown, "{context}: what the admin was told");
        }
        assert_eq!(streaks::check(self.stage.store()).await.unwrap(), [], "{now}: caches");
        self.check_calls();
    }

    /// Whatever was shown since the last time, Discord was told to call nobody for it. (What it does with a text that
    /// tries to is checked in the channel.)
    fn check_calls(&self) {
        for request in self.stage.discord.requests() {
            let Some(mut body) = request.json() else { continue };
            if request.path.ends_with("/callback") {
                body = body["data"].take();
            }
            if body["embeds"].is_array() || body["content"].is_string() {
                let nobody = serde_json::json!({ "parse": [] });
                let mut allowed = body["allowed_mentions"].take();
                let lists =
                    ["users", "roles"].iter().all(|list| allowed[list].as_array().is_none_or(Vec::is_empty));
                if let (Some(allowed), true) = (allowed.as_object_mut(), lists) {
                    allowed.retain(|key, value| key == "parse" || *value == serde_json::json!(true));
                }
                assert_eq!(allowed, nobody, "{} {} may call somebody", request.method, request.path);
            }
        }
        self.stage.discord.clear_requests();
    }

    /// Of deeds whose fate nobody was told: which of them the database holds.
    async fn find_out(&mut self, t: usize) {
        let conn = &mut *self.stage.store().read().await.unwrap();
        let team = &mut self.teams[t];
        for post in &mut team.posts {
            for (who, hand) in post.hands.iter_mut().enumerate() {
                let is_open = |fate| !matches!(fate, Fate::Taken | Fate::Not);
                let open: Vec<_> = (0..hand.deeds.len()).filter(|n| is_open(hand.deeds[*n].fate)).collect();
                if open.is_empty() {
                    continue;
                }
                let user = UserId(team.people[who].person.id().get());
                let stored = answer::get(conn, OccurrenceId(post.occurrence), user).await.unwrap();
                let stored = stored.map_or(Standing::default(), |answer| stands(&answer));
                let before = hand.deeds.clone();
                let fits = (0..1_u32 << open.len()).any(|mask| {
                    for (bit, n) in open.iter().enumerate() {
                        hand.deeds[*n].fate = if mask >> bit & 1 == 1 { Fate::Taken } else { Fate::Not };
                    }
                    hand.standing() == stored
                });
                assert!(fits, "team {t}: {who} on {}: {stored:?} of {before:?}", post.day);
                if !post.tallied {
                    // It may still be read back.
                    hand.deeds = before;
                }
            }
        }
    }

    /// The database holds what each person was told, and the streak that follows from it.
    async fn check_answers(&self, t: usize, since: Timestamp, context: &str) {
        let team = &self.teams[t];
        let conn = &mut *self.stage.store().read().await.unwrap();
        for post in team.posts.iter().filter(|post| post.closes >= since.as_millisecond()) {
            for (who, hand) in post.hands.iter().enumerate() {
                let user = UserId(team.people[who].person.id().get());
                let stored = answer::get(conn, OccurrenceId(post.occurrence), user).await.unwrap();
                let stored = stored.map_or(Standing::default(), |answer| stands(&answer));
                if !post.is_clear(who) {
                    continue;
                }
                let deeds = &hand.deeds;
                assert_eq!(stored, hand.standing(), "{context}: {who} on {}: {deeds:?}", post.day);
            }
        }
        for (who, member) in team.people.iter().enumerate() {
            let user = UserId(member.person.id().get());
            let cached = streak::get(conn, team.id, user).await.unwrap();
            let cached = cached.map_or(Default::default(), |(cached, _)| cached.now);
            if !team.is_clear(who) {
                continue;
            }
            let naive = team.streak(who);
            let (len, best, p) = (cached.len, cached.best, u32::from(cached.p));
            let facts = || {
                let last = team.posts.iter().rev().take(4);
                last.map(|post| (post.day, post.tallied, post.retracted, post.extra, &post.hands[who].deeds))
                    .collect::<Vec<_>>()
            };
            let naive = (naive.len, naive.best, naive.p);
            assert_eq!((len, best, p), naive, "{context}: the streak of {who}, who lately did {:?}", facts());
        }
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

fn stands(answer: &Answer) -> Standing {
    Standing {
        stands: answer.stands(),
        option: answer.option(),
        note: answer.current_note().map(|note| note.text.clone()),
        shared: answer.shared_note().is_some(),
    }
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
        let called = state.mention_everyone || !state.mentions.is_empty() || !state.mention_roles.is_empty();
        assert!(!called, "{context}: somebody was called: {}", message.text());
        if let Shown::Reveal(reveal) = shown::read(message) {
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

/// One message for each posted occurrence, none without one; open ones can be answered, closed ones show no buttons and
/// the number of answers that stand.
fn check_prompts(
    team: &Team,
    rows: &[Row],
    messages: &[&Message],
    now: Timestamp,
    since: Timestamp,
    context: &str,
) {
    let now = now.as_millisecond();
    let by_message: HashMap<_, _> = rows.iter().filter_map(|row| Some((row.message? as u64, row))).collect();
    let mut shown_in = HashSet::new();
    for message in messages {
        let Shown::Prompt(prompt) = shown::read(message) else { continue };
        let post = team.posts.iter().find(|post| post.message.id == message.id);
        let post = post.unwrap_or_else(|| panic!("{context}: nobody saw this appear: {}", message.text()));
        let about = || format!("{context}: prompt {} of {}", post.occurrence, post.day);
        let Some(row) = by_message.get(&message.id.get()) else {
            let blind = team.was_blind(post.opens);
            assert!(post.unknown && blind, "{}: no occurrence knows this message", about());
            assert!(shown_in.insert(post.occurrence), "{}: a second message", about());
            continue;
        };
        assert_eq!((row.id, row.state.as_str()), (post.occurrence, "posted"), "{}", about());
        assert!(shown_in.insert(row.id), "{}: a second message", about());
        assert_eq!(row.day, post.day.to_string(), "{}", about());
        assert_eq!(
            (row.opens, row.closes, row.bonus),
            (Some(post.opens), post.closes, post.extra),
            "{}",
            about()
        );
        if message.id.millis() < since.as_millisecond() {
            continue;
        }
        let clear = (0..post.hands.len()).all(|who| post.is_clear(who));
        if let Some(tallied) = row.tallied_at {
            assert!(tallied >= post.closes + 5_000, "{}: tallied early, at {tallied}", about());
            let back = team.back_at(post.closes).map_or(0, |back| back + 10_000);
            assert!(tallied >= back, "{}: tallied at {tallied}, too soon after a break", about());
            let (down, breaks) = team.silence(post.opens, post.closes);
            assert!(
                (row.down - down).abs() <= 2 * breaks,
                "{}: {} s of silence, not {down}",
                about(),
                row.down
            );
            // A channel that is gone takes its messages with it; one that comes back is a wonder.
            if team.trouble.is_some() || team.was_deleted(tallied) {
                continue;
            }
            assert!(message.buttons().is_empty() && row.sealed, "{}: a closed prompt has buttons", about());
            let hands: Vec<_> = post.hands.iter().map(|hand| &hand.deeds).collect();
            assert_eq!(prompt.answered, post.standing(), "{}: the count of a closed one: {hands:?}", about());
        } else {
            let waits = WAITS + if team.is_rough(post.closes, now) { 10 * WAITS } else { 0 };
            assert!(now < post.closes + 5_000 + waits, "{}: not closed", about());
            assert!(!message.buttons().is_empty(), "{}: an open one without buttons", about());
            if clear
                && team.trouble.is_none()
                && now < post.opens + 50 * 60_000
                && now < post.closes - 8 * 60_000
            {
                assert_eq!(prompt.answered, post.standing(), "{}: the count of an open one", about());
            }
        }
    }
    for post in team.posts.iter().filter(|post| post.deleted.is_some()) {
        let row = rows.iter().find(|row| row.id == post.occurrence);
        let wanted = if post.unknown { "unknown" } else { "retracted" };
        assert_eq!(row.map(|row| row.state.as_str()), Some(wanted), "{context}: deleted {}", post.day);
    }
    for row in rows {
        assert!(row.state != "claimed" || team.trouble.is_some(), "{context}: {row:?}");
        assert!(row.state != "posted" || shown_in.contains(&row.id), "{context}: no message for {row:?}");
    }
}

/// A prompt on each date on which one was agreed, none on another, never early, at most one.
fn check_dates(team: &Team, rows: &[Row], now: Timestamp, context: &str) {
    let mut posted = HashMap::new();
    for post in team.posts.iter().filter(|post| !post.extra) {
        assert!(posted.insert(post.day, post).is_none(), "{context}: two prompts on {}", post.day);
    }
    let first = team.calendar.local(team.calendar.agreed[0].0);
    let last = team.calendar.local(now);
    let mut day = first;
    while day <= last {
        let about = format!("{context}: {day}");
        match (team.calendar.due(day), posted.remove(&day)) {
            (None, Some(post)) => panic!("{about}: a prompt that nobody wanted: {}", post.message.text()),
            (None, None) => {}
            (Some(due), Some(post)) => {
                let at = due.at.as_millisecond();
                assert!((at..at + LATEST).contains(&post.opens), "{about}: due {at}, opened {}", post.opens);
                let Shown::Prompt(shown) = shown::read(&post.message) else { unreachable!("it was one") };
                let rough = team.is_rough(at - 60_000, post.opens);
                let late = post.opens > at + WAITS + 10_000;
                assert!(
                    rough || shown.late == late,
                    "{about}: whether it says that it is late: due {at}, opened {}",
                    post.opens
                );
                if !shown.late {
                    let closes = ceil_minute(at) + due.plan.window.as_millis() as i64;
                    assert_eq!(post.closes, closes, "{about}: the close");
                }
            }
            (Some(due), None) => {
                let open = now.as_millisecond() < due.at.as_millisecond() + WAITS;
                let rough = team.is_rough(due.at.as_millisecond() - 60_000, due.at.as_millisecond() + 60_000);
                // Why is written down.
                let row = rows.iter().find(|row| row.day == day.to_string() && !row.bonus);
                let excused = rough
                    && row.is_some_and(|row| match row.state.as_str() {
                        "missed" | "unknown" | "retracted" => true,
                        "claimed" => team.trouble.is_some(),
                        _ => false,
                    });
                assert!(open || excused, "{about}: no prompt, due at {}: {row:?}", due.at);
            }
        }
        day = day.saturating_add(1.day());
    }
    assert!(posted.is_empty(), "{context}: prompts of no date");
}
