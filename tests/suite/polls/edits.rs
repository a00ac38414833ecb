//! The message of a poll follows what happens to it, whatever becomes of an edit.

use super::hall::Hall;
use emulator::{Done, Fault, RequestFault};

#[tokio::test]
async fn after_an_edit_in_doubt_the_end_is_shown_at_once_and_stays() {
    let hall = Hall::open().await;
    let poll = hall.poll(&["ben", "cleo", "dan"], "2h").await;
    let route = format!("PATCH /channels/{}/messages/*", hall.harbour.channel.id());
    // It is done when the poll has ended, and shows it with buttons once more.
    let late = RequestFault::Error { status: 503, done: Done::LateByMs(180_000) };
    hall.harbour.discord().fault(Fault::on(&route, late).times(1));
    hall.votes(&poll, &["eve>ben", "fay>ben", "gil>cleo"]).await;
    assert!(poll.refresh().text().contains("not enough for a result yet"), "the edit is in doubt");
    hall.minutes(1).await;
    assert!(!poll.refresh().text().contains("not enough"), "{}", poll.refresh().text());

    let ask = hall.max.slash(&hall.harbour.channel, "poll close", &[]).await;
    hall.max.click(ask.message(), "Close it now").await;
    hall.minutes(1).await;
    assert!(poll.refresh().buttons().is_empty(), "it has ended: {}", poll.refresh().text());
    hall.minutes(5).await;
    assert!(poll.refresh().buttons().is_empty(), "what was done late is undone: {}", poll.refresh().text());
    hall.harbour.end().await;
}
