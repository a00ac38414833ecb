//! A thousand servers take a right away at the same moment: Discord shuts an address out after ten thousand refused
//! requests in ten minutes, and we must stay far from that.

use crate::{
    harness::{INVITED, ZONE, emulator, local},
    posting::desk::plan,
};
use emulator::{Channel, Discord, EventFault, Fault, Guild, Options, bits};
use helmsman::{
    app::schedules,
    chat::discord::HttpParts,
    clock::Clock,
    domain::{
        id::{ChannelId, GuildId, UserId},
        library::Library,
    },
    run::{Bot, BotParts},
    store::{Store, team},
};
use jiff::Timestamp;
use std::time::Duration;
use tokio::sync::watch;

const SERVERS: usize = 1_000;

struct Sea {
    discord: Discord,
    app: emulator::App,
    places: Vec<(Guild, Channel)>,
    bot: Bot,
    clock: watch::Sender<Timestamp>,
    delivered: u64,
    _folder: tempfile::TempDir,
}

impl Sea {
    /// Each server has a team whose first prompt is due on 4 January 2027 at 09:30; it is 08:00.
    async fn with_teams() -> Self {
        let start = local("2027-01-04 08:00");
        let options = Options { start: Some(start), seed: 7, ..Options::default() };
        let discord = emulator(options).await;
        let app = discord.application("Helmsman");
        let places: Vec<_> = (0..SERVERS)
            .map(|n| {
                let guild = discord.guild(&format!("Harbour {n}"));
                guild.add_app(&app, INVITED);
                let channel = guild.text_channel("team");
                (guild, channel)
            })
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("h.db")).await.unwrap();
        let ids: Vec<_> = places
            .iter()
            .map(|(guild, channel)| (guild.id().0, channel.id().0, guild.owner().id().0))
            .collect();
        store
            .write(move |conn| {
                Box::pin(async move {
                    let library = Library::builtin();
                    for (guild, channel, owner) in ids {
                        let place = (GuildId(guild), ChannelId(channel));
                        let id = team::insert(conn, place.0, place.1, ZONE, UserId(owner), start).await?;
                        schedules::draft_in(conn, &library, id, &plan(), channel).await?;
                        team::start(conn, id, start).await?;
                        let team = team::get(conn, id).await?.unwrap();
                        schedules::start_in(conn, &team, start).await?;
                    }
                    Ok(())
                })
            })
            .await
            .unwrap();
        let (clock, told) = watch::channel(start);
        let parts = BotParts {
            store,
            library: Library::builtin(),
            clock: Clock::told(told),
            http: HttpParts {
                token: app.token.clone(),
                api_url: Some(discord.api_url()),
                connect_to: None,
                ca_pem: None,
                time_out: Duration::from_secs(5),
            },
            seed: 7,
        };
        let delivered = discord.delivered(&app);
        let bot = Bot::start(parts).await.unwrap();
        discord.wait_commands(&app).await;
        let sea = Self { discord, app, places, bot, clock, delivered, _folder: folder };
        sea.settled().await;
        sea
    }

    async fn settled(&self) {
        let settled = self.bot.settled(|| (self.discord.delivered(&self.app) - self.delivered).max(1));
        tokio::time::timeout(Duration::from_secs(120), settled).await.expect("it comes to rest");
    }

    async fn at(&self, when: &str) {
        self.discord.clock().set(local(when));
        self.clock.send_replace(local(when));
        self.settled().await;
    }

    fn revoke_everywhere(&self) {
        for (guild, channel) in &self.places {
            channel.deny(&guild.app_role(&self.app), bits::SEND_MESSAGES);
        }
    }

    /// Requests that Discord counts against us.
    fn refused(&self) -> Vec<String> {
        let requests = self.discord.requests();
        let invalid = requests.iter().filter(|request| request.is_invalid());
        invalid.map(|one| format!("{} {} {}", one.method, one.path, one.status)).collect()
    }
}

#[tokio::test]
async fn a_right_that_is_known_to_be_gone_costs_no_request() {
    let sea = Sea::with_teams().await;
    sea.revoke_everywhere();
    sea.settled().await;
    sea.at("2027-01-04 09:30").await;
    // On a busy machine two thousand paced requests (the admins are told) may bunch up into one too many in a second.
    let refused: Vec<_> = sea.refused().into_iter().filter(|one| !one.ends_with("429")).collect();
    assert_eq!(refused, [""; 0]);
    sea.bot.stop().await;
}

#[tokio::test]
async fn rights_taken_away_unheard_cost_few_refused_requests() {
    let sea = Sea::with_teams().await;
    let lost = sea.discord.fault(Fault::on_event("CHANNEL_UPDATE", EventFault::Drop));
    sea.revoke_everywhere();
    assert_eq!(lost.strikes(), SERVERS as u64);
    sea.at("2027-01-04 09:30").await;
    for minute in 31..40 {
        sea.at(&format!("2027-01-04 09:{minute}")).await;
    }
    let refused = sea.refused().len();
    assert!((1..100).contains(&refused), "{refused} in ten minutes");
    sea.bot.stop().await;
}
