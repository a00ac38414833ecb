//! `/setup` as admins use it.

use super::Desk;
use crate::world::ahead;
use emulator::Response;
use helmsman::{
    app,
    chat::permissions::bit,
    domain::id::{ChannelId, GuildId},
    store::{audit, outbox, queue, schedule, team},
};

async fn the_team(desk: &Desk) -> Option<team::Team> {
    let conn = &mut *desk.data.store.read().await.unwrap();
    let place = (GuildId(desk.guild.id().get()), ChannelId(desk.channel.id().get()));
    team::of_channel(conn, place.0, place.1).await.unwrap()
}

async fn setup(desk: &Desk, zone: Option<&str>) -> Response {
    let options: Vec<_> = zone.into_iter().map(|zone| ("zone", zone)).collect();
    desk.ana.slash(&desk.channel, "setup", &options).await
}

/// Another schedule of the team.
async fn schedule_too(desk: &Desk, series: &str, time: &str, weekdays: &str) -> Response {
    let options = [("series", series), ("time", time), ("weekdays", weekdays)];
    let proposal = desk.ana.slash(&desk.channel, "series schedule", &options).await;
    desk.ana.click(proposal.message(), "Confirm").await
}

#[tokio::test]
async fn three_actions_from_the_invitation_to_the_first_prompt() {
    let desk = Desk::open().await;
    let panel = setup(&desk, Some("Europe/Berlin")).await;
    assert!(panel.is_ephemeral());
    insta::assert_snapshot!(panel.text().replace(&desk.channel.id().to_string(), "CHANNEL"), @r"
    | Set up Helmsman here
    | **Steady and far** weekdays at 09:30 · not started
    | **Time zone** Europe/Berlin
    | **Open for answers** 24 hours
    | **Managers** people with Manage Server
    | Next posts:
    | Mon 4 Jan 2027, 09:30
    | Tue 5 Jan 2027, 09:30
    | Wed 6 Jan 2027, 09:30
    | -# once you press Start
    | Hiding commands: Managers' commands are visible to everybody and turn others away politely. To hide them: Server Settings → Integrations → Helmsman, and allow each command only to the roles you like.
    | Only you see this.
    [Start] [Change] [Post the first now]
    ");
    let started = desk.ana.click(panel.message(), "Post the first now").await;
    insta::assert_snapshot!(started.text().replace(&desk.channel.id().to_string(), "CHANNEL"), @r"
    | Helmsman is under way
    | I am introducing myself in <#CHANNEL>. The first prompt is on its way as well. The next prompt comes Mon 4 Jan 2027, 09:30 (<t:1799051400:R>).
    |
    | `/series` and `/prompt` are for managers, `/help` says the rest. Run `/setup` again to change anything.
    | -# Managers' commands are visible to everybody and turn others away politely. To hide them: Server Settings → Integrations → Helmsman, and allow each command only to the roles you like.
    ");
    let team = the_team(&desk).await.unwrap();
    assert!(team.started_at.is_some());
    let conn = &mut *desk.data.store.read().await.unwrap();
    assert!(schedule::of_team(conn, team.id).await.unwrap()[0].next.is_some());
    let due = app::outbox::due(&desk.data.store, desk.data.clock.now(), 10, &[]).await.unwrap();
    let kinds: Vec<_> = due.iter().map(|job| job.kind).collect();
    assert_eq!(kinds, [outbox::Kind::Intro], "the prompt waits for the introduction");
}

#[tokio::test]
async fn a_second_start_is_not_a_second_introduction() {
    let desk = Desk::open().await;
    let first = setup(&desk, Some("Europe/Berlin")).await;
    let second = setup(&desk, None).await;
    desk.ana.click(first.message(), "Post the first now").await;
    let again = desk.ana.click(second.message(), "Post the first now").await;
    assert!(again.text().contains("Settings of this team"), "{}", again.text());
    let team = the_team(&desk).await.unwrap();
    let trail = audit::latest(&mut desk.data.store.read().await.unwrap(), team.id, 10).await.unwrap();
    assert_eq!(trail.iter().filter(|entry| entry.what == "started the team").count(), 1);
}

#[tokio::test]
async fn the_zone_is_asked_for_and_a_wrong_one_is_named() {
    let desk = Desk::open().await;
    let asked = setup(&desk, None).await;
    assert!(asked.text().contains("Which time zone"), "{}", asked.text());
    let form = desk.ana.click(asked.message(), "Type another").await;
    let wrong = desk.ana.submit(form.modal(), &[("zone", "Mars/Olympus")]).await;
    assert!(wrong.text().contains("There is no time zone with this name"), "{}", wrong.text());
    assert!(the_team(&desk).await.is_none());
    let wrong = setup(&desk, Some("UTC+2")).await;
    assert!(wrong.text().contains("does not know when clocks change"), "{}", wrong.text());
    let made = desk.ana.select(asked.message(), "Well-known places", &["UTC"]).await;
    assert!(made.text().contains("Set up Helmsman here"), "{}", made.text());
    assert_eq!(the_team(&desk).await.unwrap().zone, "UTC");
}

#[tokio::test]
async fn oversized_text_is_refused_kindly() {
    let desk = Desk::open().await;
    let long = "Europe/".repeat(800);
    let wrong = setup(&desk, Some(&long)).await;
    assert!(wrong.is_ephemeral() && wrong.text().len() < 300, "{}", wrong.text());
    assert!(the_team(&desk).await.is_none());
}

#[tokio::test]
async fn only_text_channels_have_teams() {
    let desk = Desk::open().await;
    for channel in [desk.guild.announcement_channel("news"), desk.guild.voice_channel("bridge")] {
        let answer = desk.ana.slash(&channel, "setup", &[("zone", "UTC")]).await;
        assert!(answer.text().contains("ordinary text channel"), "{}", answer.text());
    }
    let thread = desk.ana.start_thread(&desk.ana.say(&desk.channel, "hello"), "aside");
    let answer = desk.ana.slash(&thread, "setup", &[("zone", "UTC")]).await;
    assert!(answer.text().contains("ordinary text channel"), "{}", answer.text());
}

#[tokio::test]
async fn who_is_no_admin_any_more_is_refused_on_the_click() {
    let desk = Desk::open().await;
    let panel = setup(&desk, Some("UTC")).await;
    desk.guild.take(&desk.ana, &desk.admins);
    let refused = desk.ana.click(panel.message(), "Start").await;
    assert!(refused.text().contains("Manage Server"), "{}", refused.text());
    assert!(the_team(&desk).await.unwrap().started_at.is_none());
}

#[tokio::test]
async fn a_member_cannot_use_it() {
    let desk = Desk::open().await;
    let refused = desk.ben.slash(&desk.channel, "setup", &[("zone", "UTC")]).await;
    assert!(refused.failed().is_some() || refused.text().contains("Manage Server"), "{}", refused.text());
    assert!(the_team(&desk).await.is_none());
}

#[tokio::test]
async fn missing_permissions_come_first_and_hold_the_start() {
    let desk = Desk::open().await;
    desk.channel.deny(&desk.guild.app_role(&desk.app), bit::EMBED_LINKS);
    let panel = setup(&desk, Some("UTC")).await;
    assert!(panel.text().contains("I need **Embed Links** there"), "{}", panel.text());
    assert!(panel.message().button("Start").disabled);
    desk.channel.reset(&desk.guild.app_role(&desk.app), bit::EMBED_LINKS);
    let panel = desk.ana.click(panel.message(), "Check again").await;
    assert!(!panel.message().button("Start").disabled, "{}", panel.text());
}

#[tokio::test]
async fn settings_change_one_by_one() {
    let desk = Desk::open().await;
    let panel = setup(&desk, Some("Europe/Berlin")).await;
    let page = desk.ana.click(panel.message(), "Change").await;
    let page = desk.ana.select(page.message(), "Days of the week", &["Monday", "Friday"]).await;
    assert!(page.text().contains("Mon, Fri at 09:30"), "{}", page.text());
    let form = desk.ana.click(page.message(), "Time").await;
    let wrong = desk.ana.submit(form.modal(), &[("time", "25:00")]).await;
    assert!(wrong.text().contains("no such hour"), "{}", wrong.text());
    let page = desk.ana.submit(form.modal(), &[("time", "2 pm")]).await;
    assert!(page.text().contains("Mon, Fri at 14:00"), "{}", page.text());
    let page =
        desk.ana.select(page.message(), "How long a prompt can be answered", &["Open for 4 hours"]).await;
    assert!(page.text().contains("**Open for answers** 4 hours"), "{}", page.text());
    let page = desk.ana.select(page.message(), "Series", &["Crossing the invisible line"]).await;
    assert!(page.text().contains("**Crossing the invisible line** Mon, Fri"), "{}", page.text());
    let panel = desk.ana.click(page.message(), "Done").await;
    assert!(panel.text().contains("Mon 4 Jan 2027, 14:00"), "{}", panel.text());
}

#[tokio::test]
async fn another_series_before_the_start_changes_the_first_schedule_and_no_other() {
    let desk = Desk::open().await;
    let panel = setup(&desk, Some("Europe/Berlin")).await;
    let added = schedule_too(&desk, "letting-go", "09:30", "weekdays").await;
    assert!(added.text().contains("**Letting go**"), "{}", added.text());
    let schedules = async || {
        let conn = &mut *desk.data.store.read().await.unwrap();
        let mut found = Vec::new();
        for one in schedule::of_team(conn, helmsman::domain::id::TeamId(1)).await.unwrap() {
            let left = queue::all(conn, one.id).await.unwrap();
            let series = desk.data.shelf.base().get(&one.plan.series).unwrap();
            assert_eq!(left, series.prompts.iter().map(|prompt| prompt.id.clone()).collect::<Vec<_>>());
            found.push((one.id.0, one.plan.series, one.state));
        }
        found
    };
    let row = |id, series: &str| (id, series.to_owned(), schedule::State::Draft);
    let mut page = desk.ana.click(panel.message(), "Change").await;
    for (title, series) in
        [("Crossing the invisible line", "crossing-the-line"), ("Growing leaders", "growing-leaders")]
    {
        page = desk.ana.select(page.message(), "Series", &[title]).await;
        assert_eq!(schedules().await, [row(1, series), row(2, "letting-go")]);
    }
    let refused = desk.ana.select(page.message(), "Series", &["Letting go"]).await;
    assert!(refused.text().contains("is scheduled here"), "{}", refused.text());
    assert_eq!(schedules().await, [row(1, "growing-leaders"), row(2, "letting-go")]);
}

#[tokio::test]
async fn other_times_do_not_make_one_schedule_the_same_as_another() {
    let desk = Desk::open().await;
    let panel = setup(&desk, Some("Europe/Berlin")).await;
    schedule_too(&desk, "steady-and-far", "14:00", "mon, fri").await;
    let page = desk.ana.click(panel.message(), "Change").await;
    let page = desk.ana.select(page.message(), "Days of the week", &["Monday", "Friday"]).await;
    let form = desk.ana.click(page.message(), "Time").await;
    let refused = desk.ana.submit(form.modal(), &[("time", "14:00")]).await;
    assert!(refused.text().contains("is scheduled here Mon, Fri at 14:00 already"), "{}", refused.text());
    let page = desk.ana.submit(form.modal(), &[("time", "15:00")]).await;
    assert!(page.text().contains("Mon, Fri at 15:00"), "{}", page.text());
    schedule_too(&desk, "steady-and-far", "15:00", "tue").await;
    let refused = desk.ana.select(page.message(), "Days of the week", &["Tuesday"]).await;
    assert!(refused.text().contains("is scheduled here Tue at 15:00 already"), "{}", refused.text());
    let conn = &mut *desk.data.store.read().await.unwrap();
    let team = the_team(&desk).await.unwrap().id;
    let rules = schedule::of_team(conn, team).await.unwrap().into_iter().map(|one| one.plan.rule);
    let times: Vec<_> = rules.map(|rule| format!("{} {}", rule.weekdays.describe(), rule.at)).collect();
    assert_eq!(times, ["Mon, Fri 15:00:00", "Mon, Fri 14:00:00", "Tue 15:00:00"]);
}

#[tokio::test]
async fn another_zone_is_a_proposal() {
    let desk = Desk::running().await;
    let proposal = setup(&desk, Some("Asia/Tokyo")).await;
    insta::assert_snapshot!(proposal.text(), @r"
    | Change the time zone?
    | From **Europe/Berlin** to **Asia/Tokyo**. Local times stay what they are; nothing already posted changes, and no day that is over counts differently.
    | Next posts now:
    | Mon 4 Jan 2027, 09:30 (your clock: <t:1799051400:t>)
    | Tue 5 Jan 2027, 09:30 (your clock: <t:1799137800:t>)
    | Wed 6 Jan 2027, 09:30 (your clock: <t:1799224200:t>)
    | Next posts then:
    | Mon 4 Jan 2027, 09:30 (your clock: <t:1799022600:t>)
    | Tue 5 Jan 2027, 09:30 (your clock: <t:1799109000:t>)
    | Wed 6 Jan 2027, 09:30 (your clock: <t:1799195400:t>)
    [Change it] [Leave it]
    ");
    assert_eq!(the_team(&desk).await.unwrap().zone, "Europe/Berlin");
    let panel = desk.ana.click(proposal.message(), "Change it").await;
    assert!(panel.text().contains("**Time zone** Asia/Tokyo"), "{}", panel.text());
    let team = the_team(&desk).await.unwrap();
    let next = schedule::of_team(&mut desk.data.store.read().await.unwrap(), team.id).await.unwrap()[0].next;
    assert_eq!(next.unwrap().1.to_string(), "2027-01-04T00:30:00Z");
}

#[tokio::test]
async fn a_team_moves_with_all_it_has() {
    let desk = Desk::running().await;
    let (quay, locked) = (desk.guild.text_channel("quay"), desk.guild.text_channel("locked"));
    locked.deny(&desk.guild.app_role(&desk.app), bit::SEND_MESSAGES);
    let panel = setup(&desk, None).await;
    let ask = desk.ana.click(panel.message(), "Move").await;
    let refused = desk.ana.select(ask.message(), "The new channel", &["locked"]).await;
    assert!(refused.text().contains("I lack **Send Messages**"), "{}", refused.text());
    let moved = desk.ana.select(ask.message(), "The new channel", &["quay"]).await;
    assert!(moved.text().contains("Moved from"), "{}", moved.text());
    assert!(the_team(&desk).await.is_none());
    let there = desk.ana.slash(&quay, "setup", &[]).await;
    assert!(there.text().contains("Settings of this team"), "{}", there.text());
}

#[tokio::test]
async fn a_team_is_removed_after_two_questions_and_can_come_back() {
    let desk = Desk::running().await;
    let id = the_team(&desk).await.unwrap().id;
    desk.ana.slash(&desk.channel, "prompt post", &[]).await;
    let panel = setup(&desk, None).await;
    let first = desk.ana.click(panel.message(), "Remove").await;
    let second = desk.ana.click(first.message(), "Remove").await;
    assert!(the_team(&desk).await.is_some(), "asked twice");
    desk.ana.click(second.message(), "Yes, remove this team").await;
    assert!(the_team(&desk).await.is_none());
    let stopped = schedule::of_team(&mut desk.data.store.read().await.unwrap(), id).await.unwrap();
    assert!(stopped[0].next.is_none(), "it stops at once");
    assert_eq!(ahead(&desk.data.store).await.messages, None, "and what was not sent is not sent");
    let conn = &mut *desk.data.store.read().await.unwrap();
    assert_eq!(queue::len(conn, stopped[0].id).await.unwrap(), 12, "the prompt is back in its queue");
    let offer = setup(&desk, None).await;
    assert!(offer.text().contains("A team lived here"), "{}", offer.text());
    let back = desk.ana.click(offer.message(), "Bring it back").await;
    assert!(back.text().contains("Settings of this team"), "{}", back.text());
    assert_eq!(the_team(&desk).await.unwrap().id, id);
    let runs = schedule::of_team(&mut desk.data.store.read().await.unwrap(), id).await.unwrap();
    assert!(runs[0].next.is_some());
}

#[tokio::test]
async fn what_trouble_stopped_is_resumed_from_the_panel() {
    use helmsman::{app::setup::guild_left, store::schedule::State};
    let desk = Desk::running().await;
    let team = the_team(&desk).await.unwrap();
    guild_left(&desk.data.store, desk.data.clock.now(), team.guild).await.unwrap();
    let panel = setup(&desk, None).await;
    assert!(panel.text().contains("stopped: I was removed from the server"), "{}", panel.text());
    let panel = desk.ana.click(panel.message(), "Resume").await;
    assert!(panel.message().try_button("Resume").is_none(), "{}", panel.text());
    let runs = schedule::of_team(&mut desk.data.store.read().await.unwrap(), team.id).await.unwrap();
    assert_eq!(runs[0].state, State::Active);
}

#[tokio::test]
async fn what_was_removed_is_deleted_after_thirty_days_and_not_before() {
    use helmsman::app::setup::{KEPT, purge, remove};
    let desk = Desk::running().await;
    let team = the_team(&desk).await.unwrap();
    let (store, now) = (&desk.data.store, desk.data.clock.now());
    assert_eq!(ahead(store).await.purge, None);
    assert!(remove(store, now, (team.guild, team.id), team.setup_by, 1).await.unwrap());
    assert_eq!(purge(store, now + KEPT).await.unwrap(), 0);
    let due = ahead(store).await.purge.unwrap();
    assert_eq!(purge(store, due).await.unwrap(), 1);
    assert_eq!(ahead(store).await.purge, None);
    assert!(team::get(&mut store.read().await.unwrap(), team.id).await.unwrap().is_none());
}

#[tokio::test]
async fn nothing_is_left_of_a_server_after_thirty_days() {
    use helmsman::app::{
        away::{self, Wish},
        setup::{KEPT, guild_left, purge},
        uptime::{self, Scope},
    };
    let desk = Desk::running().await;
    let team = the_team(&desk).await.unwrap();
    let (store, now, guild) = (&desk.data.store, desk.data.clock.now(), team.guild);
    let day = "2027-01-04".parse().unwrap();
    let wish = Wish { guild, user: team.setup_by, today: day, from: day, to: day, at: now };
    away::set(store, now, wish).await.unwrap();
    uptime::lost(store, Scope::Guild(guild), now).await.unwrap();
    let file = super::importing::upload(&desk, &desk.ana, "ours.txt", b"Why?").await;
    desk.ana.click(file.message(), "Import").await;
    super::importing::upload(&desk, &desk.ana, "others.txt", b"Why?").await;
    guild_left(store, now, guild).await.unwrap();
    assert_eq!(purge(store, now + KEPT).await.unwrap(), 0);
    assert_eq!(desk.data.library(guild).await.unwrap().own().count(), 1);
    assert_eq!(away::coming(store, guild, team.setup_by, day).await.unwrap().len(), 1);
    let due = ahead(store).await.purge.unwrap();
    assert_eq!(purge(store, due).await.unwrap(), 1);
    assert_eq!(ahead(store).await.purge, None);
    assert!(away::coming(store, guild, team.setup_by, day).await.unwrap().is_empty(), "no one's leave");
    let conn = &mut *store.read().await.unwrap();
    assert!(helmsman::store::series::stamps(conn, guild).await.unwrap().is_empty());
    let draft =
        helmsman::store::series_draft::get(conn, guild, helmsman::domain::id::UserId(desk.ana.id().get()))
            .await
            .unwrap();
    assert_eq!(draft, None);
    assert!(helmsman::store::outage::going_on(conn).await.unwrap().is_empty());
    assert!(helmsman::store::guild::all_left(conn).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_team_that_is_there_has_its_settings_in_threads_and_whatever_became_of_its_channel() {
    use helmsman::app::setup::create;
    let desk = Desk::running().await;
    let thread = desk.ana.start_thread(&desk.ana.say(&desk.channel, "hello"), "aside");
    let panel = desk.ana.slash(&thread, "setup", &[]).await;
    assert!(panel.text().contains("Settings of this team"), "{}", panel.text());
    // Made as a text channel, and turned into one of announcements since.
    let news = desk.guild.announcement_channel("news");
    let team = the_team(&desk).await.unwrap();
    let place = (team.guild, helmsman::domain::id::ChannelId(news.id().0));
    let zone = jiff::tz::TimeZone::UTC;
    let (library, now) = (desk.data.shelf.base().clone(), desk.data.clock.now());
    create(&desk.data.store, now, library, place, team.setup_by, zone, 1).await.unwrap();
    let panel = desk.ana.slash(&news, "setup", &[]).await;
    assert!(panel.text().contains("Set up Helmsman here"), "{}", panel.text());
}

#[tokio::test]
async fn a_button_of_another_servers_team_leads_nowhere() {
    let desk = Desk::running().await;
    let id = the_team(&desk).await.unwrap().id;
    let other = desk.discord.guild("Elsewhere");
    other.add_app(&desk.app, super::ALL);
    let boss = other.owner();
    let channel = other.text_channel("deck");
    for verb in ["panel", "change", "start", "removenow", "restore", "move", "time", "nonsense", "takezone"] {
        let message = desk.forged_for(&boss, &channel, &format!("setup:{verb}:{id}")).await;
        let answer = boss.click(&message, "Go").await;
        assert!(answer.text().contains("no longer in use"), "{verb}: {}", answer.text());
        let message = desk.forged_for(&boss, &channel, &format!("setup:{verb}:999")).await;
        assert_eq!(boss.click(&message, "Go").await.text(), answer.text(), "{verb}");
    }
    assert!(the_team(&desk).await.is_some());
}

#[tokio::test]
async fn the_trail_says_who_changed_what_page_by_page_and_only_to_admins() {
    let desk = Desk::running().await;
    for n in 0..6 {
        let time = format!("1{n}:00");
        let edit = desk.mia.slash(&desk.channel, "series edit", &[("time", time.as_str())]).await;
        desk.mia.click(edit.message(), "Confirm").await;
        desk.mia.slash(&desk.channel, "series skip", &[]).await;
    }
    let panel = desk.ana.slash(&desk.channel, "setup", &[]).await;
    let change = desk.ana.click(panel.message(), "Change").await;
    let more = desk.ana.click(change.message(), "More").await;
    let newest = desk.ana.click(more.message(), "Who changed what").await;
    let mia = desk.mia.id().to_string();
    let first = newest.text().replace(&mia, "MIA");
    assert!(first.contains("<@MIA>\n| schedule 1 (steady-and-far): skipped 2027-01-"), "{first}");
    assert!(newest.message().button("Newer").disabled);
    let older = desk.ana.click(newest.message(), "Older").await;
    assert!(
        older.text().contains("started the team") && older.text().contains("set up the team (Europe/Berlin)"),
        "{}",
        older.text()
    );
    assert!(older.message().button("Older").disabled);
    let message = desk.forged_for(&desk.mia, &desk.channel, "setup:trail:1:0").await;
    let refused = desk.mia.click(&message, "Go").await;
    assert!(refused.text().contains("Manage Server"), "{}", refused.text());
    let other = desk.discord.guild("Elsewhere");
    other.add_app(&desk.app, super::ALL);
    let (boss, channel) = (other.owner(), other.text_channel("deck"));
    let message = desk.forged_for(&boss, &channel, "setup:trail:1:0").await;
    let foreign = boss.click(&message, "Go").await;
    assert!(foreign.text().contains("no longer in use"), "{}", foreign.text());
}
