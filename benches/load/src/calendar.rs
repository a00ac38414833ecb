//! What a team with many schedules and many prompts of its own costs: a page of its calendar, what commands and
//! completions read, a closer look at a schedule, and reading the largest file that can be imported.

use crate::{
    Arguments,
    measure::{ROUNDS, median, now as instant, shown, today},
    table::{Bar, Row, Table},
    teams,
};
use helmsman::{
    app::{calendar, importing, schedules, series, setup, shelf::Shelf},
    domain::{
        id::{ChannelId, GuildId, UserId},
        library::Library,
        prompt::{Prompt, Series},
        schedule::Weekdays,
        series_file::{self, limits},
    },
    store::{Store, schedule, series as own, team},
};
use std::{path::Path, sync::Arc};

const SCHEDULES: u8 = 200;
/// Series of the server's own, each with as many prompts as one can have.
const SERIES: usize = importing::MOST_PROMPTS / limits::PROMPTS;
/// Posts that `/series show` looks ahead.
const AHEAD: usize = 10;
/// Seconds.
const PAGE: f64 = 0.010;
/// Seconds.
const IMPORT: f64 = 1.0;

/// Adds the rows of this chapter.
pub async fn measure(arguments: &Arguments, folder: &Path, table: &mut Table) {
    let store = Store::open(&folder.join("calendar.db")).await.expect("a database is made");
    let (guild, channel) = (GuildId(1), ChannelId(1));
    let now = today();
    let date = teams::not_yet(now);
    let shelf = Arc::new(Shelf::new(Library::builtin()));
    let made = store.write({
        let shelf = shelf.clone();
        move |conn| {
            Box::pin(async move {
                for n in 0..SERIES {
                    let series = large(n);
                    let file = series_file::write(&series);
                    own::put(conn, guild, &series.id, (&file, series.prompts.len()), UserId(1), now).await?;
                }
                let library = shelf.of_in(conn, guild).await?;
                let (id, first) = teams::add_in(conn, &library, (guild, channel), date, now).await?;
                let Some(first) = schedule::get(conn, first).await? else { return Ok(id) };
                for n in 1..SCHEDULES {
                    let mut plan = first.plan.clone();
                    plan.series = format!("own-{}", usize::from(n) % SERIES);
                    plan.rule.at = jiff::civil::time((n % 24) as i8, (n % 60) as i8, 0, 0);
                    plan.rule.weekdays = Weekdays::from_bits(1 + n % 127).unwrap_or(Weekdays::ALL);
                    schedules::draft_in(conn, &library, id, &plan, u64::from(n)).await?;
                }
                if let Some(team) = team::get(conn, id).await? {
                    schedules::start_in(conn, &team, now).await?;
                }
                Ok(id)
            })
        }
    });
    let id = made.await.expect("the team is stored");
    let overview = async || {
        let read = setup::overview(&store, &shelf, now, guild, id).await;
        read.expect("it is read").expect("it is there")
    };
    let known = overview().await;
    let one = known.schedules.last().expect("there are some").id;
    let times = arguments.count(50, 10);
    let (mut pages, mut overviews, mut looks, mut files) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let file = largest();
    for _ in 0..ROUNDS {
        let begun = instant();
        for _ in 0..times {
            let month = calendar::month(&store, &known.team, now, 0).await.expect("it is worked out");
            assert!(month.is_some_and(|month| month.days.len() >= 25));
        }
        pages.push(begun.elapsed().as_secs_f64() / times as f64);
        let begun = instant();
        for _ in 0..times {
            overview().await;
        }
        overviews.push(begun.elapsed().as_secs_f64() / times as f64);
        let begun = instant();
        for _ in 0..times {
            let look = series::look(&store, &known.library, now, &known.team, one, AHEAD).await;
            assert!(look.expect("it is read").is_some_and(|look| look.ahead.len() >= AHEAD));
        }
        looks.push(begun.elapsed().as_secs_f64() / times as f64);
        let begun = instant();
        let read = importing::read("large.toml".into(), file.clone(), None).await;
        assert!(read.is_ok_and(|upload| upload.series.prompts.len() == limits::PROMPTS));
        files.push(begun.elapsed().as_secs_f64());
    }
    let prompts = importing::MOST_PROMPTS;
    let what = format!("a calendar of 30 days, {SCHEDULES} schedules, {prompts} prompts");
    table.push(Row::new(what, median(pages), Bar::AtMost(PAGE), shown));
    let what = "  what each command and completion reads of that team";
    table.push(Row::new(what, median(overviews), Bar::AtMost(PAGE), shown));
    table.push(Row::new("  a closer look at one schedule", median(looks), Bar::AtMost(PAGE), shown));
    table.push(Row::new("reading a series file of 1 MB", median(files), Bar::AtMost(IMPORT), shown));
    store.close().await;
}

/// As many prompts as a series can have.
fn large(n: usize) -> Series {
    let model = Library::builtin().default_series().clone();
    let prompts = model.prompts.iter().cycle().take(limits::PROMPTS).enumerate();
    let prompts = prompts.map(|(at, one)| Prompt { id: format!("p{at}"), ..one.clone() }).collect();
    Series { id: format!("own-{n}"), title: format!("Our own {n}"), prompts, ..model }
}

/// Filled up with remarks to the last byte.
fn largest() -> Vec<u8> {
    let mut file = series_file::write(&large(0)).into_bytes();
    while file.len() < limits::FILE_BYTES {
        let line = [b"#", vec![b'x'; 79].as_slice(), b"\n"].concat();
        file.extend_from_slice(&line[..line.len().min(limits::FILE_BYTES - file.len())]);
    }
    file
}
