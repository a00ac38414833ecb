//! When Helmsman could hear people, and when not. A day on which it could not breaks nobody's streak.
//!
//! Must always hold: while the process is down an outage everywhere is open in the database, or the liveness row says
//! from when on nothing is known; both become one outage at the next start.

pub use crate::store::outage::Scope;
use crate::{
    domain::id::{ChannelId, GuildId},
    store::{Connection, Result, Store, liveness, outage},
};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A session names its servers at once and tells of each within seconds. One that it has not told of for so long is out.
const TO_ARRIVE: SignedDuration = SignedDuration::from_mins(1);

/// Whether there is a session with Discord now, and from where it tells something. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Link(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    session: Mutex<Session>,
    /// Held while an outage is stored, so that what is stored follows what is known in the same order.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Session {
    since: Option<Timestamp>,
    /// Servers that it has named and not told of, and since when.
    awaited: HashMap<GuildId, Timestamp>,
    /// Servers and channels with an outage in the database.
    out: HashSet<Scope>,
}

impl Link {
    /// No session, and outages of these servers and channels in the database.
    pub fn new(out: HashSet<Scope>) -> Self {
        let session = Mutex::new(Session { out, ..Session::default() });
        Self(Arc::new(Shared { session, turn: tokio::sync::Mutex::default() }))
    }

    /// Since when events have been arriving without a break. None: they are not.
    pub fn connected_since(&self) -> Option<Timestamp> {
        self.session().since
    }

    /// Events arrive from now on (`Some`), or no longer.
    pub fn set(&self, since: Option<Timestamp>) {
        self.session().since = since;
    }

    /// A session has begun and will tell of these servers.
    pub fn awaits(&self, servers: impl IntoIterator<Item = GuildId>, now: Timestamp) {
        self.session().awaited = servers.into_iter().map(|guild| (guild, now)).collect();
    }

    /// Nobody can be heard in this server or channel since `at`, or that is known already.
    pub async fn lost(&self, store: &Store, scope: Scope, at: Timestamp) -> Result<()> {
        let _turn = self.0.turn.lock().await;
        if !self.session().out.contains(&scope) {
            lost(store, scope, at).await?;
            self.session().out.insert(scope);
        }
        Ok(())
    }

    /// People can be heard in this server or channel again, if ever they could not.
    pub async fn back(&self, store: &Store, scope: Scope, at: Timestamp) -> Result<()> {
        if let Scope::Guild(guild) = scope {
            self.session().awaited.remove(&guild);
        }
        let _turn = self.0.turn.lock().await;
        if self.session().out.contains(&scope) {
            back(store, scope, at).await?;
            self.session().out.remove(&scope);
        }
        Ok(())
    }

    /// Each server that the session has named and, for longer than it should take, not told of is out since the session
    /// began. To be called before anything is counted.
    pub async fn miss(&self, store: &Store, now: Timestamp) -> Result<()> {
        loop {
            let _turn = self.0.turn.lock().await;
            let Some((guild, since)) = self.session().overdue(now) else { return Ok(()) };
            tracing::warn!(%guild, "Discord does not tell of this server; it seems to be out there");
            lost(store, Scope::Guild(guild), since).await?;
            let mut session = self.session();
            session.out.insert(Scope::Guild(guild));
            session.awaited.remove(&guild);
        }
    }

    fn session(&self) -> MutexGuard<'_, Session> {
        self.0.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    fn overdue(&self, now: Timestamp) -> Option<(GuildId, Timestamp)> {
        let mut awaited = self.awaited.iter().map(|(guild, since)| (*guild, *since));
        awaited.find(|(_, since)| now.duration_since(*since) > TO_ARRIVE)
    }
}

/// Called once, before anything is due: if the last process ended without a word, the outage began when it was last
/// known to live. The first start of all begins with none.
pub async fn resume_after_stop(store: &Store) -> Result<()> {
    store
        .write(|conn| {
            Box::pin(async move {
                if outage::goes_on(conn, Scope::Everywhere).await? {
                    return Ok(());
                }
                match liveness::get(conn).await? {
                    Some(last) => outage::begin(conn, Scope::Everywhere, last).await,
                    None => Ok(()),
                }
            })
        })
        .await
}

/// Nobody can be heard there since `at`. Saying it twice changes nothing.
pub async fn lost(store: &Store, scope: Scope, at: Timestamp) -> Result<()> {
    store.write(move |conn| Box::pin(outage::begin(conn, scope, at))).await
}

/// People can be heard there again. Saying it twice changes nothing.
pub async fn back(store: &Store, scope: Scope, at: Timestamp) -> Result<()> {
    store
        .write(move |conn| {
            Box::pin(async move {
                outage::end(conn, scope, at).await?;
                if scope == Scope::Everywhere { liveness::set(conn, at).await } else { Ok(()) }
            })
        })
        .await
}

/// The session lives at `at`: kept up to date once a minute while a prompt can be answered.
pub async fn alive(store: &Store, at: Timestamp) -> Result<()> {
    store.write(move |conn| Box::pin(liveness::set(conn, at))).await
}

/// For how many seconds, rounded down, nobody could be heard in this channel in `[from, to)`.
pub async fn down_seconds_in(
    conn: &mut Connection,
    guild: GuildId,
    channel: ChannelId,
    from: Timestamp,
    to: Timestamp,
) -> Result<i64> {
    let felt = outage::felt(conn, guild, channel, from, to).await?;
    Ok(covered(&felt, from, to).as_secs())
}

/// How much of `[from, to)` the outages cover together. They come in the order of their beginning and may overlap.
fn covered(outages: &[(Timestamp, Option<Timestamp>)], from: Timestamp, to: Timestamp) -> SignedDuration {
    let (mut total, mut reached) = (SignedDuration::ZERO, from);
    for (begin, end) in outages {
        let begin = (*begin).max(reached);
        let end = end.unwrap_or(to).min(to);
        if end > begin {
            total += end.duration_since(begin);
            reached = end;
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_outages_are_counted_once() {
        let at = |minute: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute);
        let minutes = |outages: &[(i64, Option<i64>)]| {
            let outages: Vec<_> = outages.iter().map(|(a, b)| (at(*a), b.map(at))).collect();
            covered(&outages, at(10), at(20)).as_mins()
        };
        assert_eq!(minutes(&[]), 0);
        assert_eq!(minutes(&[(0, Some(5)), (25, None)]), 0);
        assert_eq!(minutes(&[(5, Some(12)), (11, Some(13)), (12, Some(13))]), 3);
        assert_eq!(minutes(&[(5, Some(18)), (6, Some(8)), (19, None)]), 9);
        assert_eq!(minutes(&[(0, None)]), 10);
    }

    #[tokio::test]
    async fn a_crash_is_an_outage_from_the_last_sign_of_life() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("h.db")).await.unwrap();
        let at = |minute: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute);
        let (guild, channel) = (GuildId(1), ChannelId(2));
        let down = async |from, to| {
            let mut conn = store.read().await.unwrap();
            down_seconds_in(&mut conn, guild, channel, at(from), at(to)).await.unwrap() / 60
        };
        resume_after_stop(&store).await.unwrap();
        back(&store, Scope::Everywhere, at(0)).await.unwrap();
        assert_eq!(down(0, 100).await, 0, "the first start of all is no outage");
        alive(&store, at(10)).await.unwrap();
        // The process dies here, and another begins at 25.
        resume_after_stop(&store).await.unwrap();
        resume_after_stop(&store).await.unwrap();
        back(&store, Scope::Everywhere, at(25)).await.unwrap();
        assert_eq!(down(0, 100).await, 15);
        // A clean stop.
        lost(&store, Scope::Everywhere, at(40)).await.unwrap();
        resume_after_stop(&store).await.unwrap();
        back(&store, Scope::Everywhere, at(50)).await.unwrap();
        assert_eq!(down(0, 100).await, 25);
        // Elsewhere does not matter here; here does.
        lost(&store, Scope::Guild(GuildId(9)), at(60)).await.unwrap();
        lost(&store, Scope::Channel(ChannelId(9)), at(60)).await.unwrap();
        assert_eq!(down(0, 100).await, 25);
        lost(&store, Scope::Channel(channel), at(90)).await.unwrap();
        lost(&store, Scope::Channel(channel), at(95)).await.unwrap();
        lost(&store, Scope::Guild(guild), at(95)).await.unwrap();
        assert_eq!(down(0, 100).await, 35);
        back(&store, Scope::Channel(channel), at(96)).await.unwrap();
        back(&store, Scope::Guild(guild), at(98)).await.unwrap();
        assert_eq!(down(0, 100).await, 33);
    }
}
