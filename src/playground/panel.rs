//! The panel beside the chat: its files, and what it can ask the host for.

use emulator::{Id, Panel};
use futures_util::FutureExt;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// How many requests wait for the host. Each page has one or two.
pub(super) const WAITING: usize = 16;

/// Everything that the panel is made of.
const FILES: [(&str, &str); 3] = [
    ("panel.css", include_str!("panel/panel.css")),
    ("panel.js", include_str!("panel/panel.js")),
    ("tour.js", include_str!("panel/tour.js")),
];

/// What the panel asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// What it is to show.
    State,
    /// To move the clock.
    Move(Move),
    /// To leave off moving it.
    Stop,
}

/// How far the clock is to move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// To the next prompt.
    Next,
    /// By an hour.
    Hour,
    /// By a day.
    Day,
    /// By seven days, in which all others than the one who asks answer by themselves.
    Week {
        /// Who asks.
        me: Option<Id>,
    },
}

/// A request with where its answer goes.
pub(super) struct Request {
    pub(super) asked: Asked,
    pub(super) reply: Reply,
}

pub(super) struct Reply(oneshot::Sender<Value>);

impl Reply {
    pub(super) fn send(self, answer: Value) {
        // Whoever closed the page waits no more.
        let _ = self.0.send(answer);
    }
}

fn read(request: &Value) -> Result<Asked, String> {
    let id = |field: &str| request[field].as_str().and_then(|id| id.parse().ok());
    Ok(match request["do"].as_str().unwrap_or("") {
        "state" => Asked::State,
        "next" => Asked::Move(Move::Next),
        "hour" => Asked::Move(Move::Hour),
        "day" => Asked::Move(Move::Day),
        "week" => Asked::Move(Move::Week { me: id("me") }),
        "stop" => Asked::Stop,
        other => return Err(format!("the panel cannot {other:?}")),
    })
}

/// The panel, whose requests go to `ask`.
pub(super) fn panel(ask: mpsc::Sender<Request>) -> Panel {
    let handle = move |request: Value| {
        let ask = ask.clone();
        async move {
            let asked = match read(&request) {
                Ok(asked) => asked,
                Err(error) => return json!({ "error": error }),
            };
            let (reply, answer) = oneshot::channel();
            let gone = json!({ "error": "The playground is being closed." });
            if ask.send(Request { asked, reply: Reply(reply) }).await.is_err() {
                return gone;
            }
            answer.await.unwrap_or(gone)
        }
        .boxed()
    };
    Panel { files: FILES.to_vec(), handle: Arc::new(handle) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_can_do_is_refused() {
        assert_eq!(
            read(&json!({ "do": "week", "me": "7" })),
            Ok(Asked::Move(Move::Week { me: Some(Id(7)) }))
        );
        assert_eq!(read(&json!({ "do": "week", "me": "x" })), Ok(Asked::Move(Move::Week { me: None })));
        for wrong in [json!({ "do": "fly" }), json!({}), json!(null), json!({ "do": 1 })] {
            assert!(read(&wrong).is_err(), "{wrong}");
        }
    }
}
