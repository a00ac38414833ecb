//! The playground's page in a real browser: what `tests/page` plays with Node.js, Playwright and Chromium.
//!
//! These are not part of Rust. Where they are missing, this says so and what to install; with `HELMSMAN_BROWSER=required`
//! (as `.ci/run` has it) it fails.

use std::{io::Write, path::Path, process::Command};

/// What is not here, and what would bring it.
#[expect(clippy::disallowed_methods, reason = "a parameter of the test run, not of the product")]
fn missing() -> Option<&'static str> {
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".into());
    let here = |path: &str| Path::new(path).exists();
    if Command::new("node").arg("--version").output().is_err() {
        Some("Node.js 20 or newer")
    } else if !here(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/page/node_modules")) {
        Some("its packages: `npm ci --prefix tests/page`")
    } else if !here(&chromium) {
        Some("Chromium (Debian's package `chromium`, or its path in CHROMIUM)")
    } else {
        None
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a parameter of the test run, not of the product")]
fn the_page_does_what_people_expect_of_it_in_a_browser() {
    if let Some(what) = missing() {
        assert!(std::env::var("HELMSMAN_BROWSER").is_err(), "the tests of the page need {what}");
        // Past the test harness, which would keep it to itself.
        let told =
            writeln!(std::io::stderr(), "\nNOT RUN: the tests of the page in a browser. They need {what}.");
        return told.expect("there is somewhere to say it");
    }
    let ended = Command::new("node")
        .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/page"))
        .env("HELMSMAN_BIN", env!("CARGO_BIN_EXE_helmsman"))
        .output()
        .expect("node starts");
    assert!(
        ended.status.success(),
        "{}{}",
        String::from_utf8_lossy(&ended.stdout),
        String::from_utf8_lossy(&ended.stderr)
    );
}
