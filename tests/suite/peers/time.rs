//! Complaints about time.

use helmsman::domain::schedule::{Rule, Weekdays, ZoneError, parse_zone, zone_matches};
use jiff::{
    Timestamp,
    civil::{Date, Time, date, time},
    tz::TimeZone,
};

const HALF_PAST_NINE: Time = time(9, 30, 0, 0);

/// A year of working days at half past nine in a place.
fn year(place: &str) -> (TimeZone, Vec<(Date, Timestamp)>) {
    let zone = parse_zone(place).unwrap();
    let rule = Rule { at: HALF_PAST_NINE, weekdays: Weekdays::WORKING, start: date(2027, 1, 1) };
    let slots = rule.slots_from(&zone, rule.start).take_while(|slot| slot.day().year() == 2027);
    let posts = slots.map(|slot| (slot.day(), slot.due().unwrap())).collect();
    (zone, posts)
}

/// CubicrootXYZ/RemindMe#359, open-qotd#34.
#[test]
fn no_post_is_an_hour_off_after_the_clocks_change() {
    for place in
        ["Europe/Berlin", "America/New_York", "Australia/Sydney", "Africa/Casablanca", "Asia/Kolkata"]
    {
        let (zone, posts) = year(place);
        for (day, due) in posts {
            assert_eq!(zone.to_datetime(due), day.to_datetime(HALF_PAST_NINE), "{place}");
        }
    }
}

/// matrix-reminder-bot#57.
#[test]
fn a_schedule_does_not_stop_at_a_change_of_the_clocks() {
    let zone = parse_zone("America/New_York").unwrap();
    // Due inside the gap of 14 March 2027, and looked for at each minute around it, as after any restart.
    let rule = Rule { at: time(2, 30, 0, 0), weekdays: Weekdays::ALL, start: date(2027, 1, 1) };
    let mut now: Timestamp = "2027-03-13T07:29:00Z".parse().unwrap();
    let end: Timestamp = "2027-03-16T06:30:00Z".parse().unwrap();
    let mut seen = Vec::new();
    while now < end {
        let due = rule.first_after(&zone, now).and_then(|slot| slot.due()).unwrap();
        assert!(due > now);
        seen.push(due.to_string());
        now += jiff::SignedDuration::from_mins(1);
    }
    seen.dedup();
    assert_eq!(
        seen,
        ["2027-03-13T07:30:00Z", "2027-03-14T07:30:00Z", "2027-03-15T06:30:00Z", "2027-03-16T06:30:00Z"]
    );
}

/// apscheduler#606.
#[test]
fn no_day_is_skipped_when_the_clocks_change() {
    for place in ["Europe/London", "America/Sao_Paulo", "Africa/Cairo", "Asia/Beirut", "America/Havana"] {
        let zone = parse_zone(place).unwrap();
        // Midnight, where some zones have their gap.
        let rule = Rule { at: Time::midnight(), weekdays: Weekdays::ALL, start: date(2027, 1, 1) };
        let days: Vec<_> = rule.slots_from(&zone, rule.start).take(365).collect();
        assert!(days.iter().all(|slot| slot.due().is_some()), "{place}");
        assert!(days.windows(2).all(|two| two[0].due() < two[1].due()), "{place}");
        assert_eq!(days[364].day(), date(2027, 12, 31), "{place}");
    }
}

/// KevinNovak's documentation, issue 4.
#[test]
fn nobody_picks_a_wrong_zone_because_utc_is_not_offered() {
    assert_eq!(zone_matches("", 25)[0], "UTC");
    for typed in ["U", "utc", "GMT", "coordinated", "UTC+0"] {
        assert_eq!(zone_matches(typed, 25)[0], "UTC", "{typed}");
    }
    assert_eq!(parse_zone("utc"), Ok(TimeZone::UTC));
}

/// Not a complaint yet, but the way to the first one: letters that look like a zone and know no summer time.
#[test]
fn letters_without_summer_time_do_not_become_a_team_s_zone() {
    for letters in ["EST", "MST", "GMT", "UTC+1", "GMT-5"] {
        let refused = parse_zone(letters).unwrap_err();
        assert!(matches!(refused, ZoneError::Abbreviation(_) | ZoneError::Offset), "{letters}");
    }
}
