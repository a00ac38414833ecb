//! Writes down once a minute that the bot lives, while anybody may be answering: after a crash, what was lost began then.

use crate::{
    app::{
        closing,
        uptime::{self, Link},
    },
    commands::Data,
    scheduler::Waker,
};
use jiff::SignedDuration;
use std::sync::Arc;
use tokio::sync::watch;

const EVERY: SignedDuration = SignedDuration::from_secs(60);

/// Keeps the liveness row until `stop` holds true. Does nothing while no window is open.
pub(super) async fn keep(data: Arc<Data>, link: Link, waker: Waker, mut stop: watch::Receiver<bool>) {
    let mut reports = waker.reports();
    let mut written = None;
    loop {
        let connected = link.connected_since().is_some();
        let open = connected && closing::any_open(&data.store).await.unwrap_or(false);
        let wait = async {
            if !open {
                // Whatever opens a window, or brings the connection back, makes the scheduler look.
                let _ = reports.changed().await;
            } else {
                let now = data.now();
                if written.is_none_or(|written| now.duration_since(written) >= EVERY) {
                    if let Err(error) = uptime::alive(&data.store, now).await {
                        tracing::error!(%error, "the sign of life could not be stored");
                    }
                    written = Some(now);
                }
                // By our own clock: `now` may be far from it.
                data.clock.sleep_until(data.clock.now() + EVERY).await;
            }
        };
        tokio::select! {
            () = wait => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}
