//! The message of a poll follows what happens to it, whatever becomes of an edit.

use super::hall::Hall;
use crate::harness::Harbour;

#[tokio::test]
async fn after_an_edit_in_doubt_the_end_is_shown_at_once_and_stays() {
    let hall = Hall::open_in(Harbour::with_team_and_late_edits().await).await;
    let poll = hall.poll(&["ben", "cleo", "dan"], "2h").await;
    // It is done when the poll has ended, and shows it with buttons once more.
    hall.harbour.one_late_edit();
    hall.votes(&poll, &["eve>ben", "fay>ben", "gil>cleo"]).await;
    assert!(poll.refresh().text().contains("not enough for a result yet"), "the edit is in doubt");
    hall.minutes(1).await;
    assert!(!poll.refresh().text().contains("not enough"), "{}", poll.refresh().text());

    let ask = hall.max.slash(&hall.harbour.channel, "poll close", &[]).await;
    hall.max.click(ask.message(), "Close it now").await;
    hall.minutes(1).await;
    assert!(poll.refresh().buttons().is_empty(), "it has ended: {}", poll.refresh().text());
    hall.minutes(1).await;
    assert!(!poll.refresh().buttons().is_empty(), "it is done late: {}", poll.refresh().text());
    hall.minutes(4).await;
    assert!(poll.refresh().buttons().is_empty(), "what was done late is undone: {}", poll.refresh().text());
    hall.harbour.end().await;
}

#[tokio::test]
async fn a_restart_does_not_forget_that_an_edit_is_in_doubt() {
    let mut hall = Hall::open_in(Harbour::with_team_and_late_edits().await).await;
    let poll = hall.poll(&["ben", "cleo", "dan"], "2h").await;
    // It is done when the poll has ended, and shows it with buttons once more.
    hall.harbour.one_late_edit();
    hall.votes(&poll, &["eve>ben", "fay>ben", "gil>cleo"]).await;
    let ask = hall.max.slash(&hall.harbour.channel, "poll close", &[]).await;
    hall.max.click(ask.message(), "Close it now").await;
    hall.minutes(1).await;
    assert!(poll.refresh().buttons().is_empty(), "it has ended: {}", poll.refresh().text());
    hall.harbour.restart().await;
    hall.minutes(3).await;
    assert!(!poll.refresh().buttons().is_empty(), "it is done late: {}", poll.refresh().text());
    hall.minutes(4).await;
    assert!(poll.refresh().buttons().is_empty(), "{}", poll.refresh().text());
    hall.harbour.end().await;
}
