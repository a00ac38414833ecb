//! What the bot's messages say, read as a person reads them.

use emulator::Message;
use serde_json::Value;

/// A message of the bot.
pub enum Shown {
    Prompt(Prompt),
    Reveal(Reveal),
    Nudge(Nudge),
    /// A poll: its id, if it has buttons.
    Poll(Option<i64>),
    /// What came out of the poll of this message.
    Result(Option<u64>),
    /// What is said shortly before the poll of this message ends.
    Reminder(Option<u64>),
    Other,
}

pub struct Prompt {
    /// It is one that a manager posted by hand.
    pub extra: bool,
    pub late: bool,
    /// Milliseconds.
    pub closes: i64,
    pub answered: u32,
    pub title: String,
    /// The title of its series.
    pub series: String,
}

pub struct Reveal {
    /// The prompt that it speaks of.
    pub prompt: Option<u64>,
    pub answered: u32,
    /// Of each option, if they are told.
    pub split: Option<Vec<u32>>,
    pub text: String,
}

pub struct Nudge {
    /// The prompt that it speaks of, if that may be read.
    pub prompt: Option<u64>,
    /// So many of so many have answered.
    pub count: (u32, u32),
    /// When the prompt closes, in milliseconds.
    pub closes: i64,
}

fn embed(message: &Message) -> &Value {
    message.state().embeds.first().unwrap_or(&Value::Null)
}

fn text<'m>(message: &'m Message, key: &str) -> &'m str {
    embed(message)[key].as_str().unwrap_or("")
}

fn field<'m>(message: &'m Message, name: &str) -> Option<&'m str> {
    let fields = embed(message)["fields"].as_array()?;
    fields.iter().find(|field| field["name"] == name)?["value"].as_str()
}

fn footer(message: &Message) -> &str {
    embed(message)["footer"]["text"].as_str().unwrap_or("")
}

/// The short reference at the end of the footer: no two messages share one.
pub fn reference(message: &Message) -> &str {
    footer(message).rsplit(" · ").next().unwrap_or("")
}

fn people(text: &str) -> u32 {
    match text.split(' ').next() {
        Some("nobody" | "Nobody") => 0,
        Some(number) => number.parse().unwrap_or_else(|_| panic!("no number of people: {text}")),
        None => 0,
    }
}

/// "<t:1799227800:R>" in milliseconds.
fn time(text: &str) -> i64 {
    let seconds = text.trim_start_matches("<t:").trim_end_matches(['.', '>', 'R', ':']);
    1000 * seconds.parse::<i64>().unwrap_or_else(|_| panic!("no time: {text}"))
}

pub fn read(message: &Message) -> Shown {
    let about = || message.state().reference.map(|to| to.message.get());
    let closes = field(message, "Closes").or(field(message, "Closed"));
    // Polls close, too.
    if let (Some(closes), Some(answered)) = (closes, field(message, "Answered")) {
        return Shown::Prompt(Prompt {
            extra: footer(message).contains("an extra prompt"),
            late: text(message, "description").contains("A little late"),
            closes: time(closes),
            answered: people(answered),
            title: text(message, "title").replace('\\', ""),
            series: footer(message).split(" · ").next().unwrap_or("").to_owned(),
        });
    }
    if text(message, "title").starts_with("How it went") {
        let split = field(message, "The split").map(|split| {
            let counts = split.lines().filter_map(|line| line.strip_prefix(['▰', '▱']));
            let number =
                |line: &str| line.trim_start_matches(['▰', '▱']).trim().split(' ').next()?.parse().ok();
            counts.map(|line| number(line).unwrap_or_else(|| panic!("no count: {line}"))).collect()
        });
        return Shown::Reveal(Reveal {
            prompt: about(),
            answered: people(text(message, "description").lines().last().unwrap_or("")),
            split,
            text: message.text(),
        });
    }
    let (title, line) = (text(message, "title"), text(message, "description"));
    if footer(message).starts_with("Poll · ") {
        if field(message, "Who may vote").is_some()
            || closes.is_some()
            || field(message, "Cancelled").is_some()
        {
            let ids = message.buttons().into_iter().filter_map(|button| button.custom_id);
            let id = ids.filter_map(|id| id.strip_prefix("poll:mine:")?.parse().ok()).next();
            return Shown::Poll(id);
        }
        assert!(title.starts_with("Recognised") || title == "A poll has ended", "what is {}", message.text());
        return Shown::Result(about());
    }
    if line.starts_with("**Who handled it like a leader?** closes") {
        return Shown::Reminder(about());
    }
    if let Some((count, rest)) =
        line.split_once(" answered. **").filter(|_| text(message, "title").is_empty())
    {
        let words: Vec<_> = count.split([' ', '*']).filter(|word| !word.is_empty()).collect();
        let [_, "of", of, ..] = words[..] else { panic!("no nudge: {line}") };
        return Shown::Nudge(Nudge {
            prompt: about(),
            count: (people(words[0]), people(of)),
            closes: time(rest.rsplit(' ').next().unwrap_or("")),
        });
    }
    Shown::Other
}

/// The length of the streak that an answer tells of.
pub fn streak(text: &str) -> Option<u32> {
    let line = &text[text.find("Streak: ")? + "Streak: ".len()..];
    match line.strip_prefix("**") {
        Some(rest) => rest.split(' ').next()?.parse().ok(),
        None => line.starts_with("not running").then_some(0),
    }
}

/// What a person was told about something that was done with a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    Taken,
    Late,
    /// The message is being posted this moment.
    Early,
    Gone,
    Unknown,
    /// An error in the client, or a word that something went wrong.
    Failed,
}

pub fn told(text: &str) -> Told {
    let words = [
        ("Streak: ", Told::Taken),
        ("This prompt closed", Told::Late),
        ("being posted this moment", Told::Early),
        ("was taken back", Told::Gone),
        ("I do not know this prompt", Told::Unknown),
    ];
    words.iter().find(|(words, _)| text.contains(words)).map_or(Told::Failed, |(_, told)| *told)
}
