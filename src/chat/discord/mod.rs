//! Discord's REST interface as Helmsman uses it of its own accord: paced, with time-outs, and with a clear word about
//! what became of each request.
//!
//! Answers to interactions do not come this way ([`Discord::callbacks`]): Discord exempts them from the limit over all
//! routes, and the library's limiter would keep a row in memory for each interaction for ever.

mod calls;
mod members;
mod pacing;
mod trouble;
mod uploads;

pub use calls::{ChannelRules, Gateway, SessionStartLimit, UNKNOWN_MESSAGE};
pub use members::{Member, shown_name};
pub use trouble::Trouble;
pub use uploads::NoFile;

use crate::clock::{Clock, Stopwatch};
use jiff::{SignedDuration, Timestamp};
use pacing::{Pace, Refusals};
use serenity::{
    builder::CreateAllowedMentions,
    http::{Http, HttpBuilder, LightMethod, Ratelimiter, Request, Route},
};
use std::{
    cell::RefCell,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::oneshot;

/// The longest that the library's limiter may hold a request. Beyond that the request is given back, not sent.
const LONGEST_HOLD: Duration = Duration::from_secs(3);
/// An answer that took longer than this says nothing about the time at Discord.
const QUICK: SignedDuration = SignedDuration::from_secs(2);

/// What is needed to speak with Discord. It has no `Debug`, because it holds the token.
#[derive(Clone)]
pub struct HttpParts {
    /// The bot's token, without "Bot ".
    pub token: String,
    /// Another host for all REST calls, such as `http://127.0.0.1:8080`: one that limits by itself, or the emulator.
    /// Switches the library's limiter off, which is the only way it accepts another host.
    pub api_url: Option<String>,
    /// Where discord.com is to be found instead of where its name says. Keeps the limiter.
    pub connect_to: Option<SocketAddr>,
    /// A root certificate (PEM) to trust beside the built-in ones.
    pub ca_pem: Option<Vec<u8>>,
    /// The longest that one request may take, connection included.
    pub time_out: Duration,
}

impl HttpParts {
    /// A client that goes where these parts say, and nowhere else.
    pub fn client(&self) -> Result<reqwest::ClientBuilder, ClientError> {
        let mut client = reqwest::Client::builder()
            .connect_timeout(self.time_out.min(Duration::from_secs(5)))
            .timeout(self.time_out)
            .redirect(reqwest::redirect::Policy::none());
        if let Some(address) = self.connect_to {
            client = client.resolve("discord.com", address);
        }
        if let Some(pem) = &self.ca_pem {
            client = client.add_root_certificate(reqwest::Certificate::from_pem(pem)?);
        }
        if self.api_url.is_some() || self.connect_to.is_some() {
            // Not through a proxy of the environment: the operator named the host.
            client = client.no_proxy();
        }
        Ok(client)
    }
}

/// Why no client could be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client for Discord cannot be made: {0}")]
pub struct ClientError(#[from] reqwest::Error);

/// Speaks with Discord. Clones share limits and pace.
#[derive(Clone)]
pub struct Discord(Arc<Inner>);

struct Inner {
    client: reqwest::Client,
    fetcher: uploads::Fetcher,
    /// Limited by route, for everything sent by itself.
    http: Http,
    /// Not limited, for answers to interactions.
    callbacks: Arc<Http>,
    pace: Arc<Pace>,
    refusals: Arc<Refusals>,
    clock: Clock,
    skew_ms: AtomicI64,
    /// When the skew was learned, by our own clock.
    learned: Mutex<Option<(Timestamp, Stopwatch)>>,
    bot: AtomicU64,
    /// Discord does not know the token any more.
    denied: AtomicBool,
}

/// HTTP's word for a token that is not known.
pub const UNAUTHORISED: u16 = 401;
/// For so long after Discord has told the time our own clock is believed to go on with it.
const BELIEVED: SignedDuration = SignedDuration::from_secs(60);
/// A smaller difference between Discord's clock and ours is the noise of measuring it.
const NOISE: SignedDuration = SignedDuration::from_secs(2);

tokio::task_local! {
    /// Told by the library's limiter when it is about to make the current request wait.
    static HELD: RefCell<Option<oneshot::Sender<Duration>>>;
}

impl Inner {
    /// Our own clock goes on with Discord's from here.
    fn believe_clock(&self) {
        let now = Some((self.clock.now(), Stopwatch::start()));
        *self.learned.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }
}

impl Discord {
    /// A client that has not yet said a word. Fails if the certificate is none.
    pub fn new(parts: HttpParts, clock: Clock) -> Result<Self, ClientError> {
        let client = parts.client()?.build()?;
        let fetcher = uploads::Fetcher::new(&parts)?;
        let pace = Arc::new(Pace::new());
        let refusals = Arc::new(Refusals::default());
        let builder = |limited: bool| {
            let mut builder = HttpBuilder::new(&parts.token)
                .client(client.clone())
                .default_allowed_mentions(CreateAllowedMentions::new());
            if let Some(url) = &parts.api_url {
                builder = builder.proxy(url).ratelimiter_disabled(true);
            } else if limited {
                builder = builder.ratelimiter(limiter(&client, &parts.token, &pace, &refusals, &clock));
            } else {
                builder = builder.ratelimiter_disabled(true);
            }
            builder.build()
        };
        let (http, callbacks) = (builder(true), Arc::new(builder(false)));
        let (skew_ms, learned, bot) = (AtomicI64::new(0), Mutex::default(), AtomicU64::new(0));
        let denied = AtomicBool::new(false);
        let inner =
            Inner { client, fetcher, http, callbacks, pace, refusals, clock, skew_ms, learned, bot, denied };
        Ok(Self(Arc::new(inner)))
    }

    /// For answers to interactions only: neither paced nor limited.
    pub fn callbacks(&self) -> Arc<Http> {
        self.0.callbacks.clone()
    }

    /// Discord's clock less the host's, as the latest quick answer showed it (to the second). Zero before.
    pub fn skew(&self) -> SignedDuration {
        SignedDuration::from_millis(self.0.skew_ms.load(Ordering::Relaxed))
    }

    /// The instant by Discord's clock. Everything is due, closes and is searched by it, so that a host whose clock is
    /// wrong closes nothing early. One whose clock jumps is found out by [`Self::tell_time`].
    pub fn now(&self) -> Timestamp {
        let (now, skew) = (self.0.clock.now(), self.skew());
        if skew.abs() <= NOISE { now } else { now.saturating_add(skew).unwrap_or(now) }
    }

    /// Makes sure that [`Self::now`] is Discord's time. If the last answer that told it is too old and something is due
    /// (`due`), or our own clock has jumped since, Discord is asked; if it does not answer, all stays as it was.
    pub async fn tell_time(&self, due: bool) {
        if !self.is_doubtful(due) {
            return;
        }
        let asked = self.call_paused_or_not(Request::new(Route::Gateway, LightMethod::Get), None);
        if !matches!(tokio::time::timeout(LONGEST_HOLD, asked).await, Ok(Ok(_))) {
            tracing::debug!("Discord did not tell the time; ours is believed");
        }
        // Also if it said nothing, or too slowly to tell: it is not asked again at once.
        self.0.believe_clock();
    }

    /// Whether [`Self::tell_time`] would ask.
    pub fn is_doubtful(&self, due: bool) -> bool {
        if self.0.clock.is_discords() {
            return false;
        }
        let learned = *self.0.learned.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((then, since)) = learned else { return due };
        let age = self.0.clock.now().duration_since(then);
        let believed = SignedDuration::ZERO <= age && age <= BELIEVED;
        (due && !believed) || self.0.clock.has_jumped(then, since)
    }

    /// Makes a request of our own accord, when its turn has come. The body of an answer that is a success.
    async fn call(&self, request: Request<'_>) -> Result<Vec<u8>, Trouble> {
        self.call_by(request, None).await
    }

    async fn call_by(&self, request: Request<'_>, latest: Option<Timestamp>) -> Result<Vec<u8>, Trouble> {
        self.may_speak()?;
        self.0.pace.turn().await;
        // Those that went before may have been refused.
        self.may_speak()?;
        match self.call_now(request, latest).await {
            // The message was not refused but the token: with another one it may be sent.
            Err(Trouble::Refused { status: UNAUTHORISED, .. }) => Err(Trouble::Stopped),
            answer => answer,
        }
    }

    /// Discord does not know the token any more: nothing is sent by ourselves from now on.
    pub fn deny(&self) {
        self.0.denied.store(true, Ordering::Relaxed);
    }

    fn is_denied(&self) -> bool {
        self.0.denied.load(Ordering::Relaxed)
    }

    fn may_speak(&self) -> Result<(), Trouble> {
        let silent = self.is_denied() || self.0.refusals.too_many(self.0.clock.now());
        if silent { Err(Trouble::Stopped) } else { Ok(()) }
    }

    /// For what keeps us alive: a refusal of it is final anyway, and without a session nobody is heard.
    async fn call_paused_or_not(
        &self,
        request: Request<'_>,
        latest: Option<Timestamp>,
    ) -> Result<Vec<u8>, Trouble> {
        self.0.pace.turn().await;
        self.call_now(request, latest).await
    }

    async fn call_now(&self, request: Request<'_>, latest: Option<Timestamp>) -> Result<Vec<u8>, Trouble> {
        if self.is_denied() {
            let text = "the token was refused before".to_owned();
            return Err(Trouble::Refused { status: UNAUTHORISED, code: 0, text });
        }
        if latest.is_some_and(|latest| self.0.clock.now() > latest) {
            return Err(Trouble::Limited { retry_after: Duration::ZERO });
        }
        let (held, mut hold) = oneshot::channel();
        let answer = HELD.scope(RefCell::new(Some(held)), self.execute(request));
        tokio::select! {
            // The limiter tells before it sleeps, so at this moment nothing is on its way.
            biased;
            Ok(retry_after) = &mut hold => Err(Trouble::Limited { retry_after }),
            answer = answer => answer,
        }
    }

    async fn execute(&self, request: Request<'_>) -> Result<Vec<u8>, Trouble> {
        let Inner { client, http, clock, .. } = &*self.0;
        let sent = clock.now();
        let unsendable = |error: serenity::Error| match error {
            serenity::Error::Http(serenity::http::HttpError::Request(error)) => trouble::of_transport(&error),
            other => Trouble::Ambiguous(other.to_string()),
        };
        let response = match &http.ratelimiter {
            Some(limiter) => limiter.perform(request).await.map_err(unsendable)?,
            None => {
                let request =
                    request.build(client, http.token(), http.proxy.as_deref()).map_err(unsendable)?;
                request.send().await.map_err(|error| trouble::of_transport(&error))?
            }
        };
        let now = clock.now();
        let status = response.status().as_u16();
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        if !clock.is_discords()
            && let Some(skew) = header("date").and_then(|date| skew(date, sent, now, self.skew()))
        {
            self.0.skew_ms.store(skew.as_millis() as i64, Ordering::Relaxed);
            self.0.believe_clock();
        }
        let retry_after = header("retry-after").and_then(|seconds| seconds.parse().ok());
        let shared = header("x-ratelimit-scope") == Some("shared");
        let global = header("x-ratelimit-global").is_some() || header("x-ratelimit-scope") == Some("global");
        let body = response.bytes().await.map_err(|error| trouble::of_transport(&error));
        if (200..300).contains(&status) {
            // Done. That the body was lost on the way makes it no less done.
            return body.map(|body| body.to_vec()).map_err(|_| Trouble::Ambiguous("answer lost".to_owned()));
        }
        let trouble = trouble::of_answer(status, retry_after, &body.unwrap_or_default());
        if let (true, Trouble::Limited { retry_after }) = (global, &trouble) {
            self.0.pace.hold(*retry_after);
        }
        if status == UNAUTHORISED {
            self.deny();
        }
        if matches!(status, UNAUTHORISED | 403) || (status == 429 && !shared) {
            count_refusal(&self.0.refusals, now);
        }
        Err(trouble)
    }
}

/// The library's limiter, which tells us when it makes somebody wait.
fn limiter(
    client: &reqwest::Client,
    token: &str,
    pace: &Arc<Pace>,
    refusals: &Arc<Refusals>,
    clock: &Clock,
) -> Ratelimiter {
    let (pace, refusals, clock) = (pace.clone(), refusals.clone(), clock.clone());
    let mut limiter = Ratelimiter::new(client.clone(), format!("Bot {}", token.trim()));
    limiter.set_ratelimit_callback(Box::new(move |info| {
        if info.global {
            pace.hold(info.timeout);
        }
        // The limiter tells of waits that it chose (to the nanosecond, from the host's clock) and of refusals (as
        // Discord writes them, to the millisecond at most) in the same words; Discord counts only the latter.
        if info.global || info.timeout.subsec_nanos() % 1_000_000 == 0 {
            count_refusal(&refusals, clock.now());
        }
        if info.timeout > LONGEST_HOLD {
            let _ = HELD.try_with(|held| held.borrow_mut().take().map(|held| held.send(info.timeout)));
        }
    }));
    limiter
}

fn count_refusal(refusals: &Refusals, now: Timestamp) {
    if refusals.count(now) {
        tracing::error!(
            alert = true,
            "Discord refused 50 requests in ten minutes; what Helmsman sends by itself is paused until they are old. \
             Check the token and the bot's permissions"
        );
    }
}

/// Discord's clock less ours, if the request was quick enough to tell. The header has no fractions of a second, and was
/// written at some time between `sent` and `now`: what was `known` before stands unless that proves it wrong.
fn skew(date: &str, sent: Timestamp, now: Timestamp, known: SignedDuration) -> Option<SignedDuration> {
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?;
    let took = now.duration_since(sent);
    let (least, most) = (date.duration_since(now), date.duration_since(sent) + SignedDuration::from_secs(1));
    let learned = if (least..=most).contains(&known) { known } else { least + (most - least) / 2 };
    (took >= SignedDuration::ZERO && took <= QUICK).then_some(learned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_an_answer_tells_the_skew() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let date = "Mon, 04 Jan 2027 09:30:10 GMT";
        let (sent, quick) = (at("2027-01-04T09:29:10Z"), at("2027-01-04T09:29:10.2Z"));
        let ms = SignedDuration::from_millis;
        assert_eq!(skew(date, sent, quick, ms(0)), Some(ms(60_400)));
        for known in [59_800, 60_500, 61_000] {
            assert_eq!(skew(date, sent, quick, ms(known)), Some(ms(known)), "it may still be that");
        }
        let (before, after) = (at("2027-01-04T09:30:08Z"), at("2027-01-04T09:30:10Z"));
        assert_eq!(skew(date, before, after, ms(0)), Some(ms(0)), "two seconds on the way prove nothing");
        assert_eq!(skew(date, sent, at("2027-01-04T09:29:20Z"), ms(0)), None, "too slow to tell");
        assert_eq!(
            skew(date, sent, at("2027-01-04T09:20:00Z"), ms(0)),
            None,
            "the clock was moved meanwhile"
        );
        assert_eq!(skew("yesterday", sent, quick, ms(0)), None);
    }

    #[test]
    fn a_certificate_that_is_none_is_refused() {
        let parts = HttpParts {
            token: "t".to_owned(),
            api_url: None,
            connect_to: None,
            ca_pem: Some(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec()),
            time_out: Duration::from_secs(1),
        };
        assert!(Discord::new(parts, Clock::host()).is_err());
    }
}
