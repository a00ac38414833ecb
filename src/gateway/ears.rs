//! What each event means to us, and to whom it is handed.

use super::tasks::Tasks;
use crate::{
    app::{
        closing, polls, schedules, setup,
        uptime::{self, Link, Scope},
    },
    chat::permissions::{self, Changed, Permissions, Standing, TO_BE_THERE, TO_POST},
    commands::{self, Data, register},
    domain::{
        id::{GuildId, MessageId, UserId},
        reason::Reason,
    },
    store::{StoreError, team},
};
use jiff::Timestamp;
use serenity::{
    all::{Context, ShardManager},
    model::event::Event,
};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::watch;

/// Discord has let us in and knows the commands: people can use them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    /// What Helmsman is called there.
    pub name: String,
    /// In how many servers it is.
    pub servers: usize,
}

/// What the ears report to.
#[derive(Clone)]
pub struct Senses {
    /// For interactions, and with the database, the clock and Discord.
    pub data: Arc<Data>,
    /// Kept up to date with every event.
    pub permissions: Permissions,
    /// Whether events arrive, and from where.
    pub link: Link,
    /// What was begun for events.
    pub tasks: Tasks,
    /// What is told when the first session is complete.
    pub ready: watch::Sender<Option<Ready>>,
    /// Servers that Helmsman was removed from, as the database has it.
    pub left: Arc<Mutex<HashSet<GuildId>>>,
}

/// Hears every event of the gateway, in order.
pub struct Ears {
    senses: Senses,
    /// The last sign of life of a session that was complete.
    last: Option<Timestamp>,
}

impl Ears {
    /// Ears that have heard nothing yet.
    pub fn new(senses: Senses) -> Self {
        Self { senses, last: None }
    }

    /// A session has begun.
    pub(super) fn begun(&self, shards: Arc<ShardManager>) {
        self.senses.data.serve(shards);
    }

    /// The session lives.
    pub(super) fn alive(&mut self) {
        self.last = Some(self.senses.data.now());
    }

    /// Events do not arrive for now; what is missed will be made up for, or the session is lost.
    pub(super) fn broken(&self) {
        self.senses.link.set(None);
    }

    /// The session is lost with whatever it would have told.
    pub(super) async fn lost(&mut self) {
        self.senses.link.set(None);
        if let Some(last) = self.last.take() {
            log(uptime::lost(&self.senses.data.store, Scope::Everywhere, last).await);
        }
    }

    /// Takes in one event. What takes longer is begun beside the others.
    pub(super) async fn hear(&mut self, context: Context, event: Event) {
        let now = self.senses.data.now();
        self.last = Some(now);
        let changed = self.senses.permissions.hear(&event);
        // What follows for outages is stored in the order of the events.
        let senses = &self.senses;
        match &event {
            Event::Ready(ready) => {
                self.senses.data.discord.know_own_id(UserId(ready.ready.user.id.get()));
                let there: HashSet<_> =
                    ready.ready.guilds.iter().map(|guild| GuildId(guild.id.get())).collect();
                // Whoever was asked back while the process was down loses nothing, however long that was.
                for guild in senses.left_before().intersection(&there) {
                    senses.arrived(*guild, now).await;
                }
                // Before anything else is looked at: what is due may depend on the outage being over.
                log(uptime::back(&self.senses.data.store, Scope::Everywhere, now).await);
                self.senses.link.awaits(there.iter().copied(), now);
                self.senses.link.set(Some(now));
                self.senses.data.wake();
                tracing::info!(servers = ready.ready.guilds.len(), "connected to Discord");
                for guild in senses.permissions.guilds() {
                    // Being removed while the process was down sends no event.
                    if !there.contains(&guild) {
                        senses.removed(guild, now).await;
                    }
                }
            }
            Event::GuildCreate(event) => senses.arrived(GuildId(event.guild.id.get()), now).await,
            Event::GuildDelete(event) => {
                let guild = GuildId(event.guild.id.get());
                if !event.guild.unavailable {
                    senses.removed(guild, now).await;
                } else if senses.permissions.guilds().contains(&guild) {
                    log(senses.link.lost(&senses.data.store, Scope::Guild(guild), now).await);
                }
            }
            Event::Resumed(_) => {
                self.senses.link.set(Some(now));
                self.senses.data.wake();
                tracing::info!("the connection to Discord is back, and nothing was missed");
            }
            _ => {}
        }
        log(senses.note(&changed, now).await);
        let senses = self.senses.clone();
        self.senses.tasks.spawn(async move { senses.attend(context, event, now).await });
    }
}

impl Senses {
    async fn attend(self, context: Context, event: Event, now: Timestamp) {
        match event {
            Event::Ready(event) => {
                let ready = event.ready;
                if self.register(ready.application.id).await {
                    let known = Ready { name: ready.user.name.clone(), servers: ready.guilds.len() };
                    self.ready.send_if_modified(|told| told.is_none() && told.replace(known).is_none());
                }
            }
            Event::InteractionCreate(event) => {
                // In boxes, because each of the thousands of a busy hour would be as large as the largest.
                Box::pin(commands::dispatch(&context, &self.data, event.interaction)).await
            }
            Event::MessageCreate(event) => {
                log(Box::pin(commands::presence::message(&self.data, &event.message)).await);
            }
            Event::MessageDelete(event) => self.deleted(event.guild_id, &[event.message_id], now).await,
            Event::MessageDeleteBulk(event) => self.deleted(event.guild_id, &event.ids, now).await,
            Event::Unknown(event) if event.kind == "INTERACTION_CREATE" => {
                // The person saw only a time-out.
                tracing::error!(alert = true, "an interaction that cannot be read was lost");
            }
            Event::Unknown(event) => tracing::debug!(kind = event.kind, "an event of a kind not known here"),
            _ => {}
        }
    }

    /// Whether Discord knows the commands.
    async fn register(&self, application: serenity::all::ApplicationId) -> bool {
        match register::register(&self.data, application.get()).await {
            Ok(true) => tracing::info!("the commands have been registered anew"),
            Ok(false) => {}
            Err(problem) => {
                tracing::error!(alert = true, ?problem, "the commands could not be registered");
                return false;
            }
        }
        true
    }

    /// Servers that Helmsman has been removed from, as far as it knows.
    fn left_before(&self) -> HashSet<GuildId> {
        lock(&self.left).clone()
    }

    /// A server is there, perhaps again.
    async fn arrived(&self, guild: GuildId, now: Timestamp) {
        log(self.link.back(&self.data.store, Scope::Guild(guild), now).await);
        if !lock(&self.left).contains(&guild) {
            return;
        }
        // What could not be stored is tried again with the next event that says so.
        match setup::guild_back(&self.data.store, now, guild).await {
            Ok(_) => {
                lock(&self.left).remove(&guild);
                tracing::info!(%guild, "back in a server; /setup sets its teams going again");
            }
            Err(error) => log(Err(error)),
        }
    }

    /// Helmsman is no longer in this server, so that nobody can be heard there.
    async fn removed(&self, guild: GuildId, now: Timestamp) {
        if self.permissions.guilds().contains(&guild) {
            log(self.link.lost(&self.data.store, Scope::Guild(guild), now).await);
        }
        if lock(&self.left).contains(&guild) {
            return;
        }
        tracing::warn!(%guild, "removed from a server; what is known of it is kept for 30 days");
        match setup::guild_left(&self.data.store, now, guild).await {
            Ok(()) => {
                lock(&self.left).insert(guild);
                self.data.wake();
            }
            Err(error) => log(Err(error)),
        }
    }

    async fn deleted(
        &self,
        guild: Option<serenity::all::GuildId>,
        messages: &[serenity::all::MessageId],
        now: Timestamp,
    ) {
        let Some(guild) = guild else { return };
        for message in messages {
            let (guild, message) = (GuildId(guild.get()), MessageId(message.get()));
            match self.was_ours(guild, message, now).await {
                Ok(true) => self.data.wake(),
                Ok(false) => {}
                Err(error) => log(Err(error)),
            }
        }
    }

    /// Whether a message that was deleted was a prompt's or a poll's.
    async fn was_ours(&self, guild: GuildId, message: MessageId, now: Timestamp) -> Result<bool, StoreError> {
        let (store, seed) = (&self.data.store, self.data.seed());
        Ok(closing::message_deleted(store, guild, message, now).await?
            || polls::message::message_deleted(store, guild, message, now, seed).await?)
    }

    /// What is known of these channels may have changed.
    async fn note(&self, changed: &[Changed], now: Timestamp) -> Result<(), StoreError> {
        for Changed { guild, channel } in changed {
            let (bits, trouble) = match self.permissions.standing(*channel) {
                Standing::NotWatched | Standing::NotKnown | Standing::Left => continue,
                Standing::Gone => (0, Some(Reason::ChannelGone)),
                Standing::Bits(bits) => {
                    (bits, (TO_POST & !bits != 0).then_some(Reason::Missing(TO_POST & !bits)))
                }
            };
            if permissions::missing(bits, TO_BE_THERE).is_empty() {
                self.link.back(&self.data.store, Scope::Channel(*channel), now).await?;
            } else {
                self.link.lost(&self.data.store, Scope::Channel(*channel), now).await?;
            }
            if let Some(reason) = trouble {
                let team = team::of_channel(&mut *self.data.store.read().await?, *guild, *channel).await?;
                if let Some(team) = team {
                    let seed = self.data.seed();
                    schedules::suspend(&self.data.store, team.id, reason, now, seed).await?;
                }
            }
        }
        if !changed.is_empty() {
            // What waited to be allowed may be allowed now.
            self.data.wake();
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn log(result: Result<(), StoreError>) {
    if let Err(error) = result {
        tracing::error!(%error, "what happened could not be stored");
    }
}
