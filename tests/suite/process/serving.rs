//! `helmsman run` against a Discord in another process: by both ways, on both clocks. On its own clock it is in this process,
//! and what is said to it is checked.

use super::{
    child::{Child, Place},
    emulator_process::{EmulatorProcess, Way},
};
use helmsman::store::Store;
use serde_json::{Value, json};
use sqlx::Row;

/// Stands in the footer of each prompt.
const PROMPT: &str = "Steady and far · ";
/// Monday morning, before the first prompt of London's day.
const MONDAY: &str = "2027-01-04T08:00:00Z";
const HOUR: u64 = 60 * MINUTE;
const MINUTE: u64 = 60_000;

struct Scene {
    place: Place,
    emulator: EmulatorProcess,
}

impl Scene {
    async fn open(way: Way, clock: &str) -> Self {
        let place = Place::empty();
        let ca_file = place.path("ca.pem");
        let (emulator, source) = match clock {
            "host" => (EmulatorProcess::start(clock, &ca_file).await, "host"),
            clock => (EmulatorProcess::here(clock, &ca_file).await, "emulator"),
        };
        place.write("helmsman.toml", emulator.config(way, source));
        Self { place, emulator }
    }

    fn run(&self) -> Child {
        self.place.start(Some(self.emulator.token()), &["run"])
    }

    /// ana sets up a team in this zone, and presses this button of the panel.
    async fn set_up(&self, zone: &str, button: &str) {
        self.emulator.act(json!({ "as": "ana", "do": "commands", "at_least": 1 })).await;
        let panel = self.emulator.slash("ana", "setup", json!({ "zone": zone })).await;
        let started = self.emulator.click("ana", &panel["message"], button).await;
        assert!(started["text"].as_str().unwrap().contains("Helmsman is under way"), "{started}");
    }

    /// Somebody presses the first button of a prompt, and is told that it counts.
    async fn answer(&self, who: &str, prompt: &Value) {
        let label = prompt["raw"]["components"][0]["components"][0]["label"].as_str().unwrap();
        let answer = loop {
            let answer = self.emulator.click(who, prompt, label).await;
            // Whoever is quicker than the bot's note of what it has just posted is asked to try again.
            if !answer["text"].as_str().unwrap().contains("being posted this moment") {
                break answer;
            }
        };
        assert_eq!(answer["message"]["ephemeral"], true, "{answer}");
        assert!(answer["text"].as_str().unwrap().contains("1 prompt day"), "{answer}");
    }

    /// The titles of what everybody sees.
    async fn titles(&self) -> Vec<String> {
        let seen = self.emulator.sees("", 0).await;
        let all = seen.iter().filter(|message| message["ephemeral"] == false);
        all.map(|message| message["raw"]["embeds"][0]["title"].as_str().unwrap().to_owned()).collect()
    }

    /// Whose answers with a pick stand in the database.
    async fn answered(&self) -> Vec<u64> {
        let store = Store::open(&self.place.path("helmsman.db")).await.unwrap();
        let mut conn = store.read().await.unwrap();
        let rows =
            sqlx::query("SELECT user FROM answer WHERE stands = 1 AND picked IS NOT NULL ORDER BY user")
                .fetch_all(&mut *conn)
                .await
                .unwrap();
        drop(conn);
        store.close().await;
        rows.iter().map(|row| row.get::<i64, _>("user") as u64).collect()
    }
}

/// Set up, posted by hand, answered, stopped, started again: on the host's clock.
async fn on_the_hosts_clock(way: Way) {
    let scene = Scene::open(way, "host").await;
    let bot = scene.run();
    bot.says("connected to Discord").await;
    // A zone in which it is noon, so that the schedule has nothing to post for hours.
    let noon = 12 - scene.emulator.now_ms().await / HOUR as i64 % 24;
    let zone = if noon < 0 { format!("Etc/GMT+{}", -noon) } else { format!("Etc/GMT-{noon}") };
    scene.set_up(&zone, "Post the first now").await;
    let prompt = scene.emulator.sees(PROMPT, 1).await.remove(0);
    scene.answer("ben", &prompt).await;
    let ended = bot.stop().await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.said.trim_end().ends_with("stopped"), "{}", ended.said);
    assert_eq!(scene.answered().await, [scene.emulator.id_of("ben")]);

    let bot = scene.run();
    bot.says("connected to Discord").await;
    scene.answer("cleo", &prompt).await;
    // What is still on its way goes before this one.
    scene.emulator.slash("ana", "prompt post", json!({})).await;
    scene.emulator.sees(PROMPT, 2).await;
    assert_eq!(bot.stop().await.code, Some(0));
    let titles = ["Hello from Helmsman", "The quiet hour", "What the days are for"];
    assert_eq!(scene.titles().await, titles);
    assert_eq!(scene.answered().await, [scene.emulator.id_of("ben"), scene.emulator.id_of("cleo")]);
}

/// Set up, posted by the schedule, answered, closed and revealed, with a restart after each: on the emulator's clock.
async fn on_the_emulators_clock(way: Way) {
    let scene = Scene::open(way, MONDAY).await;
    scene.emulator.later(0).await;
    let bot = scene.run();
    scene.set_up("Europe/London", "Start").await;
    scene.emulator.sees("Hello from Helmsman", 1).await;
    assert_eq!(bot.stop().await.code, Some(0));

    let mut bot = scene.run();
    bot.says("connected to Discord").await;
    scene.emulator.later(2 * HOUR).await;
    let prompt = scene.emulator.sees(PROMPT, 1).await.remove(0);
    scene.answer("ben", &prompt).await;
    assert_eq!(bot.stop().await.code, Some(0));
    assert_eq!(scene.answered().await, [scene.emulator.id_of("ben")]);

    // It is away when the prompt closes and the next one is due: afterwards one reveal, then one prompt.
    scene.emulator.later(24 * HOUR + 5 * MINUTE).await;
    bot = scene.run();
    bot.says("connected to Discord").await;
    // More than the ten seconds that a close waits then, and less than the minute that a prompt waits for it.
    scene.emulator.later(MINUTE / 2).await;
    scene.emulator.sees("day 2 of", 1).await;
    assert_eq!(bot.stop().await.code, Some(0));

    bot = scene.run();
    bot.says("connected to Discord").await;
    scene.emulator.later(24 * HOUR + 5 * MINUTE).await;
    scene.emulator.sees("day 3 of", 1).await;
    assert_eq!(bot.stop().await.code, Some(0));
    let titles = [
        "Hello from Helmsman",
        "The quiet hour",
        "How it went: The quiet hour",
        "What the days are for",
        "How it went: What the days are for",
        "The faster plate",
    ];
    assert_eq!(scene.titles().await, titles);
}

#[tokio::test]
async fn over_tls_with_the_librarys_limiter_on_the_hosts_clock() {
    on_the_hosts_clock(Way::Tls).await;
}

#[tokio::test]
async fn behind_another_url_on_the_hosts_clock() {
    on_the_hosts_clock(Way::Url).await;
}

#[tokio::test]
async fn over_tls_with_the_librarys_limiter_on_the_emulators_clock() {
    on_the_emulators_clock(Way::Tls).await;
}

#[tokio::test]
async fn behind_another_url_on_the_emulators_clock() {
    on_the_emulators_clock(Way::Url).await;
}
