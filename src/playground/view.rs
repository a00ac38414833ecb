//! What people see, as text: new and changed messages since the last look, without ids.

use super::{
    cast::Cast,
    ink::Kind,
    seen::{Place, everything, raw},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use std::collections::BTreeMap;

/// How long what only one person sees can be used. Source: Discord's reference, "Receiving and Responding" (a token's
/// life).
const PRIVATE_FOR: SignedDuration = SignedDuration::from_mins(15);

/// What is new.
pub struct News {
    /// Each line with what it is.
    pub lines: Vec<(Kind, String)>,
    /// Whether more has happened than that a count went on.
    pub tells: bool,
}

/// What has been printed.
pub struct View {
    zone: TimeZone,
    /// Ids to the names that stand for them.
    names: Vec<(String, String)>,
    /// What each message was when it was printed, as Discord has it: that time passes changes nothing.
    printed: BTreeMap<(u64, u64), String>,
    shown_time: String,
}

impl View {
    /// Nothing has been printed yet. `names`: ids and what to print for them, `@ana` or `#team`.
    pub fn new(zone: TimeZone, names: Vec<(String, String)>) -> Self {
        Self { zone, names, printed: BTreeMap::new(), shown_time: String::new() }
    }

    /// From now on times are shown, and read, as clocks in this zone show them. Whether it is another one than before.
    pub fn move_to(&mut self, zone: TimeZone) -> bool {
        let moved = zone != self.zone;
        self.zone = zone;
        moved
    }

    /// The zone's name.
    pub fn zone(&self) -> &str {
        self.zone.iana_name().unwrap_or("an unknown zone")
    }

    /// A local time as people read it.
    pub fn time(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%a %-d %b %Y, %H:%M").to_string()
    }

    /// The time over what was printed last.
    pub fn shown_time(&self) -> &str {
        &self.shown_time
    }

    /// The instant of a local time.
    pub fn instant(&self, when: jiff::civil::DateTime) -> Option<Timestamp> {
        self.zone.to_timestamp(when).ok()
    }

    /// The next instant at which local clocks show this time.
    pub fn next(&self, now: Timestamp, time: jiff::civil::Time) -> Option<Timestamp> {
        let today = now.to_zoned(self.zone.clone()).date();
        let days = [Some(today), today.tomorrow().ok()];
        days.into_iter().flatten().filter_map(|day| self.instant(day.to_datetime(time))).find(|at| *at > now)
    }

    /// Everything that people could look at now, channel by channel, each message under the time at which it was written.
    /// What only one person sees is left out when it can no longer be used.
    pub fn everything(&mut self, now: Timestamp, cast: &Cast) -> Vec<(Kind, String)> {
        let mut seen = everything(cast);
        seen.retain(|one| one.place.is_direct() || one.only.is_none() || one.written() + PRIVATE_FOR > now);
        seen.sort_by_key(|one| (one.place.room(), one.message.id));
        let (mut lines, mut header) = (Vec::new(), String::new());
        for one in seen {
            let time = format!("── {}, {} ──", one.place.name(cast), self.time(one.written()));
            if time != header {
                lines.push((Kind::Time, time.clone()));
                header = time;
            }
            let mut head = one.message.author();
            if one.place.is_thread() {
                head.push_str(", in the thread");
            }
            if let Some(only) = one.only.as_ref().filter(|_| !one.place.is_direct()) {
                head.push_str(&format!(" (only {only} sees this)"));
            }
            if one.is_reply() {
                head.push_str(", in reply");
            }
            let indent = one.indent();
            lines.push((Kind::Head, format!("{indent}{head}:")));
            let said = self.lines(now, &raw(&one.message));
            lines.extend(said.iter().map(|line| (Kind::Said, format!("{indent}  {line}"))));
        }
        self.shown_time = self.time(now);
        lines
    }

    /// What is new or has changed for anybody.
    pub fn news(&mut self, now: Timestamp, cast: &Cast) -> News {
        let mut news = News { lines: Vec::new(), tells: false };
        for seen in everything(cast) {
            let key = (seen.message.channel_id().0, seen.message.id.0);
            let raw = raw(&seen.message);
            let before = self.printed.insert(key, raw.clone());
            if before.as_ref() == Some(&raw) {
                continue;
            }
            let lines = self.lines(now, &raw);
            let before = before.map(|before| self.lines(now, &before));
            if lines.is_empty() {
                continue;
            }
            let mut head = seen.message.author();
            match seen.place {
                Place::Channel(_, true) => head.push_str(", in the thread"),
                Place::Channel(0, false) => {}
                Place::Channel(..) => head.push_str(&format!(", in {}", seen.place.name(cast))),
                Place::Direct(_) => head.push_str(", in a direct message"),
            }
            if let Some(only) = &seen.only {
                head.push_str(&format!(" (only {only} sees this)"));
            }
            if before.is_none() && seen.is_reply() {
                head.push_str(", in reply");
            }
            let had = before.as_ref().is_some_and(|before| has_buttons(before));
            let lost = had && !has_buttons(&lines);
            let said = match &before {
                None => lines,
                // A page of one's own is read anew; of a message for all only what is new in it.
                Some(before) if seen.only.is_some() => {
                    head.push_str(", changed");
                    between(before, &lines).to_vec()
                }
                Some(before) => {
                    head.push_str(&format!(", changed “{}”", lines[0]));
                    lines.iter().filter(|line| !before.contains(line)).cloned().collect()
                }
            };
            news.tells |= before.is_none() || lost || seen.only.is_some();
            let indent = seen.indent();
            news.lines.push((Kind::Head, format!("{indent}{head}:")));
            news.lines.extend(said.iter().map(|line| (Kind::Said, format!("{indent}  {line}"))));
            if lost {
                news.lines.push((Kind::Said, format!("{indent}  (no buttons any more)")));
            }
        }
        let time = self.time(now);
        if !news.lines.is_empty() && time != self.shown_time {
            news.lines.insert(0, (Kind::Time, format!("── {time} ──")));
            self.shown_time = time;
        }
        news
    }

    fn lines(&self, now: Timestamp, raw: &str) -> Vec<String> {
        let text = self.readable(now, raw);
        let bare = |line: &str| line.strip_prefix("| ").unwrap_or(line.trim_start_matches('|')).to_owned();
        let mut lines: Vec<String> = text.lines().map(|line| without_reference(&bare(line))).collect();
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        lines
    }

    /// Text with names for mentions and local times for timestamps.
    pub fn readable(&self, now: Timestamp, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('<') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let shown = rest.find('>').and_then(|end| Some((self.shown(now, &rest[1..end])?, end)));
            match shown {
                Some((shown, end)) => {
                    out.push_str(&shown);
                    rest = &rest[end + 1..];
                }
                None => {
                    out.push('<');
                    rest = &rest[1..];
                }
            }
        }
        out.push_str(rest);
        out
    }

    fn shown(&self, now: Timestamp, inner: &str) -> Option<String> {
        if let Some(time) = inner.strip_prefix("t:") {
            let (seconds, style) = time.split_once(':').unwrap_or((time, "f"));
            let at = Timestamp::from_second(seconds.parse().ok()?).ok()?;
            let local = at.to_zoned(self.zone.clone());
            return Some(match style {
                "R" => relative(now, at),
                "t" | "T" => local.strftime("%H:%M").to_string(),
                "d" | "D" => local.strftime("%a %-d %b %Y").to_string(),
                _ => local.strftime("%a %-d %b %Y, %H:%M").to_string(),
            });
        }
        if let Some(command) = inner.strip_prefix('/') {
            return Some(format!("/{}", command.split(':').next().unwrap_or(command)));
        }
        let id = inner.trim_start_matches(['@', '#', '&', '!']);
        if id.is_empty() || id == inner || !id.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        let name = self.names.iter().find(|(known, _)| known == id).map(|(_, name)| name.clone());
        Some(name.unwrap_or_else(|| "@somebody".to_owned()))
    }
}

/// What is left of `new` without the lines with which it begins and ends as `old` does.
fn between<'a>(old: &[String], new: &'a [String]) -> &'a [String] {
    let begin = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let end = old[begin..].iter().rev().zip(new[begin..].iter().rev()).take_while(|(old, new)| old == new);
    &new[begin..new.len() - end.count()]
}

fn has_buttons(lines: &[String]) -> bool {
    lines.iter().any(|line| line.starts_with('['))
}

/// A footer without the reference by which Helmsman finds its own messages: eight letters and digits at the end.
fn without_reference(line: &str) -> String {
    let (before, last) = line.rsplit_once(" · ").unwrap_or(("", line));
    let made_of = |fits: fn(&char) -> bool| last.chars().all(|c| fits(&c));
    let letters = made_of(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let digits = made_of(|c| matches!(c, '0'..='9' | 'a'..='f')) && last.chars().any(|c| c.is_ascii_digit());
    let reference = last.len() == 8 && (letters || digits);
    if reference { before.to_owned() } else { line.to_owned() }
}

pub(super) fn relative(now: Timestamp, at: Timestamp) -> String {
    let minutes = (at.duration_since(now).as_secs() as f64 / 60.0).round() as i64;
    let amount = match minutes.abs() {
        0 => return if at <= now { "just now".to_owned() } else { "in a moment".to_owned() },
        1 => "1 minute".to_owned(),
        m @ 2..=90 => format!("{m} minutes"),
        m @ 91..=2_160 => format!("{} hours", (m + 30) / 60),
        m => format!("{} days", (m + 720) / 1_440),
    };
    if minutes < 0 { format!("{amount} ago") } else { format!("in {amount}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_id_reaches_the_reader() {
        let zone = TimeZone::get("Europe/London").unwrap();
        let view = View::new(zone, vec![("7".into(), "@ben".into())]);
        let now: Timestamp = "2027-01-04T09:30:00Z".parse().unwrap();
        assert_eq!(
            view.readable(now, "<@7> and <@9>: closes <t:1799141400:R>, <t:1799141400:t>; </me:12> 1 < 2"),
            "@ben and @somebody: closes in 24 hours, 09:30; /me 1 < 2"
        );
        assert_eq!(
            without_reference("Steady and far · day 1 of 12 · XSJGGK6W"),
            "Steady and far · day 1 of 12"
        );
        assert_eq!(without_reference("XSJGGK6W"), "");
        assert_eq!(without_reference("6d8fc15a"), "");
        assert_eq!(without_reference("Steady and far"), "Steady and far");
    }
}
