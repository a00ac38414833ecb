//! Whole teams over months in seconds, in one process, on the emulator's clock: people who answer, change, explain, share,
//! withdraw, reply, go away, click twice and click late, and managers who schedule, edit, pause, skip, end, arrange queues, post
//! by hand, retract, mend, enter days off, excuse, choose settings and delete, by the commands, menus, buttons and forms that
//! people have. They prepare polls, open, close, cancel and post them again, vote, change and explain their votes, withdraw, note
//! moments, leave the server and come back ([`polls`]); they suggest questions and decide about them ([`suggesting`]); they
//! import, export and remove series ([`shelf`]).
//! After every day all that must hold is checked from both sides: what the database says and what the channel shows, against
//! what the people themselves remember of what they did and were told ([`team`], [`post`]), and what was agreed with them
//! ([`calendar`], [`queue`], [`nudges`]). What was posted keeps its words, whatever is imported.
//!
//! `HELMSMAN_TEAM_MONTHS` says how many (3 if it does not), `HELMSMAN_SEED` which is the first. Whatever is drawn comes from the
//! seed, each team from dice of its own; a failure prints the line that repeats it ([`replay`] says what is the same then).
//!
//! That the checks can fail was tried. Each of these changes of the code was made, and caught within a few team-months:
//!
//! | what was changed | what caught it |
//! |---|---|
//! | nonces are not enforced (`chat/outbound.rs`) | [`checks`]: one reference in two messages |
//! | a missing right to search is read as "not there" (`domain/outbound.rs`) | [`checks`]: one reference in two messages |
//! | tallied at the close, without the five seconds (`app/closing.rs`) | [`checks`]: tallied early |
//! | tallied at once after a break, without the ten seconds (`app/closing.rs`) | [`checks`]: too soon after a break |
//! | what is cast after the close counts (`domain/occurrence.rs`) | [`people`]: taken outside the window |
//! | a click that comes twice takes the answer back (`domain/answer.rs`) | [`people`]: another option was acknowledged |
//! | the event that comes last counts, not the one with the highest id (`domain/answer.rs`) | [`delivery`]: counts and answers |
//! | a note stays shared when it is taken back (`domain/answer.rs`) | [`checks`]: the stored answer |
//! | a command that comes twice acts twice (`commands/once.rs`) | [`managers`]: another date, or a refusal |
//! | what comes next is told without regard to days off (`commands/series/proposal.rs`) | [`managers`]: another time |
//! | nothing is read back before the tally (`app/closing.rs`) | [`delivery`]: counts and answers |
//! | a lost session is no outage (`gateway/ears.rs`) | [`delivery`]: counts and answers |
//! | a reveal does not wait for Monday (`app/closing.rs`) | [`checks`]: did not wait for the next prompt |
//! | a prompt does not wait for the close before it (`domain/outbound.rs`) | [`checks`]: came after the next prompt |
//! | a closed prompt keeps its buttons (`chat/count_edits.rs`) | [`checks`]: a closed prompt has buttons |
//! | a reveal calls the author of what it answers (`chat/reveal_message.rs`) | [`checks`]: somebody was called |
//! | a day off ends a day early (`app/posting.rs`) | [`checks`]: a prompt that nobody wanted |
//! | the admin is told of trouble again and again (`app/schedules.rs`) | [`checks`]: what the admin was told |
//! | messages may call people (`chat/discord/calls.rs`) | [`checks`]: Discord was not told to call nobody |
//! | a nudge that was decided upon stays due (`app/nudging.rs`) | [`stage`]: nothing came to rest |
//! | a nudge is said where all have answered (`app/nudging.rs`) | [`nudges`]: nobody needs it |
//! | a nudge expects people who are away (`app/streaks/team.rs`) | [`nudges`]: other numbers |
//! | once a schedule was edited, days off are not looked at (`app/posting.rs`) | [`checks`]: a prompt that nobody wanted |
//! | a pause with an end does not pause (`store/schedule.rs`) | [`checks`]: what comes next |
//! | *Put first* puts last (`app/managing.rs`) | [`eyes`]: another one was next |
//! | streaks do not hear that a prompt was retracted (`app/mending.rs`) | [`checks`]: the streak |
//! | a retracted prompt's message stays (`app/mending.rs`) | [`checks`]: the state of what is shown |
//! | a closed prompt that is mended gets its buttons back (`chat/count_edits.rs`) | [`checks`]: a closed prompt has buttons |
//! | votes cast after the close of a poll count (`app/polls/voting.rs`) | [`polls`]: counted outside its time |
//! | ballots stay when a poll has ended (`app/polls/ending.rs`) | [`polls`]: files of ballots |
//! | the quorum is not looked at (`domain/poll/tally.rs`) | [`polls`]: another count |
//! | a vote that was taken back counts (`domain/poll/ballot.rs`) | [`polls`]: another count |
//! | a vote counts in the team's newest open poll (`app/polls/voting.rs`) | [`polls`]: another count |
//! | an import changes what was posted (`store/series.rs`) | [`checks`]: what was posted |
//! | what was read of a server's series is not read again (`app/shelf.rs`) | [`suggesting`]: other series are offered |
//! | what is decided can be decided again (`store/suggestion.rs`, `app/suggesting.rs`) | [`suggesting`]: decided twice |
//!
//! What happens below the simulation is caught elsewhere: synchronous NORMAL (`store/open.rs`) by `tests/powerloss`; an attempt
//! that is stored only after it was made (`chat/outbound.rs`), and an outage that is not noticed after a crash, by `kills`; a round
//! of resends that outlives the nonce (`ROUND` of ten minutes) by `sends`.

mod calendar;
mod checks;
mod day;
mod delivery;
mod eyes;
mod managers;
mod nudges;
mod people;
mod polls;
mod post;
mod queue;
mod replay;
mod shelf;
mod shown;
mod stage;
mod suggesting;
mod team;
mod town;
mod weather;
mod wire;

use jiff::SignedDuration;
use town::Town;

/// A number from the environment: a parameter of the test run.
#[expect(clippy::disallowed_methods, reason = "a parameter of the test run, not of the product")]
fn parameter(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |n| n.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// One town: so many teams for so many days.
async fn live(seed: u64, teams: usize, days: i64) -> Town {
    let mut town = Town::new(seed, teams).await;
    let start = town.stage.now();
    for day in 1..=days {
        let end = start + SignedDuration::from_hours(24 * day);
        town.plan_day(end);
        town.plan_managers();
        town.plan_polls();
        town.plan_weather(end);
        town.live_until(end).await;
        town.check(day == days).await;
    }
    town
}

/// The largest town. More teams in one take less time each, and tell less about which one it was.
const LARGEST: u64 = 5;

#[test]
fn teams_live_through_months_and_nothing_is_lost_or_said_twice() {
    let (first, count) = (parameter("HELMSMAN_SEED", 1), parameter("HELMSMAN_TEAM_MONTHS", 3));
    let towns: Vec<_> =
        (0..count.div_ceil(LARGEST)).map(|n| (first + n, LARGEST.min(count - n * LARGEST))).collect();
    // A town mostly waits: for a connection that is to be missed, or for an answer that never comes.
    let workers = (4 * std::thread::available_parallelism().map_or(1, usize::from)).min(towns.len());
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((seed, teams)) =
                    towns.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)).copied()
                {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                    let lived = std::panic::catch_unwind(|| {
                        runtime.block_on(async { live(seed, teams as usize, 30).await.stage.end().await });
                    });
                    assert!(
                        lived.is_ok(),
                        "to see this again: HELMSMAN_SEED={seed} HELMSMAN_TEAM_MONTHS={teams} cargo test --test suite \
                         teams_live_through_months"
                    );
                }
            });
        }
    });
}
