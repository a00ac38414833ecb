//! Breaks, and what the channel shows of them.

use crate::harness::Harbour;
use emulator::{Done, EventFault, Fault, RequestFault};

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

#[tokio::test]
async fn a_skip_that_discord_tells_of_several_times_skips_one_date() {
    let harbour = Harbour::with_team().await;
    let often = EventFault::Duplicate { copies: 3, within: 0 };
    harbour.discord().fault(Fault::on_event("INTERACTION_CREATE", often).times(1));
    let skipped = harbour.ada.slash(&harbour.channel, "series skip", &[]).await;
    assert!(skipped.text().contains("posts nothing on Mon 4 Jan 2027"), "{}", skipped.text());
    harbour.settled().await;
    harbour.at("2027-01-05 09:31").await;
    harbour.posted("day 1 of 12");
    harbour.end().await;
}

async fn end_the_series(harbour: &Harbour) {
    let show = harbour.ada.slash(&harbour.channel, "series show", &[]).await;
    let asked = harbour.ada.click(show.message(), "End").await;
    let ended = harbour.ada.click(asked.message(), "Yes, end it").await;
    assert!(ended.text().contains("has ended"), "{}", ended.text());
    harbour.settled().await;
}

fn prompts(harbour: &Harbour) -> usize {
    let seen = harbour.ben.sees(&harbour.channel);
    seen.iter().filter(|message| message.text().contains(" of 12")).count()
}

#[tokio::test]
async fn what_ended_before_the_start_and_is_resumed_waits_for_the_start() {
    let harbour = Harbour::start().await;
    let panel = harbour.ada.slash(&harbour.channel, "setup", &[("zone", "Europe/London")]).await;
    end_the_series(&harbour).await;
    harbour.ada.slash(&harbour.channel, "series resume", &[]).await;
    harbour.at("2027-01-04 10:00").await;
    assert_eq!(prompts(&harbour), 0, "nobody has pressed Start");
    harbour.ada.click(panel.message(), "Start").await;
    harbour.at("2027-01-05 10:00").await;
    assert_eq!(prompts(&harbour), 1);
    harbour.end().await;
}

#[tokio::test]
async fn a_series_that_was_ended_stays_so_when_a_post_by_hand_fails() {
    let harbour = Harbour::with_team().await;
    end_the_series(&harbour).await;
    let fail = RequestFault::Error { status: 503, done: Done::No };
    let fault = harbour.discord().fault(Fault::on("POST /channels/*/messages", fail));
    harbour.ada.slash(&harbour.channel, "prompt post", &[("series", "steady-and-far")]).await;
    harbour.settled().await;
    // Until it is too late for that post.
    harbour.at("2027-01-06 18:00").await;
    assert!(fault.strikes() > 0);
    fault.remove();
    harbour.at("2027-01-08 10:00").await;
    assert_eq!(prompts(&harbour), 0);
    harbour.end().await;
}
