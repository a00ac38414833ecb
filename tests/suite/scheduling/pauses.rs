//! Breaks, and what the channel shows of them.

use crate::harness::Harbour;

#[tokio::test]
async fn a_pause_with_an_end_is_silent_reveals_what_was_open_and_goes_on_by_itself() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:31").await;
    let monday = harbour.prompt();
    harbour.ada.slash(&harbour.channel, "series pause", &[("until", "2027-01-13")]).await;
    harbour.settled().await;
    harbour.at("2027-01-05 10:00").await;
    harbour.posted("How it went: The quiet hour");
    let quiet = harbour.ben.sees(&harbour.channel).len();
    harbour.at("2027-01-12 18:00").await;
    assert_eq!(harbour.ben.sees(&harbour.channel).len(), quiet, "nothing while it is paused");
    harbour.at("2027-01-13 09:31").await;
    assert_ne!(harbour.prompt().id, monday.id);
    harbour.at("2027-01-14 09:31").await;
    harbour.posted("day 3 of 12");
    harbour.end().await;
}

#[tokio::test]
async fn a_skip_that_was_taken_back_posts_as_if_nothing_had_happened() {
    let harbour = Harbour::with_team().await;
    let skipped = harbour.ada.slash(&harbour.channel, "series skip", &[]).await;
    harbour.ada.click(skipped.message(), "Undo").await;
    harbour.settled().await;
    harbour.at("2027-01-04 09:31").await;
    harbour.posted("day 1 of 12");
    harbour.end().await;
}
