//! What the channel shows of polls, against what the database says.

use super::Poll;
use crate::simulation::{
    shown::{self, Shown},
    team::Team,
};
use emulator::Message;
use helmsman::domain::{
    id::PollId,
    poll::{self, Outcome, State},
};
use std::collections::HashMap;

/// Edits are tried again after half a minute, and once more when one in doubt can do no more harm.
const EDITS: i64 = 6 * 60_000;

/// How many results each poll has in the channel; and nobody is reminded twice.
pub fn results(team: &Team, messages: &[&Message], context: &str) -> HashMap<PollId, usize> {
    let (mut results, mut reminded) = (HashMap::new(), HashMap::new());
    for message in messages {
        let of = |about: Option<u64>| {
            let all = team.polls.all.iter();
            all.filter(|poll| poll.messages.iter().any(|id| Some(id.get()) == about))
                .map(|poll| poll.id)
                .next()
        };
        match shown::read(message) {
            Shown::Result(about) => of(about).map(|id| *results.entry(id).or_insert(0) += 1),
            Shown::Reminder(about) => of(about).map(|id| *reminded.entry(id).or_insert(0) += 1),
            _ => None,
        };
    }
    assert!(results.values().all(|n| *n == 1), "{context}: a result twice: {results:?}");
    assert!(reminded.values().all(|n| *n == 1), "{context}: reminded twice: {reminded:?}");
    results
}

/// The result in the channel is the one in the database, in words.
pub fn check_result(team: &Team, stored: &poll::Poll, said: u64, messages: &[&Message], about: &str) {
    let Some(message) = messages.iter().find(|message| message.id.get() == said) else {
        assert!(team.is_rough(stored.made_at.as_millisecond(), i64::MAX >> 20), "{about}: where is it");
        return;
    };
    let text = message.text().replace('\\', "");
    let name = |place: &u8| format!("**{}**", stored.nominees[usize::from(*place)].name);
    let fits = match stored.outcome.as_ref().expect("it is closed") {
        Outcome::TooFew => text.contains("There were not enough votes for a result"),
        Outcome::NoneLeft => text.contains("Nobody was left at the end"),
        Outcome::OneLeft(place) => text.contains(&format!("Only {} was left", name(place))),
        Outcome::Recognised { people, counts } => {
            let told = |person: &poll::Person| {
                let words = person.evidence.iter().all(|words| text.contains(words.as_str()));
                text.contains(&name(&person.place)) && words
            };
            let others = (0..stored.nominees.len() as u8)
                .filter(|place| !people.iter().any(|person| person.place == *place));
            let silent = others.into_iter().all(|place| !text.contains(&name(&place)));
            text.contains("Recognised")
                && people.iter().all(told)
                && silent
                && text.contains("All votes") == counts.is_some()
        }
    };
    assert!(fits, "{about}: the result in the channel: {text}");
}

/// A poll's message has its buttons while it is open, and shows who withdrew and whether there are votes enough.
pub fn check_message(
    team: &Team,
    poll: &Poll,
    stored: &poll::Poll,
    messages: &[&Message],
    (now, rough): (i64, bool),
    about: &str,
) {
    let Some(message) = stored.message.and_then(|id| messages.iter().find(|one| one.id.get() == id.0)) else {
        let gone = poll.deleted || stored.message.is_some() && rough;
        let unseen = matches!(stored.state, State::Claimed | State::Cancelled);
        assert!(gone || unseen || rough, "{about}: no message");
        return;
    };
    let text = message.text().replace('\\', "");
    if rough {
        return;
    }
    if !matches!(stored.state, State::Claimed | State::Open) {
        assert!(message.buttons().is_empty() && message.selects().is_empty(), "{about}: buttons: {text}");
        return;
    }
    // What has just been cast may still be on its way to the message.
    let young = poll.casts.iter().any(|cast| super::cast_at(cast) > now - EDITS);
    if young || now > poll.closes - EDITS {
        return;
    }
    let mut offered: Vec<u8> = message
        .buttons()
        .into_iter()
        .filter_map(|button| button.custom_id?.strip_prefix(&format!("poll:vote:{}:", poll.id))?.parse().ok())
        .collect();
    let menus = message.selects();
    offered.extend(
        menus.iter().flat_map(|menu| &menu.options).filter_map(|(_, place)| place.parse::<u8>().ok()),
    );
    let standing = poll.nominees.iter().enumerate().filter(|(_, (_, withdrew))| !withdrew);
    let standing: Vec<_> = standing.map(|(place, _)| place as u8).collect();
    assert_eq!(offered, standing, "{about}: whom can be chosen: {text}");
    for (place, (_, withdrew)) in poll.nominees.iter().enumerate() {
        let said = text.contains(&format!("~~{}~~ withdrew", stored.nominees[place].name));
        assert_eq!(said, *withdrew, "{about}: who withdrew: {text}");
    }
    assert_eq!(text.contains("enough for a result yet"), !stored.reached, "{about}: votes enough: {text}");
    let everybody = (0..team.people.len()).filter(|who| poll.standing(*who).choice.is_some()).count() as u32;
    let clear = poll.casts.iter().all(|cast| cast.counts.is_some());
    let some = poll.nominees.iter().any(|(_, withdrew)| *withdrew);
    assert!(
        !clear || !stored.reached || everybody >= poll.quorum || poll.has_lost_votes(),
        "{about}: reached"
    );
    // Of two, nominees cannot choose; of whom is left the count knows.
    let choosing = poll.nominees.len() > 3 && !some;
    assert!(!clear || !choosing || stored.reached || everybody < poll.quorum, "{about}: not reached");
}

impl Poll {
    /// Whether any vote was taken back.
    fn has_lost_votes(&self) -> bool {
        self.casts.iter().any(|cast| cast.what == super::What::Unvote && cast.counts == Some(true))
    }
}
