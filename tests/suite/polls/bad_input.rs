//! What people get wrong, by mistake or on purpose: a clear message each, and nothing lost or counted twice.

use super::hall::{HOW_LONG, Hall, SAY, WHAT, WHO};
use emulator::{EventFault, Fault};
use jiff::SignedDuration;

#[tokio::test]
async fn who_cannot_be_nominated_is_named_and_the_others_stay() {
    let hall = Hall::open().await;
    let panel = hall.begin(&hall.max, "The van was late.", "", "").await;
    let stranger = hall.harbour.discord().guild("Elsewhere").person("zoe").id().to_string();
    hall.opt_out("fay").await;
    for (chosen, why) in [
        (vec!["max", "ben", "cleo"], "cannot nominate yourself"),
        (vec!["Helmsman", "ben", "cleo"], "**Helmsman** is a bot"),
        (vec![stranger.as_str(), "ben", "cleo"], "**zoe** is not on this server"),
        (vec!["fay", "ben", "cleo"], "**fay** has asked not to be nominated"),
        (vec!["ben", "ben", "cleo"], "**ben** was chosen twice"),
    ] {
        let now = hall.max.select(panel.message(), WHO, &chosen).await;
        assert!(now.text().contains(why), "{chosen:?}: {}", now.text());
        assert_eq!(now.message().try_select(WHO).unwrap().chosen.len(), 2, "{chosen:?}: {}", now.text());
        assert!(!now.message().button("Open").disabled, "two are enough");
    }
    // One is too few, and nobody at all cannot be sent.
    let one = hall.max.select(panel.message(), WHO, &["ben"]).await;
    assert!(
        one.message().button("Open").disabled && one.text().contains("Choose 2 to 10 people"),
        "{}",
        one.text()
    );
    assert!(hall.max.select(panel.message(), WHO, &[]).await.failed().is_some());
    assert!(
        hall.max.slash(&hall.harbour.channel, "poll list", &[]).await.text().contains("None. `/poll start`")
    );
    hall.harbour.end().await;
}

#[tokio::test]
async fn mentions_and_markdown_have_no_effect_and_too_much_is_not_taken() {
    let hall = Hall::open().await;
    let form = hall.max.slash(&hall.harbour.channel, "poll start", &[]).await;
    let long = "x".repeat(2_000);
    assert!(
        hall.max.submit(form.modal(), &[(WHAT, &long)]).await.failed().is_some(),
        "the client holds the length"
    );
    // A thousand of the worst.
    let words = format!("@everyone <@{}> **[a](https://b.example)** # ", hall.who("ben").id());
    let words: String = words.chars().cycle().take(1_000).collect();
    let panel = hall.max.submit(form.modal(), &[(WHAT, &words)]).await;
    let chosen = hall.max.select(panel.message(), WHO, &["ben", "cleo"]).await;
    let poll = hall.press_open(chosen.message()).await;
    assert!(poll.text().contains(r"\@everyone \<\@"), "{}", poll.text());
    let mentions = &poll.raw()["mentions"];
    assert_eq!(
        (mentions.as_array().map(Vec::len), &poll.raw()["mention_everyone"]),
        (Some(0), &false.into())
    );
    hall.harbour.end().await;
}

#[tokio::test]
async fn a_time_that_cannot_be_is_asked_back_and_what_was_written_stays() {
    let hall = Hall::open().await;
    for (typed, why) in [
        ("0", "0 minutes or 0 hours"),
        ("0 min", "too short"),
        ("45", "45 minutes or 45 hours"),
        ("365 days", "too long"),
        ("until 08:03", "too short"),
        ("until 2027-01-03 12:00", "over already"),
        ("yesterday", "no duration"),
        ("@everyone", "no duration"),
    ] {
        let panel = hall.begin(&hall.max, "The van was late.", typed, "").await;
        let text = panel.text();
        assert!(text.contains(why) && panel.message().button("Open").disabled, "{typed}: {text}");
        assert!(text.contains("not clear yet"), "the preview tells no time that nobody said: {text}");
        let form = hall.max.click(panel.message(), "Change text").await;
        assert!(form.modal().text().contains("The van was late."), "{}", form.modal().text());
        let mended = hall.max.submit(form.modal(), &[(WHAT, "The van was late."), (HOW_LONG, "1 h")]).await;
        assert!(!mended.text().contains("Change text* mends"), "{}", mended.text());
        hall.max.click(mended.message(), "Cancel").await;
    }
    let outside = hall.begin(&hall.max, "The van was late.", "10 min", "20 min").await;
    assert!(outside.text().contains("must fall inside the poll"), "{}", outside.text());
    // What was possible when it was written may be over when it is opened.
    let form = hall.max.click(outside.message(), "Change text").await;
    let panel =
        hall.max.submit(form.modal(), &[(WHAT, "The van was late."), (HOW_LONG, "until 08:30")]).await;
    let panel = hall.max.select(panel.message(), WHO, &["ben", "cleo"]).await;
    hall.minutes(28).await;
    let late = hall.max.click(panel.message(), "Open").await;
    assert!(late.text().contains("too short"), "{}", late.text());
    hall.harbour.end().await;
}

#[tokio::test]
async fn a_vote_in_a_poll_that_ended_or_is_another_servers_changes_nothing() {
    let hall = Hall::open().await;
    let closed = hall.poll(&["ben", "cleo"], "30 min").await;
    hall.votes(&closed, &["dan>ben", "eve>ben", "fay>ben"]).await;
    let cancelled = hall.poll_of_ada().await;
    let list = hall.harbour.ada.slash(&hall.harbour.channel, "poll list", &[]).await;
    let menu = list.message().selects()[0].clone();
    let one = hall.harbour.ada.select(list.message(), &menu.custom_id, &["Something else"]).await;
    let ask = hall.harbour.ada.click(one.message(), "Cancel the poll").await;
    let sure = hall.harbour.ada.click(ask.message(), "Cancel the poll").await;
    hall.harbour.ada.click(sure.message(), "Yes, delete the votes").await;
    hall.minutes(31).await;
    for (poll, whom, why) in [(&closed, "cleo", "too late"), (&cancelled, "eve", "was cancelled")] {
        let refused = hall.vote("gil", poll, whom).await;
        assert!(refused.is_ephemeral() && refused.text().contains(why), "{}", refused.text());
        for button in ["My vote", "Withdraw my name"] {
            let refused = hall.who(whom).click(poll, button).await;
            assert!(refused.text().contains(why), "{button}: {}", refused.text());
        }
    }
    // Whatever id is made up on another server, it is one that does not exist.
    let open = hall.poll(&["ben", "cleo"], "2h").await;
    let own = open.button("ben").custom_id.unwrap();
    let id = own.split(':').nth(2).unwrap();
    let elsewhere = hall.harbour.discord().guild("Elsewhere");
    let (zoe, channel) = (elsewhere.person("zoe"), elsewhere.text_channel("deck"));
    elsewhere.set_owner(&zoe);
    elsewhere.add_app(hall.harbour.app(), crate::harness::INVITED);
    hall.harbour.settled().await;
    zoe.slash(&channel, "setup", &[("zone", "Europe/London")]).await;
    for (id, made_up) in [(id, false), ("424242", true), ("x", true)] {
        let mut told = Vec::new();
        for what in [
            "vote:ID:0",
            "vote:ID:9",
            "mine:ID",
            "change:ID",
            "saw:ID:0",
            "say:ID:0",
            "show:ID:0:1",
            "back:ID",
            "out:ID",
            "out-yes:ID",
            "look:ID",
            "close:ID",
            "close-yes:ID",
            "cancel-yes:ID",
            "again:ID",
        ] {
            let forged = hall.forged(&zoe, &channel, &format!("poll:{}", what.replace("ID", id))).await;
            told.push(zoe.click(&forged, "Go").await.text());
        }
        assert!(told.iter().all(|one| *one == told[0]), "{id} {made_up}: {told:#?}");
        assert!(told[0].contains("no longer in use"), "{}", told[0]);
    }
    assert!(!open.refresh().buttons().is_empty(), "nothing was closed");
    hall.harbour.end().await;
}

#[tokio::test]
async fn what_is_pressed_on_an_old_vote_after_the_end_is_late_and_not_a_vote_that_changed() {
    let hall = Hall::open().await;
    let poll = hall.poll(&["ben", "cleo"], "1h").await;
    let mine = hall.vote("dan", &poll, "ben").await;
    let form = hall.who("dan").click(mine.message(), "Say why, in a sentence").await;
    let said = hall.who("dan").submit(form.modal(), &[(SAY, "Asked first.")]).await;
    hall.minutes(61).await;
    for button in ["Show it in the result", "Change", "Rewrite", "Take my vote back"] {
        let late = hall.who("dan").click(said.message(), button).await;
        assert!(late.text().contains("so this was too late and is not counted"), "{button}: {}", late.text());
        assert!(late.message().buttons().is_empty(), "{button}: {}", late.text());
    }

    let poll = hall.poll_of_ada().await;
    let mine = hall.vote("fay", &poll, "eve").await;
    let form = hall.who("fay").click(mine.message(), "Say why, in a sentence").await;
    let said = hall.who("fay").submit(form.modal(), &[(SAY, "Asked first.")]).await;
    let shown = hall.who("fay").click(said.message(), "Show it in the result").await;
    let list = hall.max.slash(&hall.harbour.channel, "poll list", &[]).await;
    let menu = list.message().selects()[0].clone();
    let one = hall.max.select(list.message(), &menu.custom_id, &["Something else"]).await;
    let ask = hall.max.click(one.message(), "Cancel the poll").await;
    let sure = hall.max.click(ask.message(), "Cancel the poll").await;
    hall.max.click(sure.message(), "Yes, delete the votes").await;
    for (screen, button) in [(&said, "Show it in the result"), (&shown, "Do not show it")] {
        let late = hall.who("fay").click(screen.message(), button).await;
        assert!(late.text().contains("This poll was cancelled"), "{button}: {}", late.text());
        assert!(late.message().buttons().is_empty(), "{button}: {}", late.text());
    }
    hall.harbour.end().await;
}

#[tokio::test]
async fn two_clicks_in_the_same_millisecond_are_one_vote() {
    let hall = Hall::open().await;
    let poll = hall.poll(&["ben", "cleo"], "1h").await;
    // The clock stands still, so all of these carry the same millisecond.
    for name in ["dan", "eve"] {
        let voter = hall.who(name);
        tokio::join!(voter.click(&poll, "ben"), voter.click(&poll, "ben"), voter.click(&poll, "cleo"));
    }
    hall.harbour.settled().await;
    hall.minutes(61).await;
    let result = hall.harbour.posted("A poll has ended");
    assert!(result.text().contains("not enough votes"), "two people are two votes: {}", result.text());
    hall.harbour.end().await;
}

#[tokio::test]
async fn a_vote_that_arrives_after_the_count_is_late_whenever_it_was_cast() {
    let hall = Hall::open().await;
    let poll = hall.poll(&["ben", "cleo"], "1h").await;
    hall.votes(&poll, &["dan>ben", "eve>ben"]).await;
    hall.minutes(59).await;
    let delay = EventFault::Delay { ms: 180_000 };
    hall.harbour.discord().fault(Fault::on_event("INTERACTION_CREATE", delay).times(1));
    let hasty = hall.who("fay").hasty();
    hasty.click(&poll, "ben").await;
    hall.minutes(2).await;
    hall.minutes(5).await;
    let result = hall.harbour.posted("A poll has ended");
    assert!(result.text().contains("not enough votes"), "{}", result.text());
    let seen = hall.who("fay").sees(&hall.harbour.channel);
    assert!(
        !seen.iter().any(|message| message.text().contains("You chose")),
        "nobody is told that it counted"
    );
    hall.harbour.end().await;
}

#[tokio::test]
async fn a_clock_that_jumps_closes_nothing_early_and_loses_nothing() {
    let hall = Hall::open().await;
    let poll = hall.poll(&["ben", "cleo"], "1h").await;
    hall.votes(&poll, &["dan>ben", "eve>ben"]).await;
    for minutes in [120, -120, 0] {
        hall.harbour.set_host_off(SignedDuration::from_mins(minutes)).await;
        assert!(!poll.refresh().buttons().is_empty(), "the host's clock is off by {minutes} minutes");
    }
    hall.votes(&poll, &["fay>ben"]).await;
    hall.harbour.set_host_off(SignedDuration::from_mins(45)).await;
    hall.minutes(61).await;
    assert!(hall.harbour.posted("Recognised").text().contains("**ben**"));
    hall.harbour.end().await;
}

#[tokio::test]
async fn closed_twice_at_once_it_is_counted_once() {
    let hall = Hall::open().await;
    let poll = hall.poll(&["ben", "cleo"], "2h").await;
    hall.votes(&poll, &["dan>ben", "eve>ben", "fay>ben"]).await;
    let ada = &hall.harbour.ada;
    let one = hall.max.slash(&hall.harbour.channel, "poll close", &[]).await;
    let two = ada.slash(&hall.harbour.channel, "poll close", &[]).await;
    let (one, two) =
        tokio::join!(hall.max.click(one.message(), "Close it now"), ada.click(two.message(), "Close it now"));
    let told = [one.text(), two.text()];
    assert_eq!(told.iter().filter(|text| text.contains("The poll is closed")).count(), 1, "{told:?}");
    assert_eq!(told.iter().filter(|text| text.contains("ended already")).count(), 1, "{told:?}");
    hall.harbour.settled().await;
    hall.minutes(10).await;
    let seen = hall.who("gil").sees(&hall.harbour.channel);
    assert_eq!(seen.iter().filter(|message| message.text().contains("Recognised")).count(), 1);
    hall.harbour.end().await;
}
