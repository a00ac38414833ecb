//! A bot whose own clock is not Discord's.

use crate::harness::{INVITED, ZONE, emulator, local};
use emulator::Options;
use helmsman::{
    chat::discord::HttpParts,
    clock::Clock,
    domain::library::Library,
    run::{Bot, BotParts},
    store::Store,
};
use std::time::Duration;
use tokio::sync::watch;

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
