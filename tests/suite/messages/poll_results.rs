//! The largest results.

use helmsman::{
    chat::poll_result,
    domain::{
        id::{ChannelId, GuildId, PollId, TeamId, UserId},
        poll::{Mode, Nominee, Outcome, Person, Poll, State},
        prompt::Theme,
    },
};
use jiff::Timestamp;
use serde_json::Value;

/// As much as can be said of so many people who share it, each letter escaped.
fn largest(people: u8) -> Poll {
    let person = |place| Person {
        place,
        strengths: Theme::ALL.iter().map(|theme| (*theme, 500)).collect(),
        evidence: vec!["*".repeat(200); 3],
    };
    let nominee = |n| Nominee { user: UserId(n), name: format!("{}{n}", "*".repeat(31)), withdrawn: None };
    let outcome = Outcome::Recognised {
        people: (0..people).map(person).collect(),
        counts: Some((0..10).map(|place| (place, 500)).collect()),
    };
    Poll {
        id: PollId(1),
        team: TeamId(1),
        guild: GuildId(1),
        channel: ChannelId(1),
        by: Some(UserId(1)),
        situation: "*".repeat(1_000),
        link: None,
        mode: Mode::Full,
        quorum: 3,
        role: None,
        state: State::Closed,
        reason: None,
        made_at: Timestamp::UNIX_EPOCH,
        opens: Some(Timestamp::UNIX_EPOCH),
        closes: Timestamp::UNIX_EPOCH,
        remind_at: None,
        message: None,
        reached: true,
        tallied_at: Some(Timestamp::UNIX_EPOCH),
        nominees: (0..10).map(nominee).collect(),
        moments: Vec::new(),
        outcome: Some(outcome),
    }
}

#[test]
fn the_result_of_any_tie_fits() {
    for people in 1..=10 {
        let message = poll_result::message(&largest(people), "ABCD1234", None);
        let embed = serde_json::to_value(&message).unwrap()["embeds"][0].clone();
        let units = |text: &Value| text.as_str().unwrap_or("").encode_utf16().count();
        let fields = embed["fields"].as_array().unwrap();
        assert!(fields.iter().all(|field| units(&field["name"]) <= 256 && units(&field["value"]) <= 1_024));
        let all = units(&embed["title"])
            + units(&embed["description"])
            + units(&embed["footer"]["text"])
            + fields.iter().map(|field| units(&field["name"]) + units(&field["value"])).sum::<usize>();
        assert!(all <= 6_000, "{people} people: {all}");
        let words = fields.iter().any(|field| field["name"].as_str().unwrap().contains("What others wrote"));
        assert_eq!(words, people <= 5, "{people} people");
    }
}
