//! What can be said on the command line at all.

use super::{child::Place, code};

#[tokio::test]
async fn help_explains_each_subcommand_and_exit_code() {
    let ended = Place::empty().run(None, &["--help"]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for word in
        ["run", "prompts", "playground", "DISCORD_TOKEN", "Exit codes:", "the database cannot be used"]
    {
        assert!(ended.out.contains(word), "no {word} in {}", ended.out);
    }
}

#[tokio::test]
async fn what_changes_nothing_is_not_offered_and_still_taken() {
    let ended = Place::empty().run(None, &["playground", "--help"]).await;
    assert!(ended.code == Some(0) && !ended.out.contains("--terminal"), "{ended:?}");
    let ended = Place::empty().run(None, &["playground", "--terminal", "--help"]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[tokio::test]
async fn what_cannot_be_said_is_told_with_what_can() {
    for (arguments, words) in [
        (&[][..], "Usage: helmsman <COMMAND>"),
        (&["rum"], "unrecognized subcommand 'rum'"),
        (&["run", "--confg", "x"], "unexpected argument '--confg'"),
        (&["run", "--config"], "a value is required"),
        (&["prompts"], "Usage: helmsman prompts <COMMAND>"),
        (&["playground", "--seed", "seven"], "invalid value 'seven'"),
    ] {
        let place = Place::empty();
        let ended = place.run(None, arguments).await;
        assert_eq!(ended.code, Some(code::USAGE), "{ended:?}");
        assert!(ended.said.contains(words), "{words}: {}", ended.said);
        assert!(place.names().is_empty());
    }
}
