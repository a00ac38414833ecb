//! A proposal in the few characters of a custom_id, so that nothing is stored before it is wanted, and a restart between
//! the preview and the click changes nothing.

use crate::{
    app::planning::Change,
    domain::{
        id::{RoleId, ScheduleId},
        library::Library,
        queue::{AtEnd, Order},
        schedule::{Rule, Weekdays},
    },
    store::schedule::Plan,
};
use jiff::{
    ToSpan,
    civil::{Date, Time},
};

/// What is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Another schedule.
    New(Plan),
    /// A change of one, which had this version when it was looked at.
    Edit {
        /// Which.
        schedule: ScheduleId,
        /// Its version then.
        version: i64,
        /// What is to be different.
        change: Change,
    },
}

/// Nothing: the field is not changed, or there is none.
const NOTHING: &str = "-";
const EPOCH: Date = Date::constant(2000, 1, 1);

/// At most 73 characters: a custom_id has 100, and before this stand its verb and the team.
pub fn pack(wanted: &Wanted) -> String {
    match wanted {
        Wanted::New(plan) => {
            let rule = plan.rule;
            let bits = Bits {
                at: Some(rule.at),
                weekdays: Some(rule.weekdays),
                start: Some(rule.start),
                window: Some(plan.window_minutes),
                thread: Some(plan.thread),
                shuffled: plan.order == Order::Shuffled,
            };
            let (end, role) = (end_code(Some(&plan.at_end)), role_code(Some(plan.notify)));
            format!("n:{}:{}:{end}:{role}", plan.series, base36(bits.to_number()))
        }
        Wanted::Edit { schedule, version, change } => {
            let bits = Bits {
                at: change.at,
                weekdays: change.weekdays,
                start: change.start,
                window: change.window,
                thread: change.thread,
                shuffled: false,
            };
            let (end, role) = (end_code(change.at_end.as_ref()), role_code(change.notify));
            format!("e:{schedule}:{version}:{}:{end}:{role}", base36(bits.to_number()))
        }
    }
}

/// What was packed. None: somebody made it up, or a series in it is not there any more.
pub fn unpack(args: &[&str], library: &Library) -> Option<Wanted> {
    match *args {
        ["n", series, bits, end, role] => {
            let bits = Bits::from_number(u64::from_str_radix(bits, 36).ok()?)?;
            Some(Wanted::New(Plan {
                series: library.get(series)?.id.clone(),
                rule: Rule { at: bits.at?, weekdays: bits.weekdays?, start: bits.start? },
                order: if bits.shuffled { Order::Shuffled } else { Order::Sequential },
                at_end: end_of(end, library)??,
                window_minutes: bits.window?,
                thread: bits.thread?,
                notify: role_of(role)??,
            }))
        }
        ["e", schedule, version, bits, end, role] => {
            let bits = Bits::from_number(u64::from_str_radix(bits, 36).ok()?)?;
            let change = Change {
                at: bits.at,
                weekdays: bits.weekdays,
                start: bits.start,
                at_end: end_of(end, library)?,
                window: bits.window,
                thread: bits.thread,
                notify: role_of(role)?,
            };
            Some(Wanted::Edit { schedule: schedule.parse().ok()?, version: version.parse().ok()?, change })
        }
        _ => None,
    }
}

/// The small fields, side by side in one number: each with a bit that says whether it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bits {
    at: Option<Time>,
    weekdays: Option<Weekdays>,
    start: Option<Date>,
    window: Option<Option<i64>>,
    thread: Option<bool>,
    shuffled: bool,
}

/// How many bits each field has: minutes of the day, days of the week, days since 2000, hours, yes or no.
const WIDTHS: [u32; 5] = [11, 7, 17, 7, 1];

impl Bits {
    fn to_number(self) -> u64 {
        let days = |date: Date| (date - EPOCH).get_days().clamp(0, (1 << WIDTHS[2]) - 1) as u64;
        let fields = [
            self.at.map(|at| at.hour() as u64 * 60 + at.minute() as u64),
            self.weekdays.map(|weekdays| u64::from(weekdays.bits())),
            self.start.map(days),
            self.window.map(|window| window.map_or(0, |minutes| (minutes / 60) as u64)),
            self.thread.map(u64::from),
        ];
        let mut number = u64::from(self.shuffled);
        for (field, width) in fields.into_iter().zip(WIDTHS) {
            number = number << (width + 1) | field.map_or(0, |value| value << 1 | 1);
        }
        number
    }

    fn from_number(mut number: u64) -> Option<Self> {
        let mut fields = [None; 5];
        for (field, width) in fields.iter_mut().zip(WIDTHS).rev() {
            let value = number & ((1 << (width + 1)) - 1);
            *field = (value & 1 == 1).then_some(value >> 1);
            number >>= width + 1;
        }
        let [at, weekdays, start, window, thread] = fields;
        // What is there must mean something.
        let at = at.map(|at| Time::new((at / 60) as i8, (at % 60) as i8, 0, 0));
        let weekdays = weekdays.map(|bits| Weekdays::from_bits(bits as u8).ok_or(()));
        let window = window.filter(|hours| *hours > 72).is_none().then_some(window)?;
        Some(Self {
            at: at.transpose().ok()?,
            weekdays: weekdays.transpose().ok()?,
            start: start.map(|days| EPOCH.saturating_add((days as i64).days())),
            window: window.map(|hours| (hours > 0).then_some(hours as i64 * 60)),
            thread: thread.map(|thread| thread == 1),
            shuffled: match number {
                0 => false,
                1 => true,
                _ => return None,
            },
        })
    }
}

fn end_code(at_end: Option<&AtEnd>) -> String {
    match at_end {
        None => NOTHING.into(),
        Some(AtEnd::Stop) => "s".into(),
        Some(AtEnd::Repeat) => "r".into(),
        Some(AtEnd::Series(id)) => format!("{:08x}", short(id)),
    }
}

fn end_of(code: &str, library: &Library) -> Option<Option<AtEnd>> {
    Some(match code {
        NOTHING => None,
        "s" => Some(AtEnd::Stop),
        "r" => Some(AtEnd::Repeat),
        hash => {
            let hash = u32::from_str_radix(hash, 16).ok()?;
            Some(AtEnd::Series(library.iter().find(|series| short(&series.id) == hash)?.id.clone()))
        }
    })
}

/// Role 0 is nobody: no role has that id.
fn role_code(role: Option<Option<RoleId>>) -> String {
    role.map_or(NOTHING.into(), |role| base36(role.map_or(0, |role| role.0)))
}

fn role_of(code: &str) -> Option<Option<Option<RoleId>>> {
    if code == NOTHING {
        return Some(None);
    }
    let id = u64::from_str_radix(code, 36).ok()?;
    Some(Some((id > 0).then_some(RoleId(id))))
}

fn base36(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(b"0123456789abcdefghijklmnopqrstuvwxyz"[(number % 36) as usize]);
        number /= 36;
        if number == 0 {
            break;
        }
    }
    digits.iter().rev().map(|digit| char::from(*digit)).collect()
}

/// FNV-1a, 32 bits: the same in every version, unlike the standard library's hashers.
fn short(id: &str) -> u32 {
    id.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::series_file::limits;
    use jiff::civil::{date, time};

    fn read(packed: &str) -> Option<Wanted> {
        unpack(&packed.split(':').collect::<Vec<_>>(), &Library::builtin())
    }

    #[test]
    fn a_proposal_fits_into_a_button_and_reads_back() {
        let library = Library::builtin();
        let other = library.iter().last().unwrap().id.clone();
        for at_end in [AtEnd::Stop, AtEnd::Repeat, AtEnd::Series(other)] {
            for (order, window_minutes, thread, notify) in [
                (Order::Sequential, None, false, None),
                (Order::Shuffled, Some(4_320), true, Some(RoleId(u64::MAX))),
            ] {
                let plan = Plan {
                    series: library.default_series().id.clone(),
                    rule: Rule { at: time(23, 59, 0, 0), weekdays: Weekdays::ALL, start: date(2158, 12, 31) },
                    order,
                    at_end: at_end.clone(),
                    window_minutes,
                    thread,
                    notify,
                };
                let wanted = Wanted::New(plan.clone());
                let packed = pack(&wanted);
                assert_eq!(read(&packed), Some(wanted), "{packed}");
                let id = "x".repeat(limits::SLUG);
                let longest = pack(&Wanted::New(Plan { series: id, ..plan }));
                let all = format!("series:hush:{}:{longest}", i32::MAX);
                assert!(all.len() <= 100, "{} {all}", all.len());
            }
        }
    }

    #[test]
    fn a_change_keeps_what_it_does_not_name() {
        let nothing = Change::default();
        let all = Change {
            at: Some(Time::MIN),
            weekdays: Some(Weekdays::WEEKEND),
            start: Some(date(2027, 2, 28)),
            at_end: Some(AtEnd::Stop),
            window: Some(None),
            thread: Some(false),
            notify: Some(None),
        };
        let some = Change { window: Some(Some(60)), notify: Some(Some(RoleId(7))), ..nothing.clone() };
        for change in [nothing, all, some] {
            let wanted =
                Wanted::Edit { schedule: ScheduleId(i64::MAX), version: i64::from(i32::MAX), change };
            let packed = pack(&wanted);
            assert_eq!(read(&packed), Some(wanted), "{packed}");
            assert!(packed.len() <= 73, "{packed}");
        }
    }

    #[test]
    fn what_was_made_up_is_no_proposal() {
        let good = Library::builtin().default_series().id.clone();
        let bits = |wanted: &str| {
            let field = wanted.split(':').nth(2).unwrap();
            field.to_owned()
        };
        let plan = Plan {
            series: good.clone(),
            rule: Rule { at: Time::MIN, weekdays: Weekdays::ALL, start: date(2027, 1, 1) },
            order: Order::Sequential,
            at_end: AtEnd::Stop,
            window_minutes: None,
            thread: false,
            notify: None,
        };
        let right = bits(&pack(&Wanted::New(plan)));
        assert!(read(&format!("n:{good}:{right}:s:0")).is_some());
        for packed in [
            String::new(),
            "n".into(),
            format!("n:nothing:{right}:s:0"),
            format!("n:{good}:{right}:ffffffff:0"),
            format!("n:{good}:{right}:-:0"),
            format!("n:{good}:{right}:s:-"),
            format!("n:{good}:{right}:s:!"),
            format!("n:{good}:0:s:0"),
            format!("n:{good}:zzzzzzzzzzzz:s:0"),
            format!("n:{good}:zzzzzzzzzzzzzzzz:s:0"),
            format!("n:{good}:-1:s:0"),
            format!("e:x:1:{right}:s:0"),
            format!("e:1:x:{right}:s:0"),
            format!("x:{good}:{right}:s:0"),
        ] {
            assert_eq!(read(&packed), None, "{packed}");
        }
    }

    #[test]
    fn no_number_is_anything_but_read_or_refused() {
        for number in (0..200_000_u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (n % 40)) {
            if let Some(bits) = Bits::from_number(number) {
                assert_eq!(Bits::from_number(bits.to_number()), Some(bits), "{number}");
            }
        }
    }
}
