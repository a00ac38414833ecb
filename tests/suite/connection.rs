//! What becomes of the connection to Discord, and of what is told by it.

use crate::ballots::database;
use crate::harness::{Harbour, emulator};
use emulator::{EventFault, Fault, RateLimits, bits};
use helmsman::{
    chat::discord::{Discord, HttpParts, Trouble},
    clock::Clock,
    domain::id::{ChannelId, MessageId},
};

#[tokio::test]
async fn a_broken_connection_is_resumed_without_a_new_session() {
    let harbour = Harbour::with_team().await;
    let before = harbour.discord().identify_count(harbour.app());
    harbour.discord().drop_connections(harbour.app(), true);
    harbour
        .discord()
        .wait_for(|world| world.sessions.values().any(|one| one.resumes > 0 && one.connected()).then_some(()))
        .await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    let answer = harbour.click(&harbour.ben, &prompt, &prompt.buttons()[0].label).await;
    assert!(answer.failed().is_none(), "{}", answer.text());
    assert_eq!(harbour.discord().identify_count(harbour.app()), before);
    harbour.end().await;
}

#[tokio::test]
async fn a_lost_session_is_begun_anew() {
    let harbour = Harbour::with_team().await;
    let before = harbour.discord().identify_count(harbour.app());
    harbour.discord().drop_connections(harbour.app(), false);
    harbour.discord().wait_ready(harbour.app()).await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    let answer = harbour.click(&harbour.ben, &prompt, &prompt.buttons()[0].label).await;
    assert!(answer.failed().is_none(), "{}", answer.text());
    assert_eq!(harbour.discord().identify_count(harbour.app()), before + 1);
    harbour.end().await;
}

#[tokio::test]
async fn replies_during_a_lost_session_are_read_back_before_the_tally() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    harbour.at("2027-01-04 12:00").await;
    harbour.discord().drop_connections(harbour.app(), false);
    harbour.cleo.reply(&prompt, "while nobody listened");
    harbour.discord().wait_ready(harbour.app()).await;
    harbour.at("2027-01-05 09:31").await;
    let streak = harbour.cleo.slash(&harbour.channel, "me", &[]).await;
    assert!(streak.text().contains("1 prompt day"), "{}", streak.text());
    harbour.end().await;
}

#[tokio::test]
async fn a_reply_that_was_still_on_its_way_when_the_session_was_lost_after_the_close_is_read_back() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    harbour.at("2027-01-05 09:29").await;
    let slow = EventFault::Delay { ms: 65_000 };
    harbour.discord().fault(Fault::on_event("MESSAGE_CREATE", slow).times(1));
    harbour.cleo.reply(&prompt, "in time, and told late");
    harbour.at("2027-01-05 09:30:02").await;
    harbour.ben.say(&harbour.channel, "a sign of life after the close");
    harbour.settled().await;
    harbour.discord().drop_connections(harbour.app(), false);
    harbour.discord().wait_ready(harbour.app()).await;
    harbour.at("2027-01-05 09:32").await;
    let streak = harbour.cleo.slash(&harbour.channel, "me", &[]).await;
    assert!(streak.text().contains("1 prompt day"), "{}", streak.text());
    harbour.end().await;
}

#[tokio::test]
async fn a_prompt_deleted_by_a_moderator_is_retracted() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    assert!(harbour.ada.delete(&prompt));
    harbour.settled().await;
    let stale = harbour.ben.click(&prompt, &prompt.buttons()[0].label).await;
    assert!(stale.failed().is_some() || stale.is_ephemeral(), "{}", stale.text());
    harbour.at("2027-01-05 09:31").await;
    assert!(harbour.prompt().text().contains("day 2 of"), "{}", harbour.prompt().text());
    harbour.end().await;
}

#[tokio::test]
async fn a_lost_permission_stops_the_schedule_and_the_admin_is_told_once() {
    let harbour = Harbour::with_team().await;
    let role = harbour.guild.app_role(harbour.app());
    harbour.channel.deny(&role, bits::SEND_MESSAGES);
    harbour.settled().await;
    harbour.at("2027-01-06 12:00").await;
    let told = harbour.ada.sees(&harbour.ada.dm(harbour.app()));
    assert_eq!(told.len(), 1, "{:?}", told.iter().map(emulator::Message::text).collect::<Vec<_>>());
    assert!(told[0].text().contains("Send Messages"), "{}", told[0].text());
    let asked = |one: &emulator::LoggedRequest| one.status == 403;
    assert!(!harbour.discord().requests().iter().any(asked), "nothing was tried that Discord refuses");
    harbour.end().await;
}

#[tokio::test]
async fn being_removed_while_offline_is_noticed_at_the_start() {
    let mut harbour = Harbour::with_team().await;
    let (guild, app) = (harbour.guild.clone(), harbour.app().clone());
    harbour.restart_after(|_| guild.remove_app(&app)).await;
    harbour.at("2027-01-06 12:00").await;
    harbour.guild.add_app(harbour.app(), crate::harness::INVITED);
    harbour.settled().await;
    harbour.at("2027-01-07 12:00").await;
    let own = harbour.ben.sees(&harbour.channel);
    assert!(!own.iter().any(|message| message.text().contains("day ")), "it waits for /setup");
    let panel = harbour.ada.slash(&harbour.channel, "setup", &[]).await;
    assert!(panel.failed().is_none(), "{}", panel.text());
    harbour.end().await;
}

#[tokio::test]
async fn what_is_allowed_where_a_team_has_moved_away_is_known_after_a_restart() {
    let mut harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    harbour.guild.text_channel("quay");
    let panel = harbour.ada.slash(&harbour.channel, "setup", &[]).await;
    let ask = harbour.ada.click(panel.message(), "Move").await;
    let moved = harbour.ada.select(ask.message(), "The new channel", &["quay"]).await;
    assert!(moved.text().contains("Moved from"), "{}", moved.text());
    harbour.restart().await;
    harbour.settled().await;
    let reply = harbour.cleo.reply(&prompt, "I would talk to them first");
    harbour.settled().await;
    assert_eq!(reply.refresh().reactions(), [("✅".to_owned(), 1)]);
    harbour.end().await;
}

#[tokio::test]
async fn leaving_and_coming_back_that_could_not_be_stored_is_stored_with_the_next_session() {
    let harbour = Harbour::with_team().await;
    let mut conn = database(&harbour).await;
    let mut left_is = async |broken: &'static str, is: i64| {
        for sql in [broken, "DROP TRIGGER full"] {
            sqlx::raw_sql(sql).execute(&mut conn).await.unwrap();
            if sql == broken {
                match is {
                    1 => harbour.guild.remove_app(harbour.app()),
                    _ => harbour.guild.add_app(harbour.app(), crate::harness::INVITED),
                };
                harbour.settled().await;
            }
            let left: i64 =
                sqlx::query_scalar("SELECT count(*) FROM guild").fetch_one(&mut conn).await.unwrap();
            assert_eq!(left, 1 - is, "{sql}");
        }
        harbour.discord().drop_connections(harbour.app(), false);
        harbour.discord().wait_ready(harbour.app()).await;
        harbour.settled().await;
        let left: i64 = sqlx::query_scalar("SELECT count(*) FROM guild").fetch_one(&mut conn).await.unwrap();
        assert_eq!(left, is);
    };
    let full = "CREATE TRIGGER full BEFORE INSERT ON guild BEGIN SELECT RAISE(ABORT, 'full'); END";
    left_is(full, 1).await;
    let full = "CREATE TRIGGER full BEFORE DELETE ON guild BEGIN SELECT RAISE(ABORT, 'full'); END";
    left_is(full, 0).await;
    harbour.end().await;
}

#[tokio::test]
async fn a_server_that_asked_back_during_a_long_downtime_loses_nothing() {
    let mut harbour = Harbour::with_team().await;
    let (guild, app) = (harbour.guild.clone(), harbour.app().clone());
    guild.remove_app(&app);
    harbour.settled().await;
    harbour
        .restart_after(|discord| {
            guild.add_app(&app, crate::harness::INVITED);
            discord.clock().set(crate::harness::local("2027-03-01 08:00"));
        })
        .await;
    let panel = harbour.ada.slash(&harbour.channel, "setup", &[]).await;
    assert!(panel.text().contains("Settings of this team"), "{}", panel.text());
    harbour.end().await;
}

/// What the bot speaks to Discord with, without the bot.
fn client(emulator: &emulator::Discord, app: &emulator::App) -> Discord {
    let http = HttpParts {
        token: app.token.clone(),
        api_url: Some(emulator.api_url()),
        connect_to: None,
        ca_pem: None,
        time_out: std::time::Duration::from_secs(5),
    };
    Discord::new(http, Clock::told(emulator.clock().subscribe())).unwrap()
}

#[tokio::test]
async fn while_sending_is_paused_the_way_back_to_discord_is_not() {
    let emulator = emulator(emulator::Options::default()).await;
    let app = emulator.application("Helmsman");
    let guild = emulator.guild("Harbour");
    guild.add_app(&app, bits::VIEW_CHANNEL);
    let hidden = guild.text_channel("hidden");
    hidden.deny(&guild.app_role(&app), bits::VIEW_CHANNEL);
    let discord = client(&emulator, &app);
    let hidden = ChannelId(hidden.id().get());
    for n in 0..50 {
        let refused = discord.channel(hidden).await;
        assert!(matches!(refused, Err(Trouble::Refused { status: 403, .. })), "{n}: {refused:?}");
    }
    assert!(matches!(discord.channel(hidden).await, Err(Trouble::Stopped)));
    assert!(discord.gateway().await.is_ok(), "or a lost session could not be begun anew");
    emulator.shutdown().await;
}

#[tokio::test]
async fn a_search_in_a_busy_channel_ends_where_nothing_of_ours_can_be() {
    let unlimited = RateLimits { global_per_second: None, routes: Vec::new() };
    let emulator = emulator(emulator::Options { rate_limits: unlimited, ..Default::default() }).await;
    let app = emulator.application("Helmsman");
    let guild = emulator.guild("Harbour");
    guild.add_app(&app, bits::VIEW_CHANNEL | bits::READ_MESSAGE_HISTORY);
    let (ben, busy) = (guild.person("ben"), guild.text_channel("busy"));
    let first = ben.say(&busy, "0").id.get();
    let (mut middle, mut last) = (first, first);
    for n in 1..=5_100 {
        last = ben.say(&busy, &n.to_string()).id.get();
        middle = if n == 100 { last } else { middle };
    }
    let discord = client(&emulator, &app);
    let search = async |until| {
        discord.search(ChannelId(busy.id().get()), "7K3M9Q2X", MessageId(first), MessageId(until)).await
    };
    assert_eq!(search(middle).await.unwrap(), None, "it cannot be later than that");
    let unclear = search(last + 1).await;
    assert!(
        matches!(unclear, Err(Trouble::Ambiguous(_))),
        "it may be among those not looked at: {unclear:?}"
    );
    emulator.shutdown().await;
}

#[tokio::test]
async fn a_server_that_is_out_when_a_session_begins_is_not_held_against_its_people() {
    let harbour = Harbour::with_team().await;
    harbour.at("2027-01-04 09:30").await;
    let prompt = harbour.prompt();
    harbour.click(&harbour.ben, &prompt, &prompt.buttons()[0].label).await;
    harbour.at("2027-01-05 09:31").await;
    // Nobody is told that the server went; the next session names it, and never tells of it.
    harbour.discord().fault(Fault::on_event("GUILD_DELETE", EventFault::Drop).times(1));
    harbour.guild.set_unavailable(true);
    harbour.discord().drop_connections(harbour.app(), false);
    harbour.discord().wait_ready(harbour.app()).await;
    harbour.at("2027-01-06 20:00").await;
    harbour.guild.set_unavailable(false);
    harbour.settled().await;
    harbour.at("2027-01-07 09:31").await;
    let streak = harbour.ben.slash(&harbour.channel, "me", &[]).await;
    assert!(streak.text().contains("🟩⬜⬜⏳"), "{}", streak.text());
    harbour.end().await;
}
