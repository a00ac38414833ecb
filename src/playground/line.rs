//! What a line of the playground means. Pure, so that every mistake has a clear word.

use jiff::{
    SignedDuration, Span, SpanRelativeTo,
    civil::{DateTime, Time},
};

/// A line, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Nothing to do.
    Empty,
    /// Told to whoever reads the story.
    Comment(String),
    /// Somebody does something.
    Act {
        /// Who.
        who: String,
        /// What.
        act: Act,
    },
    /// To the next thing that happens by itself.
    ClockNext,
    /// On by that much.
    ClockBy(SignedDuration),
    /// To that local time.
    ClockAt(DateTime),
    /// To the next moment at which local clocks show this.
    ClockTime(Time),
    /// What the clock shows.
    Clock,
    /// From now on people act in the channel of this name.
    Go(String),
    /// Print every channel as it is.
    Show,
    /// Who is there.
    People,
    /// What can be said.
    Help,
    /// The end.
    Quit,
}

/// What somebody does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Which slash commands there are.
    Commands,
    /// A slash command with its options. A `?` at the end of a value asks what could be written.
    Slash(String, Vec<(String, String)>),
    /// The newest button with this label, or the one with this number of the newest message that has any.
    Click(String),
    /// In the newest select menu that offers all of these.
    Select(Vec<String>),
    /// Fills in the open form: what belongs into each field, in order, with `|` between them.
    Submit(String),
    /// Replies to the newest prompt.
    Reply(String),
    /// Writes in the thread of the newest prompt.
    Thread(String),
    /// Writes in the channel.
    Say(String),
}

/// What `help` prints.
pub const HELP: &str = "\
clock next                  on to the next prompt, close or reveal
clock +1d                   on by a day; also +2h30m
clock 09:30                 on to that time for the team; also 2027-01-11 09:00

ben: click Change           press the newest button with that label
ben: click 1                press a button of the newest message by its number
ben: reply I would wait     reply to the newest prompt
ben: thread I would wait    write in the thread of the newest prompt
ben: say good morning       write in the channel
ben: submit I would wait    fill in the open form (several fields: one | two)
ana: select Monday, Friday  choose in the newest menu that has these

ben: /                      which commands there are
ben: /me                    use a command
ben: /away until:friday     with an option; `until:?` tells what can stand there

people                      who is there
show                        the channels as they are now, with private answers of
                            the last quarter of an hour
go office                   act in another channel; the team's is #team
# some words                said to the reader
quit                        the end

Arrow keys work if you start it as `rlwrap helmsman playground`.";

impl Line {
    /// Reads a line.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and what to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.contains('\x1b') {
            return Err(
                "arrow keys mean nothing here, unless it is started as `rlwrap helmsman playground`".into()
            );
        }
        if let Some(comment) = text.strip_prefix('#') {
            return Ok(Self::Comment(comment.trim().to_owned()));
        }
        let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        match first.to_lowercase().as_str() {
            "" => Ok(Self::Empty),
            "show" => Ok(Self::Show),
            "people" => Ok(Self::People),
            "help" | "?" => Ok(Self::Help),
            "quit" | "exit" | "q" => Ok(Self::Quit),
            "clock" => clock(rest),
            "go" if rest.is_empty() => Err("go where? `go office` or `go team`".to_owned()),
            "go" => Ok(Self::Go(rest.trim_start_matches('#').to_lowercase())),
            first => match somebody(text) {
                None => Err(nothing(text, first, rest)),
                Some((who, what)) => Ok(Self::Act { who, act: Act::parse(what)? }),
            },
        }
    }
}

/// `ben: what`, with or without spaces around the colon.
fn somebody(text: &str) -> Option<(String, &str)> {
    let (who, what) = text.split_once(':')?;
    let who = who.trim_end();
    let is_name = !who.is_empty() && who.chars().all(char::is_alphanumeric);
    is_name.then(|| (who.to_lowercase(), what.trim()))
}

const VERBS: [&str; 6] = ["click", "select", "submit", "reply", "thread", "say"];

/// What a line without a meaning could have meant.
fn nothing(text: &str, first: &str, rest: &str) -> String {
    let verb = |word: &str| word.starts_with('/') || VERBS.contains(&word.to_lowercase().as_str());
    if verb(first) {
        format!("who does that? Write for example `ben: {text}`")
    } else if rest.split_whitespace().next().is_some_and(verb) {
        format!("write a colon after the name: `{first}: {rest}`")
    } else {
        "this means nothing here. `help` says what does".to_owned()
    }
}

fn clock(text: &str) -> Result<Line, String> {
    let wrong = || {
        "write `clock next`, `clock +1d`, `clock +2h30m`, `clock 09:30` or `clock 2027-01-11 09:00`"
            .to_owned()
    };
    if text.is_empty() {
        return Ok(Line::Clock);
    }
    if text.eq_ignore_ascii_case("next") {
        return Ok(Line::ClockNext);
    }
    if let Some(by) = text.strip_prefix('+') {
        let span: Span = by.trim().parse().map_err(|_| wrong())?;
        let by = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
        let most = SignedDuration::from_hours(1_000 * 24);
        return match by {
            by if by.is_positive() && by <= most => Ok(Line::ClockBy(by)),
            _ => Err("the clock moves on by at most 1,000 days at a time".to_owned()),
        };
    }
    // An hour below ten needs no zero.
    let (day, time) = text.rsplit_once(' ').unwrap_or(("", text));
    let time = if time.find(':') == Some(1) { format!("0{time}") } else { time.to_owned() };
    match day {
        "" if time.contains(':') => time.parse().map(Line::ClockTime).map_err(|_| wrong()),
        "" => text.parse().map(Line::ClockAt).map_err(|_| wrong()),
        day => format!("{}T{time}", day.trim()).parse().map(Line::ClockAt).map_err(|_| wrong()),
    }
}

impl Act {
    fn parse(text: &str) -> Result<Self, String> {
        if let Some(command) = text.strip_prefix('/') {
            return slash(command);
        }
        let (verb, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let (verb, rest) = (verb.to_lowercase(), rest.trim());
        let given = |example: &str| match rest {
            "" => Err(format!("{verb} what? For example: `{verb} {example}`")),
            rest => Ok(rest.to_owned()),
        };
        match verb.as_str() {
            "click" => Ok(Self::Click(given("Change")?)),
            "select" => {
                let parts = given("Monday, Friday")?;
                Ok(Self::Select(parts.split(',').map(|part| part.trim().to_owned()).collect()))
            }
            "submit" => Ok(Self::Submit(rest.to_owned())),
            "reply" => Ok(Self::Reply(given("I would wait")?)),
            "thread" => Ok(Self::Thread(given("I would wait")?)),
            "say" => Ok(Self::Say(given("good morning")?)),
            "" => Err(format!("and then? People {}, or use a /command", VERBS.join(", "))),
            verb => Err(format!(
                "nobody knows how to {verb}. People {}; a command begins with a slash: `/{text}`",
                VERBS.join(", ")
            )),
        }
    }
}

/// `series skip schedule:1 …`: words until the first `option:`, whose value goes on to the next one.
fn slash(text: &str) -> Result<Act, String> {
    let (mut path, mut options) = (Vec::new(), Vec::<(String, String)>::new());
    for word in text.split_whitespace() {
        let option = word.split_once(':').filter(|(name, _)| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '-')
        });
        match (option, options.last_mut()) {
            (Some((name, value)), _) => options.push((name.to_owned(), value.to_owned())),
            (None, Some((_, value))) => {
                if !value.is_empty() {
                    value.push(' ');
                }
                value.push_str(word);
            }
            (None, None) => path.push(word),
        }
    }
    if let Some((name, _)) = options.iter().find(|(_, value)| value.is_empty()) {
        return Err(format!(
            "`{name}:` wants a value after the colon; `{name}:?` tells what can stand there"
        ));
    }
    Ok(if path.is_empty() { Act::Commands } else { Act::Slash(path.join(" "), options) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(text: &str) -> Act {
        match Line::parse(text) {
            Ok(Line::Act { who, act }) if who == "ben" => act,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn lines_read_as_a_story() {
        assert_eq!(act("ben: click Ask the team first"), Act::Click("Ask the team first".into()));
        assert_eq!(act("Ben: Click 1"), Act::Click("1".into()));
        assert_eq!(act("ben: submit One: two | three"), Act::Submit("One: two | three".into()));
        let options = vec![("series".into(), "Steady and far".into()), ("time".into(), "09:30".into())];
        let schedule = act("ben: /series schedule series:Steady and far time:09:30");
        assert_eq!(schedule, Act::Slash("series schedule".into(), options));
        assert_eq!(act("ben: /me"), Act::Slash("me".into(), Vec::new()));
        assert_eq!(act("ben: /"), Act::Commands);
        for (line, same) in
            [("ben:click 1", "ben: click 1"), ("ben:/me", "ben: /me"), ("ben : /me", "ben: /me")]
        {
            assert_eq!(act(line), act(same));
        }
        assert_eq!(Line::parse(" # Monday "), Ok(Line::Comment("Monday".into())));
        assert_eq!(Line::parse("Go #office"), Ok(Line::Go("office".into())));
        assert_eq!(Line::parse("?"), Ok(Line::Help));
    }

    #[test]
    fn the_clock_takes_lengths_days_and_times() {
        let minutes = |number| Ok(Line::ClockBy(SignedDuration::from_mins(number)));
        assert_eq!(Line::parse("clock +1d"), minutes(24 * 60));
        assert_eq!(Line::parse("clock +1w"), minutes(7 * 24 * 60));
        assert_eq!(Line::parse("Clock +2h30m"), minutes(150));
        for at in ["clock 2027-01-11 09:00", "clock 2027-01-11 9:00"] {
            assert_eq!(Line::parse(at), Ok(Line::ClockAt("2027-01-11T09:00".parse().unwrap())));
        }
        let day = Ok(Line::ClockAt("2027-01-11T00:00".parse().unwrap()));
        assert_eq!(Line::parse("clock 2027-01-11"), day);
        assert_eq!(Line::parse("clock 9:30"), Ok(Line::ClockTime("09:30".parse().unwrap())));
        assert_eq!(Line::parse("clock"), Ok(Line::Clock));
        for wrong in
            ["clock soon", "clock +", "clock +1", "clock +xd", "clock +-1d", "clock +9999d", "clock 25:00"]
        {
            assert!(Line::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn each_mistake_is_told_with_what_to_write() {
        for (line, words) in [
            ("dance", "`help`"),
            ("ben dance", "`help`"),
            ("ben click Change", "`ben: click Change`"),
            ("/me", "`ben: /me`"),
            ("click 1", "`ben: click 1`"),
            ("/away until:friday", "`ben: /away until:friday`"),
            ("ben:", "click"),
            ("ben: dance", "click"),
            ("ben: me", "`/me`"),
            ("ben : me", "`/me`"),
            ("ana: /setup zone:", "`zone:?`"),
            ("ana: /series schedule series: time:09:30", "`series:?`"),
            ("\x1b[A", "rlwrap"),
            ("ben: click", "`click Change`"),
            ("go", "`go office`"),
        ] {
            let wrong = Line::parse(line).unwrap_err();
            assert!(wrong.contains(words), "{line}: {wrong}");
        }
    }
}
