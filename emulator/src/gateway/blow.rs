//! What may befall the connections of an application.

use crate::hub::Hub;
use crate::id::Id;
use crate::world::Frame;
use serde::Deserialize;

/// Something that befalls all connections of an application.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Blow {
    /// They are cut.
    Cut { resumable: bool },
    /// They are closed with a code.
    Close { code: u16 },
    /// They are asked to come again (op 7).
    Reconnect,
    /// Their sessions are declared invalid (op 9).
    Invalidate { resumable: bool },
    /// They are neither read nor written any more.
    BlackHole,
}

impl Hub {
    pub(crate) fn befall(&self, app: Id, blow: Blow) {
        let text = |text: String| Frame::Text(text.into());
        let (frame, resumable) = match blow {
            Blow::Cut { resumable } => (Frame::Close(None), resumable),
            // Source: Discord's reference, "Gateway Close Event Codes".
            Blow::Close { code } => (Frame::Close(Some(code)), matches!(code, 4000..=4003 | 4005 | 4008)),
            Blow::Reconnect => (text(r#"{"t":null,"s":null,"op":7,"d":null}"#.into()), true),
            Blow::Invalidate { resumable } => {
                (text(format!(r#"{{"t":null,"s":null,"op":9,"d":{resumable}}}"#)), resumable)
            }
            Blow::BlackHole => (Frame::Hush, true),
        };
        self.change(|world| {
            for session in world.sessions.values_mut().filter(|session| session.app == app) {
                // Whoever is asked to come again is served until then.
                let outlet = match blow {
                    Blow::Reconnect => session.outlet.clone(),
                    _ => session.outlet.take(),
                };
                if let Some(outlet) = outlet {
                    // The socket may be gone by itself; that is as good.
                    let _ = outlet.send(frame.clone());
                }
            }
            if !resumable {
                world.sessions.retain(|_, session| session.app != app);
            }
        });
    }

    /// REST answers 401 from now on, and connections are closed with 4004.
    pub(crate) fn reset_token(&self, app: Id) {
        self.change(|world| {
            if let Some(app) = world.applications.get_mut(&app) {
                app.token_reset = true;
            }
        });
        self.befall(app, Blow::Close { code: super::close::AUTHENTICATION_FAILED });
    }
}
