//! What a streak costs: the same answers with a month of history behind them and with ten years.

use crate::{
    Arguments,
    measure::{ROUNDS, median, now, quantile, shown, today},
    table::{Bar, Row, Table},
    teams,
};
use helmsman::{
    app::{
        answering::{Cast, CastOutcome, cast_in},
        streaks,
    },
    domain::{
        answer::Event,
        id::{
            CastId, ChannelId, GuildId, MessageId, OccurrenceId, ScheduleId, TeamId, UserId, snowflake_floor,
        },
        library::Library,
        occurrence::{Snapshot, State},
    },
    store::{
        Connection, Result, Store,
        occurrence::{self, New, scheduled_key},
        tally,
    },
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use std::{path::Path, time::Duration};

const GUILD: GuildId = GuildId(1);
const WINDOW: SignedDuration = SignedDuration::from_hours(24);
/// Weekdays in a month and in ten years.
const MONTH: usize = 22;
const DECADE: usize = 2_600;

/// Adds the rows of this chapter.
pub async fn measure(arguments: &Arguments, folder: &Path, table: &mut Table) {
    let people = arguments.count(10, 2);
    let month = Past::make(&folder.join("month.db"), MONTH, people).await;
    let decade = Past::make(&folder.join("decade.db"), DECADE, people).await;
    let casts = arguments.count(1_000, 200);
    let (mut ratios, mut costs) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let short = quantile(&mut month.casts(round, casts).await, 0.5).as_secs_f64();
        let long = quantile(&mut decade.casts(round, casts).await, 0.5).as_secs_f64();
        ratios.push(long / short);
        costs.push(long);
    }
    table.push(Row::ratio(
        "answer without its commit, p50: ten years of history / one month",
        median(ratios),
        Bar::AtMost(1.5),
    ));
    table.push(Row::new("  with ten years", median(costs), Bar::None, shown));
    month.store.close().await;
    decade.store.close().await;
}

/// A team with a past, and one prompt that is open.
struct Past {
    store: Store,
    open: OccurrenceId,
    opened: Timestamp,
    people: usize,
}

impl Past {
    async fn make(path: &Path, days: usize, people: usize) -> Self {
        let store = Store::open(path).await.expect("the database is made");
        let today = today();
        let dates = weekdays_until(today.to_zoned(TimeZone::UTC).date(), days + 1);
        let begun = noon(dates[0]);
        let (open, opened) = store
            .write(move |conn| Box::pin(past_in(conn, dates, begun, people)))
            .await
            .expect("the past is written");
        Self { store, open, opened, people }
    }

    /// So many answers and withdrawals, each of which changes the streak: how long each took, all in one transaction,
    /// so that no commit is in it.
    async fn casts(&self, round: usize, count: usize) -> Vec<Duration> {
        let &Self { open, opened, people, .. } = self;
        let took = self.store.write(move |conn| {
            Box::pin(async move {
                let mut took = Vec::with_capacity(count);
                for n in 0..count {
                    // Each person answers and withdraws by turns, in ids that grow.
                    let event = if n / people % 2 == 0 { Event::Pick(0) } else { Event::Withdraw };
                    let cast = CastId(snowflake_floor(opened) + 1 + (round * count + n) as u64);
                    let cast = Cast { guild: GUILD, occurrence: open, user: user(n % people), cast, event };
                    let begun = now();
                    let outcome = cast_in(conn, opened, cast).await?;
                    took.push(begun.elapsed());
                    assert!(matches!(outcome, CastOutcome::Taken(_)), "{outcome:?}");
                }
                Ok(took)
            })
        });
        took.await.expect("the answers are taken")
    }
}

fn user(number: usize) -> UserId {
    UserId(1_000 + number as u64)
}

fn noon(day: Date) -> Timestamp {
    day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).expect("noon exists").timestamp()
}

/// The last `count` weekdays up to and with `last` (or the Friday before it), in order.
fn weekdays_until(last: Date, count: usize) -> Vec<Date> {
    let back = std::iter::successors(Some(last), |day| day.yesterday().ok());
    let mut days: Vec<Date> =
        back.filter(|day| day.weekday().to_monday_zero_offset() < 5).take(count).collect();
    days.reverse();
    days
}

/// Lives through all days; the prompt of the last one stays open.
async fn past_in(
    conn: &mut Connection,
    dates: Vec<Date>,
    begun: Timestamp,
    people: usize,
) -> Result<(OccurrenceId, Timestamp)> {
    let library = Library::builtin();
    let (team, schedule) = teams::add_in(conn, &library, (GUILD, ChannelId(1)), dates[0], begun).await?;
    let mut last = (OccurrenceId(0), begun);
    for (n, &day) in dates.iter().enumerate() {
        last = post_in(conn, &library, team, schedule, day).await?;
        let (id, opened) = last;
        if n + 1 == dates.len() {
            break;
        }
        for person in 0..people {
            // Most answer most days, so that freezes are earned, used, and used up.
            if (n * 7 + person * 3) % 11 < 9 {
                let cast = CastId(snowflake_floor(opened) + 1 + person as u64);
                let event = Event::Pick((person % 2) as u8);
                let cast = Cast { guild: GUILD, occurrence: id, user: user(person), cast, event };
                cast_in(conn, opened, cast).await?;
            }
        }
        let closed = opened + WINDOW + SignedDuration::from_secs(5);
        occurrence::tallied(conn, id, closed, 0).await?;
        occurrence::seal(conn, id).await?;
        tally::count_in(conn, id).await?;
        streaks::settle_in(conn, team, day, closed).await?;
    }
    Ok(last)
}

async fn post_in(
    conn: &mut Connection,
    library: &Library,
    team: TeamId,
    schedule: ScheduleId,
    day: Date,
) -> Result<(OccurrenceId, Timestamp)> {
    let series = library.default_series();
    let prompt = series.prompts.iter().find(|prompt| !prompt.options().is_empty()).expect("a choice");
    let snapshot = Snapshot {
        prompt: prompt.clone(),
        series: series.id.clone(),
        series_title: series.title.clone(),
        number: 1,
        of: series.prompts.len() as u32,
        thread: false,
        late: false,
        notify: None,
    };
    let due = noon(day);
    let new = New {
        key: &scheduled_key(schedule, day),
        team,
        schedule: Some(schedule),
        channel: ChannelId(1),
        day,
        due,
        state: State::Claimed,
        reason: None,
        snapshot: Some(&snapshot),
        closes: due + WINDOW,
    };
    let id = occurrence::insert(conn, new).await?.expect("each day comes once");
    let message = MessageId(snowflake_floor(due));
    occurrence::posted(conn, id, message).await?;
    Ok((id, message.time()))
}
