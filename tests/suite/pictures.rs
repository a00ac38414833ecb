//! Pictures beside messages: any text can be in them.

use helmsman::{
    chat::picture::{Choice, Picture, Recognition, Split},
    domain::prompt::Lean,
};

fn quiet_hour() -> Split {
    let choice = |label: &str, lean, n| Choice { label: label.into(), lean, n };
    Split {
        title: "The quiet hour".into(),
        choices: vec![
            choice("Sketch the market stall", Lean::Lead, 3),
            choice("Call people back", Lean::Manage, 4),
            choice("Mend the price printer", Lean::Both, 1),
        ],
    }
}

fn pairs(of: &[(&str, u32)]) -> Vec<(String, u32)> {
    of.iter().map(|(what, n)| ((*what).to_owned(), *n)).collect()
}

fn samples() -> Vec<(&'static str, Picture)> {
    let mut long = quiet_hour();
    long.title =
        "A very long title, which nobody would ever want to read in a picture but which is allowed".into();
    long.choices[0].label = "Mmmmmmmm mmmmmmmm Wwwwwwww mmmmmmmm".into();
    long.choices.push(Choice { label: "Wait".into(), lean: Lean::Manage, n: 0 });
    long.choices.push(Choice { label: "Ask the <& 'team' \"too\">".into(), lean: Lean::Lead, n: 1_200 });
    let one = Recognition {
        names: vec!["Cleo Marchetti".into()],
        strengths: pairs(&[("letting go", 4), ("growing others", 3), ("resolve", 1)]),
        counts: None,
    };
    let two = Recognition {
        names: vec!["Anna-Lena Wójcik".into(), "Ben".into()],
        strengths: pairs(&[("influence without authority", 2)]),
        counts: Some(pairs(&[("Anna-Lena Wójcik", 4), ("Ben", 4), ("李雷", 2), ("Олена Шевченко", 0)])),
    };
    let called = ["Anna", "Benedikt Schmidt", "Cleo", "Dagmar", "李"];
    let ten = Recognition {
        names: (0..10).map(|n| called[n % 5].to_owned()).collect(),
        strengths: Vec::new(),
        counts: None,
    };
    let long_name = Recognition {
        names: vec!["A name that is really far too long to be put there".into()],
        strengths: Vec::new(),
        counts: None,
    };
    vec![
        ("split", quiet_hour().into()),
        ("split-long", long.into()),
        ("one", one.into()),
        ("two", two.into()),
        ("ten", ten.into()),
        ("long-name", long_name.into()),
    ]
}

/// They are left in `target/tmp`, to be looked at.
#[test]
fn each_picture_is_small_and_says_the_same_in_words() {
    for (name, picture) in samples() {
        let png = picture.png().unwrap();
        assert!(png.starts_with(b"\x89PNG"), "{name}");
        assert_eq!(u32::from_be_bytes(png[16..20].try_into().unwrap()), 800, "{name}");
        assert!(png.len() < 60_000, "{name}: {} bytes", png.len());
        std::fs::write(format!("{}/picture-{name}.png", env!("CARGO_TARGET_TMPDIR")), png).unwrap();
    }
    let [(_, split), _, (_, one), (_, two), ..] = &samples()[..] else { unreachable!() };
    assert_eq!(
        split.alt(),
        "How “The quiet hour” went: 8 people picked an option. Sketch the market stall: 3 (leading), Call people back: \
         4 (managing), Mend the price printer: 1 (both). In all: leading 3, both 1, managing 4."
    );
    assert_eq!(
        one.alt(),
        "Recognised by the team: Cleo Marchetti. Strengths that were seen: letting go 4, growing others 3, resolve 1."
    );
    assert!(two.alt().starts_with("Recognised by the team: Anna-Lena Wójcik and Ben."), "{}", two.alt());
    assert!(
        two.alt().ends_with("Votes: Anna-Lena Wójcik 4, Ben 4, 李雷 2, Олена Шевченко 0."),
        "{}",
        two.alt()
    );
}

#[test]
fn an_alt_text_keeps_to_discords_limit() {
    let names = (0..10).map(|_| "👩‍🚀".repeat(40)).collect();
    let alt = Picture::from(Recognition { names, strengths: Vec::new(), counts: None }).alt();
    assert_eq!(alt.encode_utf16().count().div_ceil(2), 512, "{alt}");
    assert!(alt.ends_with('…'));
}
