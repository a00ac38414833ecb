//! The whole loop, as people live it: set up, be asked, answer, keep a streak.

use crate::harness::Harbour;

#[tokio::test]
async fn three_actions_from_the_invitation_to_the_first_prompt() {
    let harbour = Harbour::start().await;
    let panel = harbour.ada.slash(&harbour.channel, "setup", &[("zone", "Europe/London")]).await;
    assert!(panel.is_ephemeral(), "{}", panel.text());
    harbour.click(&harbour.ada, panel.message(), "Start").await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    assert!(prompt.text().contains("day 1 of"), "{}", prompt.text());
    harbour.end().await;
}
