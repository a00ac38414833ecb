//! Reveals.

use super::{fits, series, text};
use helmsman::{
    app::{answering::Shared, prompts::snapshot},
    chat::reveal_message::{Reveal, message},
    domain::{
        id::{ChannelId, MessageId, UserId},
        occurrence::Snapshot,
    },
};

fn choice() -> Snapshot {
    let series = series();
    snapshot(&series, &series.prompts[0], 1)
}

fn reveal<'a>(snapshot: &'a Snapshot, counts: &'a [u32], shared: &'a [Shared]) -> Reveal<'a> {
    let answers = counts.iter().sum::<u32>() + 1;
    Reveal { snapshot, answers, counts, shared, team_streak: Some(5), reference: "7K3M9Q2X" }
}

fn note(user: u64, text: &str) -> Shared {
    Shared { user: UserId(user), text: text.into(), option: Some(1) }
}

#[test]
fn a_split_with_shared_answers() {
    let snapshot = choice();
    let shared = [note(7, "It *always* breaks\non Mondays, @everyone"), note(8, "The pile can wait.")];
    insta::assert_snapshot!(text(&message(&reveal(&snapshot, &[4, 2, 1], &shared), None)), @r"
    How it went: The quiet hour
    **Where does it go?**
    8 people answered, 1 of them in words only.
    ## The split
    ▰▰▰▰▰▰▱▱▱▱ 4 · **Clear the small jobs** (leans toward managing)
    ▰▰▰▱▱▱▱▱▱▱ 2 · **Mend what breaks** (both)
    ▰▱▱▱▱▱▱▱▱▱ 1 · **Begin the far-off thing** (leans toward leading)
    Leaning toward leading 1 · managing 4 · both 2
    ## What leading buys and costs
    An hour for later starts something.
    ## What managing buys and costs
    An hour for today keeps promises.
    ## Shared by those who wrote it
    <@7>: It \*always\* breaks on Mondays, \@everyone
    <@8>: The pile can wait.
    ## Team streak
    5 prompt days in a row on which most of the team answered
    -- Fixed · 7K3M9Q2X
    ");
}

#[test]
fn below_three_picks_there_is_no_split() {
    let snapshot = choice();
    let words = text(&message(&reveal(&snapshot, &[1, 0, 1], &[]), None));
    insta::assert_snapshot!(words, @r"
    How it went: The quiet hour
    **Where does it go?**
    3 people answered. Picks are shown once 3 people have picked an option, so that no pick has a name.
    ## What leading buys and costs
    An hour for later starts something.
    ## What managing buys and costs
    An hour for today keeps promises.
    ## Team streak
    5 prompt days in a row on which most of the team answered
    -- Fixed · 7K3M9Q2X
    ");
    assert!(!words.contains("▰"));
}

#[test]
fn the_longest_shared_answers_fit() {
    let snapshot = choice();
    let long = "*".repeat(500);
    for n in [1, 2, 5, 8, 12] {
        let shared: Vec<_> = (0..n).map(|user| note(u64::MAX - user, &long)).collect();
        let message = message(&reveal(&snapshot, &[900, 2, 1], &shared), None);
        fits(&message);
        let shown = text(&message).matches("<@").count();
        assert_eq!(shown, shared.len().min(8));
    }
}

#[test]
fn a_reveal_is_a_quiet_reply() {
    let snapshot = choice();
    let message = message(&reveal(&snapshot, &[0, 0, 0], &[]), Some((ChannelId(5), MessageId(6))));
    let json = serde_json::to_value(message).unwrap();
    assert_eq!(json["flags"], 1 << 12, "SUPPRESS_NOTIFICATIONS");
    assert_eq!(json["message_reference"]["message_id"], "6");
    assert_eq!(json["message_reference"]["fail_if_not_exists"], false);
    assert_eq!(json["allowed_mentions"]["parse"], serde_json::json!([]));
    assert_eq!(json["allowed_mentions"]["replied_user"], false);
}
