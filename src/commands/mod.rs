//! Slash commands, buttons and modals: parse, call `app`, render with `chat`.
//!
//! This folder must not know rules or SQL. Who may do what is checked again on each click and each modal.
//!
//! Every interaction enters by [`dispatch`] and is answered in one place ([`reply`]). A command is a function that
//! poise finds by its name; a button or modal is found by the verb of its custom_id ([`buttons`]).

mod answer;
mod away;
pub mod buttons;
pub mod caller;
mod complete;
mod daysoff;
mod excuse;
pub mod help;
mod me;
mod mend;
mod moment;
mod once;
mod pick;
mod poll;
pub mod presence;
pub mod problem;
mod prompt;
pub mod register;
pub mod reply;
mod series;
mod setup;
mod suggest;

pub use caller::Caller;
pub use problem::Problem;
pub use reply::Answer;

use crate::{
    app::{desk::Desk, shelf::Shelf},
    chat::{discord::Discord, permissions::Permissions},
    clock::Clock,
    domain::{
        id::{GuildId, OccurrenceId},
        library::Library,
    },
    store::{Store, StoreError},
};
use poise::serenity_prelude as serenity;
use rand::{Rng, rngs::StdRng};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// What a command gets from poise.
pub type Context<'a> = poise::ApplicationContext<'a, Data, Problem>;

/// What every command, button and modal can use.
pub struct Data {
    /// The database.
    pub store: Store,
    /// Where answers are taken in.
    pub desk: Desk,
    /// Every series of every server.
    pub shelf: Arc<Shelf>,
    /// The one clock. When something was *cast* is in its id, not here.
    pub clock: Clock,
    /// What Helmsman may do in the teams' channels.
    pub permissions: Permissions,
    /// Discord's REST interface. Answers to interactions go through [`reply`], not through here.
    pub discord: Discord,
    wake: Arc<dyn Fn(Option<OccurrenceId>) + Send + Sync>,
    rng: Mutex<StdRng>,
    once: once::Once,
    shards: Mutex<Option<Arc<serenity::ShardManager>>>,
}

impl Data {
    /// Puts the parts together. `wake` is called whenever something may have become due, with
    /// the prompt whose count may have changed, if it is that.
    pub fn new(
        store: Store,
        shelf: Arc<Shelf>,
        clock: Clock,
        discord: Discord,
        permissions: Permissions,
        wake: impl Fn(Option<OccurrenceId>) + Send + Sync + 'static,
        rng: StdRng,
    ) -> Self {
        let (wake, rng, shards) = (Arc::new(wake), Mutex::new(rng), Mutex::new(None));
        let desk = Desk::new(store.clone());
        let once = once::Once::default();
        Self { store, desk, shelf, clock, discord, permissions, wake, rng, once, shards }
    }

    /// The instant by Discord's clock: what people cast carries that time, and what is due is measured against it.
    pub fn now(&self) -> jiff::Timestamp {
        self.discord.now()
    }

    /// Every series that this server can schedule.
    pub async fn library(&self, guild: GuildId) -> Result<Arc<Library>, StoreError> {
        self.shelf.of(&self.store, guild).await
    }

    /// A number nobody can guess, to be stored as the seed of something random.
    pub fn seed(&self) -> u64 {
        self.rng.lock().unwrap_or_else(PoisonError::into_inner).next_u64()
    }

    /// A fresh nonce for one message: 20 characters (Discord allows 25).
    pub fn nonce(&self) -> String {
        format!("{:016x}{:04x}", self.seed(), self.seed() & 0xffff)
    }

    /// Something may be due now. Called before the person is answered.
    pub fn wake(&self) {
        (self.wake)(None);
    }

    /// As [`Self::wake`], for work that outlives what began it.
    pub fn waker(&self) -> impl Fn() + Send + Sync + use<> {
        let wake = self.wake.clone();
        move || wake(None)
    }

    /// The number of answers of this prompt may have changed, so its message wants an edit.
    pub fn touched(&self, occurrence: OccurrenceId) {
        (self.wake)(Some(occurrence));
    }

    /// Called whenever a gateway client is started: poise wants to know its shards. Nothing is answered before.
    pub fn serve(&self, shards: Arc<serenity::ShardManager>) {
        *self.shards.lock().unwrap_or_else(PoisonError::into_inner) = Some(shards);
    }
}

/// Every command, as poise knows it.
static OPTIONS: LazyLock<poise::FrameworkOptions<Data, Problem>> = LazyLock::new(|| {
    let mut commands = tree();
    poise::set_qualified_names(&mut commands);
    poise::FrameworkOptions {
        commands,
        on_error: |error| Box::pin(reply::framework_error(error)),
        allowed_mentions: Some(serenity::CreateAllowedMentions::new()),
        initialize_owners: false,
        manual_cooldowns: true,
        ..Default::default()
    }
});

/// The command tree. Slash commands, and one in the menu of messages, of which it keeps the link alone: Helmsman does not
/// read what people write.
fn tree() -> Vec<poise::Command<Data, Problem>> {
    vec![
        answer::answer(),
        away::away(),
        daysoff::daysoff(),
        excuse::excuse(),
        help::help(),
        me::me(),
        moment::moment(),
        poll::poll(),
        poll::who_led_here(),
        prompt::prompt(),
        series::series(),
        setup::setup(),
        suggest::suggest(),
    ]
}

/// Answers one interaction of any kind. Never fails: what goes wrong is told to the person and logged here.
pub async fn dispatch(ctx: &serenity::Context, data: &Arc<Data>, interaction: serenity::Interaction) {
    if !data.once.is_first(interaction.id().get()) {
        return;
    }
    // Answers are exempt from Discord's limit over all routes, and the library's limiter would keep a row in memory
    // for each of them.
    let mut ctx = ctx.clone();
    ctx.http = data.discord.callbacks();
    let ctx = &ctx;
    match interaction {
        serenity::Interaction::Command(_) | serenity::Interaction::Autocomplete(_) => {
            let shards = data.shards.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let Some(shards) = shards else {
                tracing::error!(
                    "a command came before the gateway client was announced; it stays unanswered"
                );
                return;
            };
            let framework = poise::FrameworkContext {
                // Of use to prefix commands only, and there are none.
                bot_id: serenity::UserId::new(1),
                serenity_context: ctx,
                options: &*OPTIONS,
                user_data: &**data,
                shard_manager: &shards,
            };
            poise::dispatch_event(framework, serenity::FullEvent::InteractionCreate { interaction }).await;
        }
        serenity::Interaction::Component(click) => buttons::click(ctx, data, &click).await,
        serenity::Interaction::Modal(modal) => buttons::submit(ctx, data, &modal).await,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn texts(value: &Value) -> usize {
        let length = |key: &str| value[key].as_str().map_or(0, |text| text.chars().count());
        let inner =
            ["options", "choices"].iter().flat_map(|key| value[*key].as_array().into_iter().flatten());
        length("name") + length("description") + length("value") + inner.map(texts).sum::<usize>()
    }

    /// Discord's rules for chat input commands. Source: its reference, "Application Command Structure".
    fn check(value: &Value, depth: usize) {
        let name = value["name"].as_str().unwrap();
        let proper = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
        assert!((1..=32).contains(&name.len()) && name.chars().all(proper), "{name}");
        let description = value["description"].as_str().unwrap();
        assert!((1..=100).contains(&description.chars().count()), "{name}: {description}");
        assert!(depth <= 3, "{name} is nested too deep");
        let options = value["options"].as_array().cloned().unwrap_or_default();
        assert!(options.len() <= 25, "{name}");
        let mut names: Vec<_> = options.iter().map(|option| option["name"].to_string()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), options.len(), "{name} has two options of one name");
        let mut optional = false;
        for option in &options {
            let required = option["required"].as_bool().unwrap_or(false);
            assert!(!(required && optional), "{name}: a required option after an optional one");
            optional |= !required;
            let choices = option["choices"].as_array().cloned().unwrap_or_default();
            assert!(choices.len() <= 25, "{name}");
            for choice in choices {
                assert!((1..=100).contains(&choice["name"].as_str().unwrap().chars().count()), "{choice}");
            }
            check(option, depth + 1);
        }
    }

    #[test]
    fn the_commands_keep_discords_limits() {
        let commands = serde_json::to_value(register::commands()).unwrap();
        let commands = commands.as_array().unwrap();
        assert!(!commands.is_empty() && commands.len() <= 100);
        // 3: in the menu of messages, with a name of its own rules and nothing else.
        let (menus, typed): (Vec<_>, Vec<_>) = commands.iter().partition(|command| command["type"] == 3);
        for menu in menus {
            assert!((1..=32).contains(&menu["name"].as_str().unwrap().len()), "{menu}");
        }
        for command in typed {
            check(command, 0);
            assert!(texts(command) <= 8_000, "{} is too long", command["name"]);
        }
    }
}
