//! A seed tells the whole story: lived through twice, a town is the same to the last row, message and millisecond, and in the
//! order of what each channel shows to all. What is sent into several channels in the same millisecond may change places, because it
//! is sent side by side. Nonces differ (and the references made of them), because the scheduler draws one each time it looks,
//! and how often it looks is not what is due; so does the order in which a poll shows what was written about somebody; and the
//! minute in which the bot last wrote down that it was alive.

use super::{live, parameter, post::millis, town::Town};
use helmsman::domain::outbound::reference;
use sqlx::Row as _;
use std::collections::HashMap;

impl Town {
    /// All that the database and the channels hold, a line for each row and message.
    pub async fn record(&self) -> Vec<String> {
        let mut record = Vec::new();
        let conn = &mut *self.stage.store().read().await.unwrap();
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('_sqlx_migrations', 'liveness', 'evidence') ORDER BY name",
        )
        .fetch_all(&mut *conn)
        .await
        .unwrap();
        for table in tables {
            let columns = format!(
                "SELECT group_concat('quote(\"' || name || '\")', ' || '', '' || ') FROM pragma_table_info('{table}')"
            );
            let columns: String =
                sqlx::query_scalar(sqlx::AssertSqlSafe(columns)).fetch_one(&mut *conn).await.unwrap();
            let rows = format!("SELECT {columns} AS text FROM \"{table}\" ORDER BY 1");
            let rows = sqlx::query(sqlx::AssertSqlSafe(rows)).fetch_all(&mut *conn).await.unwrap();
            record.extend(rows.iter().map(|row| format!("{table}: {}", row.get::<String, _>("text"))));
        }
        self.stage.discord.world(|world| {
            let channels: std::collections::BTreeMap<_, _> = world.channels.iter().collect();
            for (id, channel) in channels {
                let mut place = 0;
                for message in channel.messages.values() {
                    // A private reply has no place among what all see.
                    place += usize::from(!message.is_ephemeral());
                    let nth = if message.is_ephemeral() { 0 } else { place };
                    let shown = serde_json::json!([message.embeds, message.components]);
                    let (known, author, content) = (message.id, message.author, &message.content);
                    record.push(format!("{id} {nth}: {known} {author} {content} {shown}"));
                }
            }
        });
        // Told apart, but not told.
        let nonces: Vec<(i64, String)> =
            sqlx::query_as("SELECT id, nonce FROM outbox").fetch_all(&mut *conn).await.unwrap();
        let both = |(id, nonce): &(i64, String)| [(reference(nonce).to_owned(), *id), (nonce.clone(), *id)];
        let known: HashMap<_, _> = nonces.iter().flat_map(both).collect();
        let word = |word: &str| match (known.get(word), word.parse()) {
            (Some(id), _) => format!("nonce-{id}"),
            // An id of Discord's: its time.
            (_, Ok(id)) if id > 1 << 60 => millis(id).to_string(),
            _ => word.to_owned(),
        };
        let told = |line: &String| {
            let mut words: Vec<_> = line.split([' ', ',', '\'', '"', ':']).map(word).collect();
            if line.contains("proof") {
                words.sort();
            }
            words.join(" ")
        };
        let mut told: Vec<_> = record.iter().map(told).collect();
        told.sort();
        told
    }
}

#[tokio::test]
async fn a_seed_replays_to_the_last_id() {
    for seed in parameter("HELMSMAN_SEED", 1)..parameter("HELMSMAN_SEED", 1) + 2 {
        let mut records = Vec::new();
        for _ in 0..2 {
            let town = live(seed, 2, 10).await;
            records.push(town.record().await);
            town.stage.end().await;
        }
        let differ: Vec<_> = records[0].iter().zip(&records[1]).filter(|(a, b)| a != b).take(12).collect();
        assert!(differ.is_empty() && records[0].len() == records[1].len(), "seed {seed}: {differ:#?}");
    }
}
