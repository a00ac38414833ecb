//! Whose turn it is: into one channel, or to one person, one message after the other, and no place waits for another.

use crate::harness::{Harbour, INVITED, emulator, local};
use emulator::{Fault, FaultClock, Message, Options, RequestFault};
use helmsman::{
    app::alerts::Alert,
    chat::discord::HttpParts,
    clock::Clock,
    domain::{
        id::{ChannelId, UserId},
        library::Library,
        outbound,
    },
    run::{Bot, BotParts},
    store::{
        Store,
        outbox::{self, Kind, New, Target},
    },
};
use std::time::Duration;
use tokio::sync::watch;

#[tokio::test]
async fn what_is_due_in_one_channel_at_the_same_time_comes_in_its_order() {
    let harbour = Harbour::with_team().await;
    let options = [("series", "crossing-the-line"), ("time", "09:30")];
    let proposal = harbour.ada.slash(&harbour.channel, "series schedule", &options).await;
    harbour.click(&harbour.ada, proposal.message(), "Confirm").await;
    // The first takes its time, and the second would be there before it.
    let slow = RequestFault::Delay { ms: 300, clock: FaultClock::Host, done: false };
    let first = Fault::on("POST /channels/*/messages", slow).containing("Steady and far");
    harbour.discord().fault(first);
    harbour.at("2027-01-04 09:31").await;
    let seen = harbour.ben.sees(&harbour.channel);
    let prompts: Vec<_> =
        seen.iter().filter(|message| !message.buttons().is_empty()).map(Message::text).collect();
    let of = |nth: usize, series: &str| prompts[nth].contains(series);
    assert_eq!(prompts.len(), 2, "{prompts:#?}");
    assert!(of(0, "Steady and far") && of(1, "Crossing the invisible line"), "{prompts:#?}");
    harbour.end().await;
}

const NOW: &str = "2027-01-04 08:00";

/// That something is in doubt, told to `person`.
async fn tell(store: &Store, person: UserId, what: String, n: u64) {
    let alert = Alert::PollResultUnknown { channel: ChannelId(1), situation: what };
    let (body, now) = (serde_json::to_string(&alert).unwrap(), local(NOW));
    let insert = store.write(move |conn| {
        Box::pin(async move {
            let new = New {
                team: None,
                kind: Kind::Alert,
                occurrence: None,
                poll: None,
                target: Target::Person(person),
                body: Some(&body),
                nonce: &outbound::nonce(n),
                thread: false,
            };
            outbox::insert(conn, new, now).await
        })
    });
    insert.await.unwrap().expect("each has a row of its own");
}

#[tokio::test]
async fn more_for_one_person_than_the_bot_does_at_a_time_holds_up_nobody_else() {
    let discord = emulator(Options { start: Some(local(NOW)), ..Options::default() }).await;
    let app = discord.application("Helmsman");
    let guild = discord.guild("Harbour");
    let (ada, ben) = (guild.person("ada"), guild.person("ben"));
    guild.add_app(&app, INVITED);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("h.db")).await.unwrap();
    // It stands still, so nothing comes of a later look.
    let (_told, clock) = watch::channel(local(NOW));
    let bot = Bot::start(BotParts {
        store: store.clone(),
        library: Library::builtin(),
        clock: Clock::told(clock),
        http: HttpParts {
            token: app.token.clone(),
            api_url: Some(discord.api_url()),
            connect_to: None,
            ca_pem: None,
            // What is held does not end by itself while this waits.
            time_out: Duration::from_secs(60),
        },
        seed: 7,
    })
    .await
    .unwrap();
    discord.wait_commands(&app).await;
    let settled = || bot.settled(|| discord.delivered(&app).max(1));
    settled().await;
    let held = |words: &str| {
        let hold = RequestFault::Hold { done: false };
        discord.fault(Fault::on("POST /channels/*/messages", hold).containing(words))
    };
    let (many, only) = (held("One of many"), held("The only one"));
    for n in 0..200 {
        tell(&store, UserId(ada.id().get()), format!("One of many, {n}"), n).await;
    }
    tell(&store, UserId(ben.id().get()), "The only one".into(), 200).await;
    let found = async {
        tokio::select! {
            // This has it look once, and does not return while anything is on its way.
            () = settled() => panic!("the messages are held"),
            () = only.struck(1) => {}
        }
    };
    tokio::time::timeout(Duration::from_secs(5), found).await.expect("the other one's turn comes");
    tokio::time::timeout(Duration::from_secs(5), many.struck(1)).await.expect("and that of the many");
    assert_eq!(many.strikes(), 1, "one after the other");
    only.remove();
    many.remove();
    bot.stop().await;
    let told: Vec<_> = ben.sees(&ben.dm(&app)).iter().map(Message::text).collect();
    assert!(told.len() == 1 && told[0].contains("The only one"), "{told:#?}");
    discord.shutdown().await;
}
