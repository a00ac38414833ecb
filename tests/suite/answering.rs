//! Answers on their way through the database: what counts, what is refused, what the reply is made of.

use crate::{
    dice::Dice,
    world::{GUILD, Post, World, at, choice},
};
use helmsman::{
    app::{
        answering::{self, Cast, CastOutcome, Did, LONGEST_NOTE, Shut},
        streaks,
    },
    commands::presence,
    domain::{
        answer::{Answer, Event},
        id::{CastId, GuildId, MessageId, OccurrenceId, UserId},
        prompt::Kind,
        streak::Class,
    },
    store::{answer, occurrence, tally},
};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, civil::date};
use serenity::all::Message;

const ANA: UserId = UserId(11);
const BEN: UserId = UserId(12);
const DAY: Date = date(2027, 1, 4);
const WINDOW: SignedDuration = SignedDuration::from_hours(24);

fn opens() -> Timestamp {
    at("2027-01-04T09:30:00Z")
}

fn write(text: &str, about: Option<u8>) -> Event {
    Event::Write { text: text.into(), about }
}

async fn world(kind: Kind) -> (World, OccurrenceId) {
    let mut world = World::new().await;
    let id = world.post_of(Post { day: DAY, opens: opens(), window: WINDOW, bonus: false }, kind).await;
    (world, id)
}

async fn stored(world: &World, id: OccurrenceId, user: UserId) -> Option<Answer> {
    answer::get(&mut world.store.read().await.unwrap(), id, user).await.unwrap()
}

#[tokio::test]
async fn any_order_and_repetition_of_events_leaves_the_same_rows() {
    for seed in 0..60 {
        let dice = &mut Dice::new(seed);
        let (mut world, id) = world(choice()).await;
        let mut events: Vec<(CastId, Event)> = Vec::new();
        for n in 0..2 + dice.below(5) {
            let cast = world.id(opens() + SignedDuration::from_secs(n as i64 * 60));
            let note = events.last().map_or(cast, |(cast, _)| *cast);
            let events_of = [
                Event::Pick(dice.below(3) as u8),
                write("because", Some(dice.below(3) as u8)),
                write("so", None),
                Event::Done,
                Event::Present,
                Event::Withdraw,
                Event::Share { note, on: dice.chance(70) },
            ];
            events.push((cast, dice.pick(&events_of)));
        }
        let mut expected = Answer::default();
        events.iter().for_each(|(cast, event)| expected.apply(*cast, event.clone()));
        let mut deliveries: Vec<_> =
            events.iter().flat_map(|event| vec![event.clone(); 1 + dice.below(5)]).collect();
        dice.shuffle(&mut deliveries);
        for (cast, event) in deliveries {
            world.deliver(opens() + SignedDuration::from_hours(1), id, ANA, cast, event).await;
        }
        assert_eq!(stored(&world, id, ANA).await, Some(expected.clone()), "seed {seed} {events:?}");
        assert_eq!(world.streak(ANA).await.len, u32::from(expected.stands()), "seed {seed}");
        assert_eq!(streaks::check(&world.store).await.unwrap(), [], "seed {seed}");
        let mut conn = world.store.read().await.unwrap();
        let counts = answer::standing(&mut conn, id).await.unwrap();
        let with_option = expected.stands() && expected.option().is_some();
        assert_eq!(counts, (expected.stands().into(), with_option.into()), "seed {seed} {events:?}");
        let shared = answering::shared_in(&mut conn, id, 8).await.unwrap();
        assert_eq!(shared.first().map(|s| &s.text), expected.shared_note().map(|n| &n.text), "seed {seed}");
    }
}

#[tokio::test]
async fn what_cannot_be_answered_is_refused_and_changes_nothing() {
    let (mut world, id) = world(choice()).await;
    let (now, early) = (opens() + SignedDuration::from_hours(1), opens() - SignedDuration::from_secs(1));
    let refused = [
        (Event::Pick(3), CastOutcome::Shut(Shut::NotFound)),
        (write("why", Some(9)), CastOutcome::Shut(Shut::NotFound)),
        (write(" \n ", Some(0)), CastOutcome::NoteLength(0)),
        (write(&"x".repeat(LONGEST_NOTE + 1), None), CastOutcome::NoteLength(LONGEST_NOTE + 1)),
    ];
    for (event, outcome) in refused {
        let cast = world.id(now);
        assert_eq!(world.deliver(now, id, ANA, cast, event).await, outcome);
    }
    let cast = world.id(early);
    let outcome = world.deliver(now, id, ANA, cast, Event::Pick(0)).await;
    assert_eq!(outcome, CastOutcome::Shut(Shut::NotYetOpen));
    // Another server's id, and one that does not exist, get the same answer.
    let cast = world.id(now);
    for (guild, occurrence) in [(GuildId(2), id), (GUILD, OccurrenceId(999))] {
        let foreign = Cast { guild, occurrence, user: ANA, cast, event: Event::Pick(0) };
        let outcome = answering::cast(&world.store, now, foreign).await.unwrap();
        assert_eq!(outcome, CastOutcome::Shut(Shut::NotFound));
        let look = answering::look(&world.store, guild, occurrence, ANA, cast).await.unwrap();
        assert_eq!(look, Err(Shut::NotFound));
    }
    assert_eq!(stored(&world, id, ANA).await, None);
    world.retract(id, DAY, now).await;
    assert_eq!(world.deliver(now, id, ANA, cast, Event::Pick(0)).await, CastOutcome::Shut(Shut::Gone));
    assert_eq!(stored(&world, id, ANA).await, None);
}

#[tokio::test]
async fn an_answer_is_changed_explained_shared_and_withdrawn() {
    let (mut world, id) = world(choice()).await;
    let now = |n: i64| opens() + SignedDuration::from_mins(n);
    let first = world.does(now(1), id, ANA, Event::Pick(0)).await;
    assert_eq!((first.did, first.streak.len, first.answer.option()), (Did::Answered, 1, Some(0)));
    let changed = world.does(now(2), id, ANA, Event::Pick(1)).await;
    assert_eq!((changed.did, changed.streak.len), (Did::Changed, 1));
    let noted = world.does(now(3), id, ANA, write("  a storm is near \n", Some(1))).await;
    let note = noted.answer.current_note().unwrap().clone();
    assert_eq!((noted.did, note.text.as_str()), (Did::Noted, "a storm is near"));
    let shared = world.does(now(4), id, ANA, Event::Share { note: note.by, on: true }).await;
    assert_eq!(shared.did, Did::Shared);
    // Another note is not shared by that press.
    let again = world.does(now(5), id, ANA, write("or so", Some(1))).await;
    assert!(again.answer.shared_note().is_none());
    let old = world.does(now(6), id, ANA, Event::Share { note: note.by, on: true }).await;
    assert_eq!(old.did, Did::NoteGone);
    let gone = world.does(now(7), id, ANA, Event::Withdraw).await;
    assert_eq!((gone.did, gone.streak.len), (Did::Withdrawn, 0));
    let back = world.does(now(8), id, ANA, Event::Pick(2)).await;
    assert_eq!((back.did, back.streak.len), (Did::Answered, 1));
    world.does(now(9), id, BEN, Event::Present).await;
    world.tally(id, DAY, 0, opens() + WINDOW + SignedDuration::from_secs(5)).await;
    let mut conn = world.store.read().await.unwrap();
    assert_eq!(answer::standing(&mut conn, id).await.unwrap(), (2, 1));
    assert_eq!(tally::of(&mut conn, id).await.unwrap(), [(2, 1)]);
}

#[tokio::test]
async fn a_milestone_is_told_once_and_not_to_a_message() {
    let mut world = World::new().await;
    let mut told = Vec::new();
    for n in 0..5 {
        let (day, opens) = (DAY.saturating_add(n.days()), opens() + SignedDuration::from_hours(24 * n));
        let id = world.post(Post { day, opens, window: SignedDuration::from_hours(1), bonus: false }).await;
        // The third answer is a message, which has no private reply; the fourth day tells it.
        let event = if n == 2 { Event::Present } else { Event::Pick(0) };
        told.push(world.does(opens, id, ANA, event).await.milestone);
        if n != 2 {
            let repeated = world.does(opens, id, ANA, Event::Pick(1)).await.milestone;
            assert_eq!(repeated, None);
        }
        world.tally(id, day, 0, opens + SignedDuration::from_hours(2)).await;
    }
    assert_eq!(told, [None, None, None, Some(3), Some(5)]);
    let standing = streaks::standing(&world.store, GUILD, world.team, ANA, DAY, DAY).await.unwrap();
    assert_eq!((standing.streak.len, standing.untold), (5, None));
    assert!(!streaks::tell(&world.store, world.team, ANA, 5).await.unwrap());
}

#[tokio::test]
async fn a_milestone_that_was_not_told_waits_until_the_streak_is_that_long_again() {
    let mut world = World::new().await;
    let mut told = Vec::new();
    // Three days by message, which has no private reply; two missed, and three days by a click.
    for n in 0..8 {
        let (day, opens) = (DAY.saturating_add(n.days()), opens() + SignedDuration::from_hours(24 * n));
        let id = world.post(Post { day, opens, window: SignedDuration::from_hours(1), bonus: false }).await;
        match n {
            0..3 => assert_eq!(world.does(opens, id, ANA, Event::Present).await.milestone, None),
            3..5 => {}
            _ => told.push(world.does(opens, id, ANA, Event::Pick(0)).await.milestone),
        }
        if n == 4 {
            let standing = streaks::standing(&world.store, GUILD, world.team, ANA, day, DAY).await.unwrap();
            assert_eq!((standing.streak.best, standing.untold), (3, None), "and not by `/me`");
        }
        world.tally(id, day, 0, opens + SignedDuration::from_hours(2)).await;
    }
    assert_eq!(told, [None, None, Some(3)]);
}

#[tokio::test]
async fn a_skipped_date_is_not_called_not_counted_while_another_prompt_may_come() {
    let (mut world, id) = world(choice()).await;
    world.does(opens(), id, ANA, Event::Pick(0)).await;
    world.tally(id, DAY, 0, opens() + WINDOW).await;
    let (tuesday, wednesday) = (date(2027, 1, 5), date(2027, 1, 6));
    for skipped in [tuesday, wednesday] {
        world.no_post(skipped, "skipped", "skipped-by-hand", opens() + WINDOW).await;
    }
    // As `/me` and *Why?* on that day have them.
    let days = async |world: &World, today: Date| {
        let standing = streaks::standing(&world.store, GUILD, world.team, ANA, today, DAY).await.unwrap();
        let ledger = streaks::ledger(&world.store, GUILD, world.team, ANA, today, 0, 10).await.unwrap();
        let explained: Vec<_> = ledger.lines.iter().rev().map(|explained| explained.line).collect();
        assert_eq!(standing.days, explained);
        explained.iter().map(|line| (line.day, line.class)).collect::<Vec<_>>()
    };
    let monday = (DAY, Class::Answered);
    assert_eq!(days(&world, tuesday).await, [monday]);
    assert_eq!(days(&world, wednesday).await, [monday, (tuesday, Class::Neutral)]);
    let opens = opens() + SignedDuration::from_hours(30);
    let other = world.post(Post { day: tuesday, opens, window: WINDOW, bonus: false }).await;
    assert_eq!(days(&world, tuesday).await, [monday, (tuesday, Class::Pending)]);
    world.does(opens, other, ANA, Event::Pick(0)).await;
    assert_eq!(days(&world, tuesday).await, [monday, (tuesday, Class::Answered)]);
}

#[tokio::test]
async fn the_newest_prompt_without_an_answer_is_offered_first() {
    let mut world = World::new().await;
    let mut ids = Vec::new();
    for n in 0..3 {
        let opens = opens() + SignedDuration::from_hours(n);
        ids.push(world.post(Post { day: DAY, opens, window: WINDOW, bonus: false }).await);
    }
    let now = opens() + SignedDuration::from_hours(5);
    world.does(now, ids[2], ANA, Event::Pick(0)).await;
    let order = async |world: &World, now| {
        let open = answering::open_for(&world.store, world.team, ANA, now).await.unwrap();
        open.into_iter().map(|open| open.occurrence.id).collect::<Vec<_>>()
    };
    assert_eq!(order(&world, now).await, [ids[1], ids[0], ids[2]]);
    // The first window is over though it is not tallied yet.
    assert_eq!(order(&world, opens() + WINDOW).await, [ids[1], ids[2]]);
}

fn message(json: serde_json::Value) -> Message {
    let mut message = serde_json::json!({
        "id": "1", "channel_id": "7", "guild_id": "1", "content": "what was written", "type": 0, "tts": false,
        "author": {"id": "11", "username": "ana", "discriminator": "0"},
        "timestamp": "2027-01-04T10:00:00Z", "edited_timestamp": null, "mention_everyone": false, "mentions": [],
        "mention_roles": [], "attachments": [], "embeds": [], "pinned": false
    });
    message.as_object_mut().unwrap().extend(json.as_object().unwrap().clone());
    serde_json::from_value(message).unwrap()
}

#[test]
fn only_peoples_own_words_are_presence() {
    let reference = |kind: u8| serde_json::json!({"type": kind, "channel_id": "7", "message_id": "50"});
    let places = |json| presence::places(&message(json));
    let reply = places(serde_json::json!({"type": 19, "message_reference": reference(0)}));
    assert_eq!(reply, Some(vec![MessageId(50), MessageId(7)]));
    let in_thread = places(serde_json::json!({"channel_id": "50"}));
    assert_eq!(in_thread, Some(vec![MessageId(50)]));
    // Forwarding names a message as well, and is no reply to it.
    let forwarded = places(serde_json::json!({"message_reference": reference(1)}));
    assert_eq!(forwarded, Some(vec![MessageId(7)]));
    let author = |extra: &str| {
        let mut author = serde_json::json!({"id": "12", "username": "b", "discriminator": "0"});
        author[extra] = true.into();
        serde_json::json!({"author": author, "channel_id": "50"})
    };
    for foreign in
        [author("bot"), author("system"), serde_json::json!({"webhook_id": "9", "channel_id": "50"})]
    {
        assert_eq!(places(foreign), None);
    }
    for system in [6, 7, 18, 20, 21, 23] {
        assert_eq!(places(serde_json::json!({"type": system, "channel_id": "50"})), None, "{system}");
    }
}

#[tokio::test]
async fn a_reply_or_a_message_in_the_thread_is_presence_in_an_open_prompt_only() {
    let (mut world, id) = world(Kind::Reflection).await;
    let now = opens() + SignedDuration::from_hours(1);
    let prompt = {
        let mut conn = world.store.read().await.unwrap();
        occurrence::get(&mut conn, GUILD, id).await.unwrap().unwrap().message.unwrap()
    };
    let present = async |world: &World, guild, places: &[MessageId], user, cast| {
        answering::present(&world.store, now, guild, places, user, cast).await.unwrap()
    };
    let cast = world.id(now);
    assert!(present(&world, GUILD, &[MessageId(3), MessageId(4)], ANA, cast).await.is_none());
    assert!(present(&world, GuildId(2), &[prompt], ANA, cast).await.is_none());
    let taken = present(&world, GUILD, &[MessageId(3), prompt], ANA, cast).await.unwrap();
    assert_eq!((taken.did, taken.streak.len, taken.milestone), (Did::Answered, 1, None));
    // Delivered again, or one more of them: nothing new.
    for cast in [cast, world.id(now)] {
        assert_eq!(present(&world, GUILD, &[prompt], ANA, cast).await.unwrap().did, Did::Nothing);
    }
    world.tally(id, DAY, 0, opens() + WINDOW + SignedDuration::from_secs(5)).await;
    assert!(present(&world, GUILD, &[prompt], BEN, cast).await.is_none());
}
