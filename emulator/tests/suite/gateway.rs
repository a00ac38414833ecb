//! Sessions: intents, resuming, refusals.

use crate::bot::{Plan, Stage};
use emulator::bits;
use serde_json::{Value, json};
use serenity::all::{Context, Event, GatewayIntents, Interaction};

async fn ignore(_: Context, _: Interaction) {}

/// The content of the next message that the bot hears of.
async fn heard(stage: &mut Stage) -> String {
    stage
        .event(|event| match event {
            Event::MessageCreate(event) => Some(event.message.content),
            _ => None,
        })
        .await
}

#[tokio::test]
async fn what_was_missed_is_replayed_on_resume() {
    let mut stage = Stage::set(Plan::default(), ignore).await;
    let mention = format!("<@{}>", stage.app.id);
    stage.ana.say(&stage.channel, &format!("{mention} one"));
    assert!(heard(&mut stage).await.ends_with("one"));
    stage.discord.drop_connections(&stage.app, true);
    stage.ana.say(&stage.channel, &format!("{mention} two"));
    assert!(heard(&mut stage).await.ends_with("two"), "said while nobody listened");
    let sessions = stage.discord.sessions(&stage.app);
    assert_eq!((sessions.len(), sessions[0].resumes), (1, 1));
    assert_eq!(stage.discord.identify_count(&stage.app), 1);
}

#[tokio::test]
async fn a_session_that_is_gone_is_not_resumed() {
    let mut stage = Stage::set(Plan::default(), ignore).await;
    let mention = format!("<@{}>", stage.app.id);
    stage.discord.drop_connections(&stage.app, false);
    stage.ana.say(&stage.channel, &format!("{mention} lost"));
    let (discord, app) = (stage.discord.clone(), stage.app.clone());
    discord.wait_for(|world| (world.applications[&app.id].identify_count == 2).then_some(())).await;
    discord.wait_ready(&app).await;
    stage.ana.say(&stage.channel, &format!("{mention} kept"));
    assert!(heard(&mut stage).await.ends_with("kept"), "what was said without a session is lost");
}

#[tokio::test]
async fn content_is_blank_but_for_the_exceptions() {
    let mut stage = Stage::set(Plan::default(), ignore).await;
    stage.ana.say(&stage.channel, "secret");
    assert_eq!(heard(&mut stage).await, "");
    let id = stage.post("by the bot").await;
    assert_eq!(heard(&mut stage).await, "by the bot");
    let own = stage.ana.sees(&stage.channel).into_iter().find(|message| message.id == id).unwrap();
    stage.ana.reply(&own, "a reply with ping");
    assert_eq!(heard(&mut stage).await, "a reply with ping");
    stage.ana.say(&stage.ana.dm(&stage.app), "in private");
    assert_eq!(heard(&mut stage).await, "in private");
    let (_, list) = stage.rest("GET", &stage.messages(), &json!({})).await;
    let texts: Vec<&str> =
        list.as_array().unwrap().iter().map(|one| one["content"].as_str().unwrap()).collect();
    assert_eq!(texts, ["a reply with ping", "by the bot", ""], "REST blanks alike");
}

#[tokio::test]
async fn with_the_intent_content_is_there() {
    let stage = Stage::offline(0).await;
    stage.discord.allow_intents(&stage.app, bits::INTENT_MESSAGE_CONTENT);
    let mut socket =
        Socket::identify(&stage, bits::INTENT_GUILD_MESSAGES | bits::INTENT_MESSAGE_CONTENT).await;
    stage.ana.say(&stage.channel, "open");
    assert_eq!(socket.dispatch("MESSAGE_CREATE").await["content"], "open");
}

#[tokio::test]
async fn only_wanted_events_of_visible_channels_come() {
    let mut plan =
        Plan { intents: GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES, ..Plan::default() };
    plan.options.seed = 3;
    let mut stage = Stage::set(plan, ignore).await;
    let hidden = stage.guild.text_channel("hidden");
    hidden.deny(&stage.app, bits::VIEW_CHANNEL);
    let said = stage.ana.say(&hidden, "not heard");
    stage.ana.react(&said, "✅");
    stage.ana.say(&stage.ana.dm(&stage.app), "not heard either");
    let mention = format!("<@{}>", stage.app.id);
    stage.ana.say(&stage.channel, &format!("{mention} heard"));
    assert!(heard(&mut stage).await.ends_with("heard"));
}

#[tokio::test]
async fn bad_logins_are_closed_with_their_codes() {
    let stage = Stage::offline(0).await;
    let mut socket = Socket::open(&stage).await;
    socket.send(2, json!({ "token": "a.b.c", "intents": 0, "properties": {} })).await;
    assert_eq!(socket.closed().await, 4004);
    let mut socket = Socket::open(&stage).await;
    socket.login(&stage, bits::INTENT_MESSAGE_CONTENT).await;
    assert_eq!(socket.closed().await, 4014);
    let mut socket = Socket::open(&stage).await;
    socket.send(3, json!({})).await;
    assert_eq!(socket.closed().await, 4003);
    let mut socket = Socket::open(&stage).await;
    socket.send(6, json!({ "token": stage.app.token, "session_id": "none", "seq": 1 })).await;
    assert_eq!(socket.next().await, json!({ "t": null, "s": null, "op": 9, "d": false }));
    socket.login(&stage, 0).await;
    socket.dispatch("READY").await;
    socket.login(&stage, 0).await;
    assert_eq!(socket.closed().await, 4005);
    let mut socket = Socket::identify(&stage, 0).await;
    for _ in 0..120 {
        socket.send(1, json!(null)).await;
    }
    assert_eq!(socket.closed().await, 4008);
}

#[tokio::test]
async fn a_thousand_identifies_are_the_most() {
    let stage = Stage::offline(0).await;
    for _ in 0..3 {
        Socket::identify(&stage, 0).await;
    }
    let (_, bot) = stage.rest("GET", "/gateway/bot", &json!({})).await;
    assert_eq!(bot["session_start_limit"]["remaining"], 997);
    for _ in 3..1000 {
        Socket::identify(&stage, 0).await;
    }
    let mut socket = Socket::open(&stage).await;
    socket.login(&stage, 0).await;
    assert_eq!(socket.closed().await, 4004);
    assert_eq!(stage.rest("GET", "/users/@me", &json!({})).await.0, 401, "the token was reset");
}

#[tokio::test]
async fn silence_past_two_heartbeats_closes() {
    let mut plan = Plan::default();
    plan.options.heartbeat = std::time::Duration::from_millis(40);
    let stage = Stage::without_bot(plan.options).await;
    let mut socket = Socket::open(&stage).await;
    assert_eq!(socket.closed().await, 4009);
}

/// A bare gateway connection.
struct Socket(frames::Connection);

mod frames {
    //! The few frames of RFC 6455 that these tests need, over a plain socket: text from server and client, and
    //! the server's close.

    use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpStream;

    pub struct Connection(BufReader<TcpStream>);

    pub enum Frame {
        Text(String),
        Close(u16),
    }

    impl Connection {
        pub async fn open(addr: &str) -> Self {
            let mut stream = TcpStream::connect(addr).await.unwrap();
            let request = format!(
                "GET /?v=10&encoding=json HTTP/1.1\r\nhost: {addr}\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
                 sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
            );
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut stream = BufReader::new(stream);
            let mut line = String::new();
            while line != "\r\n" {
                line.clear();
                stream.read_line(&mut line).await.unwrap();
            }
            Self(stream)
        }

        pub async fn send(&mut self, text: &str) {
            let length = u16::try_from(text.len()).unwrap();
            let mut frame = vec![0x81, 0x80 | 126];
            frame.extend(length.to_be_bytes());
            // A mask of zeros leaves the text as it is.
            frame.extend([0; 4]);
            frame.extend(text.as_bytes());
            self.0.get_mut().write_all(&frame).await.unwrap();
        }

        pub async fn receive(&mut self) -> Frame {
            let mut head = [0; 2];
            self.0.read_exact(&mut head).await.unwrap();
            let length = match head[1] {
                126 => u64::from(self.0.read_u16().await.unwrap()),
                127 => self.0.read_u64().await.unwrap(),
                short => u64::from(short),
            };
            let mut data = vec![0; usize::try_from(length).unwrap()];
            self.0.read_exact(&mut data).await.unwrap();
            match head[0] {
                0x81 => Frame::Text(String::from_utf8(data).unwrap()),
                0x88 => Frame::Close(u16::from_be_bytes([data[0], data[1]])),
                other => panic!("frame {other:x}"),
            }
        }
    }
}

impl Socket {
    async fn open(stage: &Stage) -> Self {
        let url = stage.discord.api_url();
        let mut socket = Self(frames::Connection::open(url.trim_start_matches("http://")).await);
        assert_eq!(socket.next().await["op"], 10);
        socket
    }

    async fn identify(stage: &Stage, intents: u64) -> Self {
        let mut socket = Self::open(stage).await;
        socket.login(stage, intents).await;
        socket.dispatch("READY").await;
        socket
    }

    async fn login(&mut self, stage: &Stage, intents: u64) {
        self.send(2, json!({ "token": stage.app.token, "intents": intents, "properties": {} })).await;
    }

    async fn send(&mut self, op: u64, data: Value) {
        self.0.send(&json!({ "op": op, "d": data }).to_string()).await;
    }

    async fn next(&mut self) -> Value {
        match self.0.receive().await {
            frames::Frame::Text(text) => serde_json::from_str(&text).unwrap(),
            frames::Frame::Close(code) => panic!("closed with {code}"),
        }
    }

    /// The body of the next dispatch of that name.
    async fn dispatch(&mut self, name: &str) -> Value {
        loop {
            let mut payload = self.next().await;
            if payload["t"] == name {
                return payload["d"].take();
            }
        }
    }

    async fn closed(&mut self) -> u16 {
        loop {
            if let frames::Frame::Close(code) = self.0.receive().await {
                return code;
            }
        }
    }
}
