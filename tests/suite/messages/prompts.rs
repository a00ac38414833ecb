//! Prompts, open and closed.

use super::{fits, series, text};
use helmsman::{
    app::prompts::snapshot,
    chat::prompt_message::{Shown, edit, message},
    domain::{id::OccurrenceId, library::Library, occurrence::Snapshot, prompt::Kind},
};
use jiff::Timestamp;

fn shown(snapshot: &Snapshot) -> Shown<'_> {
    let closes: Timestamp = "2027-01-05T08:30:00Z".parse().unwrap();
    Shown { id: OccurrenceId(42), snapshot, closes, answers: 0, closed: false, reference: "7K3M9Q2X" }
}

fn of_kind(wanted: fn(&Kind) -> bool) -> Snapshot {
    let series = series();
    let prompt = series.prompts.iter().find(|prompt| wanted(&prompt.kind)).unwrap();
    Snapshot { number: 4, of: 10, ..snapshot(&series, prompt, 1) }
}

#[test]
fn an_open_choice() {
    let snapshot = of_kind(|kind| matches!(kind, Kind::Choice { .. }));
    insta::assert_snapshot!(text(&message(&shown(&snapshot))), @r"
    The quiet hour
    The shop is empty for an hour: nobody \*needs\* anything.

    **Where does it go?**

    **Clear the small jobs**: Work down the pile.
    **Mend what breaks**: Repair the one thing that trips us up.
    **Begin the far-off thing**: Start what nobody gets round to.
    ## Closes
    <t:1799137800:R>
    ## Answered
    nobody yet
    ## Who sees what
    Your pick is counted, your name is not shown. A reason that you add is yours alone unless you press Share.
    -- Fixed · day 4 of 10 · 7K3M9Q2X
    [Clear the small jobs](pick:42:0) [Mend what breaks](pick:42:1) [Begin the far-off thing](pick:42:2)
    ");
}

#[test]
fn a_late_reflection_with_answers() {
    let snapshot = Snapshot { late: true, ..of_kind(|kind| *kind == Kind::Reflection) };
    insta::assert_snapshot!(text(&message(&Shown { answers: 1, ..shown(&snapshot) })), @r"
    What days are for
    *A little late: I was away when this was due.*

    The shop is empty for an hour: nobody \*needs\* anything.

    **What will still be there in a year?**
    ## Closes
    <t:1799137800:R>
    ## Answered
    1 person
    ## Who sees what
    What you write is yours alone unless you press Share. A reply here counts too, and everyone sees it.
    -- Fixed · day 4 of 10 · 7K3M9Q2X
    [Answer](write:42)
    ");
}

#[test]
fn a_challenge_by_hand() {
    let snapshot = Snapshot { number: 0, ..of_kind(|kind| *kind == Kind::Challenge) };
    insta::assert_snapshot!(text(&message(&shown(&snapshot))), @r"
    Thanks
    The shop is empty for an hour: nobody \*needs\* anything.

    **Thank somebody for a quiet day.**
    ## Closes
    <t:1799137800:R>
    ## Answered
    nobody yet
    ## Who sees what
    That you did it is counted, your name is not shown. A note is yours alone unless you press Share.
    -- Fixed · an extra prompt · 7K3M9Q2X
    [Done](done:42) [Done, with a note](write:42)
    ");
}

#[test]
fn a_closed_prompt_has_no_buttons() {
    let snapshot = of_kind(|kind| matches!(kind, Kind::Choice { .. }));
    let shown = Shown { answers: 7, closed: true, ..shown(&snapshot) };
    let json = serde_json::to_value(edit(&shown)).unwrap();
    assert_eq!(json["components"], serde_json::json!([]), "named, so that the old ones go");
    assert!(text(&edit(&shown)).contains("## Closed\n<t:1799137800:R>\n## Answered\n7 people"));
}

#[test]
fn every_prompt_fits() {
    for series in Library::builtin().iter() {
        for prompt in &series.prompts {
            let snapshot = Snapshot { late: true, number: 99, ..snapshot(series, prompt, 7) };
            fits(&message(&shown(&snapshot)));
        }
    }
}
