//! Posted prompts that are taken back or mended.

use crate::harness::Harbour;
use emulator::{Done, Fault, Message, RequestFault};
use jiff::SignedDuration;

/// The first prompt is there: a choice.
async fn posted() -> (Harbour, Message) {
    posted_in(Harbour::with_team().await).await
}

async fn posted_in(harbour: Harbour) -> (Harbour, Message) {
    harbour.at("2027-01-04 09:31").await;
    let prompt = harbour.prompt();
    (harbour, prompt)
}

/// The newest lines of the audit trail, without who and when.
async fn noted(harbour: &Harbour) -> Vec<String> {
    let panel = harbour.ada.slash(&harbour.channel, "setup", &[]).await;
    let change = harbour.ada.click(panel.message(), "Change").await;
    let more = harbour.ada.click(change.message(), "More").await;
    let trail = harbour.ada.click(more.message(), "Who changed what").await.text();
    let lines = trail.lines().map(|line| line.trim_start_matches("| "));
    lines.filter(|line| line.starts_with("prompt ")).map(str::to_owned).collect()
}

#[tokio::test]
async fn what_is_taken_back_goes_and_counts_for_those_who_had_answered() {
    let (harbour, prompt) = posted().await;
    let label = prompt.buttons()[0].label.clone();
    harbour.click(&harbour.ben, &prompt, &label).await;
    let asked = harbour.ada.slash(&harbour.channel, "prompt retract", &[]).await;
    let told = asked.text().replace(&harbour.channel.id().to_string(), "TEAM");
    insta::assert_snapshot!(told, @r"
    | Take back The quiet hour?
    | The message of Mon 4 Jan 2027 in <#TEAM> goes, and the day counts for nobody who had not answered. Answers that were given stay and count. The prompt does not go back to its queue; `/prompt post` can ask it again. This cannot be undone.
    [Take it back] [Keep it]
    ");
    let kept = harbour.ada.click(asked.message(), "Keep it").await;
    assert_eq!(kept.text(), "Nothing was changed.");
    let asked = harbour.ada.slash(&harbour.channel, "prompt retract", &[]).await;
    let again = harbour.ada.slash(&harbour.channel, "prompt retract", &[]).await;
    let done = harbour.click(&harbour.ada, asked.message(), "Take it back").await;
    assert!(done.text().contains("**The quiet hour** is taken back"), "{}", done.text());
    assert!(prompt.current().is_none(), "the message is gone");
    let twice = harbour.ada.click(again.message(), "Take it back").await;
    assert!(twice.text().contains("is not there any more"), "{}", twice.text());
    assert_eq!(noted(&harbour).await[0], "prompt 1 of 2027-01-04 taken back: The quiet hour");

    // The next day goes on with the next prompt, no reveal comes, and Ben's answer counts.
    harbour.at("2027-01-05 09:31").await;
    let seen = harbour.ben.sees(&harbour.channel);
    assert!(!seen.iter().any(|message| message.text().contains("How it went")), "nothing to reveal");
    let form = harbour.ben.click(&harbour.prompt(), "Answer").await;
    let answer = harbour.ben.submit(form.modal(), &[("A sentence or two", "Steady on.")]).await;
    assert!(answer.text().contains("Streak: **2 prompt days**"), "{}", answer.text());
    let none =
        harbour.ada.complete(&harbour.channel, "prompt retract", &[("prompt", "quiet")], "prompt").await;
    assert!(none.is_empty(), "what is gone is not offered");
    harbour.end().await;
}

#[tokio::test]
async fn a_message_that_cannot_be_deleted_at_once_goes_as_soon_as_it_can() {
    let (mut harbour, prompt) = posted().await;
    let fault = RequestFault::Error { status: 503, done: Done::No };
    let route = "DELETE /channels/*/messages/*";
    harbour.discord().fault(Fault::on(route, fault).times(2));
    let asked = harbour.ada.slash(&harbour.channel, "prompt retract", &[]).await;
    let clicked = harbour.ada.click(asked.message(), "Take it back").await;
    assert!(clicked.text().contains("is taken back"), "{}", clicked.text());
    harbour.advance(SignedDuration::from_secs(5)).await;
    assert!(prompt.current().is_some(), "the first attempt failed");
    harbour.restart().await;
    harbour.advance(SignedDuration::from_mins(5)).await;
    assert!(prompt.current().is_none());
    harbour.end().await;
}

#[tokio::test]
async fn a_typo_is_mended_and_answers_keep_their_meaning() {
    let (harbour, prompt) = posted().await;
    let label = prompt.buttons()[0].label.clone();
    harbour.click(&harbour.ben, &prompt, &label).await;
    let panel = harbour.ada.slash(&harbour.channel, "prompt mend", &[]).await;
    assert!(panel.is_ephemeral());
    let other = harbour.ada.slash(&harbour.channel, "prompt mend", &[]).await;
    let form = harbour.ada.click(panel.message(), "Title and question").await;
    let late = harbour.ada.click(other.message(), "Title and question").await;
    let words = [("Title", "The *quiet* hour, mended")];
    let mended = harbour.ada.submit(form.modal(), &words).await;
    harbour.settled().await;
    assert!(mended.text().contains("Mended. The message follows in a moment."), "{}", mended.text());
    let shown = prompt.refresh();
    assert!(shown.text().contains("The \\*quiet\\* hour, mended"), "{}", shown.text());
    assert_eq!(shown.buttons(), prompt.buttons());
    assert!(shown.text().contains("1 person"), "{}", shown.text());
    // Who had the form open meanwhile is told, and nothing is lost.
    let told = harbour.ada.submit(late.modal(), &[("Title", "Something else")]).await;
    assert!(told.text().contains("Somebody mended this since you looked"), "{}", told.text());
    assert!(told.text().contains("The \\*quiet\\* hour, mended"), "{}", told.text());

    let form = harbour.ada.click(told.message(), "Options").await;
    let first = form.modal().inputs()[0].label.clone();
    let mended = harbour.ada.submit(form.modal(), &[(first.as_str(), "Words that were mended.")]).await;
    harbour.settled().await;
    assert!(mended.text().contains("Words that were mended"), "{}", mended.text());
    assert!(prompt.refresh().text().contains("Words that were mended"));
    let same = harbour.ada.click(mended.message(), "Options").await;
    let same = harbour.ada.submit(same.modal(), &[]).await;
    assert!(same.text().contains("Nothing is different"), "{}", same.text());
    assert_eq!(
        noted(&harbour).await[..2],
        [
            "prompt 1 of 2027-01-04 mended (options): The \\*quiet\\* hour, mended",
            "prompt 1 of 2027-01-04 mended (title): The quiet hour"
        ]
    );
    // The reveal has the new words, and counts the answer for the option that was picked.
    harbour.at("2027-01-05 09:32").await;
    harbour.posted("How it went: The \\*quiet\\* hour, mended");
    // Its buttons are gone, also after it is mended once more.
    let panel = harbour.ada.slash(&harbour.channel, "prompt mend", &[("prompt", "1")]).await;
    let form = harbour.ada.click(panel.message(), "Title and question").await;
    harbour.ada.submit(form.modal(), &[("Title", "Mended again")]).await;
    harbour.settled().await;
    let closed = prompt.refresh();
    assert!(closed.text().contains("Mended again") && closed.buttons().is_empty(), "{}", closed.text());
    harbour.end().await;
}

#[tokio::test]
async fn mended_words_keep_the_limits_of_a_series() {
    let (harbour, prompt) = posted().await;
    let panel = harbour.ada.slash(&harbour.channel, "prompt mend", &[]).await;
    let words = |n: usize| vec!["word"; n].join(" ");
    for (input, fits, over) in [("situation", 60, "60 words"), ("question", 25, "25 words")] {
        let form = harbour.ada.click(panel.message(), "Title and question").await;
        let refused = harbour.ada.submit(form.modal(), &[(input, words(fits + 1).as_str())]).await;
        assert!(refused.text().contains("the rules for prompts hold here"), "{}", refused.text());
        assert!(refused.text().contains(over), "{}", refused.text());
    }
    let form = harbour.ada.click(panel.message(), "Options").await;
    let first = form.modal().inputs()[0].label.clone();
    let refused = harbour.ada.submit(form.modal(), &[(first.as_str(), words(16).as_str())]).await;
    assert!(refused.text().contains("15 words"), "{}", refused.text());
    assert_eq!(prompt.refresh().text(), prompt.text());
    let taken = harbour.ada.submit(form.modal(), &[(first.as_str(), words(15).as_str())]).await;
    assert!(taken.text().contains("Mended."), "{}", taken.text());
    harbour.end().await;
}

#[tokio::test]
async fn near_the_close_mending_waits_so_that_no_button_comes_back() {
    let (harbour, prompt) = posted().await;
    harbour.at("2027-01-05 09:27").await;
    let panel = harbour.ada.slash(&harbour.channel, "prompt mend", &[("prompt", "1")]).await;
    let form = harbour.ada.click(panel.message(), "Title and question").await;
    harbour.ada.submit(form.modal(), &[("Title", "Late words")]).await;
    harbour.settled().await;
    assert!(!prompt.refresh().text().contains("Late words"));
    harbour.at("2027-01-05 09:32").await;
    let closed = prompt.refresh();
    assert!(closed.text().contains("Late words") && closed.buttons().is_empty(), "{}", closed.text());
    harbour.end().await;
}

async fn mend(harbour: &Harbour, title: &str) {
    let panel = harbour.ada.slash(&harbour.channel, "prompt mend", &[("prompt", "1")]).await;
    let form = harbour.ada.click(panel.message(), "Title and question").await;
    harbour.ada.submit(form.modal(), &[("Title", title)]).await;
    harbour.settled().await;
}

#[tokio::test]
async fn a_seal_that_is_done_late_does_not_bring_back_the_words_from_before_a_mend() {
    let (harbour, prompt) = posted_in(Harbour::with_team_and_late_edits().await).await;
    harbour.at("2027-01-05 09:29").await;
    harbour.one_late_edit();
    harbour.at("2027-01-05 09:30:15").await;
    assert!(!prompt.refresh().buttons().is_empty(), "the seal is in doubt");
    mend(&harbour, "Mended words").await;
    // At 09:33 the first edit is done.
    for at in ["09:31", "09:37", "11:00"] {
        harbour.at(&format!("2027-01-05 {at}")).await;
        let closed = prompt.refresh();
        assert!(closed.text().contains("Mended words"), "{at}: {}", closed.text());
        assert!(closed.buttons().is_empty(), "{at}: {}", closed.text());
    }
    harbour.end().await;
}

#[tokio::test]
async fn a_count_that_is_done_late_undoes_no_mend_and_holds_none_up() {
    let (harbour, prompt) = posted_in(Harbour::with_team_and_late_edits().await).await;
    let label = prompt.buttons()[0].label.clone();
    harbour.one_late_edit();
    harbour.click(&harbour.ben, &prompt, &label).await;
    mend(&harbour, "First words").await;
    assert!(prompt.refresh().text().contains("First words"), "{}", prompt.refresh().text());
    harbour.at("2027-01-04 09:32").await;
    harbour.click(&harbour.cleo, &prompt, &label).await;
    assert!(prompt.refresh().text().contains("2 people"), "{}", prompt.refresh().text());
    mend(&harbour, "Second words").await;
    assert!(prompt.refresh().text().contains("Second words"), "{}", prompt.refresh().text());
    // At 09:34 the first edit is done.
    harbour.at("2027-01-04 09:37").await;
    let shown = prompt.refresh().text();
    assert!(shown.contains("Second words") && shown.contains("2 people"), "{shown}");
    harbour.end().await;
}

#[tokio::test]
async fn a_count_that_is_done_late_does_not_stay() {
    let (harbour, prompt) = posted_in(Harbour::with_team_and_late_edits().await).await;
    let label = prompt.buttons()[0].label.clone();
    harbour.one_late_edit();
    harbour.click(&harbour.ben, &prompt, &label).await;
    harbour.at("2027-01-04 09:32").await;
    harbour.click(&harbour.cleo, &prompt, &label).await;
    harbour.at("2027-01-04 09:35").await;
    assert!(prompt.refresh().text().contains("1 person"), "the first edit is done");
    harbour.at("2027-01-04 09:37").await;
    assert!(prompt.refresh().text().contains("2 people"), "{}", prompt.refresh().text());
    harbour.end().await;
}
