//! What the bot has said of its own accord, from both sides: each message is one of the database's, each of the
//! database's is there, and none is there twice.

use emulator::{App, Discord, Id, world::Message};
use helmsman::{domain::outbound::reference, store::Store};
use sqlx::Row;
use std::collections::BTreeMap;

/// The reference in the footer of a message.
fn footer(message: &Message) -> Option<&str> {
    let footer = message.embeds.first()?["footer"]["text"].as_str()?;
    footer.rsplit(" · ").next()
}

/// Every message that is no answer to somebody, by its reference.
fn messages(discord: &Discord, app: &App) -> BTreeMap<String, Id> {
    let mut said = BTreeMap::new();
    discord.world(|world| {
        for message in world.channels.values().flat_map(|channel| channel.messages.values()) {
            // What a thread shows of the message that it began with is no message of its own.
            if message.author != app.id || message.interaction.is_some() || message.kind == 21 {
                continue;
            }
            let reference = footer(message).unwrap_or_else(|| panic!("it has no reference: {message:?}"));
            let twice = said.insert(reference.to_owned(), message.id);
            assert!(twice.is_none(), "said twice: {message:?}");
        }
    });
    said
}

/// How many messages there are, and how many of which nobody can find out whether they are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub sent: u64,
    pub unknown: u64,
}

/// Compares both sides when nothing is left to do.
pub async fn check(discord: &Discord, app: &App, store: &Store) -> Said {
    let (mut there, mut said) = (messages(discord, app), Said::default());
    let conn = &mut *store.read().await.unwrap();
    let jobs =
        sqlx::query("SELECT nonce, kind, state, message, error FROM outbox").fetch_all(conn).await.unwrap();
    for job in jobs {
        let (nonce, kind, state): (String, String, String) =
            (job.get("nonce"), job.get("kind"), job.get("state"));
        let stored = job.get::<Option<i64>, _>("message").map(|id| Id(id as u64));
        let found = there.remove(reference(&nonce));
        match state.as_str() {
            "sent" => said.sent += 1,
            "dropped" => {}
            // It may be there or not.
            "unknown" => {
                said.unknown += 1;
                continue;
            }
            other => panic!("{kind} {nonce} is {other}: {:?}", job.get::<Option<String>, _>("error")),
        }
        assert_eq!(stored, found, "{kind} {nonce} is {state}");
        assert_eq!(state == "sent", found.is_some(), "{kind} {nonce} is {state}");
    }
    assert!(there.is_empty(), "the database knows nothing of {there:?}");
    said
}
