//! One session with the gateway: the library's runner, without the library's way of starting it again.
//!
//! The library would begin new sessions by itself, as often as the connection is lost, and its manager can hang while
//! it shuts one down. So its queue is closed before the runner starts: a runner that wants a new session ends, and the
//! supervisor decides. Dropping the future of [`run`] drops the connection.

use super::supervisor::Fatal;
use futures_util::StreamExt;
use serenity::{
    all::{ConnectionStage, Context, GatewayIntents, ShardId, ShardInfo},
    collector::collect,
    gateway::{
        GatewayError, Shard, ShardManager, ShardManagerOptions, ShardMessenger, ShardRunner, ShardRunnerInfo,
        ShardRunnerOptions,
    },
    http::Http,
    model::event::Event,
};
use std::{sync::Arc, time::Duration};
use tokio::sync::{Mutex, mpsc};

/// Enough for a TLS handshake across the world.
const TO_CONNECT: Duration = Duration::from_secs(20);

/// Server events, and messages for replies and threads: none of them privileged, and none gives us what people write.
const INTENTS: GatewayIntents =
    GatewayIntents::GUILDS.union(GatewayIntents::GUILD_MESSAGES).union(GatewayIntents::DIRECT_MESSAGES);

/// What a session tells while it lives, in the order in which it came.
pub(super) enum Heard {
    /// A session has been begun; poise wants to know this.
    Begun(Arc<ShardManager>),
    /// An event, with what is needed to answer it.
    Event(Box<(Context, Event)>),
}

/// Why a session ended.
#[derive(Debug)]
pub(super) enum End {
    /// No new attempt will change it.
    Fatal(Fatal),
    /// Another may do better.
    Lost(String),
}

/// The connection's pulse, from outside.
#[derive(Clone)]
pub(super) struct Pulse(Arc<Mutex<Option<Arc<ShardManager>>>>);

impl Pulse {
    pub(super) fn new() -> Self {
        Self(Arc::default())
    }

    /// Something that changes with each answered heartbeat, and whether the session is complete. None: no session.
    pub(super) async fn feel(&self) -> Option<(Option<Duration>, bool)> {
        let manager = self.0.lock().await.clone()?;
        let runners = manager.runners.lock().await;
        let runner = runners.get(&ShardId(0))?;
        Some((runner.latency, runner.stage == ConnectionStage::Connected))
    }
}

/// Runs a session at this address until it ends.
pub(super) async fn run(
    address: String,
    http: Arc<Http>,
    heard: mpsc::UnboundedSender<Heard>,
    pulse: Pulse,
) -> End {
    let address = Arc::new(Mutex::new(address));
    let data = Arc::default();
    let info = ShardInfo { id: ShardId(0), total: 1 };
    let shard = Shard::new(address.clone(), http.token(), info, INTENTS, None);
    let shard = match tokio::time::timeout(TO_CONNECT, shard).await {
        Ok(Ok(shard)) => shard,
        Ok(Err(error)) => return End::Lost(format!("cannot connect: {error}")),
        Err(_) => return End::Lost("cannot connect: timed out".to_owned()),
    };
    let (manager, _results) = ShardManager::new(ShardManagerOptions {
        data: Arc::clone(&data),
        event_handlers: Vec::new(),
        raw_event_handlers: Vec::new(),
        framework: Arc::default(),
        shard_index: 0,
        shard_init: 1,
        shard_total: 1,
        ws_url: address.clone(),
        http: http.clone(),
        intents: INTENTS,
        presence: None,
    });
    let mut runner = ShardRunner::new(ShardRunnerOptions {
        data: Arc::clone(&data),
        event_handlers: Vec::new(),
        raw_event_handlers: Vec::new(),
        framework: None,
        manager: manager.clone(),
        shard,
        http: http.clone(),
    });
    close_queue(&manager, &runner).await;
    manager.runners.lock().await.insert(ShardId(0), runner_info(&runner));
    *pulse.0.lock().await = Some(manager.clone());
    let messenger = ShardMessenger::new(&runner);
    let mut events = Box::pin(collect(&messenger, |event| Some(event.clone())));
    if heard.send(Heard::Begun(manager)).is_err() {
        return End::Lost("nobody listens".to_owned());
    }
    let context = Context { data, shard: messenger, shard_id: ShardId(0), http };
    let hand_on = async {
        while let Some(event) = events.next().await {
            if let Event::Ready(event) = &event {
                // The library would resume at the address it first connected to.
                event.ready.resume_gateway_url.clone_into(&mut *address.lock().await);
            }
            if heard.send(Heard::Event(Box::new((context.clone(), event)))).is_err() {
                return;
            }
        }
    };
    let result = tokio::select! {
        result = runner.run() => result,
        () = hand_on => Ok(()),
    };
    // Whatever still waits to be handed on was received before the end.
    while let Some(Some(event)) = futures_util::FutureExt::now_or_never(events.next()) {
        let _ = heard.send(Heard::Event(Box::new((context.clone(), event))));
    }
    end(result)
}

/// What the library's last word means.
fn end(result: serenity::Result<()>) -> End {
    match result {
        Ok(()) => End::Lost("the connection ended".to_owned()),
        Err(serenity::Error::Gateway(GatewayError::InvalidAuthentication)) => End::Fatal(Fatal::Token),
        Err(serenity::Error::Gateway(
            GatewayError::InvalidGatewayIntents | GatewayError::DisallowedGatewayIntents,
        )) => End::Fatal(Fatal::Intents),
        Err(serenity::Error::Gateway(GatewayError::OverloadedShard)) => End::Fatal(Fatal::TooManyServers),
        Err(error) => End::Lost(error.to_string()),
    }
}

fn runner_info(runner: &ShardRunner) -> ShardRunnerInfo {
    ShardRunnerInfo {
        latency: None,
        runner_tx: ShardMessenger::new(runner),
        stage: ConnectionStage::Disconnected,
    }
}

/// Ends the library's queue of sessions to be started. (It ends when all runners are shut down, so it is shown one of a
/// number that does not exist, which the real runner takes for somebody else.)
async fn close_queue(manager: &Arc<ShardManager>, runner: &ShardRunner) {
    let nobody = ShardId(u32::MAX);
    manager.runners.lock().await.insert(nobody, runner_info(runner));
    manager.shutdown_finished(nobody);
    manager.shutdown_all().await;
    // The queue shares this list; when it is ours alone the queue is gone.
    for _ in 0..10_000 {
        if Arc::strong_count(&manager.runners) == 1 {
            break;
        }
        tokio::task::yield_now().await;
    }
    // A runner that wants to be started again waits for a word that its last life is over.
    manager.shutdown_finished(ShardId(0));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_discord_says_for_good_ends_everything() {
        let fatal = |error| match end(Err(serenity::Error::Gateway(error))) {
            End::Fatal(fatal) => Some(fatal),
            End::Lost(_) => None,
        };
        assert_eq!(fatal(GatewayError::InvalidAuthentication), Some(Fatal::Token));
        assert_eq!(fatal(GatewayError::InvalidGatewayIntents), Some(Fatal::Intents));
        assert_eq!(fatal(GatewayError::DisallowedGatewayIntents), Some(Fatal::Intents));
        assert_eq!(fatal(GatewayError::OverloadedShard), Some(Fatal::TooManyServers));
        assert_eq!(fatal(GatewayError::HeartbeatFailed), None);
    }
}
