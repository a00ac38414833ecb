//! Servers' own series: seen by their server alone, from the moment in which they are stored.

use helmsman::{
    app::{posting, shelf::Shelf},
    domain::{
        id::{GuildId, UserId},
        library::Library,
        prompt::Series,
        series_file,
    },
    store::{Store, series},
};
use jiff::Timestamp;
use std::sync::Arc;

use crate::posting::desk::{Desk, GUILD, at, plan};

const OTHER: GuildId = GuildId(99);

async fn put(store: &Store, guild: GuildId, slug: &str, file: String, now: Timestamp) {
    let slug = slug.to_owned();
    let job = store.write(move |conn| {
        Box::pin(async move { series::put(conn, guild, &slug, (&file, 1), UserId(1), now).await })
    });
    job.await.unwrap();
}

/// The default series with another title and only its third prompt.
fn ours(title: &str) -> Series {
    let mut series = Library::builtin().default_series().clone();
    series.title = title.to_owned();
    series.prompts = vec![series.prompts[2].clone()];
    series
}

#[tokio::test]
async fn a_server_sees_its_own_series_and_no_other_does() {
    let desk = Desk::new("UTC").await;
    let shelf = Shelf::new(Library::builtin());
    let now = Timestamp::UNIX_EPOCH;
    assert!(Arc::ptr_eq(&shelf.of(&desk.store, GUILD).await.unwrap(), shelf.base()));
    put(&desk.store, GUILD, "steady-and-far", series_file::write(&ours("Ours")), now).await;
    let seen = shelf.of(&desk.store, GUILD).await.unwrap();
    assert_eq!(seen.default_series().title, "Ours");
    assert!(seen.is_own("steady-and-far") && seen.own().count() == 1);
    assert_eq!(seen.iter().len(), shelf.base().iter().len(), "it stands in the place of the other");
    assert!(Arc::ptr_eq(&shelf.of(&desk.store, GUILD).await.unwrap(), &seen), "read once");
    assert!(Arc::ptr_eq(&shelf.of(&desk.store, OTHER).await.unwrap(), shelf.base()));
    put(&desk.store, GUILD, "steady-and-far", series_file::write(&ours("Ours again")), now).await;
    let seen = shelf.of(&desk.store, GUILD).await.unwrap();
    assert_eq!(seen.default_series().title, "Ours again", "also a change in the same moment is seen");
}

#[tokio::test]
async fn what_is_posted_is_the_servers_own() {
    let desk = Desk::new("UTC").await;
    let begin = at("2027-01-04T08:00:00Z");
    desk.schedule(plan(), begin).await;
    let series = ours("Ours");
    put(&desk.store, GUILD, "steady-and-far", series_file::write(&series), begin).await;
    let claims =
        posting::claim_due(&desk.store, &desk.shelf(), at("2027-01-04T09:30:00Z"), 5, &[]).await.unwrap();
    let [(_, Ok(posting::Claim::Claimed(id)))] = claims.as_slice() else { panic!("{claims:?}") };
    let conn = &mut *desk.store.read().await.unwrap();
    let posted = helmsman::store::occurrence::of_id(conn, *id).await.unwrap().unwrap().snapshot.unwrap();
    assert_eq!((posted.series_title.as_str(), &posted.prompt.id), ("Ours", &series.prompts[0].id));
}

#[tokio::test]
async fn a_file_that_is_no_series_hides_nothing() {
    let desk = Desk::new("UTC").await;
    let shelf = Shelf::new(Library::builtin());
    put(&desk.store, GUILD, "steady-and-far", "id = 3".to_owned(), Timestamp::UNIX_EPOCH).await;
    let other = Series { id: "ours".into(), ..ours("Ours") };
    put(&desk.store, GUILD, "ours", series_file::write(&other), Timestamp::UNIX_EPOCH).await;
    let seen = shelf.of(&desk.store, GUILD).await.unwrap();
    assert_eq!(seen.get("ours"), Some(&other));
    assert_eq!(seen.default_series(), shelf.base().default_series());
}
