//! Commands of everybody: `/answer`, `/me`, `/away`.

use super::{custom_ids, occurrence};
use crate::simulation::{calendar::number, post::millis, shown, town::Town};
use crate::streaks::raw;
use jiff::ToSpan;

impl Town {
    pub async fn slash(&mut self, t: usize, who: usize) {
        let team = &self.teams[t];
        let (person, channel) = (team.people[who].person.clone(), team.channel.clone());
        let act = async move { person.slash(&channel, "answer", &[]).await };
        let Some(page) = self.send(t, act).await else { return };
        if !self.calm(t) && page.failed().is_some() {
            return;
        }
        self.adopt(t).await;
        // What was open when it was asked. It is answered later if the connection was just being made anew.
        let asked = page.interaction.map_or(self.now_ms(), |id| millis(id.get()));
        let open = self.open_at(t, asked);
        let Some(button) = custom_ids(page.message()).first().cloned() else {
            assert!(open.is_empty() || !self.calm(t), "not offered: {}", page.text());
            return;
        };
        let offered = occurrence(&button).unwrap_or_else(|| panic!("{}", page.text()));
        let team = &self.teams[t];
        let p = team.posts.iter().position(|post| post.occurrence == offered);
        let p = p.unwrap_or_else(|| panic!("no prompt {offered} in the channel: {}", page.text()));
        // The newest without an answer first; else the newest.
        let fresh = open.iter().find(|p| !team.posts[**p].hands[who].standing().stands).or(open.first());
        let done = |p: &usize| (team.posts[*p].occurrence, &team.posts[*p].hands[who].deeds);
        // Who was not told what became of an answer does not know what to expect.
        let sure = self.calm(t) && open.iter().all(|p| team.posts[*p].is_clear(who));
        // Of two that were posted in the same millisecond either is the newest.
        let newest = fresh.is_some_and(|fresh| team.posts[*fresh].opens == team.posts[p].opens);
        assert!(newest || !sure, "{offered} is offered, of {:?}", open.iter().map(done).collect::<Vec<_>>());
        self.press(t, p, who, page.message(), &button).await;
    }

    pub async fn me(&mut self, t: usize, who: usize) {
        let team = &self.teams[t];
        let (person, channel) = (team.people[who].person.clone(), team.channel.clone());
        let act = async move { person.slash(&channel, "me", &[]).await };
        let Some(page) = self.send(t, act).await else { return };
        self.adopt(t).await;
        if !self.calm(t) || !self.teams[t].is_clear(who) {
            return;
        }
        let len = self.teams[t].streak(who).len;
        assert_eq!(shown::streak(&page.text()).unwrap_or(0), len, "{}", page.text());
    }

    pub async fn away(&mut self, t: usize, who: usize) {
        let now = self.stage.now();
        let team = &mut self.teams[t];
        let today = team.calendar.local(now);
        let from = today.saturating_add(team.dice.pick(&[0_i64, 0, 1, 3]).days());
        let days = 1 + team.dice.below(6);
        let (person, channel) = (team.people[who].person.clone(), team.channel.clone());
        let act = async move {
            let options = [("until", &*days.to_string()), ("from", &*from.to_string())];
            person.slash(&channel, "away", &options).await
        };
        let Some(response) = self.tell(t, act).await else { return };
        let text = response.text();
        let covered = text.contains("covered already");
        if ["You are away", "You will be away"].iter().any(|words| text.contains(words)) && !covered {
            let cast = response.interaction.map_or(0, |id| millis(id.get()));
            let (from, to) = (number(from), number(from) + days as i64 - 1);
            let range = raw::Away { from, to, set_at: cast, ended: None };
            self.teams[t].people[who].away.push(range);
        } else {
            assert!(covered || !self.calm(t), "{text}");
        }
    }

    pub async fn back(&mut self, t: usize, who: usize) {
        let team = &self.teams[t];
        let (person, channel) = (team.people[who].person.clone(), team.channel.clone());
        let act = async move { person.slash(&channel, "away", &[("end", "true")]).await };
        let Some(response) = self.tell(t, act).await else { return };
        let text = response.text();
        if text.contains("Welcome back") || text.contains("is cancelled") {
            let cast = response.interaction.map_or(0, |id| millis(id.get()));
            let team = &mut self.teams[t];
            let today = number(team.calendar.local(jiff::Timestamp::from_millisecond(cast).unwrap()));
            let ranges = team.people[who].away.iter_mut();
            let going_on = ranges.filter(|range| range.to >= today && range.ended.is_none());
            going_on.for_each(|range| range.ended = Some((today, cast)));
        }
    }
}
