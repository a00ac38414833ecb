//! A start with ten thousand teams: how long it takes, and how much memory it holds then.

use crate::{
    Arguments,
    bare::USUAL,
    measure::{ROUNDS, median, now, shown, today},
    process::{self, Process},
    table::{Bar, Row, Table},
    teams,
    whole::start_bot,
};
use emulator::{App, Discord, Options};
use helmsman::{
    domain::{
        id::{ChannelId, GuildId},
        library::Library,
    },
    store::Store,
};
use std::path::Path;

const SERVERS: usize = 2_000;
const TEAMS_OF_EACH: usize = 5;

/// Adds the rows of this chapter.
pub async fn measure(_: &Arguments, folder: &Path, table: &mut Table) {
    let discord = Discord::start(Options::default()).await.expect("the emulator starts");
    let helmsman = discord.application("Helmsman");
    let places = servers(&discord, &helmsman);
    let path = folder.join("start.db");
    teams_at(&path, places).await;
    let mut took = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let begun = now();
        let store = Store::open(&path).await.expect("the database is opened");
        let bot = start_bot(&discord, &helmsman, store).await;
        took.push(begun.elapsed().as_secs_f64());
        bot.stop().await;
    }
    table.push(Row::new("start to ready with 10,000 teams", median(took), Bar::AtMost(1.0), shown));

    let mut own = |what: &str, process: &Process| {
        if let Some(resident) = process.resident() {
            table.push(Row::new(what, resident, Bar::None, process::mebibytes));
        }
    };
    own(
        "resident memory when ready with 10,000 teams on 2,000 servers",
        &process::run(&discord, &helmsman, &path).await,
    );
    own("  with none", &process::run(&discord, &discord.application("Lone"), &folder.join("none.db")).await);
    let bare = discord.application("Bare");
    own("  the bare bot with none", &process::run_bare(&discord, &bare).await);
}

/// The servers with their channels: where the teams live.
fn servers(discord: &Discord, app: &App) -> Vec<(GuildId, ChannelId)> {
    let servers = (0..SERVERS).map(|n| {
        let guild = discord.guild(&format!("Harbour {n}"));
        guild.add_app(app, USUAL);
        let channels = (0..TEAMS_OF_EACH).map(|n| guild.text_channel(&format!("team-{n}")).id());
        channels.map(|channel| (GuildId(guild.id().get()), ChannelId(channel.get()))).collect::<Vec<_>>()
    });
    servers.flatten().collect()
}

async fn teams_at(path: &Path, places: Vec<(GuildId, ChannelId)>) {
    let store = Store::open(path).await.expect("the database is made");
    let now = today();
    store
        .write(move |conn| {
            Box::pin(async move {
                let library = Library::builtin();
                for place in places {
                    teams::add_in(conn, &library, place, teams::not_yet(now), now).await?;
                }
                Ok(())
            })
        })
        .await
        .expect("the teams are made");
    store.close().await;
}
