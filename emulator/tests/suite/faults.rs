//! Faults of REST requests, as a client meets them.

use crate::bot::Stage;
use emulator::{Done, Fault, FaultClock, RequestFault, Scope};
use serde_json::{Value, json};
use std::error::Error;
use std::time::{Duration, Instant};

const SEND: &str = "POST /channels/*/messages";

/// A message on its way.
fn send(stage: &Stage, body: Value) -> tokio::task::JoinHandle<reqwest::Result<reqwest::Response>> {
    let url = format!("{}/api/v10{}", stage.discord.api_url(), stage.messages());
    let token = format!("Bot {}", stage.app.token);
    let request = reqwest::Client::new().post(url).header("authorization", token).json(&body);
    tokio::spawn(request.send())
}

fn said(text: &str) -> Value {
    json!({ "content": text, "nonce": text, "enforce_nonce": true })
}

fn error(done: Done) -> RequestFault {
    RequestFault::Error { status: 502, done }
}

#[tokio::test]
async fn an_error_says_nothing_about_what_was_done() {
    let stage = Stage::offline(0).await;
    for (done, count) in [(Done::No, 0), (Done::Yes, 1)] {
        let fault = stage.discord.fault(Fault::on(SEND, error(done)).times(1));
        let (status, _) = stage.rest("POST", &stage.messages(), &said("a")).await;
        assert_eq!((status, stage.channel.message_count(), fault.strikes()), (502, count, 1), "{done:?}");
    }
    assert_eq!(stage.rest("POST", &stage.messages(), &said("a")).await.0, 200);
    assert_eq!(stage.channel.message_count(), 1, "the nonce of what was done is known");
    let codes: Vec<u16> = stage.discord.requests().iter().map(|request| request.status).collect();
    assert_eq!(codes, [502, 502, 200]);
}

#[tokio::test]
async fn what_is_done_late_is_done_at_its_time_even_if_the_clock_leaps() {
    let stage = Stage::offline(0).await;
    let start = stage.discord.clock().now();
    let window = stage.discord.world(|world| world.nonce_window_ms());
    stage.discord.fault(Fault::on(SEND, error(Done::LateByMs(u64::MAX))).times(1));
    assert_eq!(stage.rest("POST", &stage.messages(), &said("late")).await.0, 502);
    let due = Duration::from_millis(window as u64 - 60_000);
    stage.discord.clock().advance(due - Duration::from_millis(1));
    assert_eq!(stage.channel.message_count(), 0);
    stage.discord.clock().advance(Duration::from_secs(3600));
    let seen = stage.ana.sees(&stage.channel);
    assert_eq!(seen[0].id.millis(), start.as_millisecond() + due.as_millis() as i64);
}

#[tokio::test]
async fn what_was_sent_again_meanwhile_is_not_done_late_as_well() {
    let stage = Stage::offline(0).await;
    stage.discord.fault(Fault::on(SEND, error(Done::Late)).times(1));
    assert_eq!(stage.rest("POST", &stage.messages(), &said("late")).await.0, 502);
    assert_eq!(stage.rest("POST", &stage.messages(), &said("late")).await.0, 200);
    stage.discord.clock().advance(Duration::from_secs(3600));
    assert_eq!(stage.channel.message_count(), 1);
}

#[tokio::test]
async fn a_clock_that_runs_does_what_is_late_too() {
    let mut options = crate::bot::Plan::default().options;
    options.start = None;
    let stage = Stage::without_bot(options).await;
    stage.guild.add_app(&stage.app, 0);
    stage.discord.fault(Fault::on(SEND, error(Done::LateByMs(20))));
    assert_eq!(stage.rest("POST", &stage.messages(), &said("late")).await.0, 502);
    let channel = stage.channel.id();
    stage.discord.wait_for(|world| (!world.channels[&channel].messages.is_empty()).then_some(())).await;
}

#[tokio::test]
async fn a_reset_is_one() {
    let stage = Stage::offline(0).await;
    for (done, count) in [(Done::No, 0), (Done::Yes, 1), (Done::LateByMs(60_000), 1)] {
        stage.discord.fault(Fault::on(SEND, RequestFault::Reset { done }).times(1));
        let lost = send(&stage, said("a")).await.unwrap().unwrap_err();
        let mut cause: &dyn Error = &lost;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        let kind = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        assert_eq!(kind, Some(std::io::ErrorKind::ConnectionReset), "{lost:?}");
        assert_eq!(stage.channel.message_count(), count, "{done:?}");
    }
    assert_eq!(stage.discord.requests()[0].status, 0);
}

#[tokio::test]
async fn no_answer_comes_however_long_one_waits() {
    let stage = Stage::offline(0).await;
    let fault = stage.discord.fault(Fault::on(SEND, RequestFault::NoAnswer { done: Done::Yes }));
    let request = send(&stage, said("a"));
    fault.struck(1).await;
    let channel = stage.channel.id();
    stage.discord.wait_for(|world| (!world.channels[&channel].messages.is_empty()).then_some(())).await;
    stage.discord.clock().advance(Duration::from_secs(86_400));
    fault.remove();
    assert_eq!(stage.rest("GET", "/gateway", &json!({})).await.0, 200);
    assert!(!request.is_finished());
    request.abort();
}

#[tokio::test]
async fn a_delay_passes_by_the_clock_that_it_names() {
    let stage = Stage::offline(0).await;
    let host = RequestFault::Delay { ms: 30, clock: FaultClock::Host, done: false };
    stage.discord.fault(Fault::on(SEND, host).times(1));
    #[allow(clippy::disallowed_methods)] // the delay is of the host's clock
    let begun = Instant::now();
    assert_eq!(send(&stage, said("a")).await.unwrap().unwrap().status(), 200);
    assert!(begun.elapsed() >= Duration::from_millis(30));
    for (done, count) in [(false, 1), (true, 3)] {
        let told = RequestFault::Delay { ms: 5000, clock: FaultClock::Discord, done };
        let fault = stage.discord.fault(Fault::on(SEND, told).times(1));
        let request = send(&stage, json!({ "content": "b" }));
        fault.struck(1).await;
        if done {
            let channel = stage.channel.id();
            let there = |world: &emulator::world::World| world.channels[&channel].messages.len() == count;
            stage.discord.wait_for(|world| there(world).then_some(())).await;
        }
        stage.discord.clock().advance(Duration::from_millis(4999));
        assert_eq!(stage.channel.message_count(), count);
        assert!(!request.is_finished());
        stage.discord.clock().advance(Duration::from_millis(1));
        assert_eq!(request.await.unwrap().unwrap().status(), 200);
    }
}

#[tokio::test]
async fn what_is_held_waits_for_its_release_or_dies_with_its_client() {
    let stage = Stage::offline(0).await;
    let hold = stage.discord.fault(Fault::on(SEND, RequestFault::Hold { done: false }));
    let request = send(&stage, said("released"));
    hold.struck(1).await;
    assert_eq!(stage.channel.message_count(), 0);
    hold.release();
    assert_eq!(request.await.unwrap().unwrap().status(), 200);
    let request = send(&stage, said("killed"));
    hold.struck(2).await;
    request.abort();
    assert!(request.await.unwrap_err().is_cancelled());
    hold.emptied().await;
    let later = send(&stage, said("later"));
    hold.struck(3).await;
    hold.remove();
    assert_eq!(later.await.unwrap().unwrap().status(), 200);
    let texts: Vec<String> = stage.ana.sees(&stage.channel).iter().map(emulator::Message::text).collect();
    assert_eq!(texts, ["released", "later"]);
}

#[tokio::test]
async fn a_refusal_for_too_many_requests_says_whose_limit_it_is() {
    let stage = Stage::offline(0).await;
    for (scope, name) in [(Scope::User, "user"), (Scope::Shared, "shared"), (Scope::Global, "global")] {
        let limit = RequestFault::Limit { scope, retry_after_ms: 1250 };
        stage.discord.fault(Fault::on(SEND, limit).times(1));
        let response = send(&stage, said("a")).await.unwrap().unwrap();
        assert_eq!(response.status(), 429);
        let header = |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(header("x-ratelimit-scope").as_deref(), Some(name));
        assert_eq!(header("retry-after").as_deref(), Some("2"));
        assert_eq!(header("x-ratelimit-global").is_some(), scope == Scope::Global);
        assert!(header("via").is_some(), "it comes from Discord, not from a proxy before it");
        let body: Value = response.json().await.unwrap();
        assert_eq!((&body["retry_after"], &body["global"]), (&json!(1.25), &json!(scope == Scope::Global)));
    }
    assert_eq!(stage.channel.message_count(), 0);
}

#[tokio::test]
async fn faults_are_listed_counted_and_cleared() {
    let stage = Stage::offline(0).await;
    let first = stage.discord.fault(Fault::on(SEND, error(Done::No)).skip(1));
    stage.discord.fault(Fault::on("* /**", error(Done::Yes)).with_probability(0.0));
    for status in [200, 502] {
        assert_eq!(stage.rest("POST", &stage.messages(), &json!({ "content": "a" })).await.0, status);
    }
    let counts: Vec<_> = stage.discord.faults().iter().map(|fault| (fault.matched, fault.struck)).collect();
    assert_eq!(counts, [(2, 1), (1, 0)], "the second is asked only if the first lets pass");
    first.remove();
    assert_eq!((stage.discord.faults().len(), first.strikes()), (1, 0));
    stage.discord.clear_faults();
    assert!(stage.discord.faults().is_empty());
}
