//! `/daysoff` as managers use it, and as others try to.

use super::Desk;
use emulator::Response;
use helmsman::{
    domain::id::TeamId,
    store::{audit, day_off},
};
use jiff::civil::Date;

async fn off(desk: &Desk) -> Vec<(String, String, String)> {
    let conn = &mut *desk.data.store.read().await.unwrap();
    let off = day_off::ending_from(conn, TeamId(1), Date::MIN).await.unwrap();
    off.into_iter().map(|off| (off.from.to_string(), off.to.to_string(), off.name)).collect()
}

async fn add(desk: &Desk, panel: &Response, values: &[(&str, &str)]) -> Response {
    let form = desk.mia.click(panel.message(), "Add").await;
    desk.mia.submit(form.modal(), values).await
}

#[tokio::test]
async fn days_off_are_added_seen_and_removed_in_one_panel() {
    let desk = Desk::running().await;
    let panel = desk.mia.slash(&desk.channel, "daysoff", &[]).await;
    assert!(panel.is_ephemeral());
    insta::assert_snapshot!(panel.text(), @r"
    | Days off
    | No days off are planned.
    |
    | On a day off nothing is posted, its prompt comes later, and nobody's streak suffers. What is posted already stays and counts; `/prompt retract` takes it back.
    | Next posts:
    | Mon 4 Jan 2027, 09:30
    | Tue 5 Jan 2027, 09:30
    | Wed 6 Jan 2027, 09:30
    [Add]
    ");
    let form = desk.mia.click(panel.message(), "Add").await;
    insta::assert_snapshot!(form.modal().text(), @r"
    {Days off}
    First day *: [2027-01-03, friday, 24 dec …]
    Last day (empty: only this one): [31 dec, or 5 days]
    What is it? *: [Spring break]
    ");
    let one = [("from", "tuesday"), ("name", "Launch  *day*")];
    let panel = desk.mia.submit(form.modal(), &one).await;
    assert!(panel.text().contains("Added: Tue 5 Jan 2027 **Launch \\*day\\***."), "{}", panel.text());
    let panel = add(&desk, &panel, &[("from", "24 dec"), ("to", "2 jan"), ("name", "Year's end")]).await;
    insta::assert_snapshot!(panel.text(), @r"
    | Days off
    | Added: Fri 24 Dec 2027 to Sun 2 Jan 2028 **Year's end**.
    |
    | Tue 5 Jan 2027 **Launch \*day\***
    | Fri 24 Dec 2027 to Sun 2 Jan 2028 **Year's end**
    |
    | On a day off nothing is posted, its prompt comes later, and nobody's streak suffers. What is posted already stays and counts; `/prompt retract` takes it back.
    | Next posts:
    | Mon 4 Jan 2027, 09:30
    | Wed 6 Jan 2027, 09:30
    | Thu 7 Jan 2027, 09:30
    <Remove …: Launch *day* | Year's end>
    [Add]
    ");
    assert_eq!(
        off(&desk).await,
        [
            ("2027-01-05".into(), "2027-01-05".into(), "Launch *day*".into()),
            ("2027-12-24".into(), "2028-01-02".into(), "Year's end".into())
        ]
    );
    let panel = desk.mia.select(panel.message(), "Remove …", &["Launch *day*"]).await;
    assert!(panel.text().contains("Removed: Tue 5 Jan 2027"), "{}", panel.text());
    assert_eq!(off(&desk).await.len(), 1);
    let conn = &mut *desk.data.store.read().await.unwrap();
    let trail = audit::latest(conn, TeamId(1), 3).await.unwrap();
    assert_eq!(
        trail.iter().map(|entry| entry.what.as_str()).collect::<Vec<_>>(),
        [
            "day off removed: 2027-01-05, Launch *day*",
            "day off added: 2027-12-24 to 2028-01-02, Year's end",
            "day off added: 2027-01-05, Launch *day*",
        ]
    );
}

#[tokio::test]
async fn an_older_panel_removes_nothing_that_was_added_since() {
    let desk = Desk::running().await;
    let panel = desk.mia.slash(&desk.channel, "daysoff", &[]).await;
    let old = add(&desk, &panel, &[("from", "tuesday"), ("name", "Launch")]).await;
    let (old, name) = (old.message().clone(), ["Launch"]);
    let other = desk.mia.slash(&desk.channel, "daysoff", &[]).await;
    desk.mia.select(other.message(), "Remove …", &name).await;
    add(&desk, &panel, &[("from", "24 dec"), ("name", "Year's end")]).await;
    let told = desk.mia.select(&old, "Remove …", &name).await;
    assert!(told.text().contains("That one was removed already."), "{}", told.text());
    assert_eq!(off(&desk).await, [("2027-12-24".into(), "2027-12-24".into(), "Year's end".into())]);
}

#[tokio::test]
async fn what_is_not_clear_is_asked_back_and_nothing_is_stored() {
    let desk = Desk::running().await;
    let panel = desk.mia.slash(&desk.channel, "daysoff", &[]).await;
    let long = "x".repeat(60);
    for (from, to, name, text) in [
        ("someday", "", "A", "I cannot read “someday” as a day"),
        ("2027-02-30", "", "A", "I cannot read"),
        ("05/01/2027", "", "A", "I cannot read"),
        ("2027-02-08", "2027-02-05", "A", "Did you mean Fri 5 Feb 2027 to Mon 8 Feb 2027?"),
        ("2027-01-02", "", "A", "has passed"),
        ("2026-12-24", "2027-02-01", "A", "has passed"),
        ("2027-02-01", "367 days", "A", "at most 366 days"),
        ("2029-02-01", "", "A", "within two years"),
        ("2027-02-01", "0 days", "A", "I cannot read"),
        ("2027-02-01", "", "   ", "1 to 60 characters"),
    ] {
        let refused = add(&desk, &panel, &[("from", from), ("to", to), ("name", name)]).await;
        assert!(refused.is_ephemeral());
        assert!(refused.text().contains(text), "{from} {to} {name}: {}", refused.text());
    }
    assert!(off(&desk).await.is_empty());
    // At each limit it is taken.
    let longest = [("from", "today"), ("to", "366 days"), ("name", long.as_str())];
    let taken = add(&desk, &panel, &longest).await;
    assert!(taken.text().contains("Added: Sun 3 Jan 2027 to Mon 3 Jan 2028"), "{}", taken.text());
    let again = add(&desk, &panel, &longest).await;
    assert!(again.text().contains("is off already"), "{}", again.text());
    // One over does not even leave the client.
    let over = "x".repeat(61);
    let over = add(&desk, &panel, &[("from", "today"), ("name", &over)]).await;
    assert!(over.failed().is_some());
    assert_eq!(off(&desk).await.len(), 1);
}

#[tokio::test]
async fn many_days_off_have_pages_and_the_panel_fits_a_message() {
    let desk = Desk::running().await;
    let name = "*".repeat(60);
    let job = desk.data.store.write(move |conn| {
        Box::pin(async move {
            for n in 0..45 {
                let from = jiff::civil::date(2027, 1, 4) + jiff::Span::new().days(8 * n);
                day_off::insert(conn, TeamId(1), from, from + jiff::Span::new().days(6), &name).await?;
            }
            Ok(())
        })
    });
    job.await.unwrap();
    let panel = desk.mia.slash(&desk.channel, "daysoff", &[]).await;
    assert!(panel.text().contains("Days off (1 of 3)"), "{}", panel.text());
    let panel = desk.mia.click(panel.message(), "Later").await;
    let panel = desk.mia.click(panel.message(), "Later").await;
    assert!(panel.text().contains("Days off (3 of 3)"), "{}", panel.text());
    assert!(panel.message().button("Later").disabled);
    let first = panel.message().selects()[0].options[0].clone();
    let panel = desk.mia.select(panel.message(), "Remove …", &[first.1.as_str()]).await;
    assert!(panel.text().contains("Days off (3 of 3)"), "{}", panel.text());
    assert_eq!(off(&desk).await.len(), 44);
}

#[tokio::test]
async fn only_managers_of_this_team_change_its_days_off() {
    let desk = Desk::running().await;
    let panel = desk.mia.slash(&desk.channel, "daysoff", &[]).await;
    let form = desk.mia.click(panel.message(), "Add").await;
    desk.guild.take(&desk.mia, &desk.leads);
    let refused = desk.mia.submit(form.modal(), &[("from", "today"), ("name", "A")]).await;
    assert!(refused.text().contains("This is for the team's managers"), "{}", refused.text());
    let other = desk.discord.guild("Elsewhere");
    other.add_app(&desk.app, super::ALL);
    let (boss, channel) = (other.owner(), other.text_channel("deck"));
    boss.slash(&channel, "setup", &[("zone", "UTC")]).await;
    for id in ["off:add:1", "off:page:1:0", "off:del:1:0", "off:del:2:0", "off:x:2", "off"] {
        let message = desk.forged_for(&boss, &channel, id).await;
        let answer = boss.click(&message, "Go").await;
        assert!(answer.text().contains("no longer in use"), "{id}: {}", answer.text());
    }
    assert!(off(&desk).await.is_empty());
}
