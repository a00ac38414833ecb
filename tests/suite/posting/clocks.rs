//! A bot whose own clock is not Discord's.

use crate::harness::{Harbour, INVITED, ZONE, emulator, local};
use emulator::{Fault, Options, RequestFault};
use helmsman::{
    chat::discord::{Discord as Rest, HttpParts},
    clock::Clock,
    domain::library::Library,
    run::{Bot, BotParts},
    store::Store,
};
use jiff::SignedDuration;
use std::time::Duration;
use tokio::sync::watch;

/// A host whose clock is an hour wrong, jumps by two, and is right in the end.
const WRONG: [i64; 5] = [60, -60, 37, -1, 0];

#[tokio::test]
async fn a_host_whose_clock_is_wrong_and_jumps_posts_and_closes_in_time() {
    let harbour = Harbour::with_team().await;
    for (day, minutes) in WRONG.into_iter().enumerate() {
        let day = day + 4;
        harbour.set_host_off(SignedDuration::from_mins(minutes)).await;
        harbour.at(&format!("2027-01-{day:02} 09:29:58")).await;
        let count = harbour.ben.sees(&harbour.channel).len();
        harbour.at(&format!("2027-01-{day:02} 09:30:12")).await;
        let seen = harbour.ben.sees(&harbour.channel);
        let new: Vec<String> = seen[count..].iter().map(emulator::Message::text).collect();
        let expected = if day == 4 { 1 } else { 2 };
        assert_eq!(new.len(), expected, "{minutes} min, day {day}: {new:#?}");
        assert!(new.last().unwrap().contains(&format!("day {} of", day - 3)), "{new:#?}");
        // In the middle of the window it jumps to the other side.
        harbour.at(&format!("2027-01-{day:02} 12:00")).await;
        harbour.set_host_off(SignedDuration::from_mins(-minutes)).await;
        harbour.ben.reply(&harbour.prompt(), "I would ask them first");
        harbour.settled().await;
    }
    let streak = harbour.ben.slash(&harbour.channel, "me", &[]).await;
    assert!(streak.text().contains("5 prompt days"), "{}", streak.text());
    harbour.end().await;
}

#[tokio::test]
async fn a_move_of_the_emulators_clock_that_an_answer_tells_first_is_not_counted_twice() {
    let start = local("2027-01-04 08:00");
    let emulator = emulator(Options { start: Some(start), ..Options::default() }).await;
    let app = emulator.application("Helmsman");
    let (tell, told) = watch::channel(start);
    let http = HttpParts {
        token: app.token.clone(),
        api_url: Some(emulator.api_url()),
        connect_to: None,
        ca_pem: None,
        time_out: Duration::from_secs(5),
    };
    let discord = Rest::new(http, Clock::discords(told)).unwrap();
    let hold = emulator.fault(Fault::on("GET /gateway/bot", RequestFault::Hold { done: true }));
    let asking = tokio::spawn({
        let discord = discord.clone();
        async move { discord.gateway().await.is_ok() }
    });
    hold.struck(1).await;
    // The bot is told of the move by another way, which is slower than the answer.
    let later = start + SignedDuration::from_mins(90);
    emulator.clock().set(later);
    hold.release();
    assert!(asking.await.unwrap());
    tell.send_replace(later);
    assert_eq!(discord.now(), later, "or what is put off now would be due an hour and a half too late");
    emulator.shutdown().await;
}

#[tokio::test]
async fn a_host_whose_clock_jumps_ahead_closes_and_misses_nothing() {
    let start = local("2027-01-04 08:00");
    let discord = emulator(Options { start: Some(start), seed: 7, ..Options::default() }).await;
    let app = discord.application("Helmsman");
    let guild = discord.guild("Harbour");
    let (ada, ben) = (guild.person("ada"), guild.person("ben"));
    guild.set_owner(&ada);
    let channel = guild.text_channel("team");
    guild.add_app(&app, INVITED);
    let folder = tempfile::tempdir().unwrap();
    let (own, told) = watch::channel(start);
    let bot = Bot::start(BotParts {
        store: Store::open(&folder.path().join("h.db")).await.unwrap(),
        library: Library::builtin(),
        clock: Clock::told(told),
        http: HttpParts {
            token: app.token.clone(),
            api_url: Some(discord.api_url()),
            connect_to: None,
            ca_pem: None,
            time_out: Duration::from_secs(5),
        },
        seed: 7,
    })
    .await
    .unwrap();
    discord.wait_commands(&app).await;
    let settled = async || {
        let settled = bot.settled(|| discord.delivered(&app).max(1));
        tokio::time::timeout(Duration::from_secs(30), settled).await.expect("it comes to rest");
    };
    settled().await;
    let panel = ada.slash(&channel, "setup", &[("zone", ZONE)]).await;
    ada.click(panel.message(), "Start").await;
    // Discord's clock and the host's cannot be moved in one moment: nothing may be on its way in between.
    settled().await;
    discord.clock().set(local("2027-01-04 09:30"));
    own.send_replace(local("2027-01-04 09:30"));
    settled().await;
    let prompt = ben.sees(&channel).pop().unwrap();
    // Three days ahead, and Discord is not.
    discord.clock().set(local("2027-01-04 12:00"));
    own.send_replace(local("2027-01-07 12:00"));
    settled().await;
    assert!(!prompt.refresh().buttons().is_empty(), "closed two days early");
    let answer = ben.click(&prompt, &prompt.buttons()[0].label).await;
    assert!(answer.text().contains("1 prompt day"), "{}", answer.text());
    // Tuesday's prompt comes on Tuesday, and not never.
    discord.clock().set(local("2027-01-05 09:31"));
    own.send_replace(local("2027-01-08 09:31"));
    settled().await;
    assert!(ben.sees(&channel).last().unwrap().text().contains("day 2 of"), "Tuesday's prompt");
    bot.stop().await;
    discord.shutdown().await;
}
