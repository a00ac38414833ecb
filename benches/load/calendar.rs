//! What a team with many schedules costs: a page of its calendar, and a command that shows when they post next.

use crate::{
    Arguments,
    measure::{ROUNDS, median, now as instant, shown, today},
    table::{Bar, Row, Table},
    teams,
};
use helmsman::{
    app::{calendar, schedules, setup, shelf::Shelf},
    domain::{
        id::{ChannelId, GuildId},
        library::Library,
        schedule::Weekdays,
    },
    store::{Store, schedule, team},
};
use std::path::Path;

const SCHEDULES: u8 = 200;
/// Seconds.
const PAGE: f64 = 0.010;

/// Adds the rows of this chapter.
pub async fn measure(arguments: &Arguments, folder: &Path, table: &mut Table) {
    let store = Store::open(&folder.join("calendar.db")).await.expect("a database is made");
    let (guild, channel) = (GuildId(1), ChannelId(1));
    let now = today();
    let date = teams::not_yet(now);
    let made = store.write(move |conn| {
        Box::pin(async move {
            let library = Library::builtin();
            let (id, first) = teams::add_in(conn, &library, (guild, channel), date, now).await?;
            let Some(first) = schedule::get(conn, first).await? else { return Ok(id) };
            for n in 1..SCHEDULES {
                let mut plan = first.plan.clone();
                plan.rule.at = jiff::civil::time((n % 24) as i8, (n % 60) as i8, 0, 0);
                plan.rule.weekdays = Weekdays::from_bits(1 + n % 127).unwrap_or(Weekdays::ALL);
                schedules::draft_in(conn, &library, id, &plan, u64::from(n)).await?;
            }
            if let Some(team) = team::get(conn, id).await? {
                schedules::start_in(conn, &team, now).await?;
            }
            Ok(id)
        })
    });
    let id = made.await.expect("the team is stored");
    let shelf = Shelf::new(Library::builtin());
    let overview =
        setup::overview(&store, &shelf, now, guild, id).await.expect("it is read").expect("it is there");
    let times = arguments.count(50, 10);
    let (mut pages, mut overviews) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let begun = instant();
        for _ in 0..times {
            let month = calendar::month(&store, &overview.team, now, 0).await.expect("it is worked out");
            assert!(month.is_some_and(|month| month.days.len() >= 25));
        }
        pages.push(begun.elapsed().as_secs_f64() / times as f64);
        let begun = instant();
        for _ in 0..times {
            setup::overview(&store, &shelf, now, guild, id).await.expect("it is read");
        }
        overviews.push(begun.elapsed().as_secs_f64() / times as f64);
    }
    let what = format!("a calendar of 30 days, {SCHEDULES} schedules");
    table.push(Row::new(what, median(pages), Bar::AtMost(PAGE), shown));
    table.push(Row::new("  when they post next, for a command", median(overviews), Bar::None, shown));
    store.close().await;
}
