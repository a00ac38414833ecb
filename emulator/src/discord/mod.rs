//! Handles for tests: the emulator itself, guilds, roles and channels.
//!
//! They change the world as its administrators would, with all events that follow.

mod channel;
mod faults;
mod gateway;
mod guild;
mod page;

pub use channel::{Channel, Target};
pub use guild::{Guild, Role};

use crate::clock::Clock;
use crate::faults::Faults;
use crate::hub::{Hub, LoggedRequest};
use crate::id::Id;
use crate::inspect::Inspector;
use crate::limits::RateLimits;
use crate::tls::{Failure, Tls};
use crate::world::{Frame, Limits, World};
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// How an emulator is to be.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use emulator::{Discord, Options};
///
/// let start = Some("2027-01-04T08:00:00Z".parse()?);
/// let discord = Discord::start(Options { start, seed: 7, ..Options::default() }).await?;
/// assert_eq!(discord.clock().now().to_string(), "2027-01-04T08:00:00Z");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    /// Where its clock stands, moving only when told to; `None` is the host's clock.
    pub start: Option<Timestamp>,
    /// What all that is random is drawn from.
    pub seed: u64,
    /// Whether REST is served over TLS too.
    pub tls: bool,
    /// The port on 127.0.0.1; `None` takes a free one.
    pub port: Option<u16>,
    /// How long an interaction waits for its first response, on the host's clock (Discord: 3 s).
    pub first_response: Duration,
    /// How long an actor waits for what a deferred response promised, on the host's clock.
    pub patience: Duration,
    /// The heartbeat interval that the gateway asks for (see also [`Discord::set_heartbeat`]).
    pub heartbeat: Duration,
    /// How many edits of messages older than an hour a channel bears in an hour, before 30046.
    pub old_edits_per_hour: usize,
    /// How many REST requests are let through.
    pub rate_limits: RateLimits,
    /// A directory from which the page's files are served, for whoever works on them; else those compiled in.
    pub page_files: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            start: None,
            seed: 0,
            tls: false,
            port: None,
            first_response: Duration::from_secs(3),
            patience: Duration::from_secs(15),
            heartbeat: Duration::from_millis(41_250),
            old_edits_per_hour: 5,
            rate_limits: RateLimits::default(),
            page_files: None,
        }
    }
}

/// An application: its id and its bot's token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// The id, which is that of the bot's user too.
    pub id: Id,
    /// The token, without `Bot `.
    pub token: String,
}

/// What a session is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionInfo {
    /// The session id.
    pub id: String,
    /// Whether a socket is open for it.
    pub connected: bool,
    /// Its intents.
    pub intents: u64,
    /// How often it was resumed.
    pub resumes: u64,
    /// The sequence number of its last dispatch.
    pub sequence: u64,
}

/// A running emulator. It ends when the last handle is dropped or at [`Discord::shutdown`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use emulator::{Discord, Options};
///
/// let discord = Discord::start(Options::default()).await?;
/// let app = discord.application("Echo");
/// let request = reqwest::Client::new().get(format!("{}/api/v10/users/@me", discord.api_url()));
/// let answer = request.header("authorization", format!("Bot {}", app.token)).send().await?;
/// assert_eq!(answer.json::<serde_json::Value>().await?["username"], "Echo");
/// assert_eq!(discord.requests()[0].status, 200);
/// discord.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Discord {
    pub(crate) hub: Arc<Hub>,
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    hub: Arc<Hub>,
    api_url: String,
    tls: Option<Tls>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        for task in self.tasks.get_mut().unwrap_or_else(PoisonError::into_inner) {
            task.abort();
        }
        self.hub.inspection.end();
    }
}

impl Discord {
    /// Starts an emulator on loopback.
    ///
    /// # Errors
    ///
    /// When the port cannot be had, or no certificate can be made.
    pub async fn start(options: Options) -> Result<Self, Failure> {
        let clock = options.start.map_or_else(Clock::host, Clock::frozen);
        let listener = TcpListener::bind(("127.0.0.1", options.port.unwrap_or(0))).await?;
        let addr = listener.local_addr()?;
        let api_url = format!("http://{addr}");
        let limits = Limits {
            nonce_window_ms: 0,
            old_edits_per_hour: options.old_edits_per_hour,
            first_response: options.first_response,
        };
        let faults = Faults::new(options.seed);
        let world = World::new(clock.clone(), options.seed, limits, api_url.clone(), faults);
        let hub = Hub::new(world, addr, &options);
        let mut tasks = vec![
            tokio::spawn(clock.keep()),
            tokio::spawn(crate::server::serve(listener, None, crate::server::router(&hub))),
        ];
        let mut tls = None;
        if options.tls {
            let (acceptor, ca_pem) = crate::tls::acceptor()?;
            let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
            tls = Some(Tls { addr: listener.local_addr()?, ca_pem });
            tasks.push(tokio::spawn(crate::server::serve(
                listener,
                Some(acceptor),
                crate::server::bots_router(&hub),
            )));
        }
        let inner = Inner { hub: hub.clone(), api_url, tls, tasks: Mutex::new(tasks) };
        Ok(Self { hub, inner: Arc::new(inner) })
    }

    /// Where REST is: `http://127.0.0.1:PORT`, with paths that begin with `/api/v10`.
    pub fn api_url(&self) -> String {
        self.inner.api_url.clone()
    }

    /// Where REST is over TLS, if that was wanted.
    pub fn tls(&self) -> Option<Tls> {
        self.inner.tls.clone()
    }

    /// The clock.
    pub fn clock(&self) -> Clock {
        self.hub.clock.clone()
    }

    /// Makes an application.
    pub fn application(&self, name: &str) -> App {
        self.hub.change(|world| {
            let id = world.add_application(name);
            App { id, token: world.applications[&id].token.clone() }
        })
    }

    /// Switches privileged intents on (bits as in [`crate::bits`]); they are off at first.
    pub fn allow_intents(&self, app: &App, intents: u64) {
        self.hub.change(|world| {
            if let Some(app) = world.applications.get_mut(&app.id) {
                app.allowed_intents = intents;
            }
        });
    }

    /// Makes a guild, and a person who owns it.
    pub fn guild(&self, name: &str) -> Guild {
        let id = self.hub.change(|world| {
            let owner = world.add_user("owner", false);
            world.add_guild(name, owner)
        });
        Guild { hub: self.hub.clone(), id }
    }

    /// A guild by its id, whether it exists or not.
    pub fn guild_by_id(&self, id: Id) -> Guild {
        Guild { hub: self.hub.clone(), id }
    }

    /// A channel or thread by its id, whether it exists or not.
    pub fn channel_by_id(&self, id: Id) -> Channel {
        Channel { hub: self.hub.clone(), id }
    }

    /// Looks at the state. Do not act from within.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// use emulator::{Discord, Options};
    ///
    /// let discord = Discord::start(Options::default()).await?;
    /// let guild = discord.guild("Harbour").id();
    /// assert_eq!(discord.world(|world| world.guilds[&guild].name.clone()), "Harbour");
    /// # Ok(())
    /// # }
    /// ```
    pub fn world<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        self.hub.read(look)
    }

    /// Waits until `look` finds something in the state.
    pub async fn wait_for<T>(&self, look: impl FnMut(&World) -> Option<T>) -> T {
        self.hub.wait_for(look).await
    }

    /// Waits until the application has a connected session.
    pub async fn wait_ready(&self, app: &App) {
        let id = app.id;
        let connected = |world: &World| {
            world.sessions.values().any(|session| session.app == id && session.connected()).then_some(())
        };
        self.hub.wait_for(connected).await;
    }

    /// Waits until the application has a connected session and has written its commands.
    pub async fn wait_commands(&self, app: &App) {
        self.wait_ready(app).await;
        let id = app.id;
        self.hub.wait_for(|world| (world.applications.get(&id)?.command_writes > 0).then_some(())).await;
    }

    /// Dispatch frames that were handed to the application's connections so far, replayed ones included.
    pub fn delivered(&self, app: &App) -> u64 {
        self.hub.read(|world| world.applications.get(&app.id).map_or(0, |app| app.delivered))
    }

    /// The last 10,000 REST requests, oldest first.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.hub.requests()
    }

    /// Empties the log of requests.
    pub fn clear_requests(&self) {
        self.hub.clear_requests();
    }

    /// From now on shows each REST request with its answer to `inspector`. What it finds wrong stays until
    /// [`Discord::violations`] asks for it; the drop of the last handle panics over what nobody asked for.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// use emulator::{Discord, Options};
    ///
    /// let discord = Discord::start(Options::default()).await?;
    /// discord.inspect(|exchange| match exchange.method.as_str() {
    ///     "DELETE" => vec!["this bot deletes nothing".into()],
    ///     _ => Vec::new(),
    /// });
    /// reqwest::Client::new().delete(format!("{}/api/v10/channels/1", discord.api_url())).send().await?;
    /// assert_eq!(discord.violations().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn inspect(&self, inspector: Inspector) {
        self.hub.inspection.begin(inspector);
    }

    /// What the inspector has found since this was last asked.
    pub fn violations(&self) -> Vec<String> {
        self.hub.inspection.take()
    }

    /// Does what a request in JSON asks, as `POST /emulator/act` does: for example
    /// `{"as":"ana","do":"slash","channel":"general","command":"help"}`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// use emulator::{Discord, Options};
    /// use serde_json::json;
    ///
    /// let discord = Discord::start(Options::default()).await?;
    /// let guild = discord.guild("Harbour");
    /// (guild.text_channel("general"), guild.person("ana"));
    /// let said = discord.act(&json!({ "as": "ana", "do": "say", "channel": "general", "text": "hello" })).await;
    /// assert_eq!(said["author"], "ana");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn act(&self, request: &serde_json::Value) -> serde_json::Value {
        crate::act::act(&self.hub, request).await
    }

    /// The application's sessions, connected or resumable.
    pub fn sessions(&self, app: &App) -> Vec<SessionInfo> {
        self.hub.read(|world| {
            let own = world.sessions.values().filter(|session| session.app == app.id);
            own.map(|session| SessionInfo {
                id: session.id.clone(),
                connected: session.connected(),
                intents: session.intents,
                resumes: session.resumes,
                sequence: session.sequence,
            })
            .collect()
        })
    }

    /// IDENTIFYs that the application has sent.
    pub fn identify_count(&self, app: &App) -> u64 {
        self.hub.read(|world| world.applications.get(&app.id).map_or(0, |app| app.identify_count))
    }

    /// Stops listening and cuts all connections.
    pub async fn shutdown(self) {
        let tasks = {
            let mut tasks = self.inner.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *tasks)
        };
        self.hub.over.send_replace(true);
        self.hub.change(|world| {
            for session in world.sessions.values_mut() {
                if let Some(outlet) = session.outlet.take() {
                    let _ = outlet.send(Frame::Close(None));
                }
            }
        });
        for task in tasks {
            task.abort();
            // Aborted, so the error is expected.
            let _ = task.await;
        }
    }
}
