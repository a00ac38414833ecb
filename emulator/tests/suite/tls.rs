//! REST over TLS through serenity's own limiter.

use crate::bot::{Plan, Stage};
use emulator::{Options, RateLimits};
use serenity::all::HttpBuilder;
use std::time::Duration;

#[tokio::test]
async fn the_real_limiter_reaches_it_under_discords_name() {
    // Two a window, and a window short enough to wait for.
    let window = Duration::from_millis(40);
    let rate_limits = RateLimits::default().with("POST /channels/*/messages", 2, window);
    let options = Options { tls: true, rate_limits, ..Plan::default().options };
    let stage = Stage::without_bot(options).await;
    stage.guild.add_app(&stage.app, 0);
    let tls = stage.discord.tls().unwrap();
    let authority = reqwest::Certificate::from_pem(tls.ca_pem.as_bytes()).unwrap();
    let client = reqwest::Client::builder()
        .resolve("discord.com", tls.addr)
        .add_root_certificate(authority)
        .build()
        .unwrap();
    for (path, status) in
        [("emulator/clock", 200), ("emulator/events", 404), ("page/main.js", 404), ("", 400)]
    {
        let answer = client.get(format!("https://discord.com/{path}")).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
    let http = HttpBuilder::new(&stage.app.token).client(client).build();
    assert!(http.ratelimiter.is_some());
    for at in 0..10 {
        stage.channel_id().say(&http, at.to_string()).await.unwrap();
    }
    assert_eq!(stage.ana.sees(&stage.channel).len(), 10);
    let refused = stage.discord.requests().iter().filter(|request| request.is_invalid()).count();
    assert_eq!(refused, 0, "it read the headers and waited by the host's clock, while the emulator's stood");
    let stranger = reqwest::Client::builder().resolve("discord.com", tls.addr).build().unwrap();
    assert!(
        stranger.get("https://discord.com/api/v10/gateway").send().await.is_err(),
        "nobody else trusts it"
    );
}
