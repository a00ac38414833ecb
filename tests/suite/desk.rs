//! Answers that come at the same time are taken in together, and each as if it had come alone.

use crate::world::{GUILD, Post, World, at, choice};
use futures_util::future::join_all;
use helmsman::{
    app::{
        answering::{Cast, CastOutcome, Shut},
        desk::Desk,
        streaks,
    },
    domain::{
        answer::Event,
        id::{OccurrenceId, UserId},
    },
    store::answer,
};
use jiff::{SignedDuration, Timestamp, civil::date};

fn now() -> Timestamp {
    at("2027-01-04T10:00:00Z")
}

async fn world() -> (World, OccurrenceId) {
    let mut world = World::new().await;
    let opens = at("2027-01-04T09:30:00Z");
    let post = Post { day: date(2027, 1, 4), opens, window: SignedDuration::from_hours(24), bonus: false };
    let id = world.post_of(post, choice()).await;
    (world, id)
}

/// Thirty people: most pick, some twice, some withdraw, some name what does not exist.
fn casts(world: &mut World, id: OccurrenceId) -> Vec<Cast> {
    let mut casts = Vec::new();
    for n in 0..30 {
        let mut add = |occurrence, event| {
            let cast = world.id(now());
            casts.push(Cast { guild: GUILD, occurrence, user: UserId(100 + n), cast, event });
        };
        add(if n % 7 == 6 { OccurrenceId(999) } else { id }, Event::Pick((n % 3) as u8));
        if n % 4 == 1 {
            add(id, Event::Write { text: "a \"storm\"\n\\ is near".into(), about: Some((n % 2) as u8) });
        }
        if n % 5 == 2 {
            add(id, Event::Withdraw);
        }
    }
    casts
}

#[tokio::test]
async fn many_at_once_are_as_one_after_the_other() {
    let (mut alone, id) = world().await;
    let (mut crowd, same) = world().await;
    assert_eq!(id, same);
    let mut expected = Vec::new();
    for cast in casts(&mut alone, id) {
        let Cast { occurrence, user, cast, event, .. } = cast;
        expected.push(alone.deliver(now(), occurrence, user, cast, event).await);
    }
    let desk = Desk::new(crowd.store.clone());
    let casts = casts(&mut crowd, id);
    let before = crowd.store.commits();
    let outcomes = join_all(casts.iter().map(|cast| desk.cast(now(), cast.clone()))).await;
    let after = crowd.store.commits();
    assert_eq!(after.1 - before.1, 1, "one job took them all in");
    let outcomes: Vec<CastOutcome> = outcomes.into_iter().map(Result::unwrap).collect();
    assert_eq!(outcomes, expected);
    for cast in casts {
        let one = answer::get(&mut alone.store.read().await.unwrap(), id, cast.user).await.unwrap();
        let other = answer::get(&mut crowd.store.read().await.unwrap(), id, cast.user).await.unwrap();
        assert_eq!(one, other);
    }
    assert_eq!(streaks::check(&crowd.store).await.unwrap(), []);
}

#[tokio::test]
async fn what_is_wrong_with_one_persons_rows_stops_nobody_else() {
    let (mut world, id) = world().await;
    let broken = UserId(103);
    world.does(now(), id, broken, Event::Pick(0)).await;
    let job = world.store.write(|conn| {
        Box::pin(async move {
            sqlx::query("UPDATE streak SET settled_day = 'one day'").execute(conn).await?;
            Ok(())
        })
    });
    job.await.unwrap();
    let desk = Desk::new(world.store.clone());
    let casts = casts(&mut world, id);
    let outcomes = join_all(casts.iter().map(|cast| desk.cast(now(), cast.clone()))).await;
    for (cast, outcome) in casts.iter().zip(outcomes) {
        match outcome {
            Err(_) => assert_eq!(cast.user, broken),
            Ok(CastOutcome::Shut(shut)) => assert_eq!((shut, cast.occurrence.0), (Shut::NotFound, 999)),
            Ok(outcome) => {
                assert!(cast.user != broken && matches!(outcome, CastOutcome::Taken(_)), "{outcome:?}");
            }
        }
    }
}
