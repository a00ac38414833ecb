//! The whole loop, as people live it: set up, be asked, answer, keep a streak.

use crate::harness::{Harbour, local};

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

#[tokio::test]
async fn a_click_and_a_reply_are_answers_and_the_next_day_is_a_streak_of_two() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    let label = prompt.buttons()[0].label.clone();
    let answer = harbour.click(&harbour.ben, &prompt, &label).await;
    assert!(answer.is_ephemeral(), "{}", answer.text());
    let reply = harbour.cleo.reply(&prompt, "I would talk to them first");
    harbour.settled().await;
    assert_eq!(reply.refresh().reactions(), [("✅".to_owned(), 1)]);
    harbour.at("2027-01-04 09:31").await;
    assert!(prompt.refresh().text().contains("Answered: 2 people"), "{}", prompt.refresh().text());
    // The second waits five seconds for the close of the first.
    harbour.at("2027-01-05 09:31").await;
    let second = harbour.prompt();
    assert_ne!(second.id, prompt.id);
    let label = second.buttons()[0].label.clone();
    let form = harbour.click(&harbour.ben, &second, &label).await;
    let answer = harbour.ben.submit(form.modal(), &[("A sentence or two", "I asked first.")]).await;
    assert!(answer.text().contains("2 prompt days"), "{}", answer.text());
    harbour.at("2027-01-05 10:00").await;
    assert!(prompt.refresh().buttons().is_empty(), "a closed prompt has no buttons");
    harbour.posted("day 1 of");
    harbour.end().await;
}

#[tokio::test]
async fn nothing_is_posted_at_the_weekend_and_a_restart_changes_nothing() {
    let mut harbour = Harbour::with_team().await;
    harbour.at("2027-01-08 12:00").await;
    let friday = harbour.prompt();
    harbour.restart().await;
    harbour.at("2027-01-11 09:00").await;
    let posted = harbour.channel.message_count();
    assert!(friday.refresh().buttons().is_empty());
    harbour.at("2027-01-11 09:31").await;
    assert!(harbour.channel.message_count() > posted);
    assert!(harbour.prompt().text().contains("day 6 of"), "{}", harbour.prompt().text());
    harbour.end().await;
}

#[tokio::test]
async fn a_prompt_of_a_removed_team_says_when_it_ended_and_not_when_it_would_have() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    harbour.at("2027-01-04 11:00").await;
    let panel = harbour.ada.slash(&harbour.channel, "setup", &[]).await;
    let first = harbour.ada.click(panel.message(), "Remove").await;
    let second = harbour.ada.click(first.message(), "Remove").await;
    harbour.ada.click(second.message(), "Yes, remove this team").await;
    harbour.at("2027-01-04 11:05").await;
    let ended = format!("<t:{}:R>", local("2027-01-04 11:00").as_second());
    let closed = prompt.refresh();
    assert!(closed.text().contains(&ended) && closed.buttons().is_empty(), "{}", closed.text());
    let late = harbour.click(&harbour.ben, &prompt, &prompt.buttons()[0].label).await;
    assert!(late.text().contains(&ended), "{}", late.text());
    harbour.end().await;
}

#[tokio::test]
async fn a_reply_gets_its_tick_also_when_discord_bears_no_more_for_the_moment() {
    use emulator::{Done, Fault, RequestFault, Scope};
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    let limit = RequestFault::Limit { scope: Scope::User, retry_after_ms: 50 };
    let error = RequestFault::Error { status: 502, done: Done::No };
    for (who, fault) in [(&harbour.ben, limit), (&harbour.cleo, error)] {
        let fault =
            harbour.discord().fault(Fault::on("PUT /channels/*/messages/*/reactions/*/*", fault).times(1));
        let reply = who.reply(&prompt, "I would talk to them first");
        harbour.settled().await;
        assert_eq!((fault.strikes(), reply.refresh().reactions()), (1, vec![("✅".to_owned(), 1)]));
    }
    harbour.end().await;
}
