//! Complaints about posting: twice, never, or all at once.

use crate::harness::{Harbour, local};
use emulator::{Done, Fault, RequestFault};

const SENDS: &str = "POST /channels/*/messages";

/// What Helmsman has posted in the team's channel that is a prompt, by its day.
fn prompts(harbour: &Harbour) -> Vec<String> {
    let seen = harbour.ben.sees(&harbour.channel);
    let texts = seen.iter().filter(|message| message.author() == "Helmsman").map(|message| message.text());
    let day = |text: &str| {
        text.lines()
            .find_map(|line| line.split(" · ").find(|part| part.starts_with("day ")).map(str::to_owned))
    };
    texts.filter(|text| !text.contains("How it went")).filter_map(|text| day(&text)).collect()
}

/// python-discord/bot#359, yagpdb#111.
#[tokio::test]
async fn nothing_is_posted_again_when_ready_comes_again() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    for round in 1..=3 {
        let sessions = harbour.discord().identify_count(harbour.app());
        harbour.discord().invalidate_sessions(harbour.app(), false);
        let app = harbour.app().id;
        let begun = |world: &emulator::world::World| {
            let known = world.applications.get(&app)?;
            (known.identify_count > sessions).then_some(())
        };
        harbour.discord().wait_for(begun).await;
        harbour.settled().await;
        assert_eq!(prompts(&harbour), ["day 1 of 12"], "READY number {}", round + 1);
    }
    harbour.end().await;
}

/// discord.py#910: HTTP 500 although the message was sent; discordjs#2655: a slow or broken line.
#[tokio::test]
async fn nothing_is_posted_twice_when_discord_says_it_failed_and_it_did_not() {
    for fault in
        [RequestFault::Error { status: 500, done: Done::Yes }, RequestFault::Reset { done: Done::Yes }]
    {
        let harbour = Harbour::with_team().await;
        harbour.discord().fault(Fault::on(SENDS, fault).times(2));
        harbour.at("2027-01-04 09:30").await;
        harbour.at("2027-01-04 10:00").await;
        assert_eq!(prompts(&harbour), ["day 1 of 12"], "{fault:?}");
        harbour.end().await;
    }
}

/// open-qotd stores "sent" before it sends.
#[tokio::test]
async fn a_request_that_is_refused_does_not_lose_the_day() {
    let harbour = Harbour::with_team().await;
    let fault = harbour
        .discord()
        .fault(Fault::on(SENDS, RequestFault::Error { status: 503, done: Done::No }).times(3));
    harbour.at("2027-01-04 09:30").await;
    harbour.at("2027-01-04 10:00").await;
    assert_eq!(fault.strikes(), 3);
    assert_eq!(prompts(&harbour), ["day 1 of 12"]);
    harbour.end().await;
}

/// YaDc#69.
#[tokio::test]
async fn nothing_is_posted_again_after_a_restart() {
    let mut harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    for _ in 0..3 {
        harbour.restart().await;
        harbour.settled().await;
    }
    assert_eq!(prompts(&harbour), ["day 1 of 12"]);
    harbour.end().await;
}

/// matrix-reminder-bot#9, wednesday#56.
#[tokio::test]
async fn what_was_missed_while_offline_neither_comes_in_a_flood_nor_never() {
    let mut harbour = Harbour::with_team().await;
    harbour.restart_at("2027-01-14 10:15").await;
    harbour.advance(jiff::SignedDuration::from_mins(30)).await;
    assert_eq!(prompts(&harbour), ["day 1 of 12"], "today's, late, and nothing of the eight days before");
    harbour.at("2027-01-15 09:31").await;
    assert_eq!(prompts(&harbour), ["day 1 of 12", "day 2 of 12"]);
    harbour.end().await;
}

/// QotD-Bot posts only if the minute equals now.
#[tokio::test]
async fn a_minute_that_nobody_looked_at_is_not_lost() {
    let harbour = Harbour::with_team().await;
    harbour.discord().clock().set(local("2027-01-04 09:33"));
    harbour.settled().await;
    assert_eq!(prompts(&harbour), ["day 1 of 12"]);
    harbour.end().await;
}
