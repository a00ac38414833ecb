//! What stays in memory: of many servers, and of many events.

use crate::{
    Arguments,
    bare::USUAL,
    process,
    table::{Bar, Row, Table},
};
use emulator::{App, Channel, Discord, Guild, Options, Person};
use std::{path::Path, time::Duration};

/// Events between two looks whether all were read.
const CHUNK: usize = 200;

/// Adds the rows of this chapter.
pub async fn measure(arguments: &Arguments, folder: &Path, table: &mut Table) {
    let few = servers(folder, 100).await;
    let many = servers(folder, 2_400).await;
    // None: this system does not tell.
    if let (Some(few), Some(many)) = (few, many) {
        table.push(Row::ratio("memory: 2,400 servers on one shard / 100", many / few, Bar::AtMost(2.0)));
        table.push(Row::new("  with 2,400", many, Bar::None, process::mebibytes));
    }
    let events = arguments.count(1_000_000, 100_000);
    if let Some((before, after)) = chatter(folder, events).await {
        table.push(Row::ratio(
            format!("memory: after {events} events / after the first {}", events / 20),
            after / before,
            Bar::AtMost(1.1),
        ));
        table.push(Row::new("  after all", after, Bar::None, process::mebibytes));
    }
}

/// What `helmsman run` holds with so many servers, and a team on one of them.
async fn servers(folder: &Path, count: usize) -> Option<f64> {
    let place = Place::make(count).await;
    let process = process::run(&place.discord, &place.app, &folder.join(format!("servers{count}.db"))).await;
    place.team().await;
    process.resident()
}

/// What it holds after a twentieth of the events, and after all: messages that come and go in a team's channel.
async fn chatter(folder: &Path, events: usize) -> Option<(f64, f64)> {
    let place = Place::make(1).await;
    let process = process::run(&place.discord, &place.app, &folder.join("chatter.db")).await;
    place.team().await;
    let mut before = None;
    for told in (0..events).step_by(CHUNK) {
        if before.is_none() && told >= events / 20 {
            before = Some(process.resident()?);
        }
        for _ in 0..CHUNK / 2 {
            let message = place.ada.say(&place.channel, "Has anybody seen the keys of the van?");
            place.ada.delete(&message);
        }
        place.read().await;
    }
    Some((before?, process.resident()?))
}

struct Place {
    discord: Discord,
    app: App,
    channel: Channel,
    ada: Person,
}

impl Place {
    async fn make(servers: usize) -> Self {
        // Nothing here is about time.
        let options = Options { first_response: Duration::from_secs(60), ..Options::default() };
        let discord = Discord::start(options).await.expect("the emulator starts");
        let app = discord.application("Helmsman");
        let guilds: Vec<Guild> = (0..servers)
            .map(|n| {
                let guild = discord.guild(&format!("Harbour {n}"));
                for n in 0..10 {
                    guild.text_channel(&format!("room-{n}"));
                }
                guild.add_app(&app, USUAL | emulator::bits::EMBED_LINKS);
                guild
            })
            .collect();
        let channel = guilds[0].text_channel("team");
        let ada = guilds[0].owner();
        Self { discord, app, channel, ada }
    }

    async fn team(&self) {
        self.discord.wait_commands(&self.app).await;
        let panel = self.ada.slash(&self.channel, "setup", &[("zone", "Europe/Berlin")]).await;
        let started = self.ada.click(panel.message(), "Start").await;
        assert!(started.failed().is_none(), "{}", started.text());
    }

    /// Returns when the bot has read every event so far: it reads them one after the other, and answers this one.
    async fn read(&self) {
        let answer = self.ada.slash(&self.channel, "me", &[]).await;
        assert!(answer.is_ephemeral(), "{}", answer.text());
    }
}
