//! Those who are nominated, and those who do not want to be.

use super::hall::{Hall, SAW, WHO};

#[tokio::test]
async fn a_nominee_votes_for_somebody_else_only() {
    let hall = Hall::open().await;
    let poll = hall.poll(&["ben", "cleo", "dan"], "2h").await;
    let own = hall.vote("ben", &poll, "ben").await;
    assert!(own.text().contains("Nobody votes for themselves"), "{}", own.text());
    let mine = hall.who("ben").click(&poll, "My vote").await;
    let labels: Vec<_> = mine.message().buttons().into_iter().map(|button| button.label).collect();
    assert!(labels.len() == 2 && !labels.contains(&"ben".into()), "{labels:?}");
    hall.votes(&poll, &["ben>cleo", "cleo>ben", "dan>ben", "eve>dan"]).await;
    hall.minutes(121).await;
    let result = hall.harbour.posted("Recognised");
    assert!(result.text().contains("**ben** handled it"), "{}", result.text());
    hall.harbour.end().await;
}

#[tokio::test]
async fn a_vote_is_changed_which_drops_what_was_said_and_taken_back() {
    let hall = Hall::open().await;
    let poll = hall.poll(&["ben", "cleo", "dan"], "2h").await;
    let eve = hall.who("eve");
    let voted = hall.vote("eve", &poll, "ben").await;
    let saw = eve.select(voted.message(), SAW, &["Took the initiative"]).await;
    assert!(saw.text().contains("You saw: Took the initiative"), "{}", saw.text());
    let change = eve.click(saw.message(), "Change").await;
    assert!(change.text().contains("drops what you said"), "{}", change.text());
    let kept = eve.click(change.message(), "Keep it").await;
    assert!(kept.text().contains("Took the initiative"), "{}", kept.text());
    let other = eve.click(change.message(), "cleo").await;
    assert!(
        other.text().contains("You chose **cleo**") && !other.text().contains("You saw"),
        "{}",
        other.text()
    );
    // An old screen says something about somebody who is not chosen any more.
    let late = eve.select(voted.message(), SAW, &["Looked ahead"]).await;
    assert!(late.text().contains("Your vote has changed"), "{}", late.text());
    let back = eve.click(other.message(), "Take my vote back").await;
    assert!(back.text().contains("taken back"), "{}", back.text());
    let none = eve.click(other.message(), "Take my vote back").await;
    assert!(none.text().contains("no vote in this poll"), "{}", none.text());
    hall.votes(&poll, &["fay>ben", "gil>ben"]).await;
    hall.minutes(121).await;
    let result = hall.harbour.posted("A poll has ended");
    assert!(result.text().contains("not enough votes"), "two votes are below the quorum: {}", result.text());
    hall.harbour.end().await;
}

#[tokio::test]
async fn two_nominees_are_told_apart_from_those_whose_votes_are_needed() {
    let hall = Hall::open().await;
    let needed = "not enough for a result yet (3 are needed";
    let three = hall.poll(&["ben", "cleo", "dan"], "2h").await;
    assert!(three.text().contains(&format!("{needed})")), "{}", three.text());
    let two = hall.poll(&["ben", "cleo"], "2h").await;
    assert!(two.text().contains(&format!("{needed}, besides the two nominees)")), "{}", two.text());
    hall.harbour.end().await;
}

#[tokio::test]
async fn a_nominee_withdraws_and_votes_for_them_count_for_nobody() {
    let hall = Hall::open().await;
    let poll = hall.poll(&["ben", "cleo", "dan"], "2h").await;
    hall.votes(&poll, &["eve>ben", "fay>ben", "gil>ben", "hal>cleo"]).await;
    let stranger = hall.who("ivy").click(&poll, "Withdraw my name").await;
    assert!(stranger.text().contains("You are not nominated"), "{}", stranger.text());
    let ask = hall.who("ben").click(&poll, "Withdraw my name").await;
    assert!(ask.is_ephemeral() && ask.text().contains("cannot be undone"), "{}", ask.text());
    let stayed = hall.who("ben").click(ask.message(), "Stay in").await;
    assert!(stayed.text().contains("stays in the poll"), "{}", stayed.text());
    let ask = hall.who("ben").click(&poll, "Withdraw my name").await;
    let done = hall.who("ben").click(ask.message(), "Withdraw my name").await;
    assert!(done.text().contains("is withdrawn from this poll. You can still vote"), "{}", done.text());
    hall.harbour.settled().await;
    let now = poll.refresh();
    assert!(now.text().contains("~~ben~~ withdrew") && now.try_button("ben").is_none(), "{}", now.text());
    let again = hall.who("ben").click(&poll, "Withdraw my name").await;
    assert!(again.text().contains("withdrawn from this poll already"), "{}", again.text());
    // An old screen still has the button, and whoever chose the nominee is told.
    let gone = hall.vote("ivy", &poll, "ben").await;
    assert!(gone.text().contains("**ben** has withdrawn"), "{}", gone.text());
    let mine = hall.who("eve").click(&now, "My vote").await;
    assert!(mine.text().contains("counts for nobody"), "{}", mine.text());
    let change = hall.who("eve").click(mine.message(), "Change").await;
    hall.who("eve").click(change.message(), "cleo").await;
    hall.votes(&now, &["fay>cleo", "ben>cleo"]).await;
    hall.minutes(121).await;
    let result = hall.harbour.posted("Recognised");
    assert!(result.text().contains("**cleo**") && !result.text().contains("ben"), "{}", result.text());
    hall.harbour.end().await;
}

#[tokio::test]
async fn with_one_left_there_is_nothing_to_choose() {
    let hall = Hall::open().await;
    let poll = hall.poll(&["ben", "cleo"], "2h").await;
    hall.votes(&poll, &["eve>ben", "fay>ben", "gil>ben"]).await;
    let ask = hall.who("ben").click(&poll, "Withdraw my name").await;
    let done = hall.who("ben").click(ask.message(), "Withdraw my name").await;
    for said in [ask.text(), done.text()] {
        assert!(said.contains("ends") && !said.contains("You can still vote"), "{said}");
    }
    let mine = hall.who("eve").click(&poll, "My vote").await;
    assert!(!mine.text().contains("chooses somebody else"), "there is nobody: {}", mine.text());
    hall.harbour.settled().await;
    hall.minutes(1).await;
    let result = hall.harbour.posted("A poll has ended");
    assert!(result.text().contains("Only **cleo** was left"), "{}", result.text());
    assert!(poll.refresh().buttons().is_empty());
    hall.harbour.end().await;
}

#[tokio::test]
async fn who_has_left_when_it_closes_is_withdrawn() {
    let hall = Hall::open().await;
    let poll = hall.poll(&["cleo", "gil", "hal"], "2h").await;
    hall.votes(&poll, &["fay>cleo", "ivy>cleo", "dan>cleo", "eve>cleo", "ben>gil", "max>gil", "ada>gil"])
        .await;
    let everybody_went = hall.poll_of_ada().await;
    hall.votes(&everybody_went, &["fay>eve", "gil>eve", "hal>eve"]).await;
    for name in ["cleo", "dan", "eve"] {
        hall.harbour.guild.leave(hall.who(name));
    }
    hall.minutes(125).await;
    let result = hall.harbour.posted("Recognised");
    assert!(result.text().contains("**gil**") && !result.text().contains("cleo"), "{}", result.text());
    let none = hall.harbour.posted("Nobody was left at the end");
    assert!(none.text().contains("everybody who was nominated"), "{}", none.text());
    hall.harbour.end().await;
}

#[tokio::test]
async fn who_does_not_want_to_be_nominated_is_not() {
    let hall = Hall::open().await;
    let panel = hall.draft(&["ben", "cleo", "dan"], "").await;
    hall.opt_out("ben").await;
    // Who was chosen before is looked at again.
    let refused = hall.max.click(&panel, "Open").await;
    assert!(refused.text().contains("**ben** has asked not to be nominated"), "{}", refused.text());
    let chosen = hall.max.select(&panel, WHO, &["ben", "cleo", "dan"]).await;
    assert!(chosen.text().contains("**ben** has asked not to be nominated"), "{}", chosen.text());
    assert_eq!(chosen.message().try_select(WHO).unwrap().chosen.len(), 2);
    let options = [("who", "ben"), ("what", "Rang them all")];
    let noted = hall.who("eve").slash(&hall.harbour.channel, "moment", &options).await;
    assert!(noted.text().contains("asked not to be nominated"), "{}", noted.text());
    // And back.
    let me = hall.who("ben").slash(&hall.harbour.channel, "me", &[]).await;
    let page = hall.who("ben").click(me.message(), "Nominations").await;
    let on = hall.who("ben").click(page.message(), "Others may nominate me").await;
    assert!(on.text().contains("Others may nominate you"), "{}", on.text());
    let noted = hall.who("eve").slash(&hall.harbour.channel, "moment", &options).await;
    assert!(noted.text().contains("Noted"), "{}", noted.text());
    hall.harbour.end().await;
}

#[tokio::test]
async fn only_who_asked_for_it_gets_a_private_note() {
    let hall = Hall::open().await;
    let ben = hall.who("ben").clone();
    let me = ben.slash(&hall.harbour.channel, "me", &[]).await;
    let page = ben.click(me.message(), "Nominations").await;
    let on = ben.click(page.message(), "Tell me").await;
    assert!(on.text().contains("You get a private note"), "{}", on.text());
    let poll = hall.poll(&["ben", "cleo"], "1h").await;
    hall.votes(&poll, &["eve>ben", "fay>ben", "gil>cleo", "hal>cleo"]).await;
    hall.minutes(61).await;
    // A tie is shared, and said so.
    let result = hall.harbour.posted("Recognised together");
    assert!(result.text().contains("share it"), "{}", result.text());
    let note = ben.sees(&ben.dm(hall.harbour.app()));
    assert!(note.last().is_some_and(|note| note.text().contains("You were recognised")), "{note:?}");
    assert!(
        hall.who("cleo").sees(&hall.who("cleo").dm(hall.harbour.app())).is_empty(),
        "cleo asked for nothing"
    );
    let me = hall.who("cleo").slash(&hall.harbour.channel, "me", &[]).await;
    assert!(me.text().contains("Your team recognised you once in a poll."), "{}", me.text());
    let me = hall.who("eve").slash(&hall.harbour.channel, "me", &[]).await;
    assert!(!me.text().contains("recognised you"), "{}", me.text());
    hall.harbour.end().await;
}

#[tokio::test]
async fn a_note_that_could_not_be_given_keeps_no_later_one_back() {
    let hall = Hall::open().await;
    let ben = hall.who("ben").clone();
    let me = ben.slash(&hall.harbour.channel, "me", &[]).await;
    let page = ben.click(me.message(), "Nominations").await;
    ben.click(page.message(), "Tell me").await;
    let tried = || hall.harbour.discord().requests().iter().filter(|one| one.status == 403).count();
    for open in [false, true] {
        ben.take_direct_messages(open);
        let poll = hall.poll(&["ben", "cleo"], "1h").await;
        hall.votes(&poll, &["eve>ben", "fay>ben", "gil>ben"]).await;
        hall.minutes(61).await;
        hall.minutes(24 * 60).await;
        assert_eq!(tried(), 1, "one try for each note");
    }
    let notes = ben.sees(&ben.dm(hall.harbour.app()));
    assert!(matches!(&notes[..], [one] if one.text().contains("You were recognised")), "{notes:?}");
    hall.harbour.end().await;
}

#[tokio::test]
async fn many_nominees_stand_in_a_menu_and_everybodys_count_is_shown_if_that_was_said() {
    let hall = Hall::open().await;
    let panel = hall.draft(&["ben", "cleo", "dan", "eve", "fay", "gil"], "1h").await;
    let modes = panel.selects()[1].clone();
    let full = hall.max.select(&panel, &modes.custom_id, &["Show everybody's count"]).await;
    let poll = hall.press_open(full.message()).await;
    assert!(
        poll.text().contains("if at least 5 could choose, how many votes each one had"),
        "{}",
        poll.text()
    );
    assert_eq!(poll.selects()[0].options.len(), 6);
    hall.votes(&poll, &["hal>ben", "ivy>ben", "ada>ben", "cleo>dan", "gil>ben"]).await;
    hall.minutes(61).await;
    let result = hall.harbour.posted("Recognised");
    assert!(
        result.text().contains("ben · 4 votes") && result.text().contains("dan · 1 vote"),
        "{}",
        result.text()
    );
    hall.harbour.end().await;
}
