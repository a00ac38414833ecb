//! What administrators do reaches the bot as events that serenity can read.

use crate::bot::{Plan, Stage};
use emulator::bits;
use serenity::all::{Context, Event, Interaction};

async fn ignore(_: Context, _: Interaction) {}

async fn named(stage: &mut Stage, name: &str) -> Event {
    stage
        .event(|event| {
            assert!(!matches!(event, Event::Unknown(_)), "serenity cannot read {event:?}");
            (event.name().as_deref() == Some(name)).then_some(event)
        })
        .await
}

#[tokio::test]
async fn changes_of_a_guild_are_told() {
    let mut stage = Stage::set(Plan::default(), ignore).await;
    let Event::GuildCreate(created) = named(&mut stage, "GUILD_CREATE").await else { unreachable!() };
    assert_eq!(created.guild.members.len(), 1, "only the bot's own member is listed");
    assert_eq!(created.guild.channels.len(), 1);
    let room = stage.guild.text_channel("room");
    named(&mut stage, "CHANNEL_CREATE").await;
    room.deny(&stage.app, bits::SEND_MESSAGES);
    let Event::ChannelUpdate(update) = named(&mut stage, "CHANNEL_UPDATE").await else { unreachable!() };
    assert_eq!(update.channel.permission_overwrites[0].deny.bits(), bits::SEND_MESSAGES);
    let managers = stage.guild.role("managers", 0);
    named(&mut stage, "GUILD_ROLE_CREATE").await;
    managers.set_permissions(bits::MANAGE_GUILD);
    named(&mut stage, "GUILD_ROLE_UPDATE").await;
    stage.guild.give(&stage.ana, &managers);
    stage.guild.give(&stage.app, &managers);
    let Event::GuildMemberUpdate(update) = named(&mut stage, "GUILD_MEMBER_UPDATE").await else {
        unreachable!()
    };
    assert_eq!(update.user.id.get(), stage.app.id.get(), "others' changes need the privileged intent");
    stage.guild.set_owner(&stage.ana);
    named(&mut stage, "GUILD_UPDATE").await;
    managers.delete();
    named(&mut stage, "GUILD_ROLE_DELETE").await;
    room.delete();
    named(&mut stage, "CHANNEL_DELETE").await;
    stage.guild.set_unavailable(true);
    let Event::GuildDelete(gone) = named(&mut stage, "GUILD_DELETE").await else { unreachable!() };
    assert!(gone.guild.unavailable, "an outage");
    stage.guild.set_unavailable(false);
    named(&mut stage, "GUILD_CREATE").await;
    stage.guild.remove_app(&stage.app);
    let Event::GuildDelete(gone) = named(&mut stage, "GUILD_DELETE").await else { unreachable!() };
    assert!(!gone.guild.unavailable, "removed");
}

#[tokio::test]
async fn changes_of_messages_and_threads_are_told() {
    let mut stage = Stage::set(Plan { permissions: bits::MANAGE_MESSAGES, ..Plan::default() }, ignore).await;
    let said = stage.ana.say(&stage.channel, "hello");
    named(&mut stage, "MESSAGE_CREATE").await;
    stage.ben.react(&said, "✅");
    let Event::ReactionAdd(added) = named(&mut stage, "MESSAGE_REACTION_ADD").await else { unreachable!() };
    assert_eq!(added.reaction.user_id.unwrap().get(), stage.ben.id().get());
    stage.ben.unreact(&said, "✅");
    named(&mut stage, "MESSAGE_REACTION_REMOVE").await;
    stage.ana.edit(&said, "hullo");
    named(&mut stage, "MESSAGE_UPDATE").await;
    stage.channel_id().pin(&stage.http, said.id.get()).await.unwrap();
    named(&mut stage, "CHANNEL_PINS_UPDATE").await;
    let thread = stage.ana.start_thread(&said, "talk");
    named(&mut stage, "THREAD_CREATE").await;
    thread.archive(false);
    named(&mut stage, "THREAD_UPDATE").await;
    stage.ana.say(&thread, "again");
    let Event::ThreadUpdate(update) = named(&mut stage, "THREAD_UPDATE").await else { unreachable!() };
    assert!(!update.thread.thread_metadata.unwrap().archived, "a message wakes it");
    thread.delete();
    named(&mut stage, "THREAD_DELETE").await;
    assert!(stage.ana.delete(&said));
    let Event::MessageDelete(gone) = named(&mut stage, "MESSAGE_DELETE").await else { unreachable!() };
    assert_eq!(gone.message_id.get(), said.id.get());
    let delivered = stage.discord.delivered(&stage.app);
    assert_eq!(delivered, stage.discord.sessions(&stage.app)[0].sequence);
}
