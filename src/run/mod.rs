//! Puts a bot together and takes it apart again.
//!
//! This folder must not know what anything means: only what there is, what is begun in which order, and how it ends.

mod told;

pub use told::{ToldError, emulators_clock};

use crate::{
    app::{outbox, uptime},
    chat::{
        discord::{ClientError, Discord, HttpParts, Trouble},
        permissions::Permissions,
    },
    clock::Clock,
    commands::Data,
    domain::library::Library,
    gateway::{self, Ears, Fatal, Senses, Tasks},
    store::{Store, StoreError, outage, team},
};
use rand::{SeedableRng, rngs::StdRng};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{sync::watch, task::JoinHandle};

/// How long a stop waits for what is in flight.
const TO_FINISH: Duration = Duration::from_secs(8);

/// What a bot is made of.
pub struct BotParts {
    /// The open database. The bot closes it when it stops.
    pub store: Store,
    /// Every series there is.
    pub library: Library,
    /// Whose time counts.
    pub clock: Clock,
    /// How to speak with Discord.
    pub http: HttpParts,
    /// What all that is random is drawn from.
    pub seed: u64,
}

/// Why a bot did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The certificate, most likely.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The gateway's address could not be had. There is no other to fall back to.
    #[error(
        "Discord did not say where its gateway is: {0}\n  = check the network, and discord.api_url or \
         discord.connect_to in the config; then start again"
    )]
    NoGateway(Trouble),
    /// Discord said no for good.
    #[error(transparent)]
    Fatal(#[from] Fatal),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A running bot.
pub struct Bot {
    data: Arc<Data>,
    tasks: Tasks,
    stop: watch::Sender<bool>,
    gateway: JoinHandle<Result<(), Fatal>>,
}

impl Bot {
    /// Starts a bot and returns as soon as it knows where to connect; the connection itself comes a moment later.
    ///
    /// # Errors
    ///
    /// If the database fails, or Discord does not say where its gateway is or does not know the token.
    pub async fn start(parts: BotParts) -> Result<Self, StartError> {
        let BotParts { store, library, clock, http, seed } = parts;
        let discord = Discord::new(http, clock.clone())?;
        match discord.gateway().await {
            Ok(gateway) if gateway.shards > 1 => return Err(Fatal::TooManyServers.into()),
            Ok(_) => {}
            Err(Trouble::Refused { status: 401, .. }) => return Err(Fatal::Token.into()),
            Err(trouble) => return Err(StartError::NoGateway(trouble)),
        }
        uptime::resume_after_stop(&store).await?;
        outbox::resume_after_stop(&store, clock.now()).await?;
        let permissions = Permissions::default();
        let mut conn = store.read().await?;
        for (guild, channel) in team::places(&mut conn).await? {
            permissions.expect(guild, channel);
        }
        let out = outage::going_on(&mut conn).await?.into_iter().collect();
        drop(conn);
        let data = Arc::new(Data::new(
            store,
            Arc::new(library),
            clock,
            discord.clone(),
            permissions.clone(),
            StdRng::seed_from_u64(seed),
        ));
        let tasks = Tasks::default();
        let stop = watch::Sender::new(false);
        let senses = Senses {
            data: data.clone(),
            permissions,
            link: uptime::Link::default(),
            tasks: tasks.clone(),
            out: Arc::new(Mutex::new(out)),
        };
        let gateway = tokio::spawn(gateway::run(discord, Ears::new(senses), stop.subscribe()));
        Ok(Self { data, tasks, stop, gateway })
    }

    /// Returns when everything that was `delivered` is handled and nothing is due.
    pub async fn settled(&self, delivered: impl Fn() -> u64) {
        loop {
            let before = delivered();
            self.tasks.done(before).await;
            if delivered() == before && self.tasks.count().begun == self.tasks.count().ended {
                return;
            }
        }
    }

    /// Returns when the bot cannot go on, with the reason.
    pub async fn ended(&mut self) -> Fatal {
        match (&mut self.gateway).await {
            Ok(Err(fatal)) => fatal,
            // The task ends without a reason only when it is told to, or by a fault of ours.
            Ok(Ok(())) => std::future::pending().await,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// Takes no more work, finishes what is in flight (within ten seconds in all) and closes the database.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let finish = async {
            if !self.gateway.is_finished() {
                let _ = self.gateway.await;
            }
            self.tasks.done(0).await;
        };
        if tokio::time::timeout(TO_FINISH, finish).await.is_err() {
            tracing::warn!("some work did not end in time; what was acknowledged is stored");
        }
        self.data.store.close().await;
    }
}
