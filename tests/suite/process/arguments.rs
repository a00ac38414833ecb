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
async fn the_playground_says_how_it_can_be_played() {
    let ended = Place::empty().run(None, &["playground", "--help"]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for word in ["--terminal", "--page", "--port", "[default: 4646]"] {
        assert!(ended.out.contains(word), "no {word} in {}", ended.out);
    }
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
        (&["playground", "--port", "70000"], "invalid value '70000'"),
        (&["playground", "--terminal", "--page"], "cannot be used with"),
        (&["playground", "--terminal", "--port", "1"], "cannot be used with"),
    ] {
        let place = Place::empty();
        let ended = place.run(None, arguments).await;
        assert_eq!(ended.code, Some(code::USAGE), "{ended:?}");
        assert!(ended.said.contains(words), "{words}: {}", ended.said);
        assert!(place.names().is_empty());
    }
}
