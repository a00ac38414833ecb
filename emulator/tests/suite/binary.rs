//! The emulator as another process.

use serde_json::{Value, json};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

struct Process {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_emulator"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, input, output }
    }

    async fn line(&mut self) -> Value {
        serde_json::from_str(&self.output.next_line().await.unwrap().unwrap()).unwrap()
    }

    async fn act(&mut self, request: Value) -> Value {
        self.input.write_all(format!("{request}\n").as_bytes()).await.unwrap();
        self.line().await
    }
}

#[tokio::test]
async fn people_are_driven_by_lines_and_over_http() {
    let mut process =
        Process::start(&["--clock", "2027-01-04T08:00:00Z", "--people", "ana,ben", "--channel", "deck"]);
    let hello = process.line().await;
    let api = hello["api_url"].as_str().unwrap().to_owned();
    let page = reqwest::get(hello["page"].as_str().unwrap()).await.unwrap();
    assert!(page.text().await.unwrap().contains("<!doctype html>"));
    let said = process.act(json!({ "as": "ben", "do": "say", "channel": "deck", "text": "ahoy" })).await;
    assert_eq!(said["text"], "ahoy");
    let client = reqwest::Client::new();
    let act = async |request: Value| -> Value {
        client.post(format!("{api}/emulator/act")).json(&request).send().await.unwrap().json().await.unwrap()
    };
    let reply = act(json!({ "as": "ana", "do": "reply", "message": said["id"], "text": "aye" })).await;
    assert_eq!(reply["author"], "ana");
    let seen = act(json!({ "as": "ben", "do": "sees", "channel": "deck" })).await;
    assert_eq!(seen.as_array().unwrap().len(), 2);
    let two = json!({ "as": "ben", "do": "sees", "channel": "deck", "text": "ay", "at_least": 2 });
    let (seen, _) =
        tokio::join!(act(two), act(json!({ "as": "ana", "do": "say", "channel": "deck", "text": "nay" })));
    let texts: Vec<_> = seen.as_array().unwrap().iter().map(|message| message["text"].clone()).collect();
    assert_eq!(texts, ["aye", "nay"], "waited for, and without the one that has other words");
    for (wrong, why) in [
        (json!({ "as": "zoe", "do": "say", "text": "x" }), "nobody called zoe"),
        (json!({ "as": "ana", "do": "fly" }), "how to fly"),
        (
            json!({ "as": "ana", "do": "slash", "channel": "deck", "command": "none" }),
            "no command called none",
        ),
        (json!({ "as": "ana", "do": "click", "message": "1", "button": "x" }), "no message"),
        (json!({ "as": "ana", "do": "say", "channel": "none", "text": "x" }), "no channel"),
    ] {
        let answer = process.act(wrong).await;
        assert!(answer["error"].as_str().unwrap().contains(why), "{answer}");
    }
    let me: Value = client
        .get(format!("{api}/api/v10/users/@me"))
        .header("authorization", format!("Bot {}", hello["token"].as_str().unwrap()))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(me["id"], hello["application"]);
    process.child.kill().await.unwrap();
}

#[tokio::test]
async fn the_clock_is_read_and_moved_from_outside() {
    let mut process = Process::start(&["--clock", "2027-01-04T08:00:00Z"]);
    let hello = process.line().await;
    let url = format!("{}/emulator/clock", hello["api_url"].as_str().unwrap());
    let client = reqwest::Client::new();
    let first: Value = client.get(&url).send().await.unwrap().json().await.unwrap();
    assert_eq!(first["running"], false);
    let next = client.get(format!("{url}?after={}", first["version"])).send();
    let mover = client.post(&url).json(&json!({ "advance_ms": 5000 })).send();
    let (next, moved) = tokio::join!(next, mover);
    assert!(moved.unwrap().status().is_success());
    let next: Value = next.unwrap().json().await.unwrap();
    assert_eq!(next["now_ms"].as_i64().unwrap() - first["now_ms"].as_i64().unwrap(), 5000);
    assert_eq!(process.act(json!({ "do": "clock", "run": true })).await["running"], true);
    assert_eq!(process.act(json!({ "do": "clock", "run": false })).await["running"], false);
}

#[tokio::test]
async fn a_bad_clock_and_an_unwritable_file_are_refused() {
    for arguments in [&["--clock", "noon"][..], &["--tls", "--ca-file", "/nonexistent/ca.pem"][..]] {
        let process = Process::start(arguments);
        let output = process.child.wait_with_output().await.unwrap();
        assert!(!output.status.success(), "{arguments:?}");
    }
}

#[tokio::test]
async fn faults_are_planted_from_outside() {
    let mut process = Process::start(&["--clock", "2027-01-04T08:00:00Z"]);
    let hello = process.line().await;
    let messages = format!(
        "{}/api/v10/channels/{}/messages",
        hello["api_url"].as_str().unwrap(),
        hello["channel"].as_str().unwrap()
    );
    let send = || {
        let request = reqwest::Client::new().post(&messages).json(&json!({ "content": "held" }));
        tokio::spawn(
            request.header("authorization", format!("Bot {}", hello["token"].as_str().unwrap())).send(),
        )
    };
    let wanted = json!({ "do": "fault", "on": "POST /channels/*/messages", "kind": "hold", "times": 1 });
    let planted = process.act(wanted).await;
    let held = send();
    assert_eq!(process.act(json!({ "do": "struck", "fault": planted["fault"] })).await["struck"], 1);
    assert!(!held.is_finished());
    process.act(json!({ "do": "release", "fault": planted["fault"] })).await;
    assert_eq!(held.await.unwrap().unwrap().status(), 200);
    let late = json!({
        "do": "fault", "on": "POST /channels/*/messages", "kind": "error", "status": 503, "done": { "late_by_ms": 1000 },
        "containing": "held", "probability": 1.0, "skip": 0
    });
    assert_eq!(process.act(late).await["fault"], 2);
    assert_eq!(send().await.unwrap().unwrap().status(), 503);
    let list = process.act(json!({ "do": "faults" })).await;
    assert_eq!(
        (&list[0]["struck"], &list[1]["struck"], &list[1]["kind"]),
        (&json!(1), &json!(1), &json!("error"))
    );
    for (wrong, why) in [
        (json!({ "do": "fault", "on": "nowhere", "kind": "hold" }), "no route"),
        (json!({ "do": "fault", "on": "* /**", "kind": "flood" }), "flood"),
        (json!({ "do": "fault", "on": "* /**", "kind": "hold", "time": 1 }), "no `time`"),
        (json!({ "do": "release", "fault": 9 }), "no fault 9"),
        (json!({ "do": "release" }), "say `fault`"),
    ] {
        let answer = process.act(wrong).await;
        assert!(answer["error"].as_str().unwrap().contains(why), "{answer}");
    }
    assert_eq!(process.act(json!({ "do": "remove", "fault": 1 })).await["removed"], 1);
    process.act(json!({ "do": "remove" })).await;
    assert_eq!(process.act(json!({ "do": "faults" })).await, json!([]));
}
