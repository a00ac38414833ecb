//! Bots in processes of their own, so that their memory can be read.

use emulator::{App, Discord};
use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// A bot in another process; it ends with this.
pub struct Process(Child);

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
    pub fn resident(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kibibytes * 1024.0)
    }
}

/// An amount of memory for people.
pub fn mebibytes(bytes: f64) -> String {
    format!("{:.1} MiB", bytes / 1_048_576.0)
}

/// `helmsman run`, when it is ready.
pub async fn run(discord: &Discord, app: &App, database: &Path) -> Process {
    let config = database.with_extension("toml");
    let text = format!(
        "discord.api_url = {:?}\ndatabase.path = {:?}\nlog.level = \"warn\"\n",
        discord.api_url(),
        database.display().to_string()
    );
    std::fs::write(&config, text).expect("the config is written");
    let mut command = this_program();
    command.arg("--helmsman").arg(config).env("DISCORD_TOKEN", &app.token);
    rested(discord, app, Process::start(&mut command)).await
}

/// The bare bot, when it is ready.
pub async fn run_bare(discord: &Discord, app: &App) -> Process {
    let mut command = this_program();
    command.arg("--bare-bot").arg(discord.api_url()).arg(&app.token);
    rested(discord, app, Process::start(&mut command)).await
}

/// Both bots are in this program, so that neither is measured with what only the other needs.
fn this_program() -> Command {
    Command::new(std::env::current_exe().expect("this program knows where it is"))
}

/// From outside it shows only roughly when a process is at rest: connected, and a while after the last event.
async fn rested(discord: &Discord, app: &App, process: Process) -> Process {
    discord.wait_ready(app).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    process
}
