//! A poll from its beginning to its end, as everybody sees it.

use super::hall::{HOW_LONG, Hall, SAW, SAY, WHAT, WHO};

#[tokio::test]
async fn a_poll_is_prepared_opened_voted_in_and_counted() {
    let hall = Hall::open().await;
    let panel = hall.begin(&hall.max, "The van was *late*. Somebody called @everyone.", "2h", "").await;
    assert!(panel.is_ephemeral());
    let open = panel.message().button("Open");
    assert!(open.disabled, "nobody is chosen");
    insta::assert_snapshot!(hall.plain(&panel.text()));
    let chosen = hall.max.select(panel.message(), WHO, &["ben", "cleo", "dan"]).await;
    insta::assert_snapshot!(hall.plain(&chosen.text()));
    let poll = hall.press_open(chosen.message()).await;
    insta::assert_snapshot!(hall.plain(&poll.text()));

    // One who votes, says why, and shows it.
    let voted = hall.vote("eve", &poll, "ben").await;
    assert!(voted.is_ephemeral());
    let eve = hall.who("eve");
    let seen = eve.select(voted.message(), SAW, &["Took responsibility", "Looked ahead"]).await;
    let form = eve.click(seen.message(), "Say why, in a sentence").await;
    let said = eve.submit(form.modal(), &[(SAY, "Rang *every* customer before they rang us.")]).await;
    let shown = eve.click(said.message(), "Show it in the result").await;
    insta::assert_snapshot!(hall.plain(&shown.text()));
    assert!(poll.refresh().text().contains("not enough for a result yet"), "{}", poll.refresh().text());

    hall.votes(&poll, &["fay>ben", "cleo>ben", "ben>cleo"]).await;
    let now = poll.refresh();
    assert!(now.text().contains("Votes: enough for a result"), "{}", now.text());
    assert_eq!(now.buttons().len(), poll.buttons().len());

    hall.minutes(121).await;
    let closed = poll.refresh();
    assert!(closed.buttons().is_empty() && closed.selects().is_empty(), "{}", closed.text());
    insta::assert_snapshot!(hall.plain(&closed.text()));
    let result = hall.harbour.posted("Recognised");
    assert_eq!(result.state().reference.map(|reference| reference.message), Some(poll.id));
    insta::assert_snapshot!(hall.plain(&result.text()));
    let late = hall.vote("gil", &poll, "ben").await;
    assert!(late.is_ephemeral() && late.text().contains("too late"), "{}", late.text());
    hall.harbour.end().await;
}

#[tokio::test]
async fn a_draft_outlives_a_restart_and_a_second_start_goes_on_with_it() {
    let mut hall = Hall::open().await;
    hall.draft(&["ben", "cleo"], "45").await;
    hall.harbour.restart().await;
    let again = hall.max.slash(&hall.harbour.channel, "poll start", &[]).await;
    assert!(again.text().contains("You began to prepare a poll"), "{}", again.text());
    let panel = hall.max.click(again.message(), "Go on").await;
    let text = panel.text();
    assert!(text.contains("45 minutes or 45 hours") && panel.message().button("Open").disabled, "{text}");
    let chosen = &panel.message().try_select(WHO).unwrap().chosen;
    assert_eq!(chosen.len(), 2, "{text}");
    // What was written is there to be changed.
    let form = hall.max.click(panel.message(), "Change text").await;
    assert!(form.modal().text().contains("The van was *late*."), "{}", form.modal().text());
    let values = [(WHAT, "The van was early."), (HOW_LONG, "45 min")];
    let panel = hall.max.submit(form.modal(), &values).await;
    assert!(panel.text().contains("The van was early."), "{}", panel.text());
    let poll = hall.press_open(panel.message()).await;
    assert!(poll.text().contains("The van was early."));
    // It is opened once, and the draft is gone.
    let twice = hall.max.click(again.message(), "Go on").await;
    assert!(twice.text().contains("not there any more"), "{}", twice.text());
    let fresh = hall.max.slash(&hall.harbour.channel, "poll start", &[]).await;
    assert!(fresh.try_modal().is_some(), "{}", fresh.text());
    hall.harbour.end().await;
}
