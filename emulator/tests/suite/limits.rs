//! Limits on the rate of requests.

use crate::bot::{Plan, Stage};
use emulator::{Done, Fault, Options, RateLimits, RequestFault, Scope};
use reqwest::Response;
use serde_json::{Value, json};
use std::time::Duration;

async fn stage(rate_limits: RateLimits) -> Stage {
    let options = Options { rate_limits, ..Plan::default().options };
    let stage = Stage::without_bot(options).await;
    stage.guild.add_app(&stage.app, 0);
    stage
}

async fn request(stage: &Stage, method: reqwest::Method, path: &str) -> Response {
    let url = format!("{}/api/v10{path}", stage.discord.api_url());
    let request = reqwest::Client::new().request(method, url).json(&json!({ "content": "a" }));
    request.header("authorization", format!("Bot {}", stage.app.token)).send().await.unwrap()
}

async fn send(stage: &Stage) -> Response {
    request(stage, reqwest::Method::POST, &stage.messages()).await
}

fn header<'r>(response: &'r Response, name: &str) -> Option<&'r str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_channel_takes_five_messages_in_five_seconds() {
    let stage = stage(RateLimits::default()).await;
    let now = stage.discord.clock().now().as_second();
    for remaining in ["4", "3", "2", "1", "0"] {
        let response = send(&stage).await;
        assert_eq!(response.status(), 200);
        assert_eq!(header(&response, "x-ratelimit-limit"), Some("5"));
        assert_eq!(header(&response, "x-ratelimit-remaining"), Some(remaining));
        assert_eq!(header(&response, "x-ratelimit-reset-after"), Some("5.000"));
        assert_eq!(header(&response, "x-ratelimit-reset"), Some(format!("{}.000", now + 5).as_str()));
    }
    let bucket = header(&send(&stage).await, "x-ratelimit-bucket").unwrap().to_owned();
    stage.discord.clock().advance(Duration::from_millis(3750));
    let refused = send(&stage).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(header(&refused, "x-ratelimit-scope"), Some("user"));
    assert_eq!(header(&refused, "x-ratelimit-remaining"), Some("0"));
    assert_eq!(header(&refused, "x-ratelimit-bucket"), Some(bucket.as_str()));
    assert_eq!(header(&refused, "retry-after"), Some("2"));
    let body: Value = refused.json().await.unwrap();
    assert_eq!((&body["retry_after"], &body["global"]), (&json!(1.25), &json!(false)));
    stage.discord.clock().advance(Duration::from_millis(1250));
    assert_eq!(send(&stage).await.status(), 200);
    let other = stage.guild.text_channel("other");
    let path = format!("/channels/{}/messages", other.id());
    let response = request(&stage, reqwest::Method::POST, &path).await;
    assert_eq!(header(&response, "x-ratelimit-remaining"), Some("4"), "each channel has its own");
    assert_eq!(header(&response, "x-ratelimit-bucket"), Some(bucket.as_str()));
}

#[tokio::test]
async fn there_is_a_limit_over_all_routes_but_those_of_interactions() {
    let stage = stage(RateLimits::default().with_global(10)).await;
    let client = reqwest::Client::new();
    let url = format!("{}/api/v10/users/@me", stage.discord.api_url());
    let token = format!("Bot {}", stage.app.token);
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..60 {
        all.spawn(client.get(&url).header("authorization", &token).send());
    }
    let mut refused = 0;
    while let Some(response) = all.join_next().await {
        let response = response.unwrap().unwrap();
        if response.status() == 429 {
            refused += 1;
            assert_eq!(header(&response, "x-ratelimit-global"), Some("true"));
            assert_eq!(header(&response, "x-ratelimit-scope"), Some("global"));
            assert_eq!(header(&response, "retry-after"), Some("1"));
            assert_eq!(response.json::<Value>().await.unwrap()["global"], true);
        } else {
            assert_eq!(response.status(), 200);
        }
    }
    assert!(refused > 0);
    let invalid = stage.discord.requests().iter().filter(|request| request.is_invalid()).count();
    assert_eq!(invalid, refused);
    let callback = request(&stage, reqwest::Method::POST, "/interactions/1/t/callback").await;
    assert_eq!(callback.status(), 404, "interactions are exempt");
}

#[tokio::test]
async fn a_refusal_by_a_fault_has_the_headers_of_its_route() {
    let stage = stage(RateLimits::default()).await;
    for (scope, remaining) in [(Scope::User, Some("0")), (Scope::Shared, Some("3")), (Scope::Global, None)] {
        let limit = RequestFault::Limit { scope, retry_after_ms: 1500 };
        stage.discord.fault(Fault::on("POST /channels/*/messages", limit).times(1));
        let response = send(&stage).await;
        assert_eq!(response.status(), 429);
        assert_eq!(header(&response, "x-ratelimit-remaining"), remaining, "{scope:?}");
    }
    let shared = stage.discord.requests();
    let invalid: Vec<bool> = shared.iter().map(emulator::LoggedRequest::is_invalid).collect();
    assert_eq!(invalid, [true, false, true]);
    let error = RequestFault::Error { status: 502, done: Done::No };
    stage.discord.fault(Fault::on("POST /channels/*/messages", error).times(1));
    assert_eq!(header(&send(&stage).await, "x-ratelimit-limit"), None);
}
