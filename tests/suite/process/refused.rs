//! Discord says no for good: the token, the intents, the size. And a Discord whose certificate nobody knows.

use super::{
    TOKEN,
    child::{Ended, Place},
    code,
    scene::Scene,
    unreachable::Elsewhere,
};

fn told(ended: &Ended, words: &str) {
    assert_eq!(ended.code, Some(code::REFUSED), "{ended:?}");
    assert!(ended.message().contains(words), "{ended:?}");
}

#[tokio::test]
async fn a_wrong_token_ends_it_at_once() {
    let scene = Scene::open().await;
    let ended = scene.place.run(Some(TOKEN), &["run"]).await;
    assert_eq!(ended.code, Some(code::REFUSED), "{ended:?}");
    insta::assert_snapshot!(ended.said, @r#"helmsman: Discord does not accept the token. Copy it again from the application's page (Bot, Reset Token) and give it to Helmsman anew"#);
    let asked: Vec<_> = scene.discord.requests().into_iter().map(|one| (one.path, one.status)).collect();
    assert_eq!(asked, [("/api/v10/gateway/bot".to_owned(), 401)], "once, not again and again");
    assert_eq!(scene.discord.sessions(&scene.app), []);
}

#[tokio::test]
async fn a_token_that_is_reset_while_it_runs_ends_it() {
    let scene = Scene::open().await;
    let bot = scene.running().await;
    scene.discord.close_connections(&scene.app, 4004);
    told(&bot.end().await, "Discord does not accept the token");
    assert_eq!(scene.discord.identify_count(&scene.app), 1);
}

#[tokio::test]
async fn a_token_that_only_the_gateway_refuses_ends_it() {
    let scene = Scene::open().await;
    let gateway = scene.discord.api_url().replace("http://", "ws://");
    let address = Elsewhere::start(vec![Some(gateway_bot(&gateway, 1))]).await;
    scene.place.write("helmsman.toml", address.config());
    told(&scene.place.run(Some(TOKEN), &["run"]).await, "Discord does not accept the token");
}

#[tokio::test]
async fn intents_that_are_not_allowed_end_it() {
    for code in [4013, 4014] {
        let scene = Scene::open().await;
        let bot = scene.running().await;
        scene.discord.close_connections(&scene.app, code);
        told(&bot.end().await, "Discord does not allow the intents");
    }
}

#[tokio::test]
async fn more_servers_than_one_connection_serves_end_it() {
    let elsewhere = Elsewhere::start(vec![Some(gateway_bot("ws://127.0.0.1:1", 2))]).await;
    let place = Place::with(&elsewhere.config());
    told(&place.run(Some(TOKEN), &["run"]).await, "more servers than one connection may serve");
}

fn gateway_bot(url: &str, shards: u32) -> String {
    let limit = r#"{"total":1000,"remaining":1000,"reset_after":0,"max_concurrency":1}"#;
    let body = format!(r#"{{"url":"{url}","shards":{shards},"session_start_limit":{limit}}}"#);
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_not_trusted() {
    let scene = Scene::open().await;
    let tls = scene.discord.tls().unwrap();
    scene.place.write("helmsman.toml", format!("[discord]\nconnect_to = \"{}\"\n", tls.addr));
    let ended = scene.start().end().await;
    assert_eq!(ended.code, Some(code::UNREACHABLE), "{ended:?}");
    assert!(ended.message().contains("no connection: invalid peer certificate: UnknownIssuer"), "{ended:?}");
    assert!(scene.discord.requests().is_empty(), "the token was not sent");
}
