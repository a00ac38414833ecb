//! Polls: votes that leak, votes that the creator sees, wrong tallies, polls that are lost or end early. The leaks have
//! their own tests in `polls/attack.rs`, which search everything that is kept and said.

use crate::polls::hall::Hall;
use emulator::Message;
use jiff::SignedDuration;

fn results(hall: &Hall) -> usize {
    let seen = hall.who("ivy").sees(&hall.harbour.channel);
    let is_result = |message: &&Message| {
        message.text().contains("Recognised") || message.text().contains("A poll has ended")
    };
    seen.iter().filter(is_result).count()
}

/// pollmaster#61, loomio#6949: anonymous votes that leak.
#[tokio::test]
async fn a_vote_is_not_seen_by_anybody_but_the_voter() {
    let hall = Hall::open().await;
    let poll = hall.poll(&["ben", "cleo"], "1h").await;
    let voted = hall.vote("dan", &poll, "ben").await;
    assert!(voted.is_ephemeral());
    for who in ["ada", "max", "ben", "cleo", "eve"] {
        let seen = hall.who(who).sees(&hall.harbour.channel);
        assert!(!seen.iter().any(|message| message.text().contains("You chose")), "{who} sees it");
    }
    hall.harbour.end().await;
}

/// nextcloud/polls#100: the creator can see the votes.
#[tokio::test]
async fn whoever_opened_it_does_not_see_how_it_stands() {
    let hall = Hall::open().await;
    let poll = hall.poll(&["ben", "cleo"], "1h").await;
    let look = async || {
        let list = hall.max.slash(&hall.harbour.channel, "poll list", &[]).await;
        let menu = list.message().selects()[0].clone();
        let one = hall.max.select(list.message(), &menu.custom_id, &[&menu.options[0].1]).await;
        [list.text(), one.text(), hall.max.click(&poll, "My vote").await.text()]
    };
    let before = look().await;
    hall.votes(&poll, &["dan>ben", "eve>ben"]).await;
    assert_eq!(look().await, before, "two votes");
    hall.votes(&poll, &["fay>ben"]).await;
    let reached = look().await;
    hall.votes(&poll, &["gil>cleo", "hal>cleo", "ivy>cleo", "dan>cleo"]).await;
    assert_eq!(look().await, reached, "and whoever is ahead");
    hall.harbour.end().await;
}

/// votey#24: "fake trust", anonymity that is only said.
#[tokio::test]
async fn what_is_promised_is_not_only_said() {
    let hall = Hall::open().await;
    let poll = hall.poll(&["ben", "cleo"], "1h").await;
    assert!(
        poll.text().contains("Nobody sees who you chose. If everyone chooses the same person, that shows.")
    );
    let folder = hall.harbour.data().join("helmsman.db-polls");
    let files = || std::fs::read_dir(&folder).map_or(0, Iterator::count);
    hall.votes(&poll, &["dan>ben", "eve>ben", "fay>ben"]).await;
    assert!(files() > 0);
    hall.minutes(61).await;
    assert_eq!(files(), 0, "who chose whom is gone with the count");
    let mine = hall.who("dan").click(&poll, "My vote").await;
    assert!(mine.text().contains("closed") && !mine.text().contains("You chose"), "{}", mine.text());
    hall.harbour.end().await;
}

/// pollmaster#8: a wrong tally under simultaneous votes.
#[tokio::test]
async fn votes_of_one_moment_are_not_miscounted() {
    let hall = Hall::open().await;
    let crowd: Vec<_> = (0..40).map(|n| hall.harbour.guild.person(&format!("p{n}"))).collect();
    let panel = hall.draft(&["ben", "cleo", "dan"], "1h").await;
    let modes = panel.selects()[1].clone();
    let full = hall.max.select(&panel, &modes.custom_id, &["Show everybody's count"]).await;
    let poll = hall.press_open(full.message()).await;
    let whom = |at: usize| ["ben", "cleo", "cleo", "dan"][at % 4];
    futures_util::future::join_all(crowd.iter().enumerate().map(|(at, voter)| voter.click(&poll, whom(at))))
        .await;
    // And half of them think again, all at once.
    let again = crowd.iter().take(20).map(|voter| voter.click(&poll, "ben"));
    futures_util::future::join_all(again).await;
    hall.harbour.settled().await;
    hall.minutes(61).await;
    let result = hall.harbour.posted("Recognised").text();
    for count in ["ben · 25 votes", "cleo · 10 votes", "dan · 5 votes"] {
        assert!(result.contains(count), "{count}: {result}");
    }
    hall.harbour.end().await;
}

/// SlackPoll#13: lost on restart.
#[tokio::test]
async fn a_restart_loses_no_poll_and_no_vote() {
    let mut hall = Hall::open().await;
    let poll = hall.poll(&["ben", "cleo"], "2h").await;
    hall.votes(&poll, &["dan>ben", "eve>ben"]).await;
    hall.harbour.restart().await;
    let mine = hall.who("dan").click(&poll, "My vote").await;
    assert!(mine.text().contains("You chose **ben**"), "{}", mine.text());
    hall.votes(&poll, &["fay>ben"]).await;
    // And it is away when the poll should close.
    hall.harbour.restart_at("2027-01-04 12:00").await;
    hall.minutes(1).await;
    assert!(hall.harbour.posted("Recognised").text().contains("**ben**"));
    assert_eq!(results(&hall), 1);
    hall.harbour.restart().await;
    hall.minutes(10).await;
    assert_eq!(results(&hall), 1, "a result is said once");
    hall.harbour.end().await;
}

/// mikbot#275: closed hours early by a clock error.
#[tokio::test]
async fn a_poll_is_not_closed_early_by_a_wrong_clock() {
    let hall = Hall::open().await;
    let poll = hall.poll(&["ben", "cleo"], "2h").await;
    hall.harbour.set_host_off(SignedDuration::from_hours(3)).await;
    hall.minutes(90).await;
    assert_eq!((results(&hall), poll.refresh().buttons().is_empty()), (0, false));
    hall.votes(&poll, &["dan>ben", "eve>ben", "fay>ben"]).await;
    hall.minutes(31).await;
    assert_eq!(results(&hall), 1);
    hall.harbour.end().await;
}

/// open-qotd: anyone may approve.
#[tokio::test]
async fn members_do_not_open_close_or_cancel() {
    let hall = Hall::open().await;
    let poll = hall.poll(&["ben", "cleo"], "2h").await;
    let own = poll.button("ben").custom_id.unwrap();
    let id = own.split(':').nth(2).unwrap();
    let dan = hall.who("dan");
    for what in ["close", "close-yes", "cancel", "cancel-sure", "cancel-yes", "again", "look"] {
        let forged = hall.forged(dan, &hall.harbour.channel, &format!("poll:{what}:{id}")).await;
        let refused = dan.click(&forged, "Go").await;
        assert!(refused.text().contains("managers"), "{what}: {}", refused.text());
    }
    for what in [
        "poll:draft:1:open",
        "poll:draft:1:go",
        "poll:list:1",
        "moment:page:1:0",
        "moment:drop:1:1:0",
        "moment:weekly:1",
    ] {
        let forged = hall.forged(dan, &hall.harbour.channel, what).await;
        let refused = dan.click(&forged, "Go").await;
        assert!(refused.text().contains("managers"), "{what}: {}", refused.text());
    }
    assert!(!poll.refresh().buttons().is_empty());
    hall.harbour.end().await;
}
