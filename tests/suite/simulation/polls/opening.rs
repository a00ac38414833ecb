//! `/poll start`, *Who led here?* and *Start a poll* from a moment: the form, the panel, the draft that waits; and what is
//! open then.

use super::{Draft, Poll, Step};
use crate::simulation::{people::Action, town::Town};
use emulator::{Message, Response};
use helmsman::{
    app::polls,
    domain::{
        id::{GuildId, PollId},
        poll::{LEAST_NOMINEES, LEAST_QUORUM, Mode, State},
    },
};
use jiff::SignedDuration;

/// The menus of the panel, in their order.
const WHO: usize = 0;
const MODE: usize = 1;
const QUORUM: usize = 2;
const ROLE: usize = 3;

impl Draft {
    fn empty() -> Self {
        Self {
            situation: String::new(),
            minutes: 60,
            remind: None,
            nominees: Vec::new(),
            mode: Mode::Recognised,
            quorum: LEAST_QUORUM,
            role: false,
            moment: None,
        }
    }
}

impl Town {
    pub async fn open_poll(&mut self, t: usize) {
        let Some(mut panel) = self.begin_poll(t).await else { return };
        for menu in [WHO, MODE, QUORUM, ROLE] {
            if menu == WHO || self.teams[t].dice.chance(35) {
                let Some(chosen) = self.choose_in_draft(t, &panel, menu).await else { return };
                panel = chosen;
            }
        }
        if self.teams[t].dice.chance(10) {
            let Some(changed) = self.click(t, &panel, "Change text").await else { return };
            let Some(filled) = self.fill_in(t, &changed, None).await else { return };
            panel = filled;
        }
        match self.teams[t].dice.below(10) {
            // The manager does something else.
            0 => {}
            1 => {
                let Some(gone) = self.click(t, &panel, "Cancel").await else { return };
                assert!(gone.text().contains("The draft is thrown away"), "{}", gone.text());
                self.teams[t].polls.draft = None;
            }
            _ => self.press_open(t, &panel).await,
        }
    }

    /// A panel with a draft in it, a new one or the one that waits.
    async fn begin_poll(&mut self, t: usize) -> Option<Message> {
        let (admin, channel) = (self.teams[t].admin.clone(), self.teams[t].channel.clone());
        let people: Vec<_> = self.teams[t].people.iter().map(|member| member.person.id()).collect();
        let mut draft = Draft::empty();
        let first = match self.teams[t].dice.below(10) {
            0 | 1 => {
                let seen = admin.sees_last(&channel, 25);
                let said: Vec<_> = seen.into_iter().filter(|m| people.contains(&m.author_id())).collect();
                if said.is_empty() {
                    return None;
                }
                let said = self.teams[t].dice.pick(&said);
                let author = people.iter().position(|person| *person == said.author_id());
                draft.nominees.extend(author.filter(|who| self.teams[t].may_stand(*who)));
                let first = self.tell(t, async move { admin.menu(&said, "Who led here?").await }).await?;
                // It was deleted on the way.
                first.interaction?;
                first
            }
            2 | 3 => {
                let (page, n) = self.some_moment(t).await?;
                draft.moment = Some(n);
                draft.situation = self.teams[t].polls.moments[n].text.clone();
                let about = self.teams[t].polls.moments[n].about;
                draft.nominees.extend(Some(about).filter(|who| self.teams[t].may_stand(*who)));
                self.click(t, &page, "Start a poll").await?
            }
            _ => self.command(t, "poll start", &[]).await?,
        };
        assert!(first.failed().is_none(), "{}", first.text());
        let waits = self.teams[t].polls.draft.clone();
        assert_eq!(
            first.try_modal().is_none(),
            waits.is_some(),
            "a draft waits: {waits:?}: {}",
            first.text()
        );
        let Some(kept) = waits else { return self.fill_in(t, &first, Some(draft)).await };
        assert!(first.text().contains("You began to prepare a poll"), "{}", first.text());
        match self.teams[t].dice.below(10) {
            0..=5 => {
                let panel = self.click(t, first.message(), "Go on").await?.message().clone();
                let text = panel.text().replace('\\', "");
                assert!(text.contains(&kept.situation), "{kept:?}: {text}");
                self.check_chosen(t, &panel);
                Some(panel)
            }
            6..=8 => {
                let form = self.click(t, first.message(), "Begin another").await?;
                self.fill_in(t, &form, Some(draft)).await
            }
            _ => {
                self.click(t, first.message(), "Throw it away").await?;
                self.teams[t].polls.draft = None;
                None
            }
        }
    }

    /// Fills in the form; `draft`: what the panel is to begin with, if it is new.
    async fn fill_in(&mut self, t: usize, form: &Response, draft: Option<Draft>) -> Option<Message> {
        let team = &mut self.teams[t];
        team.notes += 1;
        let situation = format!("Situation {}: *who* @everyone", team.notes);
        let (minutes, typed) = team.dice.pick(&[
            (5, "5 min"),
            (30, "30m"),
            (60, ""),
            (60, "1h"),
            (240, "4 hours"),
            (1_440, "1 day"),
            (2_880, "48h"),
        ]);
        let (remind, before) = team.dice.pick(&[(None, ""), (None, ""), (Some(4), "4 min")]);
        let odd = team.dice.chance(8);
        let values = |typed| [("situation", &*situation), ("duration", typed), ("remind", before)];
        let mut panel = self.fill(t, form.modal(), &values(if odd { "17:00" } else { typed })).await?;
        let mut kept = draft.or(self.teams[t].polls.draft.take()).expect("it is new, or waited");
        (kept.situation, kept.minutes, kept.remind) = (situation.clone(), minutes, remind);
        self.teams[t].polls.draft = Some(kept);
        if odd {
            // What cannot be understood is asked back, and nothing is lost.
            let (text, open) = (panel.text(), panel.message().try_button("Open"));
            assert!(text.contains("How long, ") && open.is_some_and(|open| open.disabled), "{text}");
            self.teams[t].polls.draft.as_mut().expect("it is kept").minutes = 0;
            let form = self.click(t, panel.message(), "Change text").await?;
            assert!(form.modal().inputs()[0].value == situation, "{}", form.modal().text());
            panel = self.fill(t, form.modal(), &values(typed)).await?;
            self.teams[t].polls.draft.as_mut().expect("it is kept").minutes = minutes;
        }
        self.check_chosen(t, panel.message());
        Some(panel.message().clone())
    }

    /// The panel shows who is chosen.
    fn check_chosen(&self, t: usize, panel: &Message) {
        let team = &self.teams[t];
        let draft = team.polls.draft.as_ref().expect("it is kept");
        let mut chosen = panel.selects()[WHO].chosen.clone();
        let mut wanted: Vec<_> =
            draft.nominees.iter().map(|who| team.people[*who].person.id().to_string()).collect();
        chosen.sort();
        wanted.sort();
        assert_eq!(chosen, wanted, "who is chosen: {}", panel.text());
    }

    async fn choose_in_draft(&mut self, t: usize, panel: &Message, menu: usize) -> Option<Message> {
        let team = &mut self.teams[t];
        let mut draft = team.polls.draft.clone().expect("the panel shows one");
        let mut values: Vec<String> = Vec::new();
        let mut refused = None;
        match menu {
            WHO => {
                let mut people: Vec<_> = (0..team.people.len()).collect();
                team.dice.shuffle(&mut people);
                people.truncate(2 + team.dice.below(people.len() - 1));
                values.extend(people.iter().map(|who| team.people[*who].person.id().to_string()));
                refused = people.iter().copied().find(|who| !team.may_stand(*who));
                people.retain(|who| team.may_stand(*who));
                draft.nominees = people;
            }
            MODE => {
                draft.mode = team.dice.pick(&[Mode::Recognised, Mode::Full]);
                values.push(draft.mode.as_str().to_owned());
            }
            QUORUM => {
                draft.quorum = team.dice.pick(&[3, 3, 4]);
                values.push(draft.quorum.to_string());
            }
            _ => {
                draft.role = team.dice.chance(50);
                values.extend(draft.role.then(|| "Crew".to_owned()));
            }
        }
        let id = panel.selects()[menu].custom_id.clone();
        let values: Vec<_> = values.iter().map(String::as_str).collect();
        let chosen = self.choose(t, panel, &id, &values).await?;
        self.teams[t].polls.draft = Some(draft);
        let text = chosen.text();
        let why = ["has asked not to be nominated", "is not on this server"];
        let said = why.iter().any(|why| text.contains(why));
        assert_eq!(said, refused.is_some(), "{refused:?} cannot be nominated: {text}");
        self.check_chosen(t, chosen.message());
        Some(chosen.message().clone())
    }

    async fn press_open(&mut self, t: usize, panel: &Message) {
        let draft = self.teams[t].polls.draft.clone().expect("the panel shows one");
        // A length that could not be understood may still wait to be written anew.
        let enough = draft.nominees.len() >= LEAST_NOMINEES && draft.minutes > 0;
        let button = panel.button("Open");
        assert_eq!(button.disabled, !enough, "{draft:?}: {}", panel.text());
        if !enough {
            return;
        }
        let admin = self.teams[t].admin.clone();
        let opened = match self.teams[t].dice.chance(15) {
            // Two clicks are one wish. The second answer takes the place of the first.
            true => Some(tokio::join!(admin.click(panel, "Open"), admin.click(panel, "Open")).1),
            false => self.click(t, panel, "Open").await,
        };
        let Some(opened) = opened else { return };
        let (now, text) = (self.stage.now(), opened.text());
        let out = draft.nominees.iter().find(|who| !self.teams[t].polls.may_nominate(**who));
        if let Some(out) = out {
            assert!(text.contains("has asked not to be nominated"), "team {t} at {now}: {out}: {text}");
            return;
        }
        assert!(text.contains("The poll is open"), "team {t} at {now}: {draft:?}: {text}");
        let polls = &mut self.teams[t].polls;
        polls.draft = None;
        polls.opened.push(draft.situation.clone());
        if let Some(moment) = draft.moment {
            polls.moments[moment].dismissed = Some(now);
        }
        self.settled().await;
        let guild = GuildId(self.teams[t].guild.id().get());
        let all = polls::list(self.stage.store(), self.teams[t].id).await.unwrap();
        let mut made = all.into_iter().filter(|poll| poll.situation == draft.situation);
        let (made, another) = (made.next().expect("it is open"), made.next());
        let about = format!("team {t} at {now}: {draft:?}: {made:?}");
        assert!(another.is_none() && made.guild == guild, "twice: {about}");
        let place = |who: &usize| self.teams[t].people[*who].person.id().get();
        let mut wanted: Vec<_> = draft.nominees.iter().map(place).collect();
        let mut nominees: Vec<_> = made.nominees.iter().map(|nominee| nominee.user.0).collect();
        wanted.sort();
        nominees.sort();
        assert_eq!(nominees, wanted, "nominees: {about}");
        let role = draft.role.then(|| self.teams[t].crew.id().get());
        assert_eq!((made.mode, made.quorum), (draft.mode, draft.quorum), "{about}");
        assert_eq!(made.role.map(|role| role.0), role, "who may vote: {about}");
        let length = made.closes.duration_since(made.made_at) - SignedDuration::from_mins(draft.minutes);
        assert!((0..60_000).contains(&length.as_millis()), "how long: {about}");
        assert_eq!(made.remind_at.is_some(), draft.remind.is_some(), "{about}");
        self.learn_poll(t, made.id).await;
    }

    /// A poll is there: who can be chosen in it, and when people will vote. Nothing if it is known.
    pub async fn learn_poll(&mut self, t: usize, id: PollId) {
        if self.teams[t].polls.all.iter().any(|known| known.id == id) {
            return;
        }
        let guild = GuildId(self.teams[t].guild.id().get());
        let stored = polls::one(self.stage.store(), guild, id).await.unwrap().expect("it was opened");
        let people: Vec<_> = self.teams[t].people.iter().map(|one| one.person.id().get()).collect();
        let place = |user: u64| {
            let known = people.iter().position(|person| *person == user);
            known.expect("nobody else is nominated")
        };
        let nominees = stored.nominees.iter().map(|one| (place(one.user.0), one.withdrawn.is_some()));
        let poll = Poll {
            id,
            closes: stored.closes.as_millisecond(),
            nominees: nominees.collect(),
            mode: stored.mode,
            quorum: stored.quorum,
            role: stored.role.is_some(),
            casts: Vec::new(),
            cancelled: false,
            hurried: false,
            done: false,
            message: None,
            messages: Vec::new(),
            deleted: false,
            screens: Default::default(),
            asks: Default::default(),
        };
        self.teams[t].polls.all.push(poll);
        let (now, closes) = (self.stage.now(), stored.closes);
        if matches!(stored.state, State::Closed | State::Cancelled) {
            return;
        }
        let length = closes.duration_since(now).as_secs().max(1);
        for who in 0..self.teams[t].people.len() {
            for often in [85, 55] {
                let dice = &mut self.teams[t].dice;
                if !dice.chance(often) {
                    continue;
                }
                let somewhen = SignedDuration::from_secs(1 + dice.below(length as usize) as i64);
                // Around the close: the last second, the instant itself, before the count and after it.
                let edge =
                    closes.duration_since(now) + SignedDuration::from_secs(dice.pick(&[-1, 0, 3, 6, 60]));
                let wait = if dice.chance(15) { edge } else { somewhen };
                self.plan(now + wait, t, who, Action::Poll(Step::Vote));
            }
        }
    }
}
