//! What a day off does to prompts, reveals and streaks.

use crate::harness::Harbour;

async fn take_off(harbour: &Harbour, from: &str, to: &str) {
    let panel = harbour.ada.slash(&harbour.channel, "daysoff", &[]).await;
    let form = harbour.ada.click(panel.message(), "Add").await;
    let values = [("from", from), ("to", to), ("name", "Refit")];
    let added = harbour.ada.submit(form.modal(), &values).await;
    assert!(added.text().contains("Added"), "{}", added.text());
    harbour.settled().await;
}

#[tokio::test]
async fn a_day_off_posts_nothing_breaks_nothing_and_leaves_what_is_posted_alone() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:31").await;
    let monday = harbour.prompt();
    // Today counts for what is still to come only; tomorrow and the day after nothing is posted.
    take_off(&harbour, "today", "wednesday").await;
    let first = monday.buttons()[0].label.clone();
    harbour.click(&harbour.ben, &monday, &first).await;
    harbour.at("2027-01-06 20:00").await;
    let seen = harbour.ben.sees(&harbour.channel);
    let open = seen.iter().filter(|message| !message.buttons().is_empty() && !message.is_ephemeral());
    assert_eq!(open.count(), 0, "Monday's has closed, and there is no other");
    harbour.at("2027-01-07 09:31").await;
    let thursday = harbour.prompt();
    assert_ne!(thursday.id, monday.id);
    harbour.posted("How it went");
    let form = harbour.ben.click(&thursday, "Answer").await;
    let answer = harbour.ben.submit(form.modal(), &[("A sentence or two", "The far coast.")]).await;
    assert!(answer.text().contains("Streak: **2 prompt days**"), "nothing lies between: {}", answer.text());
    harbour.end().await;
}

#[tokio::test]
async fn a_day_off_that_is_removed_in_time_is_a_day_like_any_other() {
    let harbour = Harbour::with_team().await;
    take_off(&harbour, "today", "").await;
    let panel = harbour.ada.slash(&harbour.channel, "daysoff", &[]).await;
    harbour.ada.select(panel.message(), "Remove …", &["Refit"]).await;
    harbour.at("2027-01-04 09:31").await;
    harbour.prompt();
    harbour.end().await;
}
