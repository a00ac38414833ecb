//! What managers and moderators do, by the commands and buttons that people have: schedule, edit, pause, resume, skip, end,
//! arrange the queue, post by hand, retract, mend, enter days off, excuse, change settings, import, export and remove series,
//! decide about suggestions; and delete.
//!
//! What follows is worked out from the team's own calendar before the answer is read, and held against it.

mod days;
mod files;
mod planning;
mod posted;
mod running;

use super::{people::Action, town::Town};
use emulator::{Message, Modal, Response};
use jiff::{SignedDuration, Timestamp, civil::Date};

/// Something that a manager wants.
#[derive(Clone, Copy, Debug)]
pub enum Wish {
    /// Pauses what runs, for a while or until a date; resumes what is paused or has ended.
    Pause,
    Skip,
    /// Takes a skip back, in time or not.
    Unskip,
    Post,
    Edit,
    /// Another series.
    Schedule,
    End,
    /// Puts a prompt first, or leaves it out.
    Queue,
    /// Adds days off, or removes them.
    DayOff,
    /// Excuses somebody, or takes that back.
    Excuse,
    Retract,
    Mend,
    /// The nudge, or whether the crew may be notified.
    Setting,
    /// A moderator deletes a recent prompt.
    Delete,
    /// Brings a file.
    Import,
    /// Gets one.
    Export,
    /// Takes a series of the server's own away.
    Remove,
    /// Decides about a suggestion.
    Decide,
}

/// How often of a hundred days.
const RARE: [(usize, Wish); 18] = [
    (5, Wish::Pause),
    (4, Wish::Skip),
    (3, Wish::Unskip),
    (5, Wish::Post),
    (5, Wish::Edit),
    (6, Wish::Schedule),
    (2, Wish::End),
    (5, Wish::Queue),
    (6, Wish::DayOff),
    (8, Wish::Excuse),
    (4, Wish::Retract),
    (5, Wish::Mend),
    (7, Wish::Setting),
    (3, Wish::Delete),
    (9, Wish::Import),
    (3, Wish::Export),
    (5, Wish::Remove),
    (16, Wish::Decide),
];

impl Town {
    /// Plans what managers want on the day that begins.
    pub fn plan_managers(&mut self) {
        let now = self.stage.now();
        for t in 0..self.teams.len() {
            // What was paused is not left so for long.
            let paused = self.teams[t].calendar.rests();
            let dice = &mut self.teams[t].dice;
            let mut wanted: Vec<_> = RARE.iter().filter(|(often, _)| dice.chance(*often)).collect();
            if paused && dice.chance(40) {
                wanted.push(&RARE[0]);
            }
            for (_, wish) in wanted {
                let at = now + SignedDuration::from_secs(77 * self.teams[t].dice.below(1_100) as i64);
                self.plan(at, t, 0, Action::Manager(*wish));
            }
        }
    }

    pub async fn manage(&mut self, t: usize, wish: Wish) {
        // They wait until things can be done again.
        if self.teams[t].trouble.is_some() {
            return;
        }
        // Shown if the test fails.
        eprintln!("{} team {t}: {wish:?}", self.stage.now());
        match wish {
            Wish::Pause => self.pause(t).await,
            Wish::Skip => self.skip(t).await,
            Wish::Unskip => self.unskip(t).await,
            Wish::Post => self.post(t).await,
            Wish::Edit => self.edit(t).await,
            Wish::Schedule => self.schedule(t).await,
            Wish::End => self.end_line(t).await,
            Wish::Queue => self.queue(t).await,
            Wish::DayOff => self.day_off(t).await,
            Wish::Excuse => self.excuse(t).await,
            Wish::Retract => self.retract(t).await,
            Wish::Mend => self.mend(t).await,
            Wish::Setting => self.setting(t).await,
            Wish::Delete => self.delete(t).await,
            Wish::Import => self.import(t).await,
            Wish::Export => self.export(t).await,
            Wish::Remove => self.remove(t).await,
            Wish::Decide => self.decide(t).await,
        }
        self.settled().await;
    }

    /// Some series of the team.
    fn some_line(&mut self, t: usize) -> usize {
        let team = &mut self.teams[t];
        team.dice.below(team.calendar.lines.len())
    }

    /// Uses a command. None: it was lost on its way. Time may pass.
    pub async fn command(&mut self, t: usize, line: &str, options: &[(&str, &str)]) -> Option<Response> {
        let (admin, channel) = (self.teams[t].admin.clone(), self.teams[t].channel.clone());
        let response = self.tell(t, async move { admin.slash(&channel, line, options).await }).await?;
        assert!(response.failed().is_none(), "/{line} {options:?}: {}", response.text());
        assert!(
            response.try_message().is_none_or(Message::is_ephemeral),
            "everybody sees {}",
            response.text()
        );
        Some(response)
    }

    pub async fn click(&mut self, t: usize, message: &Message, button: &str) -> Option<Response> {
        let admin = self.teams[t].admin.clone();
        let response = self.tell(t, async move { admin.click(message, button).await }).await?;
        assert!(response.failed().is_none(), "{button}: {}", response.text());
        Some(response)
    }

    pub async fn choose(
        &mut self,
        t: usize,
        message: &Message,
        menu: &str,
        chosen: &[&str],
    ) -> Option<Response> {
        let admin = self.teams[t].admin.clone();
        let response = self.tell(t, async move { admin.select(message, menu, chosen).await }).await?;
        assert!(response.failed().is_none(), "{menu} {chosen:?}: {}", response.text());
        Some(response)
    }

    pub async fn fill(&mut self, t: usize, form: &Modal, values: &[(&str, &str)]) -> Option<Response> {
        let admin = self.teams[t].admin.clone();
        let response = self.tell(t, async move { admin.submit(form, values).await }).await?;
        assert!(response.failed().is_none(), "{values:?}: {}", response.text());
        Some(response)
    }
}

/// "Mon 4 Jan 2027".
fn words(day: Date) -> String {
    day.strftime("%a %-d %b %Y").to_string()
}

/// As Discord shows a time that lies ahead.
fn relative(at: Timestamp) -> String {
    format!("<t:{}:R>", at.as_second())
}
