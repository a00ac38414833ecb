//! Complaints about the process: what it shows to people when Discord or the library stumbles. (A dead connection that is
//! called healthy, openab#790: `line`. A locked database, ClemBot#227: `process::database`. Memory that grows with the
//! events, serenity#2662: the program `load`.)

use crate::harness::Harbour;
use emulator::{EventFault, Fault};

/// TripBot#771: already acknowledged (40060).
#[tokio::test]
async fn a_click_that_is_delivered_twice_does_not_show_an_error_or_count_twice() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    let twice = EventFault::Duplicate { copies: 2, within: 0 };
    let fault = harbour.discord().fault(Fault::on_event("INTERACTION_CREATE", twice));
    let answer = harbour.click(&harbour.ben, &prompt, &prompt.buttons()[0].label).await;
    assert_eq!(fault.strikes(), 1);
    assert!(answer.text().contains("1 prompt day") && answer.followups().is_empty(), "{}", answer.text());
    let refused = harbour.discord().requests().iter().filter(|request| request.status == 400).count();
    assert_eq!(refused, 0, "Discord would say 40060; what has come once is not answered again");
    harbour.at("2027-01-04 09:31").await;
    assert!(prompt.refresh().text().contains("1 person"), "{}", prompt.refresh().text());
    harbour.end().await;
}

/// discord-tickets#250: unknown interaction (10062).
#[tokio::test]
async fn a_click_that_comes_too_late_to_be_answered_does_not_bring_a_second_message() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    let late = EventFault::Delay { ms: 16 * 60 * 1_000 };
    let fault = harbour.discord().fault(Fault::on_event("INTERACTION_CREATE", late).times(1));
    let seen = harbour.ben.sees(&harbour.channel).len();
    let answer = harbour.click(&harbour.ben, &prompt, &prompt.buttons()[0].label).await;
    assert!(answer.failed().is_some(), "{}", answer.text());
    harbour.at("2027-01-04 09:50").await;
    assert_eq!(fault.strikes(), 1);
    assert_eq!(harbour.ben.sees(&harbour.channel).len(), seen, "nothing was said about it");
    harbour.end().await;
}
