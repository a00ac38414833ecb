//! The nudge before a prompt closes.

use crate::harness::Harbour;
use emulator::{Message, Person};

async fn want(harbour: &Harbour, label: &str) {
    let panel = harbour.ada.slash(&harbour.channel, "setup", &[]).await;
    let change = harbour.ada.click(panel.message(), "Change").await;
    let more = harbour.ada.click(change.message(), "More").await;
    let more = harbour.ada.select(more.message(), "Nudge before a prompt closes", &[label]).await;
    assert!(more.text().contains("**Nudge**"), "{}", more.text());
}

async fn answer(harbour: &Harbour, who: &[&Person]) {
    let prompt = harbour.prompt();
    for who in who {
        let button = prompt.buttons()[0].label.clone();
        let response = who.click(&prompt, &button).await;
        if let Some(form) = response.try_modal() {
            who.submit(form, &[("A sentence or two", "Steady on.")]).await;
        }
    }
    harbour.settled().await;
}

fn nudges(harbour: &Harbour) -> Vec<Message> {
    let seen = harbour.ben.sees(&harbour.channel);
    seen.into_iter().filter(|message| message.text().contains(" answered. **")).collect()
}

#[tokio::test]
async fn the_channel_hears_once_how_many_have_answered_and_nobodys_name() {
    let harbour = Harbour::with_team().await;
    let dan = harbour.guild.person("dan");
    want(&harbour, "Nudge 2 hours before the close").await;
    harbour.at("2027-01-04 09:31").await;
    answer(&harbour, &[&harbour.ben, &harbour.cleo, &dan]).await;
    harbour.at("2027-01-05 09:31").await;
    assert!(nudges(&harbour).is_empty(), "all had answered on Monday");
    answer(&harbour, &[&harbour.ben]).await;
    harbour.at("2027-01-06 07:29").await;
    assert!(nudges(&harbour).is_empty());
    harbour.at("2027-01-06 07:31").await;
    let said = nudges(&harbour);
    assert_eq!(said.len(), 1);
    let text = said[0].text();
    assert!(
        text.contains("**1 of 3** has answered. **What the days are for** closes <t:1799227800:R>."),
        "{text}"
    );
    assert!(said[0].state().mentions.is_empty() && said[0].state().mention_roles.is_empty());
    for name in ["ben", "cleo", "dan"] {
        assert!(!text.contains(name), "{text}");
    }
    harbour.at("2027-01-06 09:29").await;
    assert_eq!(nudges(&harbour).len(), 1, "once");
    harbour.end().await;
}

#[tokio::test]
async fn where_two_take_part_or_all_have_answered_or_nobody_wants_it_there_is_none() {
    let harbour = Harbour::with_team().await;
    want(&harbour, "Nudge 1 hour before the close").await;
    harbour.at("2027-01-04 09:31").await;
    answer(&harbour, &[&harbour.ben, &harbour.cleo]).await;
    harbour.at("2027-01-05 09:31").await;
    answer(&harbour, &[&harbour.ben]).await;
    // Two regulars and nobody else: a count would name the other.
    harbour.at("2027-01-06 09:31").await;
    assert!(nudges(&harbour).is_empty());
    // Ada makes three, and is there today.
    answer(&harbour, &[&harbour.ada, &harbour.ben]).await;
    harbour.at("2027-01-07 08:31").await;
    assert_eq!(nudges(&harbour).len(), 1);
    // What is open keeps its nudge; what is posted after the change has none.
    want(&harbour, "No nudge").await;
    harbour.at("2027-01-08 09:29").await;
    assert_eq!(nudges(&harbour).len(), 1);
    harbour.end().await;
}

#[tokio::test]
async fn somebody_who_is_away_is_not_waited_for() {
    let harbour = Harbour::with_team().await;
    let (dan, eve) = (harbour.guild.person("dan"), harbour.guild.person("eve"));
    want(&harbour, "Nudge 2 hours before the close").await;
    harbour.at("2027-01-04 09:31").await;
    answer(&harbour, &[&harbour.ben, &harbour.cleo, &dan, &eve]).await;
    eve.slash(&harbour.channel, "away", &[("until", "2027-01-08")]).await;
    harbour.at("2027-01-05 09:31").await;
    harbour.at("2027-01-06 07:31").await;
    let said = nudges(&harbour);
    assert_eq!(said.len(), 1);
    assert!(said[0].text().contains("Nobody of 3 has answered"), "{}", said[0].text());
    harbour.end().await;
}

#[tokio::test]
async fn after_a_downtime_up_to_the_close_nothing_is_said_any_more() {
    let mut harbour = Harbour::with_team().await;
    let dan = harbour.guild.person("dan");
    want(&harbour, "Nudge 1 hour before the close").await;
    harbour.at("2027-01-04 09:31").await;
    answer(&harbour, &[&harbour.ben, &harbour.cleo, &dan]).await;
    harbour.at("2027-01-05 09:31").await;
    answer(&harbour, &[&harbour.ben]).await;
    harbour.restart_at("2027-01-06 09:25").await;
    harbour.at("2027-01-06 09:35").await;
    assert!(nudges(&harbour).is_empty());
    harbour.end().await;
}
