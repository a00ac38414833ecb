//! What people do with a bot of the check, and what either side must have seen.

use crate::bot::Stage;
use emulator::{App, Discord, Fault, Message, RequestFault, Response, ResponseKind, Scope};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;

/// The requests by which a bot sends messages.
pub const SEND: &str = "POST /channels/*/messages";

struct Play {
    stage: Stage,
    reports: UnboundedReceiver<Value>,
}

/// Plays everything with a bot that reports what it sees. Returns how often it was refused while it sent much at once.
pub async fn play(stage: Stage, reports: UnboundedReceiver<Value>) -> usize {
    let old = json!([{ "name": "old", "description": "From an earlier version" }]);
    stage.rest("PUT", &format!("/applications/{}/commands", stage.app.id), &old).await;
    let mut play = Play { stage, reports };
    play.it_registers_commands().await;
    play.it_completes_and_answers_a_command().await;
    play.its_message_is_used().await;
    play.it_takes_its_time().await;
    play.it_sends_a_file().await;
    play.it_uses_threads().await;
    play.it_resumes().await;
    play.it_waits_when_it_is_told_to().await;
    let refused = play.it_sends_much_at_once().await;
    play.it_logs_out().await;
    refused
}

impl Play {
    /// The bot's next report.
    async fn report(&mut self) -> Value {
        let report = tokio::time::timeout(Duration::from_secs(30), self.reports.recv()).await;
        let report = report.unwrap_or_else(|_| panic!("the bot reports nothing:{}", self.log()));
        report.unwrap_or_else(|| panic!("the bot is gone:{}", self.log()))
    }

    /// What the bot has asked for.
    fn log(&self) -> String {
        let all = self.stage.discord.requests();
        all.iter().map(|it| format!("\n{} {} {}", it.status, it.method, it.path)).collect()
    }

    async fn saw(&mut self, wanted: Value) {
        assert_eq!(self.report().await, wanted);
    }

    /// Lets ana say something, which the bot must hear.
    async fn say(&mut self, text: &str) -> Message {
        let said = self.stage.ana.say(&self.stage.channel, text);
        self.saw(json!({ "saw": "message", "text": text, "by": "ana", "place": "general" })).await;
        said
    }

    /// What ben sees.
    fn texts(&self) -> Vec<String> {
        self.stage.ben.sees(&self.stage.channel).iter().map(Message::text).collect()
    }

    /// How many messages of the sending kind there are.
    fn sent(&self) -> usize {
        self.texts().iter().filter(|text| text.starts_with("sent ")).count()
    }

    async fn it_registers_commands(&mut self) {
        self.saw(json!({ "saw": "ready", "bot": "Echo", "servers": ["Harbour"] })).await;
        self.saw(json!({ "saw": "commands", "names": ["fruit", "slow"] })).await;
        let offered = self.stage.ana.commands(&self.stage.channel);
        let names: Vec<&Value> = offered.iter().map(|command| &command["name"]).collect();
        assert_eq!(names, ["fruit", "slow"], "the old one was overwritten");
    }

    async fn it_completes_and_answers_a_command(&mut self) {
        let Stage { ana, channel, .. } = &self.stage;
        let choices = ana.complete(channel, "fruit", &[("name", "ap")], "name").await;
        let choices: Vec<_> = choices.iter().map(|one| (one.name.as_str(), one.value.as_str())).collect();
        assert_eq!(choices, [("Apple", "apple"), ("Apricot", "apricot")]);
        let options = [("name", "apple"), ("count", "2"), ("who", "ben")];
        let answer = ana.slash(channel, "fruit", &options).await;
        assert_eq!(answer.kind, ResponseKind::Message);
        assert_eq!(answer.text(), "2 x apple for ben\n[More] [Why]\n<Size: S | M | L>\n<Who>");
        assert_eq!(self.texts(), [answer.text()]);
        self.saw(json!({ "saw": "complete", "option": "name", "typed": "ap" })).await;
        self.saw(json!({
            "saw": "slash", "command": "fruit", "by": "ana", "place": "general", "name": "apple", "count": 2, "who": "ben",
        }))
        .await;
    }

    async fn its_message_is_used(&mut self) {
        let Stage { ben, channel, .. } = &self.stage;
        let panel = ben.sees(channel).remove(0);
        let private = |response: Response| {
            assert!(response.is_ephemeral());
            response.text()
        };
        assert_eq!(private(ben.select(&panel, "Size", &["M"]).await), "Size m");
        assert_eq!(
            private(ben.select(&panel, "Who", &["ana"]).await),
            format!("For {}", self.stage.ana.mention())
        );
        let opened = ben.click(&panel, "Why").await;
        assert_eq!(opened.modal().text(), "{A reason}\nWhy? *: []");
        assert_eq!(ben.submit(opened.modal(), &[("Why?", "hunger")]).await.text(), "Because hunger");
        let updated = ben.click(&panel, "More").await;
        assert_eq!((updated.kind, updated.text().as_str()), (ResponseKind::Update, "More!"));
        let ana: Vec<String> = self.stage.ana.sees(channel).iter().map(Message::text).collect();
        assert_eq!(ana, ["More!", "Because hunger"], "and nothing that is for ben alone");
        let part = |what: &str, id: &str| json!({ "saw": what, "id": id, "by": "ben", "under": "2 x apple for ben" });
        let select = |id: &str, value: &str| {
            let mut report = part("select", id);
            report["values"] = json!([value]);
            report
        };
        self.saw(select("size", "m")).await;
        self.saw(select("who", "ana")).await;
        self.saw(part("button", "why")).await;
        self.saw(json!({ "saw": "modal", "id": "reason", "why": "hunger", "by": "ben" })).await;
        self.saw(part("button", "more")).await;
    }

    async fn it_takes_its_time(&mut self) {
        let slow = self.stage.ben.slash(&self.stage.channel, "slow", &[]).await;
        assert!(slow.is_ephemeral());
        assert_eq!(slow.text(), "done");
        let more = slow.wait_followups(1).await;
        assert_eq!(more[0].text(), "more\n(note.txt)");
        self.saw(json!({ "saw": "slash", "command": "slow", "by": "ben", "place": "general" })).await;
    }

    async fn it_sends_a_file(&mut self) {
        self.say("file").await;
        self.saw(json!({
            "saw": "sent", "text": "a file", "file": "note.txt", "description": "five digits", "content": "12345",
        }))
        .await;
        let sent = self.stage.ben.sees(&self.stage.channel).pop().unwrap();
        assert_eq!(sent.text(), "a file\n| Contents\n(note.txt: five digits)");
        assert_eq!(&*sent.state().attachments[0].data, b"12345");
    }

    async fn it_uses_threads(&mut self) {
        let said = self.say("thread").await;
        self.saw(json!({ "saw": "thread", "name": "talk", "parent": "general" })).await;
        let (ana, ben) = (self.stage.ana.clone(), self.stage.ben.clone());
        let theirs = ben.thread_of(&said).expect("the bot has started one");
        assert_eq!(theirs.name(), "talk");
        ana.say(&theirs, "hello");
        self.saw(json!({ "saw": "message", "text": "hello", "by": "ana", "place": "talk" })).await;
        let inside: Vec<String> = ben.sees(&theirs).iter().map(Message::text).collect();
        assert_eq!(inside, ["", "inside", "hello"], "it begins with the reference to its message");
        let own = self.say("aside").await;
        let ours = ben.start_thread(&own, "side");
        ben.say(&ours, "psst");
        self.saw(json!({ "saw": "message", "text": "psst", "by": "ben", "place": "side" })).await;
    }

    async fn it_resumes(&mut self) {
        let ways: [fn(&Discord, &App); 3] = [
            |discord, app| discord.drop_connections(app, true),
            |discord, app| discord.close_connections(app, 4000),
            Discord::ask_to_reconnect,
        ];
        for (at, break_off) in ways.into_iter().enumerate() {
            let (discord, app) = (self.stage.discord.clone(), self.stage.app.clone());
            break_off(&discord, &app);
            let said = ["one", "two", "three"];
            for text in said {
                self.stage.ana.say(&self.stage.channel, text);
            }
            let (mut heard, mut resumed) = (Vec::new(), false);
            while heard.len() < said.len() || !resumed {
                let report = self.report().await;
                match report["saw"].as_str() {
                    Some("message") => heard.push(report["text"].clone()),
                    Some("resumed") if !resumed => resumed = true,
                    _ => panic!("{report} in between"),
                }
            }
            assert_eq!(heard, said, "in the way {at}");
            let sessions = discord.sessions(&app);
            assert_eq!((sessions.len(), sessions[0].resumes), (1, at as u64 + 1));
            assert_eq!(discord.identify_count(&app), 1);
        }
        // That this is the next that it sees says that nothing came twice.
        let again = self.stage.ana.slash(&self.stage.channel, "fruit", &[("name", "banana")]).await;
        assert_eq!(again.message().content().split(' ').next(), Some("1"));
        let report = self.report().await;
        assert_eq!(
            (&report["name"], &report["count"], &report["who"]),
            (&json!("banana"), &json!(1), &Value::Null)
        );
    }

    async fn it_waits_when_it_is_told_to(&mut self) {
        const WAIT: u64 = 400;
        for (at, scope) in [Scope::User, Scope::Shared, Scope::Global].into_iter().enumerate() {
            let fault = RequestFault::Limit { scope, retry_after_ms: WAIT };
            let fault = self.stage.discord.fault(Fault::on(SEND, fault).times(1));
            self.stage.discord.clear_requests();
            self.say("send 1").await;
            self.saw(json!({ "saw": "sent", "text": "sent 1" })).await;
            assert_eq!(fault.strikes(), 1);
            let log = self.stage.discord.requests();
            let log: Vec<_> =
                log.iter().filter(|it| it.method == "POST").map(|it| (it.status, it.at)).collect();
            let [(429, refused), (200, done)] = log[..] else { panic!("{scope:?}: {log:?}") };
            assert!(done.as_millisecond() - refused.as_millisecond() >= WAIT as i64, "{scope:?}: {log:?}");
            assert_eq!(self.sent(), at + 1);
        }
    }

    async fn it_sends_much_at_once(&mut self) -> usize {
        let before = self.sent();
        self.stage.discord.clear_requests();
        self.say("send 7").await;
        let mut reported = Vec::new();
        for _ in 0..7 {
            reported.push(self.report().await["text"].as_str().unwrap().to_owned());
        }
        reported.sort();
        assert_eq!(reported, (1..=7).map(|at| format!("sent {at}")).collect::<Vec<_>>());
        assert_eq!(self.sent(), before + 7);
        self.stage.discord.requests().iter().filter(|request| request.status == 429).count()
    }

    async fn it_logs_out(&mut self) {
        self.say("bye").await;
        // Whether its session ends with the connection depends on the code of its close: discord.py's says 4000, and leaves it.
        let (app, discord) = (self.stage.app.id, &self.stage.discord);
        let connected = |world: &emulator::world::World| {
            world.sessions.values().any(|session| session.app == app && session.connected())
        };
        let gone = discord.wait_for(|world| (!connected(world)).then_some(()));
        tokio::time::timeout(Duration::from_secs(30), gone).await.expect("it closes its connection");
    }
}
