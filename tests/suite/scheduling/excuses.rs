//! Excuses: what they do to a streak, who may give them, and that both giving and taking back are on record.

use crate::harness::Harbour;
use emulator::{Message, Response};

/// Whatever kind of prompt it is, `ben` answers.
async fn answer(harbour: &Harbour, prompt: &Message) -> String {
    let button = prompt.buttons()[0].label.clone();
    let response = harbour.ben.click(prompt, &button).await;
    let response = match response.try_modal() {
        Some(form) => harbour.ben.submit(form, &[("A sentence or two", "Steady on.")]).await,
        None => response,
    };
    harbour.settled().await;
    response.text()
}

async fn excuse(harbour: &Harbour, day: &str) -> Response {
    let options = [("person", "ben"), ("day", day), ("reason", "Stuck in the *lock*")];
    let response = harbour.ada.slash(&harbour.channel, "excuse", &options).await;
    harbour.settled().await;
    response
}

async fn streak(harbour: &Harbour) -> String {
    let me = harbour.ben.slash(&harbour.channel, "me", &[]).await;
    me.text().lines().find(|line| line.contains("Streak")).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn an_excused_day_counts_for_nothing_until_that_is_undone() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:31").await;
    answer(&harbour, &harbour.prompt()).await;
    // Tuesday is missed, Wednesday answered.
    harbour.at("2027-01-06 09:31").await;
    let open = excuse(&harbour, "today").await;
    assert!(open.text().contains("is still open"), "{}", open.text());
    let text = answer(&harbour, &harbour.prompt()).await;
    assert!(text.contains("1 prompt day"), "{text}");

    let options = [("person", "ben"), ("day", ""), ("reason", "x")];
    let days = harbour.ada.complete(&harbour.channel, "excuse", &options, "day").await;
    let names: Vec<_> = days.iter().map(|day| day.name.as_str()).collect();
    assert_eq!(names, ["Tue 5 Jan 2027 · What the days are for", "Mon 4 Jan 2027 · The quiet hour"]);

    let excused = excuse(&harbour, &days[0].value).await;
    assert!(excused.is_ephemeral());
    let told = excused.text().replace(&harbour.ben.id().to_string(), "BEN");
    insta::assert_snapshot!(told, @r"
    Excused: <@BEN> for Tue 5 Jan 2027 (Stuck in the \*lock\*). If the day was missed, it no longer counts against the streak. <@BEN> can see that under *Why?* in `/me`, and admins under *Who changed what* in `/setup`.
    [Undo]
    ");
    assert!(streak(&harbour).await.contains("2 prompt days"), "{}", streak(&harbour).await);
    let again = excuse(&harbour, "yesterday").await;
    assert!(again.text().contains("is excused for Tue 5 Jan 2027 already"), "{}", again.text());

    let undone = harbour.ada.click(excused.message(), "Undo").await;
    assert!(undone.text().contains("Taken back"), "{}", undone.text());
    assert!(streak(&harbour).await.contains("1 prompt day"), "{}", streak(&harbour).await);

    let panel = harbour.ada.slash(&harbour.channel, "setup", &[]).await;
    let change = harbour.ada.click(panel.message(), "Change").await;
    let more = harbour.ada.click(change.message(), "More").await;
    let trail = harbour.ada.click(more.message(), "Who changed what").await;
    let text = trail.text().replace(&harbour.ben.id().to_string(), "BEN");
    assert!(text.contains("excuse of <@BEN> for 2027-01-05 taken back"), "{text}");
    assert!(text.contains(r"excused <@BEN> for 2027-01-05: Stuck in the \*lock\*"), "{text}");
    harbour.end().await;
}

#[tokio::test]
async fn what_cannot_be_excused_says_why_and_not_whether_somebody_answered() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:31").await;
    answer(&harbour, &harbour.prompt()).await;
    harbour.at("2027-01-05 10:00").await;
    for (day, text) in [
        ("2027-01-08", "is still to come"),
        ("tomorrow", "is still to come"),
        ("2026-12-01", "is too long ago"),
        ("sunday", "nothing was asked"),
        ("some day", "I cannot read"),
    ] {
        let refused = excuse(&harbour, day).await;
        assert!(refused.text().contains(text), "{day}: {}", refused.text());
    }
    // Ben answered on Monday, Cleo did not: both get the same words.
    let (ben, cleo) = (harbour.ben.id().to_string(), harbour.cleo.id().to_string());
    let ben = excuse(&harbour, "monday").await.text().replace(&ben, "WHO");
    let options = [("person", "cleo"), ("day", "monday"), ("reason", "Stuck in the *lock*")];
    let other = harbour.ada.slash(&harbour.channel, "excuse", &options).await;
    assert_eq!(other.text().replace(&cleo, "WHO"), ben);
    let bot = [("person", "Helmsman"), ("day", "monday"), ("reason", "x")];
    let bot = harbour.ada.slash(&harbour.channel, "excuse", &bot).await;
    assert!(bot.text().contains("Bots keep no streak"), "{}", bot.text());
    // The client holds the length.
    let long = "x".repeat(201);
    let options = [("person", "ben"), ("day", "monday"), ("reason", long.as_str())];
    assert!(harbour.ada.slash(&harbour.channel, "excuse", &options).await.failed().is_some());
    harbour.end().await;
}
