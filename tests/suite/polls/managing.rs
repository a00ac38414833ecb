//! What managers do with polls that are there, and that nobody else can.

use super::hall::{HOW_LONG, Hall, REMIND, ROLE, WHAT, WHO};
use emulator::bits;

#[tokio::test]
async fn only_managers_and_admins_start_close_and_list() {
    let hall = Hall::open().await;
    for command in ["poll start", "poll close", "poll list"] {
        let refused = hall.who("dan").slash(&hall.harbour.channel, command, &[]).await;
        assert!(refused.text().contains("managers"), "{command}: {}", refused.text());
        assert!(refused.is_ephemeral());
    }
    let said = hall.who("ben").say(&hall.harbour.channel, "I rang them all");
    let refused = hall.who("dan").menu(&said, "Who led here?").await;
    assert!(refused.text().contains("/moment"), "{}", refused.text());
    // An admin without the role can.
    let form = hall.harbour.ada.slash(&hall.harbour.channel, "poll start", &[]).await;
    assert!(form.try_modal().is_some(), "{}", form.text());
    // In a channel without a team nobody can.
    let elsewhere = hall.harbour.guild.text_channel("elsewhere");
    let refused = hall.max.slash(&elsewhere, "poll list", &[]).await;
    assert!(refused.text().contains("no team in this channel"), "{}", refused.text());
    hall.harbour.end().await;
}

#[tokio::test]
async fn who_is_no_manager_any_more_opens_and_closes_nothing() {
    let hall = Hall::open().await;
    let panel = hall.draft(&["ben", "cleo"], "").await;
    let poll = hall.poll_of_ada().await;
    let list = hall.max.slash(&hall.harbour.channel, "poll list", &[]).await;
    let menu = list.message().selects()[0].clone();
    let one = hall.max.select(list.message(), &menu.custom_id, &[&menu.options[0].1]).await;
    hall.harbour.guild.take(&hall.max, &hall.leads);
    for (message, button) in
        [(&panel, "Open"), (one.message(), "Close now"), (one.message(), "Cancel the poll")]
    {
        let refused = hall.max.click(message, button).await;
        assert!(refused.text().contains("managers"), "{button}: {}", refused.text());
    }
    hall.harbour.settled().await;
    assert!(!poll.refresh().buttons().is_empty(), "it is open still");
    hall.harbour.end().await;
}

#[tokio::test]
async fn a_poll_is_closed_early_after_a_question_and_counted() {
    let hall = Hall::open().await;
    let none = hall.max.slash(&hall.harbour.channel, "poll close", &[]).await;
    assert!(none.text().contains("No poll is open"), "{}", none.text());
    let poll = hall.poll(&["ben", "cleo", "dan"], "2h").await;
    hall.votes(&poll, &["eve>ben", "fay>ben", "gil>cleo"]).await;
    let ask = hall.max.slash(&hall.harbour.channel, "poll close", &[]).await;
    assert!(ask.text().contains("Close this poll now"), "{}", ask.text());
    assert!(!poll.refresh().buttons().is_empty(), "a question closes nothing");
    let done = hall.max.click(ask.message(), "Close it now").await;
    assert!(done.text().contains("The poll is closed"), "{}", done.text());
    hall.harbour.settled().await;
    hall.minutes(1).await;
    assert!(hall.harbour.posted("Recognised").text().contains("**ben**"));
    assert!(poll.refresh().buttons().is_empty());
    // Twice is once.
    let again = hall.max.click(ask.message(), "Close it now").await;
    assert!(again.text().contains("ended already"), "{}", again.text());
    hall.harbour.end().await;
}

#[tokio::test]
async fn two_clicks_on_open_open_one_poll() {
    let hall = Hall::open().await;
    let panel = hall.draft(&["ben", "cleo"], "2h").await;
    tokio::join!(hall.max.click(&panel, "Open"), hall.max.click(&panel, "Open"));
    hall.harbour.settled().await;
    // Whichever comes last, and one more on an old screen, does not say that the draft is gone.
    let again = hall.max.click(&panel, "Open").await;
    for told in [panel.refresh().text(), again.text()] {
        assert!(told.contains("The poll is open"), "{told}");
    }
    let seen = hall.who("dan").sees(&hall.harbour.channel);
    let polls = seen.iter().filter(|message| message.text().contains("Who handled it like a leader?"));
    assert_eq!(polls.count(), 1);
    hall.harbour.end().await;
}

#[tokio::test]
async fn what_an_old_panel_does_not_show_is_not_opened_by_it() {
    let hall = Hall::open().await;
    let old = hall.draft(&["ben", "cleo"], "2h").await;
    let resume = hall.max.slash(&hall.harbour.channel, "poll start", &[]).await;
    let other = hall.max.click(resume.message(), "Go on").await;
    hall.max.select(other.message(), WHO, &["dan", "eve"]).await;
    let refused = hall.max.click(&old, "Open").await;
    assert!(refused.text().contains("changed elsewhere"), "{}", refused.text());
    let shown = refused.message().try_select(WHO).unwrap().chosen;
    assert!(shown.contains(&hall.who("dan").id().to_string()), "{shown:?}");
    // Now it shows what it opens.
    let poll = hall.press_open(refused.message()).await;
    assert!(poll.try_button("dan").is_some() && poll.try_button("ben").is_none(), "{}", poll.text());
    hall.harbour.end().await;
}

#[tokio::test]
async fn of_several_open_polls_one_is_named_with_completion() {
    let hall = Hall::open().await;
    let first = hall.poll(&["ben", "cleo"], "2h").await;
    let panel = hall.begin(&hall.max, "The second thing", "3h", "").await;
    let chosen = hall.max.select(panel.message(), WHO, &["dan", "eve"]).await;
    let second = hall.press_open(chosen.message()).await;
    assert_ne!(first.id, second.id);
    let channel = &hall.harbour.channel;
    let which = hall.max.slash(channel, "poll close", &[]).await;
    assert!(which.text().contains("Several polls"), "{}", which.text());
    let offered = hall.max.complete(channel, "poll close", &[("poll", "second")], "poll").await;
    assert_eq!(offered.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["The second thing"]);
    assert!(hall.who("dan").complete(channel, "poll close", &[("poll", "")], "poll").await.is_empty());
    let ask = hall.max.slash(channel, "poll close", &[("poll", &offered[0].value)]).await;
    assert!(ask.text().contains("The second thing"), "{}", ask.text());
    for unknown in ["999999", "nonsense"] {
        let refused = hall.max.slash(channel, "poll close", &[("poll", unknown)]).await;
        assert!(refused.text().contains("did not find"), "{}", refused.text());
    }
    hall.harbour.end().await;
}

#[tokio::test]
async fn cancelling_is_asked_twice_and_says_so_to_all() {
    let hall = Hall::open().await;
    let poll = hall.poll(&["ben", "cleo"], "2h").await;
    hall.votes(&poll, &["eve>ben", "fay>ben", "gil>ben"]).await;
    let list = hall.max.slash(&hall.harbour.channel, "poll list", &[]).await;
    let seen = hall.plain(&list.text());
    assert!(seen.contains("The van was") && !seen.contains("votes"), "{seen}");
    let menu = list.message().selects()[0].clone();
    let one = hall.max.select(list.message(), &menu.custom_id, &[&menu.options[0].1]).await;
    let ask = hall.max.click(one.message(), "Cancel the poll").await;
    let sure = hall.max.click(ask.message(), "Cancel the poll").await;
    assert!(sure.text().contains("Really cancel"), "{}", sure.text());
    assert!(!poll.refresh().buttons().is_empty());
    let done = hall.max.click(sure.message(), "Yes, delete the votes").await;
    assert!(done.text().contains("is cancelled"), "{}", done.text());
    hall.harbour.settled().await;
    let now = poll.refresh();
    assert!(
        now.text().contains("A manager cancelled this poll") && now.buttons().is_empty(),
        "{}",
        now.text()
    );
    let late = hall.vote("hal", &poll, "ben").await;
    assert!(late.text().contains("was cancelled"), "{}", late.text());
    hall.minutes(180).await;
    let seen = hall.who("dan").sees(&hall.harbour.channel);
    assert!(
        !seen.iter().any(|message| message.text().contains("Recognised")),
        "a cancelled poll has no result"
    );
    let list = hall.max.slash(&hall.harbour.channel, "poll list", &[]).await;
    assert!(list.text().contains("cancelled"), "{}", list.text());
    hall.harbour.end().await;
}

#[tokio::test]
async fn a_deleted_message_is_posted_again_and_votes_stay() {
    let hall = Hall::open().await;
    let poll = hall.poll(&["ben", "cleo"], "2h").await;
    hall.votes(&poll, &["eve>ben", "fay>ben"]).await;
    hall.harbour.ada.delete(&poll);
    hall.harbour.settled().await;
    let list = hall.max.slash(&hall.harbour.channel, "poll list", &[]).await;
    assert!(list.text().contains("its message was deleted"), "{}", list.text());
    let menu = list.message().selects()[0].clone();
    let one = hall.max.select(list.message(), &menu.custom_id, &[&menu.options[0].1]).await;
    let again = hall.max.click(one.message(), "Post it again").await;
    assert!(again.text().contains("again in a moment"), "{}", again.text());
    hall.harbour.settled().await;
    let shown = hall.harbour.posted("Who handled it like a leader?");
    assert_ne!(shown.id, poll.id);
    hall.votes(&shown, &["gil>ben"]).await;
    hall.minutes(130).await;
    assert!(hall.harbour.posted("Recognised").text().contains("**ben**"));
    hall.harbour.end().await;
}

#[tokio::test]
async fn a_role_may_vote_a_quorum_is_raised_and_a_reminder_is_sent() {
    let hall = Hall::open().await;
    let crew = hall.harbour.guild.role("Crew", 0);
    for name in ["eve", "fay", "gil", "hal"] {
        hall.harbour.guild.give(hall.who(name), &crew);
    }
    let panel = hall.begin(&hall.max, "A storm", "1h", "20 min").await;
    let mut panel = hall.max.select(panel.message(), WHO, &["ben", "cleo", "dan"]).await;
    let quorum = panel.message().selects()[2].clone();
    panel = hall.max.select(panel.message(), &quorum.custom_id, &["4"]).await;
    panel = hall.max.select(panel.message(), ROLE, &["Crew"]).await;
    let poll = hall.press_open(panel.message()).await;
    assert!(poll.text().contains(&format!("Whoever has the role <@&{}>", crew.id())), "{}", poll.text());
    assert!(poll.text().contains("4 are needed"), "{}", poll.text());
    let refused = hall.vote("ivy", &poll, "ben").await;
    assert!(refused.text().contains("only people with the role"), "{}", refused.text());
    hall.votes(&poll, &["eve>ben", "fay>ben"]).await;
    let mine = hall.vote("gil", &poll, "cleo").await;
    // Whoever loses the role changes nothing more; what was voted counts.
    hall.harbour.guild.take(hall.who("gil"), &crew);
    let back = hall.who("gil").click(mine.message(), "Take my vote back").await;
    for refused in [hall.vote("gil", &poll, "ben").await, back] {
        assert!(
            refused.text().contains("only people"),
            "the role is looked at each time: {}",
            refused.text()
        );
        assert!(refused.text().contains("still counts"), "{}", refused.text());
    }
    hall.minutes(41).await;
    let reminder = hall.harbour.posted("You can vote until");
    assert!(reminder.text().contains("not enough votes"), "{}", reminder.text());
    hall.votes(&poll, &["hal>ben"]).await;
    hall.minutes(20).await;
    assert!(hall.harbour.posted("Recognised").text().contains("**ben**"));
    hall.harbour.end().await;
}

#[tokio::test]
async fn a_message_becomes_a_poll_with_its_author_chosen_and_none_of_its_words() {
    let hall = Hall::open().await;
    let said = hall.who("ben").say(&hall.harbour.channel, "I rang them all, secretly");
    let form = hall.max.menu(&said, "Who led here?").await;
    assert!(!form.modal().text().contains("secretly"), "{}", form.modal().text());
    let panel =
        hall.max.submit(form.modal(), &[(WHAT, "Ben rang them."), (HOW_LONG, ""), (REMIND, "")]).await;
    assert_eq!(panel.message().try_select(WHO).unwrap().chosen, [hall.who("ben").id().to_string()]);
    let panel = hall.max.select(panel.message(), WHO, &["ben", "cleo"]).await;
    let poll = hall.press_open(panel.message()).await;
    let link = format!("{}/{}/{}", hall.harbour.guild.id(), hall.harbour.channel.id(), said.id);
    assert!(
        poll.text().contains(&format!("[The message](https://discord.com/channels/{link})")),
        "{}",
        poll.text()
    );
    assert!(!poll.text().contains("secretly"));

    // A bot's message has no author to choose; nor has the manager's own, nor one of somebody who left or does not want to.
    let own = hall.max.say(&hall.harbour.channel, "It was me");
    let gone = hall.who("dan").say(&hall.harbour.channel, "Bye");
    hall.harbour.guild.leave(hall.who("dan"));
    hall.opt_out("cleo").await;
    let shy = hall.who("cleo").say(&hall.harbour.channel, "Not me");
    for (message, why) in
        [(&poll, ""), (&own, "cannot nominate yourself"), (&gone, ""), (&shy, "asked not to be")]
    {
        let form = hall.max.menu(message, "Who led here?").await;
        let panel = hall.max.submit(form.modal(), &[(WHAT, "Something"), (HOW_LONG, "")]).await;
        assert_eq!(panel.message().try_select(WHO).unwrap().chosen, [""; 0], "{}", panel.text());
        assert!(panel.text().contains(why), "{}", panel.text());
        hall.max.click(panel.message(), "Cancel").await;
    }
    hall.harbour.end().await;
}

#[tokio::test]
async fn a_time_of_day_that_has_passed_is_not_taken_for_tomorrows() {
    let hall = Hall::open().await;
    let panel = hall.draft(&["ben", "cleo"], "until 10:00").await;
    assert!(panel.text().contains("<t:1799056800:f>"), "{}", panel.text());
    hall.minutes(24 * 60).await;
    let asked = hall.max.click(&panel, "Open").await;
    assert!(asked.text().contains("time that was shown here has passed"), "{}", asked.text());
    assert!(asked.text().contains("<t:1799143200:f>"), "tomorrow's is shown: {}", asked.text());
    hall.press_open(asked.message()).await;
    hall.harbour.end().await;
}

#[tokio::test]
async fn an_old_panel_throws_away_no_draft_that_it_does_not_show() {
    let hall = Hall::open().await;
    let old = hall.draft(&["ben", "cleo"], "").await;
    let new = hall.max.select(&old, WHO, &["ben", "cleo", "dan"]).await;
    let kept = hall.max.click(&old, "Cancel").await;
    assert!(kept.text().contains("changed elsewhere") && kept.text().contains("**dan**"), "{}", kept.text());
    let gone = hall.max.click(new.message(), "Cancel").await;
    assert!(gone.text().contains("thrown away. Nothing was posted"), "{}", gone.text());
    let twice = hall.max.click(kept.message(), "Cancel").await;
    assert!(twice.text().contains("not there any more"), "{}", twice.text());
    hall.harbour.end().await;
}

#[tokio::test]
async fn without_the_right_to_post_nothing_is_opened_and_the_draft_stays() {
    let hall = Hall::open().await;
    let panel = hall.draft(&["ben", "cleo"], "").await;
    let role = hall.harbour.guild.app_role(hall.harbour.app());
    hall.harbour.channel.deny(&role, bits::EMBED_LINKS);
    hall.harbour.settled().await;
    let refused = hall.max.click(&panel, "Open").await;
    assert!(refused.text().contains("Embed Links"), "{}", refused.text());
    hall.harbour.channel.reset(&role, bits::EMBED_LINKS);
    hall.harbour.settled().await;
    hall.press_open(&panel).await;
    hall.harbour.end().await;
}
