//! Complaints about permissions: overrides that confuse, a missing right that nobody names, old messages that bear few
//! edits.

use crate::harness::Harbour;
use emulator::bits;

/// GameServerMonitor#31.
#[tokio::test]
async fn an_override_of_the_channel_does_not_confuse() {
    let harbour = Harbour::start().await;
    // The server allows it; the channel does not, and only for Helmsman.
    harbour.channel.deny(&harbour.guild.app_role(harbour.app()), bits::EMBED_LINKS);
    harbour.settled().await;
    let panel = harbour.ada.slash(&harbour.channel, "setup", &[("zone", "Europe/London")]).await;
    assert!(panel.text().contains("Embed Links"), "{}", panel.text());
    assert!(!panel.text().contains("Send Messages"), "{}", panel.text());
    harbour.end().await;
}

/// crombird/meta#25.
#[tokio::test]
async fn the_missing_permission_does_not_stay_without_a_name() {
    let harbour = Harbour::with_team().await;
    harbour.channel.deny(&harbour.guild.app_role(harbour.app()), bits::EMBED_LINKS);
    harbour.at("2027-01-06 12:00").await;
    let told = harbour.ada.sees(&harbour.ada.dm(harbour.app()));
    assert_eq!(told.len(), 1, "once, and not each day");
    assert!(told[0].text().contains("Embed Links"), "{}", told[0].text());
    harbour.end().await;
}

/// discord-api-docs#4413: a message older than an hour bears few edits.
#[tokio::test]
async fn few_edits_of_old_messages_do_not_leave_a_count_wrong_or_buttons_behind() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    let label = prompt.buttons()[0].label.clone();
    harbour.at("2027-01-04 11:00").await;
    for n in 0..20 {
        let person = harbour.guild.person(&format!("person{n}"));
        harbour.click(&person, &prompt, &label).await;
        harbour.at(&format!("2027-01-04 11:{:02}", n + 1)).await;
    }
    let refused = harbour.discord().requests().iter().filter(|request| request.status == 429).count();
    assert!(refused <= 1, "{refused} edits were refused");
    harbour.at("2027-01-05 12:00").await;
    let closed = prompt.refresh();
    assert!(closed.buttons().is_empty() && closed.text().contains("20 people"), "{}", closed.text());
    harbour.end().await;
}
