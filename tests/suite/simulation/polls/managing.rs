//! Managers: `/poll close`, `/poll list` with *Cancel*, *Post it again*, *Moments* and *Weekly poll*. And moderators, who
//! delete messages.

use super::Step;
use crate::simulation::{people::Action, town::Town};
use emulator::Message;
use helmsman::{
    app::polls,
    domain::{
        id::{GuildId, PollId},
        poll::{self, State},
    },
};
use jiff::SignedDuration;

impl Town {
    async fn stored_poll(&self, t: usize, id: PollId) -> poll::Poll {
        let guild = GuildId(self.teams[t].guild.id().get());
        polls::one(self.stage.store(), guild, id).await.unwrap().expect("it was opened")
    }

    /// The page of one poll of the list. None: it was lost on the way, or is not listed any more.
    async fn listed(&mut self, t: usize, id: PollId) -> Option<Message> {
        let list = self.command(t, "poll list", &[]).await?.message().clone();
        let menu = list.selects().into_iter().find(|menu| menu.custom_id.starts_with("poll:one:"))?;
        let value = menu.options.iter().find(|(_, value)| *value == id.0.to_string())?.1.clone();
        Some(self.choose(t, &list, &menu.custom_id, &[&value]).await?.message().clone())
    }

    pub async fn end_poll(&mut self, t: usize, cancel: bool) {
        let (id, page, button) = match self.teams[t].polls.asked.take() {
            Some(asked) => asked,
            None => {
                let Some(p) = self.some_poll(t) else { return };
                let id = self.teams[t].polls.all[p].id;
                let asked = if cancel { self.ask_cancel(t, id).await } else { self.ask_close(t).await };
                let Some((id, page, button)) = asked else { return };
                if self.teams[t].dice.chance(20) {
                    // They answer some other day.
                    self.teams[t].polls.asked = Some((id, page, button));
                    return;
                }
                (id, page, button)
            }
        };
        let cancel = button == "Yes, delete the votes";
        let before = self.stored_poll(t, id).await;
        let Some(ended) = self.click(t, &page, button).await else { return };
        let (text, stored, at) = (ended.text(), self.stored_poll(t, id).await, self.stage.now());
        let about = format!("team {t} at {at}: {button}: {stored:?}: {text}");
        let p = self.teams[t].polls.all.iter().position(|poll| poll.id == id).expect("it is known");
        let team = &mut self.teams[t];
        let poll = &mut team.polls.all[p];
        if text.contains("The poll is cancelled") {
            assert!(cancel && !poll.cancelled && stored.state == State::Cancelled, "{about}");
            poll.cancelled = true;
        } else if text.contains("The poll is closed") {
            let closes = stored.closes.as_millisecond();
            // It was now, or a moment ago if the word of it took its time.
            assert!(!cancel && (0..=2_000).contains(&(at.as_millisecond() - closes)), "{about}");
            assert!(closes < poll.closes, "closed twice: {about}");
            (poll.closes, poll.hurried) = (closes, true);
        } else if text.contains("ended already") {
            let over = matches!(stored.state, State::Closed | State::Cancelled);
            assert!(over || (!cancel && stored.closes <= at), "{about}");
        } else {
            let known = text.contains("being posted this moment");
            assert!(known && before.state == State::Claimed, "{about}");
        }
    }

    async fn ask_cancel(&mut self, t: usize, id: PollId) -> Option<(PollId, Message, &'static str)> {
        let page = self.listed(t, id).await?;
        page.try_button("Cancel the poll")?;
        let ask = self.click(t, &page, "Cancel the poll").await?;
        // It may have ended on the way.
        ask.message().try_button("Cancel the poll")?;
        let sure = self.click(t, ask.message(), "Cancel the poll").await?;
        sure.message().try_button("Yes, delete the votes")?;
        Some((id, sure.message().clone(), "Yes, delete the votes"))
    }

    async fn ask_close(&mut self, t: usize) -> Option<(PollId, Message, &'static str)> {
        let ask = self.command(t, "poll close", &[]).await?;
        let all = polls::list(self.stage.store(), self.teams[t].id).await.unwrap();
        let open: Vec<_> =
            all.iter().filter(|poll| matches!(poll.state, State::Claimed | State::Open)).collect();
        let told = match open[..] {
            [] => "No poll is open here",
            [_] => "Close this poll now",
            [_, _, ..] => "Several polls are open here",
        };
        let calm = self.calm(t);
        assert!(ask.text().contains(told) || !calm, "{told}: {}", ask.text());
        let id = self.teams[t].dice.pick(&[open.first()?.id, open.last()?.id]);
        let ask = match open.len() {
            1 => ask,
            _ => self.command(t, "poll close", &[("poll", &id.to_string())]).await?,
        };
        ask.message().try_button("Close it now")?;
        // One of a week may be so new that nobody has seen it.
        self.learn_poll(t, id).await;
        Some((id, ask.message().clone(), "Close it now"))
    }

    pub async fn delete_poll(&mut self, t: usize) {
        let Some(p) = self.some_poll(t) else { return };
        let team = &mut self.teams[t];
        let poll = &mut team.polls.all[p];
        let Some(message) = poll.message.as_ref().filter(|_| !poll.deleted) else { return };
        if !team.admin.delete(message) {
            return;
        }
        poll.deleted = true;
        if team.dice.chance(75) {
            let wait = SignedDuration::from_secs(60 + 60 * team.dice.below(60) as i64);
            self.plan(self.stage.now() + wait, t, 0, Action::Poll(Step::Repost));
        }
    }

    /// The manager shows a poll once more whose message was deleted. Its votes are still there.
    pub async fn repost(&mut self, t: usize) {
        let gone = |poll: &&super::Poll| poll.deleted && !poll.done;
        let Some(id) = self.teams[t].polls.all.iter().rev().find(gone).map(|poll| poll.id) else { return };
        let Some(page) = self.listed(t, id).await else { return };
        let stored = self.stored_poll(t, id).await;
        if page.try_button("Post it again").is_none() {
            assert!(stored.state != State::Open || !self.calm(t), "{stored:?}: {}", page.text());
            return;
        }
        let Some(done) = self.click(t, &page, "Post it again").await else { return };
        let text = done.text();
        let told = ["appears in the channel again", "is there already", "has ended already"];
        assert!(told.iter().any(|told| text.contains(told)), "{stored:?}: {text}");
    }

    /// Some moment that waits, and the page with it.
    pub async fn some_moment(&mut self, t: usize) -> Option<(Message, usize)> {
        let list = self.command(t, "poll list", &[]).await?;
        let page = self.click(t, list.message(), "Moments").await?.message().clone();
        let menu = page.selects().into_iter().find(|menu| menu.custom_id.starts_with("moment:one:"))?;
        let (_, id) = self.teams[t].dice.pick(&menu.options);
        let one = self.choose(t, &page, &menu.custom_id, &[&id]).await?.message().clone();
        let text = one.text().replace('\\', "");
        let moments = &self.teams[t].polls.moments;
        // "Moment 1" begins many others, too.
        let known = moments.iter().position(|moment| text.contains(&moment.text));
        Some((one, known.unwrap_or_else(|| panic!("nobody noted {text}"))))
    }

    pub async fn dismiss(&mut self, t: usize) {
        let Some((page, n)) = self.some_moment(t).await else { return };
        let Some(gone) = self.click(t, &page, "Dismiss").await else { return };
        let (now, moment) = (self.stage.now(), &mut self.teams[t].polls.moments[n]);
        if gone.text().contains("Dismissed.") {
            moment.dismissed = Some(now);
        } else {
            // A weekly poll was made of it on the way.
            assert!(gone.text().contains("is not there any more"), "team {t} at {now}: {}", gone.text());
        }
    }

    pub async fn weekly(&mut self, t: usize) {
        let Some(list) = self.command(t, "poll list", &[]).await else { return };
        let Some(form) = self.click(t, list.message(), "Weekly poll").await else { return };
        let dice = &mut self.teams[t].dice;
        let day = dice.pick(&["", "monday", "wed", "Friday", "sun"]);
        let at = dice.pick(&["9:00", "10:30", "14:00", "16:30"]);
        let length = dice.pick(&["", "1h", "8 h", "1 day"]);
        let values = [("day", day), ("time", at), ("duration", length)];
        let Some(set) = self.fill(t, form.modal(), &values).await else { return };
        let told = if day.is_empty() { "weekly poll" } else { "Each week I make a poll" };
        assert!(set.text().contains(told), "{values:?}: {}", set.text());
    }
}
