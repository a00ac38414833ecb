//! `/series calendar`: 30 days, readable however much runs.

use super::Desk;
use helmsman::{
    app::series::add,
    domain::{
        id::TeamId,
        queue::{AtEnd, Order},
        schedule::{Rule, Weekdays},
    },
    store::{day_off, schedule::Plan, team},
};
use jiff::civil::{date, time};

async fn off(desk: &Desk, from: &str, to: &str) {
    let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
    let insert = desk.data.store.write(move |conn| {
        Box::pin(async move { day_off::insert(conn, TeamId(1), from, to, "The *regatta*").await })
    });
    insert.await.unwrap();
}

async fn schedule(desk: &Desk, minute: i8, weekdays: Weekdays, at_end: AtEnd) {
    let (store, now) = (&desk.data.store, desk.data.clock.now());
    let team = team::get(&mut store.read().await.unwrap(), TeamId(1)).await.unwrap().unwrap();
    let plan = Plan {
        series: "crossing-the-line".into(),
        rule: Rule { at: time(14, minute, 0, 0), weekdays, start: date(2027, 1, 1) },
        order: Order::Sequential,
        at_end,
        window_minutes: None,
        thread: false,
        notify: None,
    };
    let library = desk.data.shelf.base().clone();
    add(store, now, library, (team.guild, team.id), team.setup_by, plan, 1).await.unwrap();
}

#[tokio::test]
async fn thirty_days_with_days_off_skips_and_the_end_of_a_series() {
    let desk = Desk::running().await;
    off(&desk, "2027-01-06", "2027-01-09").await;
    schedule(&desk, 15, Weekdays::from_bits(0b001_0010).unwrap(), AtEnd::Stop).await;
    desk.mia.slash(&desk.channel, "series skip", &[("schedule", "1")]).await;
    let page = desk.mia.slash(&desk.channel, "series calendar", &[]).await;
    assert!(page.is_ephemeral());
    insta::assert_snapshot!(page.text(), @r"
    | Sun 3 Jan to Mon 1 Feb 2027
    | **Mon 4 Jan** ~~09:30 Steady and far~~ skipped
    | **Tue 5 Jan** 09:30 Steady and far · 14:15 Crossing the invisible line
    | **Wed 6 Jan** off: The \*regatta\*
    | **Thu 7 Jan** off: The \*regatta\*
    | **Fri 8 Jan** off: The \*regatta\*
    |
    | **Mon 11 Jan** 09:30 Steady and far
    | **Tue 12 Jan** 09:30 Steady and far · 14:15 Crossing the invisible line
    | **Wed 13 Jan** 09:30 Steady and far
    | **Thu 14 Jan** 09:30 Steady and far
    | **Fri 15 Jan** 09:30 Steady and far · 14:15 Crossing the invisible line
    |
    | **Mon 18 Jan** 09:30 Steady and far
    | **Tue 19 Jan** 09:30 Steady and far · 14:15 Crossing the invisible line
    | **Wed 20 Jan** 09:30 Steady and far
    | **Thu 21 Jan** 09:30 Steady and far
    | **Fri 22 Jan** 09:30 Steady and far · 14:15 Crossing the invisible line
    |
    | **Mon 25 Jan** 09:30 Steady and far
    | **Tue 26 Jan** 09:30 Steady and far · 14:15 Crossing the invisible line
    | **Wed 27 Jan** 09:30 Steady and far
    | **Thu 28 Jan** 09:30 Steady and far
    | **Fri 29 Jan** 09:30 Steady and far · 14:15 Crossing the invisible line
    |
    | **Mon 1 Feb** 09:30 Steady and far
    | Times in Europe/Berlin. If nothing changes meanwhile.
    [Earlier (disabled)] [Later]
    ");
    // Twelve prompts, twice a week: the thirteenth date has none.
    let later = desk.mia.click(page.message(), "Later").await;
    assert!(later.text().contains("**Tue 16 Feb** 09:30 Steady and far · 14:15"), "{}", later.text());
    assert!(later.text().contains("**Fri 19 Feb** 09:30 Steady and far\n"), "{}", later.text());
    assert!(!later.message().button("Earlier").disabled);
    let back = desk.mia.click(later.message(), "Earlier").await;
    assert_eq!(back.text(), page.text());
}

#[tokio::test]
async fn two_hundred_schedules_still_fit_a_message() {
    let desk = Desk::running().await;
    for n in 0..200 {
        let bits = 1 + (n * 7 % 127) as u8;
        schedule(&desk, (n % 60) as i8, Weekdays::from_bits(bits).unwrap(), AtEnd::Repeat).await;
    }
    let page = desk.mia.slash(&desk.channel, "series calendar", &[]).await;
    assert!(page.text().contains(" more"), "{}", page.text());
    assert!(page.text().lines().filter(|line| line.contains("Jan**")).count() >= 28, "{}", page.text());
}

#[tokio::test]
async fn nothing_planned_says_what_to_do_and_foreign_pages_lead_nowhere() {
    let desk = Desk::running().await;
    desk.mia.slash(&desk.channel, "series pause", &[]).await;
    let empty = desk.mia.slash(&desk.channel, "series calendar", &[]).await;
    assert!(
        empty.text().contains("Nothing is planned for these days. `/series schedule`"),
        "{}",
        empty.text()
    );
    let other = desk.discord.guild("Elsewhere");
    other.add_app(&desk.app, super::ALL);
    let (boss, channel) = (other.owner(), other.text_channel("deck"));
    boss.slash(&channel, "setup", &[("zone", "UTC")]).await;
    for id in ["cal:page:1:0", "cal:page:2:x", "cal:x:2:0", "cal"] {
        let message = desk.forged_for(&boss, &channel, id).await;
        let answer = boss.click(&message, "Go").await;
        assert!(answer.text().contains("no longer in use"), "{id}: {}", answer.text());
    }
    let message = desk.forged_for(&boss, &channel, "cal:page:2:99999999").await;
    let last = boss.click(&message, "Go").await;
    assert!(last.message().button("Later").disabled, "{}", last.text());
}
