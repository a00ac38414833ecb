//! Two weeks of a team's life, played from a script as anybody can play it; what people see is a reviewed snapshot.

use crate::harness;
use helmsman::playground::{self, Setting};
use std::path::Path;

#[tokio::test]
async fn a_fortnight_reads_as_it_was_reviewed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/playground");
    let script = std::fs::read_to_string(folder.join("fortnight.txt")).unwrap();
    let mut out = Vec::new();
    let setting = Setting { seed: 1, ..harness::setting() };
    let failed = playground::play_lines(&setting, &mut script.as_bytes(), &mut out).await.unwrap();
    let seen = String::from_utf8(out).unwrap();
    assert_eq!(failed, [0; 0], "{seen}");
    insta::with_settings!({ snapshot_path => &folder, prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("fortnight", seen);
    });
}
