//! Requests that fail, or of which nobody learns whether they did.

use super::{Rough, Weather};
use crate::simulation::{
    people::Action,
    town::{MOST_WAITS, Town},
};
use emulator::{Done, Fault, RequestFault, Scope};
use jiff::SignedDuration;

/// Whatever it has not befallen by then, it leaves alone: nobody would expect it any more.
const LASTS: SignedDuration = SignedDuration::from_mins(15);
/// What it has befallen is over by then.
const ROUGH: SignedDuration = SignedDuration::from_mins(30);

impl Town {
    pub fn send_fault(&mut self, t: usize) {
        let now = self.stage.now();
        let team = &mut self.teams[t];
        let dice = &mut team.dice;
        let done = dice.pick(&[Done::No, Done::Yes, Done::Late, Done::LateByMs(20_000)]);
        let error = RequestFault::Error { status: dice.pick(&[500, 502, 503]), done };
        let limit = RequestFault::Limit { scope: Scope::User, retry_after_ms: 4_000 };
        let kind = match dice.chance(4) && self.waits < MOST_WAITS {
            true => {
                self.waits += 1;
                RequestFault::NoAnswer { done }
            }
            false => dice.pick(&[error, error, error, RequestFault::Reset { done }, limit]),
        };
        let silent = matches!(kind, RequestFault::NoAnswer { .. });
        let route = format!("POST /channels/{}/messages", team.channel.id());
        let fault = Fault::on(&route, kind).times(if silent { 1 } else { 1 + dice.below(8) as u64 });
        eprintln!("  {fault:?}");
        team.faults.push(self.stage.discord.fault(fault));
        team.weather.push(Rough::new(now, Some(now + ROUGH)));
        self.plan(now + LASTS, t, 0, Action::Weather(Weather::Clear));
    }

    pub fn doubt(&mut self, t: usize) {
        let now = self.stage.now();
        let team = &mut self.teams[t];
        let route = format!("POST /channels/{}/messages", team.channel.id());
        let done = team.dice.pick(&[Done::No, Done::Yes]);
        let fault = Fault::on(&route, RequestFault::Error { status: 503, done }).times(12);
        team.faults.push(self.stage.discord.fault(fault));
        team.weather.push(Rough::new(now, Some(now + ROUGH)));
        // What is not seen in the channel may have been asked in vain, or not.
        team.calendar.lines.iter_mut().for_each(|line| line.queue.sure = false);
        self.plan(now + LASTS, t, 0, Action::Weather(Weather::Clear));
    }

    /// Requests are done as they should be again.
    pub fn clear(&mut self, t: usize) {
        self.teams[t].faults.drain(..).for_each(|fault| fault.remove());
    }

    pub fn edit_fault(&mut self, t: usize) {
        let team = &mut self.teams[t];
        let dice = &mut team.dice;
        let done = dice.pick(&[Done::No, Done::Yes]);
        let error = RequestFault::Error { status: 503, done };
        let limit = RequestFault::Limit { scope: Scope::Shared, retry_after_ms: 9_000 };
        let kind = dice.pick(&[error, RequestFault::Reset { done }, limit]);
        let verb = dice.pick(&["PATCH", "PATCH", "DELETE"]);
        let route = format!("{verb} /channels/{}/messages/*", team.channel.id());
        team.faults.push(self.stage.discord.fault(Fault::on(&route, kind).times(1 + dice.below(3) as u64)));
    }
}
