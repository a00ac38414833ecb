//! Moments, and the weekly poll that is made of them.

use super::hall::{HOW_LONG, Hall, WHAT, WHO};
use emulator::Response;

async fn note(hall: &Hall, author: &str, about: &str, what: &str) -> Response {
    let options = [("who", about), ("what", what)];
    hall.who(author).slash(&hall.harbour.channel, "moment", &options).await
}

async fn page(hall: &Hall) -> Response {
    let list = hall.max.slash(&hall.harbour.channel, "poll list", &[]).await;
    hall.max.click(list.message(), "Moments").await
}

#[tokio::test]
async fn a_moment_is_noted_seen_by_managers_dismissed_or_made_a_poll() {
    let hall = Hall::open().await;
    let noted = note(&hall, "eve", "ben", "Stayed *calm* and called @everyone by name").await;
    assert!(noted.is_ephemeral());
    assert!(
        hall.plain(&noted.text()).contains("see what you wrote about <@BEN>, and that it is from you"),
        "{}",
        noted.text()
    );
    note(&hall, "fay", "cleo", "Wrote the plan down").await;
    let moments = page(&hall).await;
    let text = hall.plain(&moments.text());
    assert!(text.contains(r"<@BEN>: Stayed \*calm\* and called \@everyone by name · from <@EVE>"), "{text}");
    let menu = moments.message().selects()[0].clone();
    let one = hall.max.select(moments.message(), &menu.custom_id, &["cleo"]).await;
    let gone = hall.max.click(one.message(), "Dismiss").await;
    assert!(gone.text().contains("Dismissed") && !gone.text().contains("Wrote the plan"), "{}", gone.text());
    let twice = hall.max.click(one.message(), "Dismiss").await;
    assert!(twice.text().contains("not there any more"), "{}", twice.text());

    let one = hall.max.select(moments.message(), &menu.custom_id, &["ben"]).await;
    let form = hall.max.click(one.message(), "Start a poll").await;
    assert!(form.modal().text().contains("Stayed *calm*"), "{}", form.modal().text());
    let panel = hall.max.submit(form.modal(), &[(WHAT, "The storm"), (HOW_LONG, "1h")]).await;
    assert_eq!(panel.message().try_select(WHO).unwrap().chosen, [hall.who("ben").id().to_string()]);
    hall.harbour.end().await;
}

#[tokio::test]
async fn a_member_cannot_look_at_moments_and_what_cannot_be_noted_says_why() {
    let hall = Hall::open().await;
    let list = hall.max.slash(&hall.harbour.channel, "poll list", &[]).await;
    hall.harbour.guild.take(&hall.max, &hall.leads);
    for button in ["Moments", "Weekly poll"] {
        let refused = hall.max.click(list.message(), button).await;
        assert!(refused.text().contains("managers"), "{}", refused.text());
    }
    hall.harbour.guild.leave(hall.who("hal"));
    let id = hall.who("hal").id().to_string();
    for (about, why) in
        [("eve", "somebody else"), ("Helmsman", "that is a bot"), (id.as_str(), "not on this server")]
    {
        let refused = note(&hall, "eve", about, "Was there").await;
        assert!(refused.text().contains(why), "{about}: {}", refused.text());
    }
    let odd = [("who", "ben"), ("what", "x"), ("link", "https://example.com/channels/1/2/3")];
    let refused = hall.who("eve").slash(&hall.harbour.channel, "moment", &odd).await;
    assert!(refused.text().contains("does not lead to a message on this server"), "{}", refused.text());
    for n in 1..=20 {
        let noted = note(&hall, "eve", "ben", &format!("Was there {n} times")).await;
        assert!(noted.text().contains("Noted, thank you"), "{n}: {}", noted.text());
    }
    let refused = note(&hall, "eve", "ben", "Was there again").await;
    assert!(refused.text().contains("20 moments in 24 hours"), "{}", refused.text());
    hall.harbour.end().await;
}

#[tokio::test]
async fn of_two_who_set_the_weekly_poll_the_second_is_told_what_changed_and_asked_again() {
    let hall = Hall::open().await;
    let ned = hall.harbour.guild.person("ned");
    hall.harbour.guild.give(&ned, &hall.leads);
    let lists = [&hall.max, &ned].map(|who| who.slash(&hall.harbour.channel, "poll list", &[]));
    let [first, second] = <[_; 2]>::try_from(futures_util::future::join_all(lists).await).unwrap();
    let (form, slow) = (
        hall.max.click(first.message(), "Weekly poll").await,
        ned.click(second.message(), "Weekly poll").await,
    );
    let friday = [("day", "fri"), ("time", "16:00"), ("duration", "2h")];
    hall.max.submit(form.modal(), &friday).await;
    for late in [
        [("day", "mon"), ("time", "9:00"), ("duration", "1h")],
        [("day", ""), ("time", ""), ("duration", "")],
    ] {
        let told = ned.submit(slow.modal(), &late).await;
        let text = hall.plain(&told.text());
        assert!(
            text.contains("nothing of yours was stored")
                && text.contains("<@MAX> set it to Fridays at 16:00"),
            "{text}"
        );
        let again = ned.click(told.message(), "Weekly poll").await;
        assert!(again.modal().text().contains("friday"), "{}", again.modal().text());
    }
    // Switched off by one and set anew by another, it is not what was seen either.
    let form = hall.max.click(first.message(), "Weekly poll").await;
    let slow = ned.click(second.message(), "Weekly poll").await;
    hall.max.submit(form.modal(), &[("day", ""), ("time", ""), ("duration", "")]).await;
    let told = ned.submit(slow.modal(), &friday).await;
    assert!(told.text().contains("There is no weekly poll any more"), "{}", told.text());
    hall.harbour.end().await;
}

#[tokio::test]
async fn the_week_becomes_a_poll_without_the_names_of_those_who_noted() {
    let hall = Hall::open().await;
    note(&hall, "eve", "ben", "Stayed calm").await;
    note(&hall, "fay", "ben", "Rang them all").await;
    note(&hall, "gil", "cleo", "Wrote it down").await;
    let list = hall.max.slash(&hall.harbour.channel, "poll list", &[]).await;
    let form = hall.max.click(list.message(), "Weekly poll").await;
    let odd = [("day", "someday"), ("time", "16:00"), ("duration", "2h")];
    assert!(hall.max.submit(form.modal(), &odd).await.text().contains("as a day of the week"));
    for length in ["until 17:00", "17:00", "until 5", "soon"] {
        let odd = [("day", "fri"), ("time", "16:00"), ("duration", length)];
        let text = hall.max.submit(form.modal(), &odd).await.text();
        assert!(text.contains("5 minutes to 7 days") && !text.contains("until"), "{length}: {text}");
    }
    let values = [("day", "fri"), ("time", "16:00"), ("duration", "2h")];
    let set = hall.max.submit(form.modal(), &values).await;
    assert!(set.text().contains("open for 2 hours"), "{}", set.text());
    // What holds is in the form when it is opened again.
    let form = hall.max.click(list.message(), "Weekly poll").await;
    assert!(
        form.modal().text().contains("friday") && form.modal().text().contains("16:00"),
        "{}",
        form.modal().text()
    );
    hall.harbour.at("2027-01-08 16:01").await;
    let poll = hall.harbour.posted("Who led this week?");
    let text = hall.plain(&poll.text());
    assert!(
        text.contains("Stayed calm") && text.contains("Rang them all") && text.contains("Wrote it down"),
        "{text}"
    );
    assert!(!text.contains("EVE") && !text.contains("FAY") && !text.contains("GIL"), "{text}");
    hall.votes(&poll, &["dan>ben", "eve>ben", "hal>cleo"]).await;
    hall.minutes(125).await;
    assert!(hall.harbour.posted("Recognised").text().contains("**ben** did. Thank you!"));
    // The next week there is nothing, and the manager who set it is told.
    hall.harbour.at("2027-01-15 16:01").await;
    let direct = hall.max.sees(&hall.max.dm(hall.harbour.app()));
    assert!(direct.last().is_some_and(|one| one.text().contains("No weekly poll this time")), "{direct:?}");
    let form = hall.max.click(list.message(), "Weekly poll").await;
    let off = hall.max.submit(form.modal(), &[("day", ""), ("time", ""), ("duration", "")]).await;
    assert!(off.text().contains("no weekly poll any more"), "{}", off.text());
    hall.harbour.end().await;
}
