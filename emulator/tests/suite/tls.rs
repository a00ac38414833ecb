//! REST over TLS through serenity's own limiter.

use crate::bot::{Plan, Stage};
use emulator::Options;
use serenity::all::HttpBuilder;

#[tokio::test]
async fn the_real_limiter_reaches_it_under_discords_name() {
    let stage = Stage::without_bot(Options { tls: true, ..Plan::default().options }).await;
    stage.guild.add_app(&stage.app, 0);
    let tls = stage.discord.tls().unwrap();
    let authority = reqwest::Certificate::from_pem(tls.ca_pem.as_bytes()).unwrap();
    let client = reqwest::Client::builder()
        .resolve("discord.com", tls.addr)
        .add_root_certificate(authority)
        .build()
        .unwrap();
    let http = HttpBuilder::new(&stage.app.token).client(client).build();
    assert!(http.ratelimiter.is_some());
    for at in 0..10 {
        stage.channel_id().say(&http, at.to_string()).await.unwrap();
    }
    assert_eq!(stage.ana.sees(&stage.channel).len(), 10);
    let stranger = reqwest::Client::builder().resolve("discord.com", tls.addr).build().unwrap();
    assert!(
        stranger.get("https://discord.com/api/v10/gateway").send().await.is_err(),
        "nobody else trusts it"
    );
}
