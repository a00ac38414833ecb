//! Faults as tests plant them.

use super::Discord;
use crate::faults::{Fault, FaultHandle, FaultReport};

impl Discord {
    /// Plants a fault. Those planted earlier are asked first; the first one that strikes is the only one.
    ///
    /// ```no_run
    /// # use emulator::{Discord, Done, Fault, RequestFault};
    /// # async fn example(discord: Discord) {
    /// let lost = RequestFault::Error { status: 502, done: Done::Late };
    /// discord.fault(Fault::on("POST /channels/*/messages", lost).times(2));
    ///
    /// let hold = discord.fault(Fault::on("PATCH /**", RequestFault::Hold { done: true }).times(1));
    /// hold.struck(1).await; // Now an edit has been made, and nobody has been told.
    /// hold.release();
    /// # }
    /// ```
    pub fn fault(&self, fault: Fault) -> FaultHandle {
        self.hub.faults.plant(fault)
    }

    /// The faults that are planted, and how often each has struck.
    pub fn faults(&self) -> Vec<FaultReport> {
        self.hub.faults.reports()
    }

    /// Removes all faults, and lets go what they hold.
    pub fn clear_faults(&self) {
        self.hub.faults.clear();
    }
}
