//! The systemd unit in `deploy/` asks for nothing that the program does not have.

use super::{child::Place, code};

const UNIT: &str = include_str!("../../../deploy/helmsman.service");

fn value(key: &str) -> &'static str {
    let mut values = UNIT.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    let value = values.next().unwrap_or_else(|| panic!("no {key}"));
    assert_eq!(values.next(), None, "{key} twice");
    value
}

#[tokio::test]
async fn its_command_line_is_one() {
    let mut words = value("ExecStart").split(' ');
    assert_eq!(words.next(), Some("/usr/local/bin/helmsman"));
    let mut arguments: Vec<_> = words.collect();
    // What is wrong is told before the help is asked for.
    arguments.push("--help");
    let ended = Place::empty().run(None, &arguments).await;
    assert_eq!((ended.code, ended.said.as_str()), (Some(0), ""), "{ended:?}");
    let ended = Place::empty().run(None, &["run", "--no-such-flag", "--help"]).await;
    assert_eq!(ended.code, Some(code::USAGE), "{ended:?}");
}

#[tokio::test]
async fn it_starts_again_only_after_what_may_heal() {
    let mut codes = value("RestartPreventExitStatus").split(' ').map(|code| code.parse::<i32>().unwrap());
    assert!(codes.clone().eq([code::USAGE, code::CONFIG, code::DATABASE, code::REFUSED]));
    let help = Place::empty().run(None, &["--help"]).await.out;
    assert!(codes.all(|code| help.contains(&format!("\n  {code}  "))), "{help}");
    assert!(value("LoadCredential").starts_with("discord-token:"));
    assert_eq!(value("WorkingDirectory"), format!("%S/{}", value("StateDirectory")));
}
