//! Writing: messages with files, replies, edits, and taking back.

use super::{Message, Person};
use crate::bits;
use crate::discord::Channel;
use crate::id::Id;
use crate::rules::message::{MAX_FILE, Target};
use crate::rules::{access, mentions};
use crate::world::{Attachment, Draft, Reference, World};
use std::sync::Arc;

/// What the client says of a text that is too long.
const TOO_LONG: &str = "Your message is too long. A message has at most 2,000 characters.";
/// What the client says of a file that is too large. Discord's own words, for 10 MiB.
pub(crate) const TOO_POWERFUL: &str = "Your files are too powerful. Max file size 10 MB";
/// Files in a message.
const MOST_FILES: usize = 10;
/// The longest text of a message, in characters. Source: Discord's reference, "Create Message".
const MOST_CHARACTERS: usize = 2000;

/// A file that somebody sends.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// use emulator::{Discord, Options, Upload};
///
/// let discord = Discord::start(Options::default()).await?;
/// let guild = discord.guild("Harbour");
/// let (ana, channel) = (guild.person("ana"), guild.text_channel("general"));
/// let chart = Upload {
///     name: "chart.png".into(),
///     content_type: Some("image/png".into()),
///     description: Some("the bay".into()),
///     data: b"bytes".as_slice().into(),
/// };
/// let said = ana.try_send(&channel, "where we are", None, vec![chart])?;
/// assert_eq!(said.text(), "where we are\n(chart.png: the bay)");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its name.
    pub name: String,
    /// The MIME type, if it is known.
    pub content_type: Option<String>,
    /// The alternative text.
    pub description: Option<String>,
    /// The bytes, at most 10 MiB.
    pub data: Arc<[u8]>,
}

impl Upload {
    /// As it is kept, with an id of its own and a name that Discord would leave of its name.
    pub(crate) fn into_attachment(self, world: &mut World) -> Result<Attachment, String> {
        if self.data.len() > MAX_FILE {
            return Err(TOO_POWERFUL.into());
        }
        let plain = |one: char| if one.is_ascii_alphanumeric() || "._-".contains(one) { one } else { '_' };
        let name: String = self.name.chars().map(plain).take(255).collect();
        Ok(Attachment {
            id: world.new_id(),
            filename: if name.is_empty() { "unknown".into() } else { name },
            description: self.description.filter(|text| !text.is_empty()),
            content_type: self.content_type.filter(|kind| !kind.is_empty()),
            data: self.data,
        })
    }
}

impl Person {
    /// Says something.
    ///
    /// # Panics
    ///
    /// When the person may not send messages there.
    pub fn say(&self, channel: &Channel, text: &str) -> Message {
        self.try_say(channel, text)
            .unwrap_or_else(|refusal| panic!("{} cannot say that: {refusal}", self.name()))
    }

    /// Says something, if that is allowed.
    ///
    /// # Errors
    ///
    /// Why it is not.
    pub fn try_say(&self, channel: &Channel, text: &str) -> Result<Message, String> {
        self.try_send(channel, text, None, Vec::new())
    }

    /// Replies to a message, with ping.
    ///
    /// # Panics
    ///
    /// When the person may not send messages there, or the message is gone.
    pub fn reply(&self, message: &Message, text: &str) -> Message {
        self.try_reply(message, text)
            .unwrap_or_else(|refusal| panic!("{} cannot reply: {refusal}", self.name()))
    }

    /// Replies to a message, with ping, if that is allowed.
    ///
    /// # Errors
    ///
    /// Why it is not.
    pub fn try_reply(&self, message: &Message, text: &str) -> Result<Message, String> {
        let reference = Reference { message: message.id, channel: message.channel_id() };
        self.send(message.channel_id(), text, Some(reference), Vec::new())
    }

    /// Says something with files, perhaps in reply to a message of that channel, if that is allowed.
    ///
    /// # Errors
    ///
    /// Why it is not, in the client's words.
    pub fn try_send(
        &self,
        channel: &Channel,
        text: &str,
        reply_to: Option<&Message>,
        files: Vec<Upload>,
    ) -> Result<Message, String> {
        let reference = reply_to.map(|to| Reference { message: to.id, channel: to.channel_id() });
        if reference.is_some_and(|reference| reference.channel != channel.id) {
            return Err("That message is in another channel".into());
        }
        self.send(channel.id, text, reference, files)
    }

    fn send(
        &self,
        channel: Id,
        text: &str,
        reference: Option<Reference>,
        files: Vec<Upload>,
    ) -> Result<Message, String> {
        self.hub.change(|world| {
            world.settle_thread(channel);
            access::sending(world, channel, self.user).map_err(|error| error.message)?;
            check_text(text, files.is_empty())?;
            if files.len() > MOST_FILES {
                return Err("A message has at most 10 files".into());
            }
            if !files.is_empty() && !world.may(channel, self.user, bits::ATTACH_FILES) {
                return Err("You do not have permission to attach files in this channel".into());
            }
            let files: Result<Vec<_>, String> =
                files.into_iter().map(|file| file.into_attachment(world)).collect();
            let attachments = files?;
            let replied = match reference {
                Some(target) => {
                    let target = world.message(target.channel, target.message);
                    Some(target.filter(|one| one.visible_to(self.user)).ok_or("the message is gone")?.author)
                }
                None => None,
            };
            let found = mentions::resolve(world, channel, self.user, text, None, replied);
            let draft = Draft {
                content: text.trim().to_owned(),
                kind: if reference.is_some() { 19 } else { 0 },
                reference,
                attachments,
                mention_everyone: found.everyone,
                mentions: found.users,
                mention_roles: found.roles,
                ..Draft::default()
            };
            let target = Target { channel, author: self.user, webhook: false };
            let id = crate::rest::send(world, target, draft, None);
            Ok(Message::of(&self.hub, world, channel, id, Some(self.user)).expect("it was just sent"))
        })
    }

    /// Changes the text of an own message; false if it is another's or gone.
    pub fn edit(&self, message: &Message, text: &str) -> bool {
        self.try_edit(message, text).is_ok()
    }

    /// Changes the text of an own message, if that is allowed.
    ///
    /// # Errors
    ///
    /// Why it is not, in the client's words.
    pub fn try_edit(&self, message: &Message, text: &str) -> Result<(), String> {
        self.hub.change(|world| {
            let channel = message.channel_id();
            let own = world.message(channel, message.id).filter(|one| one.author == self.user);
            let own = own.ok_or("Only an own message can be edited")?;
            check_text(text, own.attachments.is_empty())?;
            let found = mentions::resolve(world, channel, self.user, text, None, None);
            let now = world.now_ms();
            world.edit_message(channel, message.id, |message| {
                message.content = text.trim().to_owned();
                message.edited_ms = Some(now);
                (message.mentions, message.mention_roles) = (found.users, found.roles);
                message.mention_everyone = found.everyone;
            });
            Ok(())
        })
    }

    /// Deletes a message: an own one, one for the person's eyes only, or any with MANAGE_MESSAGES.
    pub fn delete(&self, message: &Message) -> bool {
        self.hub.change(|world| {
            let channel = message.channel_id();
            let Some(entry) = world.message(channel, message.id) else { return false };
            let may = entry.author == self.user
                || entry.ephemeral_for == Some(self.user)
                || !entry.is_ephemeral() && world.may(channel, self.user, bits::MANAGE_MESSAGES);
            may && world.delete_message(channel, message.id)
        })
    }
}

fn check_text(text: &str, alone: bool) -> Result<(), String> {
    if alone && text.trim().is_empty() {
        return Err("Cannot send an empty message".into());
    }
    if text.trim().chars().count() > MOST_CHARACTERS { Err(TOO_LONG.into()) } else { Ok(()) }
}
