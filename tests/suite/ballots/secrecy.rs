//! Who chose whom is in no file but one, and that one is gone after the end.

use super::{Booth, GUILD, draft};
use helmsman::{
    app::polls,
    domain::{id::UserId, poll::Event, prompt::Theme},
};
use std::path::Path;

/// An id that nothing else looks like.
const VOTER: u64 = 812_345_678_901_234_567;

fn bytes_of(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        all.extend(if path.is_dir() { bytes_of(&path) } else { std::fs::read(&path).unwrap() });
    }
    all
}

fn holds(all: &[u8], needle: &[u8]) -> bool {
    all.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn a_voter_is_in_no_file_at_all() {
    let mut booth = Booth::new().await;
    let id = booth.poll(draft(3)).await;
    let place = booth.place(id, 1).await;
    booth.does(id, VOTER, Event::Vote(place)).await.unwrap();
    booth.does(id, VOTER, Event::Strengths { about: place, themes: vec![Theme::Resolve] }).await.unwrap();
    let evidence = Event::Evidence { about: place, text: Some("Xylophone.".into()), show: false };
    booth.does(id, VOTER, evidence).await.unwrap();
    let all = bytes_of(booth.folder.path());
    assert!(holds(&all, b"Xylophone."), "what was written is somewhere");
    assert!(!holds(&all, &VOTER.to_be_bytes()) && !holds(&all, VOTER.to_string().as_bytes()));
    let main: Vec<u8> = ["h.db", "h.db-wal"]
        .iter()
        .flat_map(|name| std::fs::read(booth.folder.path().join(name)).unwrap())
        .collect();
    assert!(!holds(&main, b"Xylophone."));
    let path = booth.folder.path().join("copy.db");
    let copy = path.to_str().unwrap().to_owned();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(booth.folder.path().join("h.db"));
    let mut conn = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query("VACUUM INTO ?").bind(copy).execute(&mut conn).await.unwrap();
    assert!(!holds(&std::fs::read(&path).unwrap(), b"Xylophone."));

    booth.votes(id, 2, 1).await;
    booth.votes(id, 3, 1).await;
    booth.wait_for_the_end(id).await;
    booth.tally(id).await.unwrap();
    let all = bytes_of(booth.folder.path());
    assert!(!holds(&all, b"Xylophone."), "what was not to be shown is gone with the file");
    assert!(std::fs::read_dir(booth.folder.path().join("h.db-polls")).unwrap().next().is_none());
    let mine = polls::mine(&booth.store, GUILD, id, UserId(VOTER)).await.unwrap().unwrap();
    assert_eq!(mine.ballot, Default::default());
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_but_the_owner_can_read_ballots() {
    use std::os::unix::fs::PermissionsExt;
    let mut booth = Booth::new().await;
    let id = booth.poll(draft(2)).await;
    booth.votes(id, 1, 0).await;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&booth.folder.path().join("h.db-polls")), 0o700);
    for ending in [".db", ".db-wal"] {
        assert_eq!(mode(&booth.file(id, ending)), 0o600, "{ending}");
    }
}

#[tokio::test]
async fn the_same_person_is_another_hash_in_another_poll() {
    let mut booth = Booth::new().await;
    let (first, second) = (booth.poll(draft(2)).await, booth.poll(draft(2)).await);
    for poll in [first, second] {
        booth.votes(poll, VOTER, 0).await;
    }
    booth.store.close().await;
    let mut hashes = Vec::new();
    for poll in [first, second] {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(booth.file(poll, ".db"));
        let mut conn = sqlx::ConnectOptions::connect(&options).await.unwrap();
        let hash: Vec<u8> =
            sqlx::query_scalar("SELECT voter FROM ballot").fetch_one(&mut conn).await.unwrap();
        assert_eq!(hash.len(), 32);
        hashes.push(hash);
    }
    assert_ne!(hashes[0], hashes[1]);
}
