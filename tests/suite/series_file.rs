//! What people read when a series file has mistakes.

use helmsman::domain::problem::listing;
use helmsman::domain::series_file::{self, MOST_PROBLEMS, limits, parse, parse_bytes};

/// A file without mistakes, one prompt of each kind.
pub const GOOD: &str = r#"id = "two-days"
title = "Two days"
about = "A choice, a reflection and a challenge."

[[prompt]]
id = "rota"
kind = "choice"
theme = "systems-people"
source = "Manager vs. Leader"
title = "Who is on tonight?"
situation = "Two nurses swap shifts so often that nobody is sure who is on tonight."
question = "What do you do with them?"
lead_insight = "You may hear what is missing. Tonight stays unclear."
manage_insight = "Tonight is safe. Why they swap is still unknown."

[[prompt.option]]
label = "Settle tonight"
text = "Write down who is on."
lean = "manage"
insight = "Tonight is safe."

[[prompt.option]]
label = "Ask the two of them"
text = "Ask what the rota does not give them."
lean = "lead"
insight = "You may hear what is really missing."

[[prompt]]
id = "known-for"
kind = "reflection"
theme = "letting-go"
source = "Manager vs. Leader"
title = "The thing you are known for"
situation = """
People are given more to look after because they did one thing well.
Then they are asked to stop doing it."""
question = "What would you find hardest to hand over?"
lead_insight = "Handing over makes room."
manage_insight = "Keeping it keeps the quality."

[[prompt]]
id = "ask-first"
kind = "challenge"
theme = "growing-others"
source = "Manager vs. Leader"
title = "Ask before you answer"
situation = "The first time someone asks you what to do, ask what they would do."
question = "What did you hear?"
lead_insight = "They think for themselves."
manage_insight = "The answer is quick."
"#;

/// The problems of the good file after a change.
fn changed(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    problems(&GOOD.replacen(from, to, 1))
}

fn problems(text: &str) -> String {
    listing(&parse("team.toml", text).unwrap_err())
}

#[test]
fn a_good_file_is_read() {
    let series = parse("team.toml", GOOD).unwrap();
    assert_eq!(series.prompts.len(), 3);
    assert_eq!(series.prompts[0].options()[1].label, "Ask the two of them");
    assert!(series.prompts[1].situation.ends_with("well.\nThen they are asked to stop doing it."));
    assert_eq!(series_file::write(&series).matches("[[prompt.option]]").count(), 2);
}

#[test]
fn what_windows_editors_do_is_no_mistake() {
    let windows = format!("\u{feff}{}", GOOD.replace('\n', "\r\n"));
    assert_eq!(parse_bytes("a", windows.as_bytes()), parse("a", GOOD));
    // The mark is not counted as a column.
    let first = &parse("a", "\u{feff}idd = \"x\"").unwrap_err()[0];
    assert_eq!((first.line, first.column), (1, 1));
}

#[test]
fn unknown_keys() {
    insta::assert_snapshot!(changed("lead_insight", "lead_insigth"), @r#"
    team.toml:13:1: `lead_insigth` is no key of a prompt
       |
    13 | lead_insigth = "You may hear what is missing. Tonight stays unclear."
       | ^^^^^^^^^^^^
       = did you mean `lead_insight`?
    "#);
    insta::assert_snapshot!(changed("title = \"Two days\"", "title = \"Two days\"\nlabel = \"x\"\nauthor = \"x\""), @r#"
    team.toml:3:1: `label` is no key of a series
      |
    3 | label = "x"
      | ^^^^^
      = it belongs below a [[prompt.option]]

    team.toml:4:1: `author` is no key of a series
      |
    4 | author = "x"
      | ^^^^^^
      = drop it; a series has: id, title, about, prompt
    "#);
    insta::assert_snapshot!(changed("[[prompt.option]]", "[[option]]"), @r#"
    team.toml:5:1: a choice has 2 to 5 options, this one has 1
      |
    5 | [[prompt]]
      | ^^^^^^^^^^
      = add below it, for each option:
          [[prompt.option]]
          label = "Ask the two of them"
          text = "Ask what the rota does not give them."
          lean = "lead"
          insight = "What this choice buys and costs."

    team.toml:16:3: `option` is no key of a series
       |
    16 | [[option]]
       |   ^^^^^^
       = write [[prompt.option]]
    "#);
}

#[test]
fn missing_keys_are_told_at_their_table() {
    let without =
        GOOD.replacen("source = \"Manager vs. Leader\"\n", "", 1).replacen("lean = \"lead\"\n", "", 1);
    let without = without.replacen("question = \"What do you do with them?\"\n", "", 1);
    insta::assert_snapshot!(problems(&without), @r#"
    team.toml:5:1: `source` and `question` are missing in a prompt
      |
    5 | [[prompt]]
      | ^^^^^^^^^^
      = add these lines below [[prompt]]:
          source = "The title of the source it draws on"
          question = "What do you do?"

    team.toml:20:1: `lean` is missing in an option
       |
    20 | [[prompt.option]]
       | ^^^^^^^^^^^^^^^^^
       = add this line below [[prompt.option]]:
           lean = "lead"
    "#);
    insta::assert_snapshot!(problems(""), @r#"
    team.toml:1:1: `id`, `title`, `about` and `prompt` are missing in a series
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

#[test]
fn texts_that_are_too_long() {
    insta::assert_snapshot!(changed("Settle tonight", "Settle tonight and every other night too"), @r#"
    team.toml:17:44: `label` is 6 characters too long: it has 40, and 34 fit
       |
    17 | label = "Settle tonight and every other night too"
       |                                            ^^^^^^
       = shorten it: `label` has at most 34 characters
    "#);
    let long = format!("question = \"{}\"", vec!["why"; 27].join(" "));
    insta::assert_snapshot!(changed("question = \"What do you do with them?\"", &long), @r#"
    team.toml:12:113: `question` is 2 words too long: it has 27, and 25 fit
       |
    12 | …y why why why why why why why why why why why why why why why why why why why why why why why why"
       |                                                                                            ^^^^^^^
       = shorten it: `question` has at most 25 words (and 250 characters)
    "#);
    let no_spaces = format!("text = \"{}\"", "漢".repeat(151));
    insta::assert_snapshot!(changed("text = \"Write down who is on.\"", &no_spaces), @r#"
    team.toml:18:159: `text` is 1 character too long: it has 151, and 150 fit
       |
    18 | …漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢"
       |                                                                                                  ^
       = shorten it: `text` has at most 15 words (and 150 characters)
    "#);
    // With escapes the place inside the text is not searched for.
    insta::assert_snapshot!(changed("Settle tonight", "Settle \\\"tonight\\\" and all of the others"), @r#"
    team.toml:17:9: `label` is 4 characters too long: it has 38, and 34 fit
       |
    17 | label = "Settle \"tonight\" and all of the others"
       |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       = shorten it: `label` has at most 34 characters
    "#);
}

#[test]
fn words_that_are_not_known() {
    insta::assert_snapshot!(changed("\"choice\"", "\"Choice\""), @r#"
    team.toml:7:8: "Choice" is none of the kinds
      |
    7 | kind = "Choice"
      |        ^^^^^^^^
      = did you mean "choice"? The kinds are:
          choice, reflection, challenge
    "#);
    insta::assert_snapshot!(changed("\"systems-people\"", "\"system_people\""), @r#"
    team.toml:8:9: "system_people" is none of the themes
      |
    8 | theme = "system_people"
      |         ^^^^^^^^^^^^^^^
      = did you mean "systems-people"? The themes are:
          horizon, stability-change, vision-execution, systems-people
          authority-influence, measure-inspire, initiative, ownership
          letting-go, growing-others, power-people, resolve
    "#);
    insta::assert_snapshot!(changed("\"systems-people\"", "\"courage\""), @r#"
    team.toml:8:9: "courage" is none of the themes
      |
    8 | theme = "courage"
      |         ^^^^^^^^^
      = The themes are:
          horizon, stability-change, vision-execution, systems-people
          authority-influence, measure-inspire, initiative, ownership
          letting-go, growing-others, power-people, resolve
    "#);
    insta::assert_snapshot!(changed("lean = \"manage\"", "lean = \"\""), @r#"
    team.toml:19:8: "" is none of the leans
       |
    19 | lean = ""
       |        ^^
       = The leans are:
           lead, manage, both
    "#);
}

#[test]
fn values_of_another_type() {
    insta::assert_snapshot!(changed("title = \"Two days\"", "title = 2"), @r#"
    team.toml:2:9: `title` is an integer, and should be text
      |
    2 | title = 2
      |         ^
      = write: title = "2"
    "#);
    insta::assert_snapshot!(changed("title = \"Two days\"", "title = [\"Two\", \"days\"]"), @r#"
    team.toml:2:9: `title` is an array, and should be text
      |
    2 | title = ["Two", "days"]
      |         ^^^^^^^^^^^^^^^
      = write, for example: title = "Our first weeks"
    "#);
    insta::assert_snapshot!(problems("id = \"a\"\ntitle = \"A\"\nabout = \"A.\"\n[prompt]\nid = \"x\"\n"), @r"
    team.toml:4:1: `prompt` is a table, and should be a list of tables
      |
    4 | [prompt]
      | ^^^^^^^^
      = write [[prompt]], with two brackets on each side, above each
    ");
    insta::assert_snapshot!(problems("id = \"a\"\ntitle = \"A\"\nabout = \"A.\"\nprompt = []"), @r"
    team.toml:4:10: a series has at least one prompt
      |
    4 | prompt = []
      |          ^^
      = add at least one, below a line [[prompt]]
    ");
}

#[test]
fn empty_and_untidy_texts() {
    insta::assert_snapshot!(changed("source = \"Manager vs. Leader\"", "source = \"  \""), @r#"
    team.toml:9:11: `source` is empty
      |
    9 | source = "  "
      |           ^^
      = write, for example: source = "The title of the source it draws on"
    "#);
    insta::assert_snapshot!(changed("title = \"Two days\"", "title = \"Two days \""), @r#"
    team.toml:2:18: `title` begins or ends with white space
      |
    2 | title = "Two days "
      |                  ^
      = put the quotes right before the first and behind the last word
    "#);
    insta::assert_snapshot!(changed("title = \"Two days\"", "title = \"Two\\ndays\""), @r#"
    team.toml:2:9: `title` has a line break in it
      |
    2 | title = "Two\ndays"
      |         ^^^^^^^^^^^
      = take it out; this text stands on one line (to go on in the next line of the file, end a line between """ and """ with \)
    "#);
    insta::assert_snapshot!(changed("Tonight is safe.", "Tonight\u{202e} is safe."), @r#"
    team.toml:14:26: `manage_insight` has a character in it that nobody can see (U+202E)
       |
    14 | manage_insight = "Tonight� is safe. Why they swap is still unknown."
       |                          ^
       = take it out; a line break is written as \n, or by a new line between """ and """
    "#);
}

#[test]
fn ids() {
    insta::assert_snapshot!(changed("id = \"two-days\"", "id = \"Two days\""), @r#"
    team.toml:1:7: `id` has `T` in it
      |
    1 | id = "Two days"
      |       ^
      = an id has lower-case letters a to z, digits and hyphens, at most 40; for example: "two-days"
    "#);
    insta::assert_snapshot!(changed("id = \"known-for\"", "id = \"rota\""), @r#"
    team.toml:29:6: the prompt in line 6 has the id "rota" already
       |
    29 | id = "rota"
       |      ^^^^^^
       = give one of the two another id
    "#);
}

#[test]
fn options() {
    let options =
        &GOOD[GOOD.find("[[prompt.option]]").unwrap()..GOOD.find("\n[[prompt]]\nid = \"known").unwrap()];
    insta::assert_snapshot!(problems(&GOOD.replace(options, "")), @r#"
    team.toml:5:1: a choice has 2 to 5 options, this one has none
      |
    5 | [[prompt]]
      | ^^^^^^^^^^
      = add below it, for each option:
          [[prompt.option]]
          label = "Ask the two of them"
          text = "Ask what the rota does not give them."
          lean = "lead"
          insight = "What this choice buys and costs."
    "#);
    insta::assert_snapshot!(problems(&GOOD.replace(options, &options.repeat(3))), @r#"
    team.toml:28:9: the option in line 17 has the label "Settle tonight" already
       |
    28 | label = "Settle tonight"
       |         ^^^^^^^^^^^^^^^^
       = give one of the two another label

    team.toml:34:9: the option in line 23 has the label "Ask the two of them" already
       |
    34 | label = "Ask the two of them"
       |         ^^^^^^^^^^^^^^^^^^^^^
       = give one of the two another label

    team.toml:39:9: the option in line 17 has the label "Settle tonight" already
       |
    39 | label = "Settle tonight"
       |         ^^^^^^^^^^^^^^^^
       = give one of the two another label

    team.toml:44:1: a choice has 2 to 5 options, this one has 6
       |
    44 | [[prompt.option]]
       | ^^^^^^^^^^^^^^^^^
       = drop the weakest, or merge two that say much the same

    team.toml:45:9: the option in line 23 has the label "Ask the two of them" already
       |
    45 | label = "Ask the two of them"
       |         ^^^^^^^^^^^^^^^^^^^^^
       = give one of the two another label
    "#);
    insta::assert_snapshot!(changed("kind = \"choice\"", "kind = \"reflection\""), @r#"
    team.toml:16:1: a reflection has no options
       |
    16 | [[prompt.option]]
       | ^^^^^^^^^^^^^^^^^
       = drop them, or make it a choice: kind = "choice"
    "#);
}

#[test]
fn mistakes_in_the_toml_do_not_hide_the_others() {
    let broken = GOOD
        .replacen("title = \"Two days\"", "title = Two days", 1)
        .replacen("lean = \"manage\"", "lean = \"manager\"", 1)
        .replacen("theme = \"letting-go\"", "theme \"letting-go\"", 1)
        .replacen("title = \"Ask before you answer\"", "title = “Ask before you answer”", 1);
    insta::assert_snapshot!(problems(&broken), @r#"
    team.toml:2:9: a text stands in double quotes
      |
    2 | title = Two days
      |         ^^^^^^^^
      = write: title = "…"

    team.toml:19:8: "manager" is none of the leans
       |
    19 | lean = "manager"
       |        ^^^^^^^^^
       = did you mean "manage"? The leans are:
           lead, manage, both

    team.toml:31:7: a line is one key, an equals sign and a text in quotes
       |
    31 | theme "letting-go"
       |       ^
       = write, for example: theme = "…" (or # at the beginning, for a comment)

    team.toml:46:9: these are not the quotes that a file can have
       |
    46 | title = “Ask before you answer”
       |         ^^^^^^^^^^^^^^^^^^^^^^^
       = use straight ones: title = "…"
    "#);
    insta::assert_snapshot!(changed("[[prompt]]", "[[prompt]"), @r"
    team.toml:5:10: this header has no end
      |
    5 | [[prompt]
      |          ^
      = write [[prompt]] or [[prompt.option]], with two brackets on each side
    ");
    insta::assert_snapshot!(changed("kind = \"choice\"", "kind = \"choice"), @r#"
    team.toml:7:15: the text has no quote at its end
      |
    7 | kind = "choice
      |               ^
      = add " behind its last word
    "#);
    insta::assert_snapshot!(changed("kind = \"choice\"", "kind = \"choice\"\nkind = \"choice\""), @r#"
    team.toml:8:1: this stands here for the second time
      |
    8 | kind = "choice"
      | ^^^^
      = keep one of the two; each prompt begins with [[prompt]], each option with [[prompt.option]]
    "#);
    insta::assert_snapshot!(problems("[prompt]\nid = \"a\"\n[prompt]\nid = \"b\""), @r"
    team.toml:1:1: `prompt` is a table, and should be a list of tables
      |
    1 | [prompt]
      | ^^^^^^^^
      = write [[prompt]], with two brackets on each side, above each

    team.toml:3:2: this table stands here for the second time
      |
    3 | [prompt]
      |  ^^^^^^
      = a list of tables has two brackets on each side: [[prompt]], [[prompt.option]]
    ");
    insta::assert_snapshot!(changed("vs. Leader\"", "vs\\. Leader\""), @r#"
    team.toml:9:22: a backslash means something special here
      |
    9 | source = "Manager vs\. Leader"
      |                      ^
      = write \\ for a backslash, \" for a quote, \n for a line break
    "#);
}

#[test]
fn a_mistake_that_spills_over_is_told_where_it_begins() {
    insta::assert_snapshot!(changed("stop doing it.\"\"\"", "stop doing it.\""), @r#"
    team.toml:34:13: the text that begins here has no """ at its end
       |
    34 | situation = """
       |             ^^^
       = add """ behind its last word
    "#);
    let twice =
        GOOD.replacen("[[prompt.option]]", "[[prompt.option]", 1).replacen("ask-first", "ask first", 1);
    insta::assert_snapshot!(problems(&twice), @r#"
    team.toml:16:17: this header has no end
       |
    16 | [[prompt.option]
       |                 ^
       = write [[prompt]] or [[prompt.option]], with two brackets on each side

    team.toml:42:10: `id` has a space in it
       |
    42 | id = "ask first"
       |          ^
       = an id has lower-case letters a to z, digits and hyphens, at most 40; for example: "ask-first"
    "#);
    insta::assert_snapshot!(problems("id = {a = 1\ntitle = 2\n"), @r"
    team.toml:1:12: this is not TOML: unclosed inline table
      |
    1 | id = {a = 1
      |            ^
      = expected here: `}`

    team.toml:2:1: this is not TOML: missing comma between key-value pairs
      |
    2 | title = 2
      | ^
      = expected here: `,`
    ");
}

#[test]
fn files_that_are_no_text_or_too_large() {
    insta::assert_snapshot!(listing(&parse_bytes("team.toml", b"id = \"caf\xe9\"\n").unwrap_err()), @r#"
    team.toml:1:10: the byte 0xE9 is not UTF-8
      |
    1 | id = "caf�"
      |          ^
      = save the file as UTF-8 (in most editors: Save as, Encoding)
    "#);
    let large = "#".repeat(limits::FILE_BYTES + 1);
    insta::assert_snapshot!(listing(&parse_bytes("team.toml", large.as_bytes()).unwrap_err()), @r"
    team.toml:1:1: the file has more than 1048576 bytes (1 MiB)
      |
    1 | 
      | ^
      = split it into several series
    ");
    assert_eq!(parse("team.toml", &large), parse_bytes("team.toml", large.as_bytes()));
}

#[test]
fn too_many_prompts() {
    let mut series = parse("a", GOOD).unwrap();
    let prompt = series.prompts.pop().unwrap();
    series.prompts.clear();
    for i in 0..=limits::PROMPTS {
        series.prompts.push(helmsman::domain::prompt::Prompt { id: format!("p-{i}"), ..prompt.clone() });
    }
    insta::assert_snapshot!(problems(&series_file::write(&series)), @r"
    team.toml:5505:1: a series has at most 500 prompts, this one has 501
         |
    5505 | [[prompt]]
         | ^^^^^^^^^^
         = put the prompts from here on into another file
    ");
    series.prompts.pop();
    assert_eq!(parse("a", &series_file::write(&series)), Ok(series));
}

#[test]
fn a_flood_of_mistakes_is_cut() {
    for flood in ["x\n".repeat(1000), "x = 1\n[y]\n".repeat(1000), "[[prompt]]\n".repeat(1000)] {
        let problems = parse("team.toml", &flood).unwrap_err();
        assert_eq!(problems.len(), MOST_PROBLEMS + 1);
        assert_eq!(problems.last().unwrap().message, "there are more problems from here on");
    }
}

#[test]
fn a_file_that_is_refused_is_always_told_why() {
    // The header is itself the second `id`; nothing else is wrong as TOML.
    let problems = parse("a.toml", "id = \"a\"\ntitle = \"A\"\n[[id]]\n").unwrap_err();
    assert!(problems.iter().any(|problem| problem.line == 3), "{problems:?}");
}
