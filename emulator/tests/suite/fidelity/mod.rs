//! Fidelity: bots made with three libraries do the same in front of the same people, and what either side saw is compared.
//!
//! The people's side, and what must come of it, is [`script`]. The bot's side is written three times:
//!
//! | library | the bot | what is needed |
//! |---|---|---|
//! | serenity | [`serenity`], in this process | nothing |
//! | discord.js | `tests/clients/discord.js/check.mjs` | `npm ci` in its folder |
//! | discord.py | `tests/clients/discord.py/check.py`, for each compression of the gateway | a virtual environment `.venv` in its folder |
//!
//! Without what is needed, a test says what it does not run, and passes; with `EMULATOR_CLIENTS=required` it fails.

pub mod foreign;
mod script;
pub mod serenity;

use crate::bot::Stage;
use emulator::{Options, RateLimits, bits};
use std::time::Duration;

/// A server with people, and an application that is invited and not connected.
pub async fn stage() -> Stage {
    let options = Options {
        tls: true,
        // A loaded machine is no reason to fail.
        first_response: Duration::from_secs(15),
        rate_limits: RateLimits::off().with(script::SEND, 3, Duration::from_millis(500)).with_global(50),
        ..Options::default()
    };
    let stage = Stage::without_bot(options).await;
    stage.discord.allow_intents(&stage.app, bits::INTENT_MESSAGE_CONTENT);
    stage.guild.add_app(&stage.app, 0);
    stage
}

#[tokio::test]
async fn a_bot_of_serenity() {
    let stage = stage().await;
    let (bot, reports) = serenity::start(&stage);
    script::play(stage, reports).await;
    bot.abort();
}

#[tokio::test]
async fn a_bot_of_discord_js() {
    let Some(script) = foreign::node() else { return };
    let stage = stage().await;
    let (bot, reports) = foreign::start(&script, "", &stage);
    // Its limiter goes by the headers alone; those of the others let a few through too early, and send them again.
    assert_eq!(script::play(stage, reports).await, 0, "it reads the headers and paces itself");
    bot.ended().await;
}

#[tokio::test]
async fn a_bot_of_discord_py() {
    let Some(script) = foreign::python() else { return };
    for compression in ["zlib-stream", "zstd-stream"] {
        let stage = stage().await;
        let (bot, reports) = foreign::start(&script, compression, &stage);
        script::play(stage, reports).await;
        bot.ended().await;
    }
}
