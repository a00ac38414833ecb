//! Puts a bot together and takes it apart again.
//!
//! This folder must not know what anything means: only what there is, what is begun in which order, and how it ends.

mod alive;
mod told;

pub use told::{ToldError, emulators_clock};

use crate::{
    app::{
        shelf::Shelf,
        uptime::{self, Link, Scope},
    },
    chat::{
        count_edits::Editor,
        discord::{ClientError, Discord, HttpParts, Trouble},
        outbound::Outbound,
        permissions::{Permissions, Standing},
        poll_closing::Closer,
        poll_edits::PollEditor,
        read_back::Reader,
    },
    clock::Clock,
    commands::Data,
    domain::library::Library,
    gateway::{self, Ears, Fatal, Health, Ready, Senses, Tasks},
    scheduler::{Parts, Scheduler, Waker},
    store::{Store, StoreError, guild, occurrence, outage, poll, team},
};
use jiff::Timestamp;
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{sync::watch, task::JoinHandle};

/// How long a stop waits for what is in flight.
const TO_FINISH: Duration = Duration::from_secs(8);
/// And then for the database.
const TO_CLOSE: Duration = Duration::from_secs(1);

/// What a bot is made of.
pub struct BotParts {
    /// The open database. The bot closes it when it stops.
    pub store: Store,
    /// Every series that is not a server's own.
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
    NoGateway(String),
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
    outbound: Outbound,
    tasks: Tasks,
    waker: Waker,
    health: watch::Receiver<Health>,
    ready: watch::Receiver<Option<Ready>>,
    stop_hearing: watch::Sender<bool>,
    stop_acting: watch::Sender<bool>,
    gateway: JoinHandle<Result<(), Fatal>>,
    scheduler: JoinHandle<()>,
    keeper: JoinHandle<()>,
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
            Err(trouble) => return Err(StartError::NoGateway(trouble.reason())),
        }
        uptime::resume_after_stop(&store).await?;
        let permissions = Permissions::default();
        let mut conn = store.read().await?;
        let mut places = team::places(&mut conn).await?;
        places.extend(occurrence::places(&mut conn).await?);
        places.extend(poll::places(&mut conn).await?);
        for (guild, channel) in places {
            permissions.expect(guild, channel);
        }
        // An outage in a channel that nobody is asked in any more would never be told to be over.
        let watched = |scope: &Scope| match scope {
            Scope::Channel(channel) => permissions.standing(*channel) != Standing::NotWatched,
            Scope::Everywhere | Scope::Guild(_) => true,
        };
        let (out, over): (Vec<_>, Vec<_>) = outage::going_on(&mut conn).await?.into_iter().partition(watched);
        let out = out.into_iter().collect();
        let left = guild::all_left(&mut conn).await?.into_iter().collect();
        drop(conn);
        for scope in over {
            uptime::back(&store, scope, discord.now()).await?;
        }

        let (shelf, waker, link) = (Arc::new(Shelf::new(library)), Waker::new(), Link::new(out));
        let mut rng = StdRng::seed_from_u64(seed);
        let scheduler_seed = rng.next_u64();
        let outbound = Outbound::new(store.clone(), discord.clone(), permissions.clone(), clock.clone());
        let scheduler = Scheduler::new(Parts {
            store: store.clone(),
            shelf: shelf.clone(),
            clock: clock.clone(),
            link: link.clone(),
            outbound: outbound.clone(),
            editor: Editor::new(store.clone(), discord.clone(), permissions.clone()),
            poll_editor: PollEditor::new(store.clone(), discord.clone(), permissions.clone()),
            closer: Closer::new(store.clone(), discord.clone()),
            reader: Reader::new(store.clone(), discord.clone(), permissions.clone()),
            waker: waker.clone(),
            seed: scheduler_seed,
        });
        let woken = waker.clone();
        let wake = move |touched| match touched {
            Some(occurrence) => woken.counted(occurrence),
            None => woken.wake(),
        };
        let data = Data::new(store, shelf, clock, discord.clone(), permissions.clone(), wake, rng);
        let (data, tasks) = (Arc::new(data), Tasks::default());
        let (tell_ready, ready) = watch::channel(None);
        let senses = Senses {
            data: data.clone(),
            ready: tell_ready,
            permissions,
            link: link.clone(),
            tasks: tasks.clone(),
            left: Arc::new(Mutex::new(left)),
        };
        let (stop_hearing, stop_acting) = (watch::Sender::new(false), watch::Sender::new(false));
        let (tell_health, health) = watch::channel(Health::default());
        let listening = gateway::run(discord, Ears::new(senses), tell_health, stop_hearing.subscribe());
        let gateway = tokio::spawn(listening);
        let scheduler = tokio::spawn(scheduler.run(stop_acting.subscribe()));
        let keeper = tokio::spawn(alive::keep(data.clone(), link, waker.clone(), stop_acting.subscribe()));
        Ok(Self {
            data,
            outbound,
            tasks,
            waker,
            health,
            ready,
            stop_hearing,
            stop_acting,
            gateway,
            scheduler,
            keeper,
        })
    }

    /// Returns when every one of the `delivered` events is handled, and the scheduler, looking once more afterwards, found
    /// nothing due and nothing on its way.
    pub async fn settled(&self, delivered: impl Fn() -> u64) {
        loop {
            let before = delivered();
            self.tasks.done(before).await;
            let count = self.tasks.count();
            self.outbound.tell_time(true).await;
            self.waker.settled(self.outbound.now()).await;
            if delivered() == before && self.tasks.count() == count {
                return;
            }
        }
    }

    /// How things stand with the connection to Discord.
    pub fn health(&self) -> watch::Receiver<Health> {
        self.health.clone()
    }

    /// When something may be due next, as the scheduler's last look found.
    pub fn next(&self) -> Option<Timestamp> {
        self.waker.reports().borrow().next
    }

    /// Returns when the first session is complete and Discord knows the commands.
    pub fn ready(&self) -> impl Future<Output = Ready> + use<> {
        let (mut health, mut ready) = (self.health.clone(), self.ready.clone());
        async move {
            let live = health.wait_for(|health| *health == Health::Live).await.is_ok();
            let told = ready.wait_for(Option::is_some).await.ok().and_then(|told| told.clone());
            match told.filter(|_| live) {
                Some(told) => told,
                // The connection was given up before.
                None => std::future::pending().await,
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
        self.stop_hearing.send_replace(true);
        let finish = async {
            if !self.gateway.is_finished() {
                let _ = self.gateway.await;
            }
            self.tasks.done(0).await;
            self.stop_acting.send_replace(true);
            let _ = self.scheduler.await;
            let _ = self.keeper.await;
        };
        if tokio::time::timeout(TO_FINISH, finish).await.is_err() {
            tracing::warn!("some work did not end in time; the next start goes on from what is stored");
        }
        // A read that never ends would hold it open. What was acknowledged is on disk in any case.
        if tokio::time::timeout(TO_CLOSE, self.data.store.close()).await.is_err() {
            tracing::warn!("the database was not closed in time; the next start tidies it up");
        }
    }
}
