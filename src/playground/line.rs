//! What a line of the playground means. Pure, so that every mistake has a clear word.

use jiff::{SignedDuration, civil::DateTime};

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
    /// Print the whole channel again.
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
    /// A slash command with its options.
    Slash(String, Vec<(String, String)>),
    /// The newest button with this label.
    Click(String),
    /// In the newest select menu that offers all of these.
    Select(Vec<String>),
    /// Fills in the open form: what belongs into each field, in order.
    Submit(Vec<String>),
    /// Replies to the newest prompt.
    Reply(String),
    /// Writes in the thread of the newest prompt.
    Thread(String),
    /// Writes in the channel.
    Say(String),
}

/// What `help` prints.
pub const HELP: &str = "\
ben: click Ask the team first     press the newest button with that label
ben: submit one text | another    fill in the form that is open, field by field
ben: select Monday, Tuesday       choose in the newest menu that has these
ben: reply I would ask first      reply to the newest prompt
ben: thread I would ask first     write in the thread of the newest prompt
ben: say good morning             write in the channel
ben: /me                          use a command
max: /series skip schedule:1      … with options
clock next                        to the next thing that happens by itself
clock +1d   clock +2h   clock +30m
clock 2027-01-11 09:00            to that time on the team's clock
show                              the whole channel again
people                            who is there
# some words                      said to the reader
quit";

impl Line {
    /// Reads a line.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and what to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(comment) = text.strip_prefix('#') {
            return Ok(Self::Comment(comment.trim().to_owned()));
        }
        let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        match first {
            "" => Ok(Self::Empty),
            "show" => Ok(Self::Show),
            "people" => Ok(Self::People),
            "help" => Ok(Self::Help),
            "quit" | "exit" => Ok(Self::Quit),
            "clock" => clock(rest),
            _ => match first.strip_suffix(':') {
                Some(who) if !who.is_empty() => Ok(Self::Act { who: who.to_owned(), act: Act::parse(rest)? }),
                _ => Err(format!("`{text}` means nothing here. Write `help` for what does")),
            },
        }
    }
}

fn clock(text: &str) -> Result<Line, String> {
    let wrong = || {
        format!(
            "the clock does not know `{text}`. Write `clock next`, `clock +1d`, `clock +2h` or `clock 2027-01-11 09:00`"
        )
    };
    if text == "next" {
        return Ok(Line::ClockNext);
    }
    if let Some(by) = text.strip_prefix('+') {
        let unit = by.chars().next_back().ok_or_else(wrong)?;
        let number: i64 = by[..by.len() - unit.len_utf8()].trim().parse().map_err(|_| wrong())?;
        let minutes = match unit {
            'm' => 1,
            'h' => 60,
            'd' => 24 * 60,
            'w' => 7 * 24 * 60,
            _ => return Err(wrong()),
        };
        if !(1..=1_000).contains(&number) {
            return Err("the clock moves by 1 to 1,000 at a time".to_owned());
        }
        return Ok(Line::ClockBy(SignedDuration::from_mins(number * minutes)));
    }
    text.replacen(' ', "T", 1).parse().map(Line::ClockAt).map_err(|_| wrong())
}

impl Act {
    fn parse(text: &str) -> Result<Self, String> {
        if let Some(command) = text.strip_prefix('/') {
            return slash(command);
        }
        let (verb, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        let given = || if rest.is_empty() { Err(format!("`{verb}` what?")) } else { Ok(rest.to_owned()) };
        let parts = |by: char| rest.split(by).map(|part| part.trim().to_owned()).collect();
        match verb {
            "click" => Ok(Self::Click(given()?)),
            "select" => given().map(|_| Self::Select(parts(','))),
            "submit" => Ok(Self::Submit(parts('|'))),
            "reply" => Ok(Self::Reply(given()?)),
            "thread" => Ok(Self::Thread(given()?)),
            "say" => Ok(Self::Say(given()?)),
            _ => Err(format!(
                "nobody knows how to `{verb}`. People click, select, submit, reply, thread, say, or use a /command"
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
    if path.is_empty() { Err("which command?".to_owned()) } else { Ok(Act::Slash(path.join(" "), options)) }
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
        assert_eq!(act("ben: submit One: two | three"), Act::Submit(vec!["One: two".into(), "three".into()]));
        let options = vec![("series".into(), "Steady and far".into()), ("time".into(), "09:30".into())];
        let schedule = act("ben: /series schedule series:Steady and far time:09:30");
        assert_eq!(schedule, Act::Slash("series schedule".into(), options));
        assert_eq!(act("ben: /me"), Act::Slash("me".into(), Vec::new()));
        assert_eq!(Line::parse("clock +1d"), Ok(Line::ClockBy(SignedDuration::from_hours(24))));
        assert_eq!(Line::parse(" # Monday "), Ok(Line::Comment("Monday".into())));
        assert_eq!(
            Line::parse("clock 2027-01-11 09:00"),
            Ok(Line::ClockAt("2027-01-11T09:00".parse().unwrap()))
        );
    }

    #[test]
    fn each_mistake_is_told() {
        for line in
            ["dance", "ben dance", "ben: dance", "ben: click", "ben: /", "clock", "clock soon", "clock +xd"]
        {
            let wrong = Line::parse(line).unwrap_err();
            assert!(wrong.len() > 10, "{line}: {wrong}");
        }
    }
}
