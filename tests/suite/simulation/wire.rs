//! How what people do reaches the bot: at once, several times, late, or not at all; and how its answer comes back.

use super::{
    town::{MOST_WAITS, Town},
    weather::Rough,
};
use emulator::{Done, EventFault, Fault, RequestFault, Response};
use futures_util::FutureExt;
use jiff::SignedDuration;

impl Town {
    /// Does something that the bot hears of, and whose outcome can be found out if the answer does not come through.
    pub async fn send(&mut self, t: usize, act: impl Future<Output = Response>) -> Option<Response> {
        if self.fair || !self.teams[t].dice.chance(3) {
            return self.tell(t, act).await;
        }
        self.callback_fault(t);
        let response = act.await;
        self.take_fault(t);
        Some(response)
    }

    /// Does something that the bot hears of.
    ///
    /// In rough weather the event may be told several times, late, or not at all; then there is no response.
    pub async fn tell(&mut self, t: usize, act: impl Future<Output = Response>) -> Option<Response> {
        let dice = &mut self.teams[t].dice;
        let fault = match dice.below(100) {
            _ if self.fair => return Some(act.await),
            0..=7 => EventFault::Duplicate { copies: 1 + dice.below(4) as u64, within: dice.below(3) as u64 },
            8..=10 => EventFault::Delay { ms: dice.pick(&[1_001, 4_001, 7_001, 61_001]) },
            11..=13 => EventFault::Drop,
            _ => return Some(act.await),
        };
        let handle = self.stage.discord.fault(Fault::on_event("INTERACTION_CREATE", fault).times(1));
        let mut act = std::pin::pin!(act);
        let at_once = (&mut act).now_or_never();
        let struck = handle.strikes() == 1;
        handle.remove();
        match fault {
            _ if at_once.is_some() || !struck => Some(match at_once {
                Some(response) => response,
                None => act.await,
            }),
            EventFault::Drop => None,
            EventFault::Delay { ms } => {
                self.travel(self.stage.now() + SignedDuration::from_millis(ms as i64)).await;
                Some(act.await)
            }
            _ => {
                let response = act.await;
                // Copies that were to be overtaken come within a second.
                self.travel(self.stage.now() + SignedDuration::from_millis(1_001)).await;
                Some(response)
            }
        }
    }

    /// The bot does not learn that the next answer to an interaction arrived, or it does not arrive.
    fn callback_fault(&mut self, t: usize) {
        let now = self.stage.now();
        let waits = self.waits < MOST_WAITS;
        let team = &mut self.teams[t];
        let error = |status, done| RequestFault::Error { status, done };
        let mut kinds =
            vec![error(500, Done::Yes), error(502, Done::No), RequestFault::Reset { done: Done::Yes }];
        if waits {
            kinds
                .extend([RequestFault::Reset { done: Done::No }, RequestFault::NoAnswer { done: Done::Yes }]);
        }
        let kind = team.dice.pick(&kinds);
        self.waits += u32::from(!kinds[..3].contains(&kind));
        team.faults
            .push(self.stage.discord.fault(Fault::on("POST /interactions/*/*/callback", kind).times(1)));
        team.weather.push(Rough::short(now));
    }

    /// Takes the latest fault away.
    fn take_fault(&mut self, t: usize) {
        if let Some(fault) = self.teams[t].faults.pop() {
            fault.remove();
        }
    }
}
