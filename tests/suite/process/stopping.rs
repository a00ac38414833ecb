//! A stop while people answer: what was acknowledged is in the database.

use super::scene::Scene;
use emulator::{Message, Person};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

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

/// Stands between the bot and Discord, and lets everything through but messages: those it takes, and says nothing.
async fn swallow_messages(discord: SocketAddr, taken: watch::Sender<usize>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((bot, _)) = listener.accept().await {
            tokio::spawn(pass(bot, discord, taken.clone()));
        }
    });
    address
}

async fn pass(bot: TcpStream, discord: SocketAddr, taken: watch::Sender<usize>) {
    let (mut from_bot, mut to_bot) = bot.into_split();
    let (mut from_discord, mut to_discord) = TcpStream::connect(discord).await.unwrap().into_split();
    let there = async {
        let mut chunk = vec![0; 65_536];
        while let Ok(length @ 1..) = from_bot.read(&mut chunk).await {
            if chunk.starts_with(b"POST /api/v10/channels/") {
                taken.send_modify(|count| *count += 1);
                std::future::pending::<()>().await;
            }
            to_discord.write_all(&chunk[..length]).await.unwrap();
        }
    };
    tokio::join!(there, tokio::io::copy(&mut from_discord, &mut to_bot)).1.ok();
}

#[tokio::test]
async fn a_stop_does_not_wait_for_a_discord_that_hangs_and_nothing_is_said_twice() {
    let scene = Scene::open().await;
    let taken = watch::Sender::new(0);
    let mut swallowed = taken.subscribe();
    let discord = scene.discord.api_url().trim_start_matches("http://").parse().unwrap();
    let between = swallow_messages(discord, taken).await;
    scene.place.write("helmsman.toml", format!("[discord]\napi_url = \"http://{between}\"\n"));
    let bot = scene.running().await;
    let panel = scene.ana.slash(&scene.channel, "setup", &[("zone", "UTC")]).await;
    scene.ana.click(panel.message(), "Post the first now").await;
    swallowed.wait_for(|count| *count == 1).await.unwrap();
    let ended = bot.stop().await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.said.contains("the next start goes on from what is stored"), "{ended:?}");

    scene.place.write("helmsman.toml", format!("[discord]\napi_url = \"{}\"\n", scene.discord.api_url()));
    let bot = scene.start();
    let prompt = scene.prompt().await;
    assert_eq!(bot.stop().await.code, Some(0));
    let seen = scene.ana.sees(&scene.channel);
    let said: Vec<_> = seen.iter().filter(|message| !message.is_ephemeral()).collect();
    assert_eq!(said.len(), 2, "introduction and prompt, once each");
    assert_eq!(said[1].id, prompt.id);
}
