//! Suggestions and uploads as the whole bot takes them: told, asked, and not lost by a restart.

use crate::harness::Harbour;
use emulator::{Message, Upload};

async fn suggest(harbour: &Harbour, question: &str) {
    let form = harbour.ben.slash(&harbour.channel, "suggest", &[]).await.modal().clone();
    harbour.ben.submit(&form, &[("question", question)]).await;
}

async fn decline(harbour: &Harbour, reason: &str) {
    let panel = harbour.ada.slash(&harbour.channel, "prompt suggestions", &[]).await;
    let form = harbour.ada.click(panel.message(), "Decline").await.modal().clone();
    harbour.ada.submit(&form, &[("reason", reason)]).await;
    harbour.settled().await;
}

fn told(harbour: &Harbour) -> Vec<String> {
    harbour.ben.sees(&harbour.ben.dm(harbour.app())).iter().map(Message::text).collect()
}

#[tokio::test]
async fn the_author_is_told_what_became_of_a_suggestion() {
    let mut harbour = Harbour::with_team().await;
    suggest(&harbour, "Who *helped* you?").await;
    decline(&harbour, "We had it <@1>.").await;
    suggest(&harbour, "Who else?").await;
    let panel = harbour.ada.slash(&harbour.channel, "prompt suggestions", &[]).await;
    let choose = harbour.ada.click(panel.message(), "Approve").await;
    harbour.ada.select(choose.message(), "The series it goes to", &["A new series: Our own"]).await;
    harbour.settled().await;
    harbour.restart().await;
    let told = told(&harbour);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("Your suggestion was not taken"), "{}", told[0]);
    assert!(told[0].contains(r"Who \*helped\* you?"), "{}", told[0]);
    assert!(told[0].contains(r"A manager wrote: We had it \<\@1>."), "{}", told[0]);
    assert!(told[1].contains("It is now in the series **Our own**"), "{}", told[1]);
    harbour.end().await;
}

#[tokio::test]
async fn who_takes_no_direct_messages_is_tried_once_for_each_decision_and_told_of_those_after_that() {
    let harbour = Harbour::with_team().await;
    let tried = || harbour.discord().requests().iter().filter(|one| one.status == 403).count();
    let told = || told(&harbour);
    suggest(&harbour, "Who helped you?").await;
    harbour.ben.take_direct_messages(false);
    decline(&harbour, "We had it.").await;
    harbour.at("2027-01-05 12:00").await;
    assert_eq!(tried(), 1, "each refusal counts for all servers");
    suggest(&harbour, "Who else?").await;
    let panel = harbour.ada.slash(&harbour.channel, "prompt suggestions", &[]).await;
    let form = harbour.ada.click(panel.message(), "Decline").await.modal().clone();
    let done = harbour.ada.submit(&form, &[("reason", "We had it.")]).await;
    assert!(done.text().contains("the last time they did not"), "{}", done.text());
    harbour.at("2027-01-06 12:00").await;
    assert_eq!((tried(), told()), (2, vec![]));
    harbour.ben.take_direct_messages(true);
    suggest(&harbour, "Who would you ask?").await;
    decline(&harbour, "It is asked next week.").await;
    harbour.at("2027-01-07 12:00").await;
    let told = told();
    assert!(matches!(&told[..], [one] if one.contains("It is asked next week.")), "{told:?}");
    assert!(harbour.posted("closes").text().contains("**"), "prompts go on");
    harbour.end().await;
}

#[tokio::test]
async fn an_upload_waits_for_its_word_over_a_restart() {
    let mut harbour = Harbour::with_team().await;
    let data = b"Why?\nWho?\n".as_slice().into();
    let file = Upload { name: "ours.txt".into(), content_type: None, description: None, data };
    let files = vec![("file".to_owned(), file)];
    let proposal = harbour.ada.slash_with(&harbour.channel, "series import", &[], files).await;
    harbour.restart().await;
    let done = harbour.ada.click(proposal.message(), "Import").await;
    assert!(done.text().contains("Imported: Ours"), "{}", done.text());
    let list = harbour.ada.slash(&harbour.channel, "series list", &[]).await;
    assert!(list.text().contains("**Ours** (2 prompts, this server's own)"), "{}", list.text());
    harbour.end().await;
}

/// A server's own series takes part in everything that the scheduler does, also after a restart.
#[tokio::test]
async fn what_was_approved_is_asked_and_a_restart_forgets_nothing() {
    let mut harbour = Harbour::with_team().await;
    suggest(&harbour, "Who helped you this week?").await;
    let panel = harbour.ada.slash(&harbour.channel, "prompt suggestions", &[]).await;
    let choose = harbour.ada.click(panel.message(), "Approve").await;
    harbour.ada.select(choose.message(), "The series it goes to", &["A new series: Our own"]).await;
    let plan = [("series", "Our own"), ("time", "14:00"), ("at_end", "stop")];
    let proposal = harbour.ada.slash(&harbour.channel, "series schedule", &plan).await;
    harbour.ada.click(proposal.message(), "Confirm").await;
    harbour.restart().await;
    harbour.at("2027-01-04 14:01").await;
    assert!(harbour.prompt().text().contains("Who helped you this week?"), "{}", harbour.prompt().text());
    harbour.end().await;
}
