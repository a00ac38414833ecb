//! What a picture costs, drawn and made into PNG.

use crate::{
    Arguments,
    measure::{ROUNDS, median, now, shown},
    table::{Bar, Row, Table},
};
use helmsman::{
    chat::picture::{Choice, Picture, Recognition, Split},
    domain::prompt::Lean,
};

/// Seconds.
const PICTURE: f64 = 0.050;

/// Adds the rows of this chapter.
pub fn measure(arguments: &Arguments, table: &mut Table) {
    let choice = |n| Choice { label: format!("One of five options: {n}"), lean: Lean::Both, n };
    let split =
        Split { title: "The quiet hour before the doors open".into(), choices: (1..6).map(choice).collect() };
    let counted: Vec<_> = (0..10).map(|n| (format!("Benedikt the {n}th"), n)).collect();
    let names = counted.iter().map(|(name, _)| name.clone()).collect();
    let strengths = counted[..6].to_vec();
    let poll = Recognition { names, strengths, counts: Some(counted) };
    for (what, picture) in [("a reveal", Picture::from(split)), ("a poll of ten", poll.into())] {
        // The font is loaded once.
        let size = picture.png().expect("it can be drawn").len();
        let times = arguments.count(50, 10);
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            let begun = now();
            for _ in 0..times {
                picture.png().expect("it can be drawn");
            }
            rounds.push(begun.elapsed().as_secs_f64() / times as f64);
        }
        let what = format!("a picture of {what} ({} kB)", size / 1_000);
        table.push(Row::new(what, median(rounds), Bar::AtMost(PICTURE), shown));
    }
}
