//! What people read when something does not work: what was wrong, and what to do.

use super::escape;
use std::time::Duration;

/// A fault of ours. The log has the details.
pub const FAULT: &str = "Something went wrong on my side and nothing was changed. Please try again; if it stays, \
                         tell an admin.";

/// What was asked may have been done, but Discord did not take the answer.
pub const UNSHOWN: &str = "Something went wrong on my side while I was showing you the result. Please run the \
                           command again to see how things stand; if it stays, tell an admin.";

/// A button or form that leads nowhere: old, made up, or of another server.
pub const STALE: &str = "This button is no longer in use. Run the command again for a fresh one.";

/// A name or id that was typed and is unknown here, or another server's. `what`: what it should name.
pub fn not_found(what: &str, typed: &str) -> String {
    format!(
        "I did not find the {what} \u{201c}{}\u{201d} here. Start typing and pick one from the list.",
        escape::cut_line(typed, 40)
    )
}

/// Something that is not here any more, or another server's.
pub const NOT_FOUND: &str = "I did not find that here. Start typing and pick one from the list.";

/// Discord sent a command in a shape that this version does not have.
pub const OLD_COMMAND: &str =
    "This command has changed. Reload Discord (Ctrl+R, or restart the app) and try again.";

/// An option that cannot be read.
pub const ODD_OPTION: &str =
    "One of the options is not something I can read. Start typing and pick one from the list.";

/// Only admins may do this.
pub const ADMINS_ONLY: &str =
    "Only people with the permission **Manage Server** can do this. Ask one of them.";

/// A command that needs a server.
pub fn not_in_direct_messages() -> &'static str {
    "This works in a server, in the channel of a team. Please use it there."
}

/// Too quick.
pub fn cooldown(left: Duration) -> String {
    let seconds = left.as_secs().max(1);
    format!("That was quick. Please try again in {seconds} s.")
}

/// A team lives in an ordinary text channel.
pub const NOT_A_TEXT_CHANNEL: &str = "A team lives in an ordinary text channel, not in a forum, an announcement channel, \
                                      a voice channel or a thread. Go to the text channel you mean (or make one) and \
                                      run `/setup` there.";

/// A command that needs a team.
pub const NO_TEAM_HERE: &str = "There is no team in this channel. Use the command in a team's channel, or ask an admin \
                                to make a team here with `/setup`.";

/// A team that was set up and not started.
pub const NOT_STARTED: &str = "This team has not started yet. An admin starts it with `/setup`.";

/// A window out of range.
pub const WINDOW: &str = "A prompt can be open for 1 to 72 hours.";

/// The team's zone left the time zone data.
pub const ZONE_GONE: &str =
    "The team's time zone is not known any more. An admin can choose another with `/setup`.";
