//! What may befall the connections of applications.

use super::{App, Discord};
use crate::gateway::{Blow, Welcome};
use std::time::Duration;

impl Discord {
    /// Cuts the application's connections. Its sessions can be resumed, or are gone (op 9).
    pub fn drop_connections(&self, app: &App, resumable: bool) {
        self.hub.befall(app.id, Blow::Cut { resumable });
    }

    /// Closes the application's connections with a close code; 4000 to 4003, 4005 and 4008 leave the sessions resumable.
    pub fn close_connections(&self, app: &App, code: u16) {
        self.hub.befall(app.id, Blow::Close { code });
    }

    /// Asks the application's connections to come again (op 7). Those that do not are left as they are.
    pub fn ask_to_reconnect(&self, app: &App) {
        self.hub.befall(app.id, Blow::Reconnect);
    }

    /// Declares the application's sessions invalid (op 9) on connections that stay open. Resumable ones wait for a RESUME,
    /// on whatever connection; others are gone, and what happens before the next IDENTIFY is lost.
    pub fn invalidate_sessions(&self, app: &App, resumable: bool) {
        self.hub.befall(app.id, Blow::Invalidate { resumable });
    }

    /// Makes black holes of the application's connections: they stay open for good, and neither is anything read (no
    /// heartbeat is acknowledged) nor does anything come. The sessions can be resumed on other connections; for new ones
    /// see [`Discord::set_welcome`].
    pub fn black_hole(&self, app: &App) {
        self.hub.befall(app.id, Blow::BlackHole);
    }

    /// Resets the application's token: REST answers 401 from now on, and connections are closed with 4004.
    pub fn reset_token(&self, app: &App) {
        self.hub.reset_token(app.id);
    }

    /// How new connections are received from now on.
    pub fn set_welcome(&self, welcome: Welcome) {
        self.hub.manners().welcome = welcome;
    }

    /// The heartbeat interval that new connections are asked for.
    pub fn set_heartbeat(&self, interval: Duration) {
        self.hub.manners().heartbeat = interval;
    }
}
