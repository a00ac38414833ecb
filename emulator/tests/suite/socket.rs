//! A gateway connection without a library.

use crate::bot::Stage;
use serde_json::{Value, json};

/// A bare gateway connection.
pub struct Socket(frames::Connection);

mod frames {
    //! The few frames of RFC 6455 that these tests need, over a plain socket: text from server and client, and
    //! the server's close.

    use std::io::ErrorKind;
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

        pub fn is_silent(&mut self) -> bool {
            let unread = self.0.get_ref().try_read(&mut [0]);
            self.0.buffer().is_empty() && unread.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
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
    pub async fn open(stage: &Stage) -> Self {
        let mut socket = Self::shake_hands(stage).await;
        assert_eq!(socket.next().await["op"], 10);
        socket
    }

    /// A connection that has not been greeted yet.
    pub async fn shake_hands(stage: &Stage) -> Self {
        let url = stage.discord.api_url();
        Self(frames::Connection::open(url.trim_start_matches("http://")).await)
    }

    /// Whether nothing has come.
    pub fn is_silent(&mut self) -> bool {
        self.0.is_silent()
    }

    pub async fn identify(stage: &Stage, intents: u64) -> Self {
        let mut socket = Self::open(stage).await;
        socket.login(stage, intents).await;
        socket.dispatch("READY").await;
        socket
    }

    pub async fn login(&mut self, stage: &Stage, intents: u64) {
        self.send(2, json!({ "token": stage.app.token, "intents": intents, "properties": {} })).await;
    }

    pub async fn send(&mut self, op: u64, data: Value) {
        self.0.send(&json!({ "op": op, "d": data }).to_string()).await;
    }

    pub async fn next(&mut self) -> Value {
        match self.0.receive().await {
            frames::Frame::Text(text) => serde_json::from_str(&text).unwrap(),
            frames::Frame::Close(code) => panic!("closed with {code}"),
        }
    }

    /// The body of the next dispatch of that name.
    pub async fn dispatch(&mut self, name: &str) -> Value {
        loop {
            let mut payload = self.next().await;
            if payload["t"] == name {
                return payload["d"].take();
            }
        }
    }

    pub async fn closed(&mut self) -> u16 {
        loop {
            if let frames::Frame::Close(code) = self.0.receive().await {
                return code;
            }
        }
    }
}
