//! What must not keep Helmsman busy for nothing.

use crate::harness::Harbour;
use emulator::bits;
use jiff::SignedDuration;

#[tokio::test]
async fn a_closed_prompt_that_is_deleted_while_its_buttons_cannot_be_taken_away_is_forgotten() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    let role = harbour.guild.app_role(harbour.app());
    harbour.channel.deny(&role, bits::VIEW_CHANNEL);
    harbour.at("2027-01-05 09:31").await;
    assert!(!prompt.refresh().buttons().is_empty(), "the message is out of reach when it closes");
    harbour.channel.reset(&role, bits::VIEW_CHANNEL);
    harbour.settled().await;
    assert!(harbour.ada.delete(&prompt));
    harbour.settled().await;
    // Past the instant at which the edit would have been tried again.
    harbour.advance(SignedDuration::from_mins(30)).await;
    harbour.end().await;
}
