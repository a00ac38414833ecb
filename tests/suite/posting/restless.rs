//! What must not keep Helmsman busy for nothing.

use crate::harness::{Harbour, local};
use emulator::bits;
use jiff::SignedDuration;

#[tokio::test]
async fn a_prompt_whose_buttons_cannot_be_taken_away_is_forgotten_with_its_team() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    harbour.channel.deny(&harbour.guild.app_role(harbour.app()), bits::VIEW_CHANNEL);
    harbour.at("2027-01-05 09:31").await;
    assert!(!prompt.refresh().buttons().is_empty(), "the message is out of reach when it closes");
    let panel = harbour.ada.slash(&harbour.channel, "setup", &[]).await;
    let first = harbour.ada.click(panel.message(), "Remove").await;
    let second = harbour.ada.click(first.message(), "Remove").await;
    harbour.ada.click(second.message(), "Yes, remove this team").await;
    // Past the instant at which its data is deleted, and the one at which the edit would have been tried again.
    harbour.advance(SignedDuration::from_hours(32 * 24)).await;
    assert_eq!(harbour.next(), None);
    harbour.end().await;
}

#[tokio::test]
async fn a_closed_prompt_loses_its_buttons_as_soon_as_it_is_within_reach_again() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    let role = harbour.guild.app_role(harbour.app());
    harbour.channel.deny(&role, bits::VIEW_CHANNEL);
    harbour.at("2027-01-05 09:31").await;
    harbour.channel.reset(&role, bits::VIEW_CHANNEL);
    harbour.settled().await;
    assert!(prompt.refresh().buttons().is_empty());
    harbour.end().await;
}

#[tokio::test]
async fn a_server_that_was_left_is_not_waited_for_and_breaks_no_streak() {
    let mut harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let label = harbour.prompt().buttons()[0].label.clone();
    harbour.click(&harbour.ben, &harbour.prompt(), &label).await;
    harbour.at("2027-01-05 09:31").await;
    harbour.at("2027-01-05 10:00").await;
    let app = harbour.app().clone();
    harbour.guild.remove_app(&app);
    // Tuesday's prompt closes meanwhile.
    harbour.at("2027-01-06 12:00").await;
    // Buttons that are out of reach are tried once a day.
    let quiet = local("2027-01-07 09:30");
    assert!(harbour.next().is_some_and(|next| next >= quiet), "{:?}", harbour.next());
    harbour.restart().await;
    assert!(harbour.next().is_some_and(|next| next >= quiet), "{:?}", harbour.next());
    harbour.guild.add_app(&app, crate::harness::INVITED);
    harbour.settled().await;
    let panel = harbour.ada.slash(&harbour.channel, "setup", &[]).await;
    harbour.click(&harbour.ada, panel.message(), "Resume").await;
    harbour.at("2027-01-07 09:31").await;
    let prompt = harbour.prompt();
    let label = prompt.buttons()[0].label.clone();
    harbour.click(&harbour.ben, &prompt, &label).await;
    let me = harbour.ben.slash(&harbour.channel, "me", &[]).await;
    assert!(me.text().contains("2 prompt days"), "{}", me.text());
    harbour.end().await;
}

#[tokio::test]
async fn a_team_does_not_wait_until_the_messages_of_all_others_are_read_back() {
    let mut harbour = Harbour::start().await;
    let crowd: Vec<_> = (0..28).map(|n| harbour.guild.text_channel(&format!("team-{n}"))).collect();
    for channel in &crowd {
        let panel = harbour.ada.slash(channel, "setup", &[("zone", crate::harness::ZONE)]).await;
        harbour.ada.click(panel.message(), "Start").await;
    }
    harbour.at("2027-01-04 10:00").await;
    // Their session is lost, and another team has its first prompt at the time at which they all close.
    harbour.restart().await;
    let panel = harbour.ada.slash(&harbour.channel, "setup", &[("zone", crate::harness::ZONE)]).await;
    harbour.ada.click(panel.message(), "Start").await;
    harbour.at("2027-01-05 09:29").await;
    harbour.discord().clear_requests();
    // Both at one look, as after a pause of the machine.
    harbour.discord().clock().set(local("2027-01-05 09:31"));
    harbour.settled().await;
    let requests = harbour.discord().requests();
    let own = format!("/channels/{}/messages", harbour.channel.id());
    let prompt = requests.iter().position(|r| r.method == "POST" && r.path.ends_with(&own));
    let reads = requests.iter().rposition(|r| r.method == "GET" && r.path.contains("/messages"));
    assert!(prompt.expect("the prompt") < reads.expect("messages are read back"), "{prompt:?} {reads:?}");
    harbour.end().await;
}
