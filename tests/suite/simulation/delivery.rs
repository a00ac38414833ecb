//! Each event told one to five times and in any order is the same as told once, in the order of ids; one that is lost within a
//! session never happened; and of what is lost with a session, words are read back before the tally and clicks are not.
//!
//! A team with a thread under each prompt lives through some weeks in which nothing else goes wrong. What it knows of itself is
//! held against the database, the channel and the streaks after each day, as in the simulation.

use super::{
    calendar::Plan,
    people::{Verb, custom_ids, verb},
    post::{Deed, Fate, What},
    shown::{self, Told},
    town::Town,
};
use emulator::{EventFault, Fault, Message, Modal, Person};
use futures_util::{FutureExt, future::join_all};
use jiff::{SignedDuration, civil::time};
use std::time::Duration;

/// Something that a person can do with the prompt of the day.
#[derive(Clone)]
enum Move {
    Press(Message, String, What),
    Submit(Modal, What),
    Reply,
    Say,
}

/// A town of one team that is asked every day and has a day to answer.
async fn town(seed: u64) -> Town {
    // Every fourth is one in which nothing goes wrong by itself.
    let mut town = Town::new(seed * 4, 1).await;
    let (at, window) = (time(9, 30, 0, 0), SignedDuration::from_hours(23));
    let plan = town.teams[0].calendar.lines[0].last_plan();
    town.agree(0, 0, Plan { at, weekdays: [true; 7], window, thread: true, ..plan }).await;
    town
}

impl Town {
    /// A minute after the next prompt.
    async fn asked(&mut self) {
        let (_, due) = self.teams[0].calendar.next(0, self.stage.now()).unwrap();
        self.travel(due.at + SignedDuration::from_mins(1)).await;
    }

    /// The window is over, and all that must hold holds.
    async fn closed(&mut self) {
        let post = self.teams[0].posts.last().unwrap();
        let closes = jiff::Timestamp::from_millisecond(post.closes).unwrap();
        // After a downtime people are given ten seconds more.
        let soon = self.stage.now() + SignedDuration::from_mins(1);
        self.travel(soon.max(closes + SignedDuration::from_mins(2))).await;
        self.check(false).await;
        assert!(self.teams[0].posts.last().unwrap().tallied);
    }

    /// What somebody can do now, after a first step that nothing befell.
    async fn moves(&mut self, who: usize) -> Vec<Move> {
        let team = &mut self.teams[0];
        let (person, prompt) = (team.people[who].person.clone(), team.posts.last().unwrap().message.clone());
        let button = team.dice.pick(&custom_ids(&prompt));
        let mut page = person.click(&prompt, &button).await;
        let mut what = None;
        match verb(&button).unwrap() {
            Verb::Deed(deed) => what = Some(deed),
            Verb::Form(about) => {
                let text = format!("note-{who}. first");
                page = submit(&person, page.modal(), &text).await;
                what = Some(What::Write { text, about });
            }
            Verb::Page => {}
        }
        self.did(who, page.interaction.unwrap().get(), what.expect("a prompt's button does something"));
        let mut moves = vec![Move::Reply, Move::Say];
        for message in [&prompt, page.message()] {
            for id in custom_ids(message) {
                match verb(&id).unwrap() {
                    Verb::Deed(what) => moves.push(Move::Press(message.clone(), id, what)),
                    // One note for each: a button that shares the first says nothing about a second.
                    Verb::Form(about)
                        if !custom_ids(page.message()).iter().any(|id| id.starts_with("share")) =>
                    {
                        let form = person.click(message, &id).await;
                        let text = format!("note-{who}. second");
                        moves.push(Move::Submit(form.modal().clone(), What::Write { text, about }));
                    }
                    Verb::Form(_) | Verb::Page => {}
                }
            }
        }
        moves
    }

    /// It was done and counts.
    fn did(&mut self, who: usize, cast: u64, what: What) {
        let post = self.teams[0].posts.last_mut().unwrap();
        post.hands[who].deeds.push(Deed { cast, what, fate: Fate::Taken });
    }
}

async fn submit(person: &Person, modal: &Modal, text: &str) -> emulator::Response {
    person.submit(modal, &[(&modal.inputs()[0].custom_id, text)]).await
}

/// Does it. Returns its id and what the person is told, if that is not the tick alone.
async fn act(person: Person, prompt: Message, one: Move) -> (u64, What, Option<String>) {
    let (response, what) = match one {
        Move::Press(message, button, what) => (person.click(&message, &button).await, what),
        Move::Submit(modal, what) => {
            let What::Write { text, .. } = &what else { unreachable!("forms are for words") };
            (submit(&person, &modal, text).await, what)
        }
        Move::Reply => return (person.reply(&prompt, "Here.").id.get(), What::Present, None),
        Move::Say => {
            let thread = person.thread_of(&prompt).expect("each prompt has a thread");
            return (person.say(&thread, "Here too.").id.get(), What::Present, None);
        }
    };
    let text = response.text();
    (response.interaction.unwrap_or_else(|| panic!("{text}")).get(), what, Some(text))
}

#[tokio::test]
async fn events_that_come_often_or_overtake_each_other_count_once_and_in_the_order_of_their_ids() {
    for seed in 1..=3 {
        let mut town = town(seed).await;
        for _ in 0..8 {
            town.asked().await;
            let prompt = town.teams[0].posts.last().unwrap().message.clone();
            let mut acts = Vec::new();
            for who in 0..town.teams[0].people.len() {
                let moves = town.moves(who).await;
                let team = &mut town.teams[0];
                for _ in 0..6 {
                    acts.push((who, team.people[who].person.clone(), team.dice.pick(&moves)));
                }
            }
            let dice = &mut town.teams[0].dice;
            dice.shuffle(&mut acts);
            let often = EventFault::Duplicate { copies: 1 + dice.below(4) as u64, within: 7 };
            for fault in [often, EventFault::Reorder { within: 7 }] {
                town.stage.discord.fault(Fault::on_event("*", fault).with_probability(0.5));
            }
            let clock = town.stage.discord.clock();
            let all = acts.iter().map(|(_, person, one)| act(person.clone(), prompt.clone(), one.clone()));
            // What is to be overtaken comes within a second, overtaken or not.
            let (told, ()) =
                tokio::join!(join_all(all), async { clock.advance(Duration::from_millis(1_001)) });
            town.stage.discord.clear_faults();
            town.settled().await;
            for ((who, ..), (cast, what, text)) in acts.iter().zip(told) {
                assert!(text.as_ref().is_none_or(|text| shown::told(text) == Told::Taken), "{text:?}");
                town.did(*who, cast, what);
            }
            town.closed().await;
        }
        town.stage.end().await;
    }
}

#[tokio::test]
async fn what_is_lost_within_a_session_never_happened() {
    for seed in 1..=2 {
        let (mut town, mut lost) = (town(seed).await, 0);
        for _ in 0..8 {
            town.asked().await;
            let prompt = town.teams[0].posts.last().unwrap().message.clone();
            for who in 0..town.teams[0].people.len() {
                // Some have not done anything when their first deed is lost.
                let moves = match town.teams[0].dice.chance(60) {
                    true => town.moves(who).await,
                    false => {
                        let pressed = custom_ids(&prompt).into_iter().filter_map(|id| match verb(&id)? {
                            Verb::Deed(what) => Some(Move::Press(prompt.clone(), id, what)),
                            Verb::Page | Verb::Form(_) => None,
                        });
                        pressed.chain([Move::Reply, Move::Say]).collect()
                    }
                };
                for _ in 0..4 {
                    let team = &mut town.teams[0];
                    let (person, one) = (team.people[who].person.clone(), team.dice.pick(&moves));
                    let is_lost = team.dice.chance(50);
                    let act = act(person, prompt.clone(), one);
                    if is_lost {
                        let fault = town.stage.discord.fault(Fault::on_event("*", EventFault::Drop).times(1));
                        // The client shows an error after three seconds, and nobody waits for it.
                        let _ = act.now_or_never();
                        assert_eq!(fault.strikes(), 1);
                        fault.remove();
                        lost += 1;
                    } else {
                        let (cast, what, text) = act.await;
                        assert!(
                            text.as_ref().is_none_or(|text| shown::told(text) == Told::Taken),
                            "{text:?}"
                        );
                        town.did(who, cast, what);
                    }
                    town.settled().await;
                }
            }
            town.closed().await;
        }
        assert!(lost > 30, "{lost}");
        town.stage.end().await;
    }
}

/// How a session is lost.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Loss {
    /// The connection is cut, and the session forgotten.
    Cut,
    /// Op 9.
    Invalid,
    /// The bot ends and is started again.
    Restart,
    /// So long after its end.
    Downtime(SignedDuration),
}

#[tokio::test]
async fn of_what_is_lost_with_a_session_words_are_read_back_and_clicks_are_not() {
    // Between two sessions of one process lie five seconds of the host's: they pass for all at once.
    tokio::join!(lose(1), lose(2), lose(3));
}

async fn lose(seed: u64) {
    let away =
        [7 * 60, 22 * 60, 23 * 60 + 5].map(|minutes| Loss::Downtime(SignedDuration::from_mins(minutes)));
    let mut losses = [Loss::Cut, Loss::Invalid, Loss::Restart, away[0], away[1], away[2]];
    let mut town = town(seed).await;
    town.teams[0].dice.shuffle(&mut losses);
    for loss in losses {
        town.asked().await;
        let prompt = town.teams[0].posts.last().unwrap().message.clone();
        for who in 0..town.teams[0].people.len() {
            if town.teams[0].dice.chance(40) {
                town.moves(who).await;
            }
        }
        // An outage begins with the last event.
        town.sign_of_life().await;
        let (discord, app) = (town.stage.discord.clone(), town.stage.app.clone());
        match loss {
            Loss::Cut => discord.drop_connections(&app, false),
            Loss::Invalid => discord.invalidate_sessions(&app, false),
            Loss::Restart | Loss::Downtime(_) => town.stage.sleep().await,
        }
        let from = town.stage.now();
        // Shown if the test fails.
        eprintln!("{from}: {loss:?}");
        let mut words = vec![];
        for who in 0..town.teams[0].people.len() {
            let team = &mut town.teams[0];
            let (person, kind) = (team.people[who].person.clone(), team.dice.below(4));
            if kind != 0 {
                let button = team.dice.pick(&custom_ids(&prompt));
                let answer = person.click(&prompt, &button).now_or_never();
                assert!(answer.is_none_or(|answer| answer.failed().is_some()), "nobody was there");
            }
            if kind % 2 == 0 {
                let one = team.dice.pick(&[Move::Reply, Move::Say]);
                words.push((
                    who,
                    act(person, prompt.clone(), one).now_or_never().expect("words wait for nobody"),
                ));
            }
        }
        if let Loss::Downtime(time) = loss {
            discord.clock().set(from + time);
        }
        match loss {
            Loss::Cut | Loss::Invalid => discord.wait_ready(&app).await,
            Loss::Restart | Loss::Downtime(_) => town.stage.wake().await,
        }
        town.everywhere(from, town.stage.now());
        town.settled().await;
        for (who, (cast, what, _)) in words {
            town.did(who, cast, what);
        }
        town.closed().await;
    }
    town.stage.end().await;
}
