//! Who is let in, and with what on it everything leaves.

use crate::bot::Stage;
use emulator::{Discord, Options, Page, Panel};
use futures_util::FutureExt;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;

const ROUTES: [(Method, &str); 6] = [
    (Method::GET, ""),
    (Method::GET, "page/index.html"),
    (Method::GET, "emulator/events"),
    (Method::POST, "emulator/act"),
    (Method::POST, "emulator/panel"),
    (Method::GET, "emulator/clock"),
];

async fn ask(discord: &Discord, route: &(Method, &str), headers: &[(&str, &str)]) -> reqwest::Response {
    let url = format!("{}{}", discord.page_url(), route.1);
    let mut request = Client::new().request(route.0.clone(), url);
    if route.0 == Method::POST {
        request = request.header("content-type", "application/json").body("{}");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

fn panel() -> Page {
    let handle = |asked: Value| async move { json!({ "asked": asked }) }.boxed();
    let files = vec![("panel.js", "export function start() {}"), ("panel.css", "")];
    Page { panel: Some(Panel { files, handle: Arc::new(handle) }), ..Page::default() }
}

#[tokio::test]
async fn the_page_is_served_sealed() {
    let stage = Stage::offline(0).await;
    stage.discord.set_page(panel());
    for route in &ROUTES {
        let answer = ask(&stage.discord, route, &[]).await;
        assert_eq!(answer.status(), 200, "{route:?}");
        let headers = answer.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(headers[name], value, "{route:?}");
        }
    }
    for (route, kind) in
        [("", "text/html"), ("panel/panel.js", "text/javascript"), ("panel/panel.css", "text/css")]
    {
        let answer = ask(&stage.discord, &(Method::GET, route), &[]).await;
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with(kind), "{route}");
    }
    for missing in ["page/none.js", "panel/none.js", "page/..%2Fmod.rs"] {
        assert_eq!(ask(&stage.discord, &(Method::GET, missing), &[]).await.status(), 404, "{missing}");
    }
}

#[tokio::test]
async fn no_other_site_drives_it() {
    let stage = Stage::offline(0).await;
    stage.discord.set_page(panel());
    let port = stage.discord.api_url().rsplit_once(':').unwrap().1.to_owned();
    let (rebound, other_port) =
        (format!("evil.example:{port}"), format!("127.0.0.1:{}", port.parse::<u32>().unwrap() + 1));
    let (own, localhost) = (format!("http://127.0.0.1:{port}"), format!("localhost:{port}"));
    for route in &ROUTES {
        for wrong in [
            &[("host", rebound.as_str())][..],
            &[("host", "127.0.0.1")],
            &[("host", other_port.as_str())],
            &[("origin", "http://evil.example")],
            &[("origin", "null")],
            &[("origin", "http://127.0.0.1:1")],
            &[("origin", own.as_str()), ("host", localhost.as_str())],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
        ] {
            let answer = ask(&stage.discord, route, wrong).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{route:?} {wrong:?}");
            assert!(answer.json::<Value>().await.unwrap()["error"].is_string());
        }
        for right in [
            &[("origin", own.as_str())][..],
            &[("host", localhost.as_str())],
            &[("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "none")],
        ] {
            assert_eq!(ask(&stage.discord, route, right).await.status(), 200, "{route:?} {right:?}");
        }
    }
    // A bot is no page.
    let bot = Client::new().get(format!("{}/api/v10/users/@me", stage.discord.api_url()));
    let bot = bot.header("authorization", format!("Bot {}", stage.app.token)).header("host", "discord.com");
    assert_eq!(bot.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn only_json_is_taken() {
    let stage = Stage::offline(0).await;
    let url = format!("{}emulator/act", stage.discord.page_url());
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
        let answer = Client::new().post(&url).header("content-type", kind).body("{}").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    let broken =
        Client::new().post(&url).header("content-type", "application/json").body("{").send().await.unwrap();
    assert_eq!(broken.status(), 400);
    assert!(broken.json::<Value>().await.unwrap()["error"].is_string());
}

#[tokio::test]
async fn a_panel_answers_what_it_is_asked() {
    let stage = Stage::offline(0).await;
    let route = (Method::POST, "emulator/panel");
    let none = ask(&stage.discord, &route, &[]).await;
    assert_eq!(none.status(), 404);
    stage.discord.set_page(panel());
    assert_eq!(ask(&stage.discord, &route, &[]).await.json::<Value>().await.unwrap(), json!({ "asked": {} }));
}

#[tokio::test]
async fn the_files_can_come_from_a_directory() {
    let folder = std::env::temp_dir().join(format!("emulator-page-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("index.html"), "<p>mine").unwrap();
    let options = Options { page_files: Some(folder.clone()), ..Options::default() };
    let discord = Discord::start(options).await.unwrap();
    assert_eq!(ask(&discord, &(Method::GET, ""), &[]).await.text().await.unwrap(), "<p>mine");
    std::fs::write(folder.join("new.js"), "1").unwrap();
    assert_eq!(ask(&discord, &(Method::GET, "page/new.js"), &[]).await.text().await.unwrap(), "1");
    for outside in ["page/..%2Findex.html", "page/..%2F..%2Fetc%2Fpasswd", "page/gone.js"] {
        assert_eq!(ask(&discord, &(Method::GET, outside), &[]).await.status(), 404, "{outside}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
