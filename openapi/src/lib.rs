//! Checks what a bot and an emulated Discord say to each other against Discord's own OpenAPI description of its REST
//! API: that there is such a method of such a path, its parameters, the body that was sent, the status and body that
//! were answered.
//!
//! The description is data. It stands in a file of Discord's and is not part of this repository; see [`discord`]. It is
//! followed to the letter, but for the mistakes in it that `mistakes` lists, and beyond the letter in one thing:
//! where it lists the fields of an object, no other field may be there (`close`).

mod close;
mod description;
mod judge;
mod mistakes;
mod route;
mod schemas;

pub use description::{Description, Side, Violation};
pub use mistakes::{MISTAKES, Mistake};

use emulator::Exchange;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The variable that says where the description is, from the repository.
pub const VARIABLE: &str = "DISCORD_OPENAPI";

/// Where it is looked for otherwise, from the repository too.
const BESIDE: &str = "../shared/discord/openapi.json";

/// Discord's description, read once in a process; none if there is no such file, which is then said once on standard
/// error, past what test runners capture.
///
/// # Panics
///
/// If the file that the variable names cannot be read, or a file is not a description.
pub fn discord() -> Option<&'static Description> {
    static DISCORD: LazyLock<Option<Description>> = LazyLock::new(|| {
        let Some(path) = path() else {
            // Nobody may listen any more.
            let _ = writeln!(
                std::io::stderr(),
                "note: REST is NOT checked against Discord's description in this run: there is no {BESIDE}; \
                 set {VARIABLE} to the path of specs/openapi.json of github.com/discord/discord-api-spec"
            );
            return None;
        };
        let read = std::fs::read_to_string(&path).map_err(|error| error.to_string());
        let described = read.and_then(|text| Description::parse(&text));
        Some(described.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    });
    DISCORD.as_ref()
}

/// An inspector that lets nothing pass.
///
/// # Panics
///
/// As [`discord`].
pub fn inspect(exchange: &Exchange) -> Vec<String> {
    let violations = discord().map(|description| description.check(exchange)).unwrap_or_default();
    violations.iter().map(Violation::to_string).collect()
}

/// An inspector for tests in which requests are wrong on purpose: it lets those pass that were refused.
///
/// # Panics
///
/// As [`discord`].
pub fn inspect_but_refused(exchange: &Exchange) -> Vec<String> {
    let mut violations = discord().map(|description| description.check(exchange)).unwrap_or_default();
    if exchange.answer.as_ref().is_none_or(|answer| answer.status >= 400) {
        violations.retain(|violation| violation.side == Side::Response);
    }
    violations.iter().map(Violation::to_string).collect()
}

/// An inspector for bots whose library is not ours to mend: it looks at the answers alone.
///
/// # Panics
///
/// As [`discord`].
pub fn inspect_answers(exchange: &Exchange) -> Vec<String> {
    let mut violations = discord().map(|description| description.check(exchange)).unwrap_or_default();
    violations.retain(|violation| violation.side == Side::Response);
    violations.iter().map(Violation::to_string).collect()
}

#[expect(clippy::disallowed_methods, reason = "it is for tests alone, and they have no config")]
fn path() -> Option<PathBuf> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    if let Some(path) = std::env::var_os(VARIABLE) {
        return Some(repository.join(path));
    }
    let beside = repository.join(BESIDE);
    beside.exists().then_some(beside)
}
