//! The playground as whoever tries it meets it, line by line.

use crate::harness::setting;
use helmsman::playground::{self, Setting};
use std::path::Path;

/// Plays these lines. Which could not be played, and what was printed.
async fn play(setting: &Setting, lines: &str) -> (Vec<usize>, String) {
    let mut out = Vec::new();
    let played = playground::play_lines(setting, &mut lines.as_bytes(), &mut out).await;
    (played.map_err(|ending| ending.message).unwrap(), String::from_utf8(out).unwrap())
}

/// Plays lines of which each can be played.
async fn seen(lines: &str) -> String {
    let (failed, seen) = play(&setting(), lines).await;
    assert!(failed.is_empty(), "{seen}");
    seen
}

fn kept(directory: &Path) -> Setting {
    Setting { data: Some(directory.to_owned()), ..setting() }
}

#[tokio::test]
async fn the_same_lines_give_the_same_story() {
    let lines = "# Monday\nclock next\nben: /me\n";
    let first = seen(lines).await;
    assert!(first.contains("day 1 of 12") && first.contains("only ben sees this"), "{first}");
    assert!(!first.contains("<@") && !first.contains("<t:"), "{first}");
    assert_eq!(seen(lines).await, first);
}

#[tokio::test]
async fn what_could_not_be_played_is_told_with_its_line() {
    let lines = "# One\nben: dance\nnobody: /me\n\nben: click Nothing\nclock 2020-01-01 00:00\nben: /me now\n\
                 ben: /away friday\nclock 9999-12-31 23:00\n";
    let (failed, out) = play(&setting(), lines).await;
    assert_eq!(failed, [2, 3, 5, 6, 7, 8, 9], "{out}");
    for words in [
        "\n\n> ben: dance\n!! line 2: nobody knows how to dance.",
        "\n\n> nobody: /me\n!! line 3: there is nobody called nobody",
        "!! line 7: /me takes nothing more: leave out `now`\n",
        "!! line 8: `friday` belongs to no option. Usage: /away [",
        "!! line 9: the calendar of the playground ends with the year 2079\n",
    ] {
        assert!(out.contains(words), "{words}: {out}");
    }
}

#[tokio::test]
async fn whoever_types_is_told_who_is_there_before_anything_else() {
    let typed = Setting { typed: true, ..setting() };
    let (_, out) = play(&typed, "show\n").await;
    let (hello, shown) = out.split_once("\n> ").unwrap();
    insta::assert_snapshot!(hello, @r"
    It is Mon 4 Jan 2027, 08:00.
    This Discord server exists only on your machine. Its people:
      ana   owns the server and has set the team up
      max   a manager: has the role Leads
      ben   a member
      cleo  a member
      dan   a member
      eve   a member, on leave in the first week

    The clock stands still until you move it. For a start:

      clock next       on to the first prompt
      ben: click 1     answer with the first of its buttons
      cleo: reply Hm   a reply counts as well
      clock next       the prompt closes, and what came of it is shown
      ben: /me         ben's streak
      show             the channel, with what Helmsman said before you came
      help             everything else
    ");
    assert!(
        shown.starts_with("── #team, Mon 4 Jan 2027, 08:00 ──\nHelmsman (only ana sees this):\n"),
        "{shown}"
    );
    assert!(shown.contains("\nHelmsman:\n  Hello from Helmsman\n"), "{shown}");
    assert!(shown.contains("\nHelmsman (only eve sees this):\n  You are away: "), "{shown}");
}

#[tokio::test]
async fn show_tells_where_and_when_each_message_was_written_and_what_can_still_be_used() {
    let out = seen(
        "clock next\nben: click 1\nben: thread Hm\nclock 10:00\ncleo: /me\ngo office\ndan: say lunch?\nshow\n",
    )
    .await;
    let (_, shown) = out.split_once("> show\n").unwrap();
    let is_head = |line: &&str| line.ends_with("thread:") || !line.is_empty() && !line.starts_with("  ");
    let heads: Vec<_> = shown.lines().filter(is_head).collect();
    insta::assert_snapshot!(heads.join("\n"), @r"
    ── #team, Mon 4 Jan 2027, 08:00 ──
    Helmsman:
    Helmsman:
    ── #team, Mon 4 Jan 2027, 09:30 ──
    Helmsman:
        ben, in the thread:
    ── #team, Mon 4 Jan 2027, 10:00 ──
    Helmsman (only cleo sees this):
    ── #office, Mon 4 Jan 2027, 10:00 ──
    dan:
    It is Mon 4 Jan 2027, 10:00.
    ");
}

#[tokio::test]
async fn the_clock_is_that_of_the_team() {
    let out = seen(
        "clock next\nana: /setup\nana: click Change\nana: click Time zone\nana: submit Europe/Paris\nana: click Change it\nclock 11:00\n\
         clock 2027-01-05 09:00\n",
    )
    .await;
    assert!(out.contains("The clock is now that of Europe/Paris: Mon 4 Jan 2027, 10:30."), "{out}");
    assert!(out.contains("> clock 11:00\nIt is Mon 4 Jan 2027, 11:00.\n"), "{out}");
    assert!(out.contains("It is Tue 5 Jan 2027, 09:00."), "{out}");
}

#[tokio::test]
async fn people_read_what_was_written() {
    let out = seen(
        "clock next\nben: click 1\nben: click Add why\nben: submit Hello *bold* @everyone\nben: click Share\n\
         max: click 1\ndan: click 1\nclock next\n",
    )
    .await;
    assert!(out.contains("@ben: Hello *bold* @everyone\n"), "{out}");
    assert!(!out.contains("\\"), "{out}");
}

#[tokio::test]
async fn a_kept_playground_goes_on_where_it_stopped() {
    let directory = tempfile::tempdir().unwrap();
    let kept_here = kept(directory.path());
    let first = play(&kept_here, "clock next\nben: reply here\n").await;
    assert_eq!(first.0, [0; 0], "{}", first.1);
    let (failed, later) =
        play(&kept_here, "clock +1d\nclock next\nben: /me\nben: click Why?\ncleo: /me\n").await;
    assert_eq!(failed, [0; 0], "{later}");
    assert!(later.starts_with("Going on from Mon 4 Jan 2027, 09:30. Messages are not kept:"), "{later}");
    assert!(later.contains("day 2 of 12") && later.contains("1 prompt day"), "{later}");
    assert!(later.contains("**The quiet hour** · answered, streak 1"), "{later}");
    assert!(!later.contains("Hello from Helmsman"), "the team is there already: {later}");

    // Whoever stops at once finds the team as well.
    let empty = tempfile::tempdir().unwrap();
    play(&kept(empty.path()), "").await;
    let (_, again) = play(&kept(empty.path()), "").await;
    assert!(again.starts_with("Going on from Mon 4 Jan 2027, 08:00."), "{again}");
}

#[tokio::test]
async fn what_was_kept_is_not_begun_anew_when_its_time_is_garbled() {
    let directory = tempfile::tempdir().unwrap();
    play(&kept(directory.path()), "").await;
    std::fs::write(directory.path().join("clock"), "half past ni").unwrap();
    let mut out = Vec::new();
    let refused = playground::play_lines(&kept(directory.path()), &mut "show\n".as_bytes(), &mut out).await;
    let message = refused.unwrap_err().message.unwrap();
    assert!(message.contains("clock: it should hold the time at which the story stopped"), "{message}");
    assert!(out.is_empty());
}
