//! A start with ten thousand teams: how long it takes, and how much memory it holds then.

use crate::{
    Arguments,
    bare::USUAL,
    measure::{ROUNDS, median, now, shown, today},
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
use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

const SERVERS: usize = 2_000;
const TEAMS_OF_EACH: usize = 5;

/// A bot in another process; it ends with this.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Process {
    fn start(command: &mut Command) -> Self {
        Self(command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("the process starts"))
    }

    /// What it holds in memory, in bytes. None: this system does not tell.
    fn resident(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kibibytes * 1024.0)
    }
}

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

    let bytes = |bytes: f64| format!("{:.1} MiB", bytes / 1_048_576.0);
    let mut own = |what: &str, process: &Process| {
        if let Some(resident) = process.resident() {
            table.push(Row::new(what, resident, Bar::None, bytes));
        }
    };
    own(
        "resident memory when ready with 10,000 teams on 2,000 servers",
        &run(&discord, &helmsman, &path).await,
    );
    own("  with none", &run(&discord, &discord.application("Lone"), &folder.join("none.db")).await);
    let bare = discord.application("Bare");
    own("  the bare bot with none", &run_bare(&discord, &bare).await);
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

/// `helmsman run`, when it is ready.
async fn run(discord: &Discord, app: &App, database: &Path) -> Process {
    let config = database.with_extension("toml");
    let text = format!(
        "discord.api_url = {:?}\ndatabase.path = {:?}\nlog.level = \"warn\"\n",
        discord.api_url(),
        database.display().to_string()
    );
    std::fs::write(&config, text).expect("the config is written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_helmsman"));
    command.arg("run").arg("--config").arg(&config).env("DISCORD_TOKEN", &app.token);
    rested(discord, app, Process::start(&mut command)).await
}

/// The bare bot, when it is ready.
async fn run_bare(discord: &Discord, app: &App) -> Process {
    let own = std::env::current_exe().expect("this program knows where it is");
    let mut command = Command::new(own);
    command.arg("--bare-bot").arg(discord.api_url()).arg(&app.token);
    rested(discord, app, Process::start(&mut command)).await
}

/// From outside it shows only roughly when a process is at rest: connected, and a while after the last event.
async fn rested(discord: &Discord, app: &App, process: Process) -> Process {
    discord.wait_ready(app).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    process
}
