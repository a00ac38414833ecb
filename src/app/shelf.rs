//! Which series a server sees: those that everybody has, and its own in the place of those with the same id.
//!
//! Must always hold: what is given is what the database says at that moment, also inside a write job. What was read
//! once is kept, and asked for again only what has changed; all that is kept can be thrown away.

use crate::{
    domain::{id::GuildId, library::Library, prompt::Series, series_file},
    store::{
        Connection, Result, Store,
        series::{self, Stamp},
    },
};
use jiff::Timestamp;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// With more prompts of servers' own than this in memory, those of all servers but the one asked about go.
const MOST_KEPT: usize = 100_000;

/// Every series of every server.
#[derive(Debug)]
pub struct Shelf {
    base: Arc<Library>,
    own: Mutex<HashMap<GuildId, Kept>>,
}

/// What was read of a server's own.
#[derive(Clone, Debug)]
struct Kept {
    series: Vec<(Stamp, Option<Arc<Series>>)>,
    library: Arc<Library>,
}

impl Kept {
    fn is(&self, stamps: &[Stamp]) -> bool {
        self.series.iter().map(|(stamp, _)| stamp).eq(stamps)
    }

    fn prompts(&self) -> usize {
        self.series.iter().map(|(stamp, _)| stamp.prompts as usize).sum()
    }
}

impl Shelf {
    /// A shelf with what everybody has.
    pub fn new(base: impl Into<Arc<Library>>) -> Self {
        Self { base: base.into(), own: Mutex::default() }
    }

    /// What everybody has.
    pub fn base(&self) -> &Arc<Library> {
        &self.base
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<GuildId, Kept>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What this server sees.
    pub async fn of(&self, store: &Store, guild: GuildId) -> Result<Arc<Library>> {
        self.of_in(&mut *store.read().await?, guild).await
    }

    /// [`Self::of`], as this connection sees it.
    pub async fn of_in(&self, conn: &mut Connection, guild: GuildId) -> Result<Arc<Library>> {
        let stamps = series::stamps(conn, guild).await?;
        if stamps.is_empty() {
            self.kept().remove(&guild);
            return Ok(self.base.clone());
        }
        let before = self.kept().get(&guild).cloned();
        if let Some(kept) = before.as_ref().filter(|kept| kept.is(&stamps)) {
            return Ok(kept.library.clone());
        }
        let mut read = Vec::new();
        for stamp in stamps {
            let known = before.iter().flat_map(|kept| &kept.series).find(|(known, _)| *known == stamp);
            let series = match known {
                Some((_, series)) => series.clone(),
                None => match series::file(conn, guild, &stamp.slug).await? {
                    Some(file) => parse(guild, stamp.slug.clone(), file).await,
                    None => None,
                },
            };
            read.push((stamp, series));
        }
        let own = read.iter().filter_map(|(_, series)| series.clone());
        let library = Arc::new(own.fold((*self.base).clone(), Library::with_own));
        let kept = Kept { series: read, library: library.clone() };
        let mut all = self.kept();
        let others = all.iter().filter(|(id, _)| **id != guild).map(|(_, kept)| kept.prompts());
        if others.sum::<usize>() + kept.prompts() > MOST_KEPT {
            all.clear();
        }
        all.insert(guild, kept);
        Ok(library)
    }

    /// Reads what claims at `now` will need, before the one writer has to wait for it.
    pub(super) async fn warm(&self, store: &Store, now: Timestamp) -> Result<()> {
        let conn = &mut *store.read().await?;
        for guild in series::guilds_due(conn, now).await? {
            self.of_in(conn, guild).await?;
        }
        Ok(())
    }
}

/// Reading takes long enough for others to notice, so it has a thread of its own.
async fn parse(guild: GuildId, slug: String, file: String) -> Option<Arc<Series>> {
    let name = format!("{slug}.toml");
    let read = tokio::task::spawn_blocking(move || series_file::parse(&name, &file)).await;
    match read {
        Ok(Ok(series)) => Some(Arc::new(series)),
        Ok(Err(problems)) => {
            // Only an earlier version can have stored it. Its schedules stop and say that it is not there.
            tracing::error!(%guild, slug, problem = ?problems.first(), "a server's own series is not one any more");
            None
        }
        Err(error) => {
            tracing::error!(%guild, slug, %error, "a server's own series could not be read");
            None
        }
    }
}
