//! Writes down once a minute that the bot lives, while anybody may be answering: after a crash, what was lost began then.

use crate::{
    app::{
        agenda::{Agenda, PutOff},
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
        let since = link.connected_since();
        let agenda = Agenda::read(&data.store, since, &PutOff::default()).await;
        let open = agenda.is_ok_and(|agenda| agenda.closes.is_some());
        let wait = async {
            if since.is_none() || !open {
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
