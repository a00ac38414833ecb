//! Teams with schedules, put into a database by the bot's own functions before anything is measured.

use helmsman::{
    app::schedules,
    domain::{
        id::{ChannelId, GuildId, ScheduleId, TeamId, UserId},
        library::Library,
        queue::{AtEnd, Order},
        schedule::{Rule, Weekdays},
    },
    store::{Connection, Result, schedule::Plan, team},
};
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, time},
    tz::TimeZone,
};

/// The zone of every team.
pub const ZONE: &str = "Europe/Berlin";

/// A team that has started, with the default series on weekdays at 09:30 from `start` on.
pub async fn add_in(
    conn: &mut Connection,
    library: &Library,
    (guild, channel): (GuildId, ChannelId),
    start: Date,
    now: Timestamp,
) -> Result<(TeamId, ScheduleId)> {
    let id = team::insert(conn, guild, channel, ZONE, UserId(1), now).await?;
    let plan = Plan {
        series: library.default_series().id.clone(),
        rule: Rule {
            at: time(9, 30, 0, 0),
            weekdays: Weekdays::from_bits(0b001_1111).expect("some weekdays"),
            start,
        },
        order: Order::Sequential,
        at_end: AtEnd::Repeat,
        window_minutes: None,
        thread: false,
        notify: None,
    };
    let schedule = schedules::draft_in(conn, library, id, &plan, id.0 as u64).await?;
    team::start(conn, id, now).await?;
    if let Some(team) = team::get(conn, id).await? {
        schedules::start_in(conn, &team, now).await?;
    }
    Ok((id, schedule))
}

/// Tomorrow in every zone: nothing is due while something is measured.
pub fn not_yet(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date().saturating_add(3.days())
}
