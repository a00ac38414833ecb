//! The outbound path against Discord's own rules, as people see it.

use crate::harness::{Harbour, local};
use emulator::bits;
use helmsman::domain::id::snowflake_time;
use jiff::SignedDuration;

/// What Helmsman has posted so far: when, and the first line.
fn posted(harbour: &Harbour) -> Vec<(String, String)> {
    let seen = harbour.ben.sees(&harbour.channel);
    let own = seen.iter().filter(|message| message.author() == "Helmsman" && !message.is_ephemeral());
    own.map(|message| {
        let first = message.text().lines().next().unwrap_or("").to_owned();
        (snowflake_time(message.id.get()).to_string()[5..19].to_owned(), first)
    })
    .collect()
}

#[tokio::test]
async fn the_reveal_comes_first_then_the_prompt_five_seconds_after_the_close() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-05 09:30").await;
    assert_eq!(posted(&harbour).len(), 2, "introduction and first prompt; the close is five seconds off");
    harbour.at("2027-01-05 09:31").await;
    let all = posted(&harbour);
    assert!(all[2].1.contains("How it went"), "{all:?}");
    assert_eq!((all[2].0.as_str(), all[3].0.as_str()), ("01-05T09:30:05", "01-05T09:30:05"));
    assert_eq!(all.len(), 4);
    harbour.end().await;
}

#[tokio::test]
async fn fridays_reveal_waits_for_monday_and_its_buttons_do_not() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-08 10:00").await;
    let friday = harbour.prompt();
    let before = posted(&harbour).len();
    harbour.at("2027-01-10 12:00").await;
    assert!(friday.refresh().buttons().is_empty());
    assert_eq!(posted(&harbour).len(), before);
    harbour.at("2027-01-11 09:31").await;
    let all = posted(&harbour);
    assert!(all[before].1.contains("How it went") && !all[before + 1].1.contains("How it went"), "{all:?}");
    assert_eq!(all.len(), before + 2);
    harbour.end().await;
}

#[tokio::test]
async fn a_count_is_edited_at_most_every_ten_seconds_and_not_after_fifty_minutes() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    let label = prompt.buttons()[0].label.clone();
    let edits = || {
        let requests = harbour.discord().requests();
        requests
            .iter()
            .filter(|request| request.method == "PATCH" && request.path.contains("/messages/"))
            .count()
    };
    let before = edits();
    harbour.click(&harbour.ada, &prompt, &label).await;
    harbour.click(&harbour.ben, &prompt, &label).await;
    harbour.click(&harbour.cleo, &prompt, &label).await;
    assert_eq!(edits() - before, 1);
    harbour.advance(SignedDuration::from_secs(10)).await;
    assert_eq!(edits() - before, 2);
    assert!(prompt.refresh().text().contains("3 people"));
    harbour.at("2027-01-04 10:20").await;
    let other = prompt.buttons()[1].label.clone();
    harbour.click(&harbour.ada, &prompt, &other).await;
    harbour.advance(SignedDuration::from_secs(600)).await;
    assert_eq!(edits() - before, 2);
    harbour.end().await;
}

#[tokio::test]
async fn a_lost_permission_stops_the_schedule_and_one_person_is_told_once() {
    let harbour = Harbour::with_team().await;
    harbour.channel.deny(&harbour.guild.app_role(harbour.app()), bits::SEND_MESSAGES);
    harbour.at("2027-01-06 12:00").await;
    assert_eq!(posted(&harbour).len(), 1, "the introduction");
    let told = harbour.ada.sees(&harbour.ada.dm(harbour.app()));
    assert_eq!(told.len(), 1);
    assert!(told[0].text().contains("Send Messages"), "{}", told[0].text());
    let refused = harbour.discord().requests().iter().filter(|request| request.status == 403).count();
    assert_eq!(refused, 0, "what Discord would refuse is not tried");
    harbour.end().await;
}

#[tokio::test]
async fn a_prompt_that_a_moderator_deletes_is_not_revealed() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    assert!(harbour.ada.delete(&prompt));
    harbour.settled().await;
    harbour.at("2027-01-05 09:30").await;
    let all = posted(&harbour);
    assert!(all.iter().all(|(_, line)| !line.contains("How it went")), "{all:?}");
    assert_eq!(all.len(), 2, "nothing is left to wait for, so the next prompt is there at once");
    harbour.end().await;
}

#[tokio::test]
async fn after_downtime_a_prompt_is_late_once_or_not_at_all() {
    let mut harbour = Harbour::with_team().await;
    harbour.restart_at("2027-01-04 10:45").await;
    assert!(harbour.prompt().text().contains("A little late"), "{}", harbour.prompt().text());
    assert_eq!(posted(&harbour).len(), 2);
    harbour.restart_at("2027-01-07 13:00").await;
    harbour.advance(SignedDuration::from_secs(60)).await;
    assert_eq!(posted(&harbour).len(), 2, "Tuesday had no prompt, so its reveal waits for the next");
    harbour.at("2027-01-08 09:31").await;
    let all = posted(&harbour);
    assert!(all[2].1.contains("How it went"), "{all:?}");
    assert!(harbour.prompt().text().contains("day 2 of"), "{}", harbour.prompt().text());
    assert_eq!(all.len(), 4);
    harbour.end().await;
}

#[tokio::test]
async fn replies_that_nobody_told_us_about_are_read_before_the_tally() {
    let mut harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    let (ben, cleo, channel) = (harbour.ben.clone(), harbour.cleo.clone(), harbour.channel.clone());
    harbour
        .restart_after(|discord| {
            discord.clock().set(local("2027-01-04 11:00"));
            ben.reply(&prompt, "I would ask first");
            cleo.say(&channel, "This answers nothing");
            discord.clock().set(local("2027-01-04 12:00"));
        })
        .await;
    harbour.at("2027-01-05 09:31").await;
    let reveal = harbour.posted("How it went");
    assert!(reveal.text().contains("1 person answered"), "{}", reveal.text());
    harbour.end().await;
}

#[tokio::test]
async fn a_prompt_with_a_thread_has_one_and_messages_in_it_count() {
    let harbour = Harbour::with_team().await;
    let options = [("series", "crossing-the-line"), ("time", "11:00"), ("thread", "true")];
    let proposal = harbour.ada.slash(&harbour.channel, "series schedule", &options).await;
    harbour.click(&harbour.ada, proposal.message(), "Confirm").await;
    harbour.at("2027-01-04 11:00").await;
    let prompt = harbour.prompt();
    let thread = harbour.ben.thread_of(&prompt).expect("a thread under the prompt");
    harbour.ben.say(&thread, "I would ask first");
    harbour.settled().await;
    harbour.advance(SignedDuration::from_secs(10)).await;
    assert!(prompt.refresh().text().contains("1 person"), "{}", prompt.refresh().text());
    harbour.end().await;
}

#[tokio::test]
async fn a_restart_loses_no_count() {
    let mut harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    let label = prompt.buttons()[0].label.clone();
    harbour.click(&harbour.ben, &prompt, &label).await;
    // Within ten seconds of the first edit: this one is counted, and not yet shown, when the bot ends.
    harbour.click(&harbour.cleo, &prompt, &label).await;
    assert!(prompt.refresh().text().contains("1 person"));
    harbour.restart().await;
    assert!(prompt.refresh().text().contains("2 people"), "{}", prompt.refresh().text());
    harbour.end().await;
}

#[tokio::test]
async fn a_count_and_a_close_wait_for_a_server_that_is_out_no_longer_than_it_is() {
    let mut harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    let label = prompt.buttons()[0].label.clone();
    harbour.click(&harbour.ben, &prompt, &label).await;
    harbour.click(&harbour.cleo, &prompt, &label).await;
    let guild = harbour.guild.clone();
    harbour.restart_after(|_| guild.set_unavailable(true)).await;
    harbour.guild.set_unavailable(false);
    harbour.settled().await;
    assert!(prompt.refresh().text().contains("2 people"), "{}", prompt.refresh().text());
    harbour.guild.set_unavailable(true);
    harbour.at("2027-01-05 09:31").await;
    harbour.guild.set_unavailable(false);
    harbour.settled().await;
    assert!(prompt.refresh().buttons().is_empty(), "closed as soon as it can be");
    harbour.end().await;
}

#[tokio::test]
async fn a_prompt_that_is_deleted_while_nobody_listens_is_not_revealed() {
    let mut harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    let ada = harbour.ada.clone();
    // Too late for its count to be edited, which would find it out.
    harbour
        .restart_after(|discord| {
            discord.clock().set(local("2027-01-04 12:00"));
            assert!(ada.delete(&prompt));
        })
        .await;
    harbour.at("2027-01-05 09:31").await;
    let all = posted(&harbour);
    assert!(all.iter().all(|(_, line)| !line.contains("How it went")), "{all:?}");
    harbour.end().await;
}

#[tokio::test]
async fn where_the_history_may_not_be_read_the_reveal_is_no_reply_and_the_schedule_goes_on() {
    let harbour = Harbour::with_team().await;
    harbour.channel.deny(&harbour.guild.app_role(harbour.app()), bits::READ_MESSAGE_HISTORY);
    harbour.at("2027-01-06 12:00").await;
    let all = posted(&harbour);
    let reveals = all.iter().filter(|(_, line)| line.contains("How it went")).count();
    assert_eq!((reveals, all.len()), (2, 6), "{all:?}");
    let refused = harbour.discord().requests().iter().filter(|request| request.status == 403).count();
    assert_eq!(refused, 0, "what Discord would refuse is not tried");
    harbour.end().await;
}
