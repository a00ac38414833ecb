//! Series files that are wrong: `run` does not start with half of them, and `prompts check` tells the same.

use super::{
    TOKEN,
    child::{Ended, Place},
    code,
};

const FINE: &str = r#"id = "mine"
title = "Mine"
about = "What we say here."

[[prompt]]
id = "one"
kind = "reflection"
theme = "growing-others"
source = "Our own"
title = "One"
situation = "You have a minute."
question = "What do you do with it?"
lead_insight = "This buys. It costs."
manage_insight = "That buys. It costs."
"#;

/// A folder `prompts` with these files, and a config that names it.
fn place(files: &[(&str, &str)]) -> Place {
    let place = Place::with("[prompts]\ndirectory = \"prompts\"\n");
    std::fs::create_dir(place.path("prompts")).unwrap();
    for (name, text) in files {
        place.write(&format!("prompts/{name}"), text);
    }
    place
}

/// What `run` says of them. It made no database.
async fn refused(place: &Place) -> String {
    let before = place.names();
    let ended = place.run(Some(TOKEN), &["run"]).await;
    assert_eq!(ended.code, Some(code::CONFIG), "{ended:?}");
    assert_eq!(place.names(), before);
    ended.said
}

async fn checked(place: &Place, path: &str) -> Ended {
    place.run(None, &["prompts", "check", path]).await
}

#[tokio::test]
async fn a_broken_file_is_told_by_both_with_all_its_mistakes() {
    let broken =
        FINE.replace("growing-others", "growing-otters").replace("title = \"One\"", "titel = \"One\"");
    let place = place(&[("broken.toml", &broken), ("fine.toml", FINE)]);
    let said = refused(&place).await;
    insta::assert_snapshot!(said, @r#"
    helmsman: prompts/broken.toml:8:9: "growing-otters" is none of the themes
      |
    8 | theme = "growing-otters"
      |         ^^^^^^^^^^^^^^^^
      = did you mean "growing-others"? The themes are:
          horizon, stability-change, vision-execution, systems-people
          authority-influence, measure-inspire, initiative, ownership
          letting-go, growing-others, power-people, resolve

    prompts/broken.toml:10:1: `titel` is no key of a prompt
       |
    10 | titel = "One"
       | ^^^^^
       = did you mean `title`?
    "#);
    let ended = checked(&place, "prompts").await;
    assert_eq!(ended.code, Some(code::WRONG), "{ended:?}");
    assert_eq!(ended.said, "");
    let problems = said.strip_prefix("helmsman: ").unwrap().trim_end();
    assert!(ended.out.contains("prompts/fine.toml: ok: 1 prompt"), "{}", ended.out);
    for problem in problems.split("\n\n") {
        assert!(ended.out.contains(problem), "no {problem} in {}", ended.out);
    }
    let ended = checked(&place, "prompts/broken.toml").await;
    assert_eq!((ended.code, ended.out.trim_end()), (Some(code::WRONG), problems));
}

#[tokio::test]
async fn two_files_with_one_id_are_told_by_both() {
    let place = place(&[("a.toml", FINE), ("b.toml", FINE)]);
    let said = refused(&place).await;
    insta::assert_snapshot!(said, @r#"
    helmsman: prompts/b.toml: prompts/a.toml has a series with the id "mine", too
      = give one of them another id
    "#);
    let ended = checked(&place, "prompts").await;
    assert_eq!(ended.code, Some(code::WRONG), "{ended:?}");
    assert!(ended.out.contains(said.strip_prefix("helmsman: ").unwrap()), "{}", ended.out);
}

#[tokio::test]
async fn a_folder_that_is_missing_is_told_by_both() {
    let place = Place::with("[prompts]\ndirectory = \"prompts\"\n");
    let said = refused(&place).await;
    insta::assert_snapshot!(said, @r#"
    helmsman: prompts: cannot be read: No such file or directory (os error 2)
      = check that it is there, and who may read it
    "#);
    let ended = checked(&place, "prompts").await;
    assert_eq!(ended.code, Some(code::WRONG), "{ended:?}");
    insta::assert_snapshot!(ended.out, @r#"
    prompts: cannot be read: No such file or directory (os error 2)
      = check that it is there, and who may read it
    "#);
}

#[tokio::test]
async fn a_check_of_nothing_is_not_fine() {
    let place = place(&[("notes.txt", "nothing here")]);
    let ended = checked(&place, "prompts").await;
    assert_eq!(ended.code, Some(code::WRONG), "{ended:?}");
    insta::assert_snapshot!(ended.out, @r#"prompts: there is no file here whose name ends in .toml"#);
    place.write("prompts/empty.toml", "");
    let ended = checked(&place, "prompts/empty.toml").await;
    assert_eq!(ended.code, Some(code::WRONG), "{ended:?}");
    insta::assert_snapshot!(ended.out, @r#"
    prompts/empty.toml:1:1: `id`, `title`, `about` and `prompt` are missing in a series
      |
    1 | 
      | ^
      = add these lines at the top of the file:
          id = "our-first-weeks"
          title = "Our first weeks"
          about = "One or two sentences for lists."
          [[prompt]]
    "#);
}

#[tokio::test]
async fn what_is_no_text_or_far_too_long_is_told() {
    let place = place(&[]);
    place.write("prompts/picture.toml", b"id = \"a\"\n\x89PNG\r\n\x1a\n\xff");
    let ended = checked(&place, "prompts/picture.toml").await;
    assert_eq!(ended.code, Some(code::WRONG), "{ended:?}");
    insta::assert_snapshot!(ended.out, @r#"
    prompts/picture.toml:2:1: the byte 0x89 is not UTF-8
      |
    2 | �PNG
      | ^
      = save the file as UTF-8 (in most editors: Save as, Encoding)
    "#);
    place.write("prompts/picture.toml", vec![b'#'; 50_000_000]);
    let ended = checked(&place, "prompts/picture.toml").await;
    assert_eq!(ended.code, Some(code::WRONG), "{ended:?}");
    insta::assert_snapshot!(ended.out, @r#"
    prompts/picture.toml:1:1: the file has more than 1048576 bytes (1 MiB)
      |
    1 | 
      | ^
      = split it into several series
    "#);
}

#[tokio::test]
async fn what_is_right_is_right() {
    let place = place(&[("fine.toml", FINE)]);
    let ended = checked(&place, "prompts").await;
    assert_eq!((ended.code, ended.said.as_str()), (Some(0), ""));
    assert_eq!(ended.out, "prompts/fine.toml: ok: 1 prompt (0 choice, 1 reflection, 0 challenge)\n");
    let ended = place.run(None, &["prompts", "check"]).await;
    assert_eq!((ended.code, ended.said.as_str()), (Some(0), ""));
    assert!(
        ended.out.lines().all(|line| line.starts_with("built in: ") && line.contains(": ok: ")),
        "{}",
        ended.out
    );
}
