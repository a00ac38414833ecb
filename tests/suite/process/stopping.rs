//! A stop while people answer: what was acknowledged is in the database.

use super::scene::Scene;
use emulator::{Message, Person};
use tokio::{sync::watch, task::JoinSet};

/// How many people answer at the same time.
const PEOPLE: usize = 24;

/// What became of what somebody pressed. Numbers as in the buttons' ids.
#[derive(Debug)]
struct Told {
    user: u64,
    /// The option that was acknowledged last.
    acknowledged: Option<i64>,
    /// The option that was pressed after that, and not acknowledged.
    lost: i64,
}

/// Presses one option after the other, until the bot no longer answers.
async fn change_again_and_again(person: Person, prompt: Message, told: watch::Sender<usize>) -> Told {
    let mut acknowledged = None;
    for button in prompt.buttons().iter().cycle() {
        let id = button.custom_id.as_deref().unwrap();
        let option = id.rsplit(':').next().unwrap().parse().unwrap();
        let answer = person.click(&prompt, &button.label).await;
        if answer.try_message().is_none() {
            return Told { user: person.id().get(), acknowledged, lost: option };
        }
        // Whoever is quicker than the bot's note of what it has just posted is asked to try again.
        if !answer.text().contains("being posted this moment") {
            assert!(answer.text().contains("1 prompt day"), "{}", answer.text());
            acknowledged = Some(option);
            told.send_modify(|count| *count += 1);
        }
    }
    unreachable!("a prompt has options")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_before_a_stop_is_stored() {
    let scene = Scene::open().await;
    let people: Vec<_> = (0..PEOPLE).map(|n| scene.guild.person(&format!("p{n}"))).collect();
    let bot = scene.running().await;
    let prompt = scene.first_prompt().await;
    let told = watch::Sender::new(0);
    let mut acknowledged = told.subscribe();
    let mut all = JoinSet::new();
    for person in people {
        all.spawn(change_again_and_again(person, prompt.clone(), told.clone()));
    }
    // In the midst of it.
    acknowledged.wait_for(|count| *count >= PEOPLE * 4).await.unwrap();
    let ended = bot.stop().await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(!ended.said.contains("did not end in time"), "{ended:?}");
    let all = all.join_all().await;
    assert!(all.iter().any(|one| one.acknowledged.is_some()));

    let store = scene.store().await;
    let mut conn = store.read().await.unwrap();
    for told in all {
        let stored: Option<i64> =
            sqlx::query_scalar("SELECT picked FROM answer WHERE user = ? AND stands = 1")
                .bind(told.user as i64)
                .fetch_optional(&mut *conn)
                .await
                .unwrap();
        // What was not acknowledged may be there, or not.
        assert!(stored == told.acknowledged || stored == Some(told.lost), "{stored:?}: {told:?}");
    }
    drop(conn);
    store.close().await;
}

#[tokio::test]
async fn ctrl_c_is_a_stop_as_well() {
    let scene = Scene::open().await;
    let bot = scene.running().await;
    bot.signal("INT").await;
    let ended = bot.end().await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(scene.place.names(), ["helmsman.db", "helmsman.db.lock", "helmsman.toml"]);
}
