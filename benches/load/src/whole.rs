//! The whole bot in this process, with a team and an open prompt, on a Discord of its own.

use crate::{bare::USUAL, measure::today, shapes::Act, teams};
use emulator::{App, Discord, Message, Options, Person};
use helmsman::{
    app::{
        polls::{self, Opened},
        posting::{self, ByHand, Wanted},
    },
    chat::discord::HttpParts,
    clock::Clock,
    domain::{
        id::{CastId, ChannelId, GuildId, UserId, snowflake_floor},
        library::Library,
        poll::Draft,
    },
    run::{Bot, BotParts},
    store::Store,
};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// It, running.
pub struct Whole {
    /// Its database.
    pub store: Store,
    bot: Bot,
    /// Its Discord; it ends with this.
    _discord: Discord,
    people: Arc<Vec<Person>>,
    prompt: Message,
    poll: Message,
}

/// Starts a bot on a database, and returns when its commands are known and all that Discord told it is handled.
pub async fn start_bot(discord: &Discord, app: &App, store: Store) -> Bot {
    let http = HttpParts {
        token: app.token.clone(),
        api_url: Some(discord.api_url()),
        connect_to: None,
        ca_pem: None,
        time_out: Duration::from_secs(10),
    };
    let before = discord.delivered(app);
    let parts = BotParts { store, library: Library::builtin(), clock: Clock::host(), http, seed: 1 };
    let bot = Bot::start(parts).await.expect("the bot starts");
    discord.wait_ready(app).await;
    // The first event is READY.
    bot.settled(|| (discord.delivered(app) - before).max(1)).await;
    discord.wait_commands(app).await;
    bot
}

impl Whole {
    /// Starts it, with so many people, and returns when the prompt is posted.
    pub async fn start(folder: &Path, people: usize) -> Self {
        let discord = Discord::start(Options::default()).await.expect("the emulator starts");
        let app = discord.application("Helmsman");
        let guild = discord.guild("Harbour");
        let channel = guild.text_channel("team");
        guild.add_app(&app, USUAL | emulator::bits::EMBED_LINKS);
        let people = (0..people).map(|n| guild.person(&format!("person{n}"))).collect();
        let store = Store::open(&folder.join("whole.db")).await.expect("the database is made");
        let place = (GuildId(guild.id().get()), ChannelId(channel.id().get()));
        let nominees = ["nominee1", "nominee2", "nominee3"].map(|name| guild.person(name)).to_vec();
        claim(&store, place, &nominees).await;
        let bot = start_bot(&discord, &app, store.clone()).await;
        let id = channel.id();
        discord
            .wait_for(|world| {
                let messages = world.channels.get(&id)?.messages.values();
                (messages.filter(|message| !message.components.is_empty()).count() == 2).then_some(())
            })
            .await;
        let seen = guild.owner().sees(&channel);
        let with = |verb: &str| {
            let has = |message: &&Message| !ids(message, verb).is_empty();
            seen.iter().find(has).cloned().expect("the owner sees it")
        };
        let (prompt, poll) = (with("pick:"), with("poll:vote:"));
        // Its id is stored before anybody answers.
        bot.settled(|| discord.delivered(&app)).await;
        Self { store, bot, _discord: discord, people: Arc::new(people), prompt, poll }
    }

    /// The next person picks an option.
    pub fn answer(&self) -> Act {
        // The reply to a first answer tells the streak; an error or "too late" does not.
        self.click(&self.prompt, "pick:", "treak")
    }

    /// The next person votes.
    pub fn vote(&self) -> Act {
        // Whoever did not vote has nothing to take back.
        self.click(&self.poll, "poll:vote:", "You chose")
    }

    /// The next person presses one of these buttons, and is told something with this in it.
    fn click(&self, message: &Message, verb: &str, told: &'static str) -> Act {
        let (people, prompt) = (self.people.clone(), message.clone());
        let options = Arc::new(ids(message, verb));
        let next = AtomicUsize::new(0);
        Arc::new(move || {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let person = people.get(n).expect("there are people enough").clone();
            let (prompt, options) = (prompt.clone(), options.clone());
            Box::pin(async move {
                let answer = person.click(&prompt, &options[n % options.len()]).await;
                assert!(answer.is_ephemeral(), "{}", answer.text());
                assert!(answer.text().contains(told), "{}", answer.text());
                answer.response_time().expect("it was answered in time")
            })
        })
    }

    /// Ends it.
    pub async fn stop(self) {
        self.bot.stop().await;
    }
}

/// What the buttons of a message do whose custom_id begins so.
fn ids(message: &Message, verb: &str) -> Vec<String> {
    let all = message.buttons().into_iter().filter_map(|button| button.custom_id);
    all.filter(|id| id.starts_with(verb)).collect()
}

/// A team in that place, and a choice of the default series and a poll on their way.
async fn claim(store: &Store, place: (GuildId, ChannelId), nominees: &[Person]) {
    let (now, library) = (today(), Arc::new(Library::builtin()));
    let series = library.default_series();
    let prompt = series.prompts.iter().find(|prompt| !prompt.options().is_empty()).expect("a choice");
    let (series, prompt) = (series.id.clone(), Some(prompt.id.clone()));
    let known = library.clone();
    let (team, _) = store
        .write(move |conn| {
            Box::pin(async move { teams::add_in(conn, &known, place, teams::not_yet(now), now).await })
        })
        .await
        .expect("a team is made");
    let claim = posting::by_hand(store, &library, Wanted { team, series, prompt }, 1, now, 1).await;
    assert!(matches!(claim, Ok(ByHand::Claimed(_))), "{claim:?}");
    let nominees = nominees.iter().map(|one| (UserId(one.id().get()), one.name())).collect();
    let draft =
        Draft { situation: "It rained.".into(), duration: "1 day".into(), nominees, ..Draft::default() };
    let cast = CastId(snowflake_floor(now));
    let opened = polls::open(store, (place.0, team), UserId(1), cast, draft, now, 2).await;
    assert!(matches!(opened, Ok(Opened::Yes(_))), "{opened:?}");
}
