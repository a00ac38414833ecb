//! Plain lists, a question a line, read as a series of reflections; and what such a question becomes.
//!
//! An id comes from its question alone, so that a list that has grown, wherever it did, keeps the ids of what it had.

use super::{Finding, PROMPTS, Problem, Series, Source, limits, problems, shape, utf8};
use crate::domain::{
    problem::is_visible,
    prompt::{Kind, Prompt, Theme},
};
use std::collections::HashSet;

/// The longest title of a series, in characters.
const TITLE: usize = 60;
/// The longest title of a prompt, in characters.
const PROMPT_TITLE: usize = 80;
/// What all questions are about that nobody has sorted.
const THEME: Theme = Theme::SystemsPeople;
const SITUATION: &str = "A question of our own.";
const LEAD: &str =
    "Leading asks where this could go, and who could grow by it. It may leave open who does what by Friday.";
const MANAGE: &str = "Managing asks what keeps this working, and who does what by Friday. It may leave open what it is all for.";
const LIST_SOURCE: &str = "A list of our own";

/// Whether a file is a plain list: it is not called `.toml` and has no table of a series file in it.
pub fn is_list(name: &str, bytes: &[u8]) -> bool {
    let table = |line: &[u8]| line.trim_ascii().starts_with(b"[[prompt");
    !name.to_lowercase().ends_with(".toml") && !bytes.split(|byte| *byte == b'\n').any(table)
}

/// Reads a plain list: one question a line. Empty lines, lines that begin with `#` and marks before a question (`-`,
/// `*`, `•`, `1.`, `1)`) are passed over. Without a title, the file's name is one.
///
/// # Errors
///
/// All problems of the list in the order of their lines, as of a series file.
pub fn parse_list(name: &str, bytes: &[u8], title: Option<&str>) -> Result<Series, Vec<Problem>> {
    let text = utf8(name, bytes)?;
    let source = Source::new(name, text);
    let (mut findings, mut prompts) = (Vec::new(), Vec::<Prompt>::new());
    let (mut ids, mut asked) = (HashSet::new(), HashSet::new());
    let mut lines = 0;
    for number in 1..=source.lines() {
        let range = source.line_range(number);
        let line = &text[range.clone()];
        let item = item(line);
        if item.is_empty() {
            continue;
        }
        lines += 1;
        let start = range.start + (item.as_ptr() as usize - line.as_ptr() as usize);
        let span = start..start + item.len();
        let question = one_line(item);
        let mut find = |message: String, help: &str| {
            findings.push(Finding { span: span.clone(), message, help: help.to_owned() });
        };
        if lines > PROMPTS {
            if lines == PROMPTS + 1 {
                let message = format!("a series has at most {PROMPTS} questions, and here is one more");
                find(message, "put the questions from here on into another file");
            }
        } else if let Some(fault) = fault("question", &question) {
            find(
                format!("the question {fault}"),
                "shorten it; what happens before it can be told in a series file",
            );
        } else if !asked.insert(question.to_lowercase()) {
            find("this question stands further up already".to_owned(), "keep one of the two");
        } else {
            prompts.push(reflection(&mut ids, &question, "", LIST_SOURCE));
        }
    }
    if lines == 0 {
        let message = "there is no question in this file".to_owned();
        findings.push(Finding { span: 0..0, message, help: "write one question a line".to_owned() });
    }
    if !findings.is_empty() {
        return Err(problems(&source, findings));
    }
    let title = title.map(one_line).filter(|title| !title.is_empty()).unwrap_or_else(|| titled(name));
    let title = cut(&title, TITLE);
    Ok(Series { id: slug(&title), title, about: "Questions of our own.".into(), prompts })
}

/// A question as a reflection. Its id is none of `ids`, and among them afterwards. Question and situation keep
/// [`fault`]'s limits; the situation may be empty.
pub fn reflection(ids: &mut HashSet<String>, question: &str, situation: &str, source: &str) -> Prompt {
    let first = slug(question);
    let mut id = first.clone();
    let mut n = 1;
    while !ids.insert(id.clone()) {
        n += 1;
        let end = format!("-{n}");
        let room = limits::SLUG - end.len();
        id = format!("{}{end}", first[..first.len().min(room)].trim_end_matches('-'));
    }
    Prompt {
        id,
        theme: THEME,
        source: source.to_owned(),
        title: cut(question, PROMPT_TITLE),
        situation: if situation.is_empty() { SITUATION.to_owned() } else { situation.to_owned() },
        question: question.to_owned(),
        lead_insight: LEAD.to_owned(),
        manage_insight: MANAGE.to_owned(),
        kind: Kind::Reflection,
    }
}

/// What is wrong with the text of a prompt's field (`question`, `situation`), as the end of a sentence: "is 2 words too
/// long: …".
pub fn fault(field: &str, text: &str) -> Option<String> {
    let shape::Rule::Text(size, lines) = shape::PROMPT.field(field).rule else { return None };
    limits::hidden_fault(text, lines).or_else(|| size.excess(text)).map(|(_, fault)| fault)
}

/// The text in one line, without what nobody can see.
pub fn one_line(text: &str) -> String {
    let space = |c: char| if c.is_whitespace() { ' ' } else { c };
    let visible: String = text.chars().map(space).filter(|c| is_visible(*c)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands in a line besides marks; nothing if it is a remark.
fn item(line: &str) -> &str {
    let line = seen(line);
    if line.starts_with('#') {
        return "";
    }
    let marked = line.strip_prefix(['-', '*', '•', '–']).or_else(|| {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() < line.len() { rest.strip_prefix(['.', ')']) } else { None }
    });
    match marked {
        // "3.5 hours" is no mark.
        Some(rest) if rest.starts_with(char::is_whitespace) => seen(rest),
        Some("") => "",
        _ => line,
    }
}

/// The text without what nobody can see at its ends.
fn seen(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || !is_visible(c))
}

/// "our_first-weeks.txt" as a title.
fn titled(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let words = one_line(&stem.replace(['_', '-'], " "));
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "Our questions".to_owned(),
    }
}

/// A slug for any text: of its words, and, if they are too long or have what a slug cannot have, of their sum as well, so
/// that another text has another slug.
fn slug(text: &str) -> String {
    let text = text.to_lowercase();
    // FNV-1a: the same in every version, unlike the standard library's hashers.
    let sum = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let Some(words) = limits::slug_from(&text) else { return format!("q-{sum:016x}") };
    // What only parts words is no loss.
    let held = |c: char| c.is_ascii_alphanumeric() || c.is_whitespace() || "?!.,:;-'\"()&_".contains(c);
    let letters = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).count();
    if text.chars().all(held) && letters(&text) == letters(&words) {
        return words;
    }
    let end = format!("-{:08x}", sum as u32 ^ (sum >> 32) as u32);
    format!("{}{end}", words[..words.len().min(limits::SLUG - end.len())].trim_end_matches('-'))
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let short: String = text.chars().take(most - 1).collect();
    format!("{}…", short.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{problem::listing, series_file};

    fn read(text: &str) -> Result<Series, String> {
        parse_list("our_first-weeks.txt", text.as_bytes(), None).map_err(|problems| listing(&problems))
    }

    #[test]
    fn a_list_becomes_reflections() {
        let series = read(
            "\u{feff}# Mondays\r\n- What went  well?\r\n\r\n2) Who helped\tyou?\r\n* 3.5 hours: too long?\r\nWas läuft?\r\n漢字?\r\n",
        )
        .unwrap();
        assert_eq!((series.id.as_str(), series.title.as_str()), ("our-first-weeks", "Our first weeks"));
        let questions: Vec<_> = series.prompts.iter().map(|one| one.question.as_str()).collect();
        assert_eq!(
            questions,
            ["What went well?", "Who helped you?", "3.5 hours: too long?", "Was läuft?", "漢字?"]
        );
        let ids: Vec<_> = series.prompts.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids[..3], ["what-went-well", "who-helped-you", "3-5-hours-too-long"]);
        assert!(ids[3].starts_with("was-l-uft-") && ids[4].starts_with("q-"), "{ids:?}");
        let written = series_file::write(&series);
        assert_eq!(series_file::parse("a.toml", &written), Ok(series), "it keeps the limits of a file");
    }

    #[test]
    fn ids_stay_wherever_a_list_grows_and_never_meet() {
        let long = "What would you do if nobody had ever told you";
        for (first, second) in [
            (format!("{long} so?"), format!("{long} otherwise?")),
            ("Was läuft?".to_owned(), "Was lüuft?".to_owned()),
            ("What about C?".to_owned(), "What about C++?".to_owned()),
            ("漢字?".to_owned(), "漢語?".to_owned()),
        ] {
            let before = read(&second).unwrap();
            let after = read(&format!("Something new?\n{first}\n{second}")).unwrap();
            assert_eq!(before.prompts[0], after.prompts[2]);
            assert_ne!(after.prompts[1].id, after.prompts[2].id);
            assert!(after.prompts.iter().all(|prompt| prompt.id.len() <= limits::SLUG));
        }
    }

    #[test]
    fn lines_in_which_nothing_is_seen_are_passed_over() {
        let series =
            read("\u{feff}\u{feff}# Ours\nWhy?\n\u{200b}\n- \u{2060} \n\u{feff}\n- \u{200b}Who?\n").unwrap();
        let questions: Vec<_> = series.prompts.iter().map(|one| one.question.as_str()).collect();
        assert_eq!(questions, ["Why?", "Who?"]);
        let written = series_file::write(&series);
        assert_eq!(series_file::parse("a.toml", &written), Ok(series));
        assert!(read("\u{200b}\n").unwrap_err().contains("there is no question in this file"));
    }

    #[test]
    fn what_is_wrong_with_a_list_is_told_with_its_line() {
        let long = "word ".repeat(26);
        insta::assert_snapshot!(read(&format!("Same?\n- {long}\nsame?\n")).unwrap_err(), @r"
        our_first-weeks.txt:2:3: the question is 1 word too long: it has 26, and 25 fit
          |
        2 | - word word word word word word word word word word word word word word word word word word word w…
          |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          = shorten it; what happens before it can be told in a series file

        our_first-weeks.txt:3:1: this question stands further up already
          |
        3 | same?
          | ^^^^^
          = keep one of the two
        ");
        insta::assert_snapshot!(read("# nothing\n\n").unwrap_err(), @r"
        our_first-weeks.txt:1:1: there is no question in this file
          |
        1 | # nothing
          | ^
          = write one question a line
        ");
        let many: String = (0..10_000).map(|n| format!("Question {n}?\n")).collect();
        insta::assert_snapshot!(read(&many).unwrap_err(), @r"
        our_first-weeks.txt:501:1: a series has at most 500 questions, and here is one more
            |
        501 | Question 500?
            | ^^^^^^^^^^^^^
            = put the questions from here on into another file
        ");
        let full: String = (0..limits::PROMPTS).map(|n| format!("Question {n}?\n")).collect();
        assert_eq!(read(&full).unwrap().prompts.len(), limits::PROMPTS);
        assert!(parse_list("a.txt", b"What\xff?", None).is_err());
        assert_eq!(read(&format!("{}?", "漢".repeat(249))).map(|series| series.prompts.len()), Ok(1));
        assert!(read(&format!("{}?", "漢".repeat(250))).is_err());
    }

    #[test]
    fn what_is_a_list_and_what_is_not() {
        for (name, text, list) in [
            ("a.txt", "Why?", true),
            ("a", "Why?", true),
            ("a.TOML", "Why?", false),
            ("a.txt", "id = \"a\"\n [[prompt]]\n", false),
        ] {
            assert_eq!(is_list(name, text.as_bytes()), list, "{name}");
        }
    }
}
