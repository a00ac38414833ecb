// The bot of the fidelity check, made with discord.js.
//
// It is told by its environment where the emulator is (EMULATOR_API, such as http://127.0.0.1:8123) and who it is (EMULATOR_TOKEN), and
// writes what it sees as lines of JSON. What it is to do it is told by the people of its server; see `tests/suite/fidelity`.

import {
  ActionRowBuilder, AttachmentBuilder, ButtonBuilder, ButtonStyle, Client, EmbedBuilder, Events, GatewayIntentBits, LabelBuilder,
  MessageFlags, ModalBuilder, SlashCommandBuilder, StringSelectMenuBuilder, TextInputBuilder, TextInputStyle, UserSelectMenuBuilder,
} from "discord.js";

const { Guilds, GuildMessages, MessageContent } = GatewayIntentBits;
const client = new Client({
  intents: [Guilds, GuildMessages, MessageContent],
  // This line is all that makes a bot of discord.js talk to an emulator.
  rest: { api: `${process.env.EMULATOR_API}/api` },
});

const saw = (what, more = {}) => console.log(JSON.stringify({ saw: what, ...more }));
const note = (description) => new AttachmentBuilder(Buffer.from("12345"), { name: "note.txt", description });

const FRUIT = ["apple", "apricot", "banana"];

const commands = [
  new SlashCommandBuilder().setName("fruit").setDescription("Choose fruit")
    .addStringOption((it) => it.setName("name").setDescription("Which").setAutocomplete(true).setRequired(true))
    .addIntegerOption((it) => it.setName("count").setDescription("How many"))
    .addUserOption((it) => it.setName("who").setDescription("For whom")),
  new SlashCommandBuilder().setName("slow").setDescription("Take your time"),
];

const row = (...parts) => new ActionRowBuilder().addComponents(parts);
const panel = [
  row(
    new ButtonBuilder().setCustomId("more").setLabel("More").setStyle(ButtonStyle.Primary),
    new ButtonBuilder().setCustomId("why").setLabel("Why").setStyle(ButtonStyle.Secondary),
  ),
  row(
    new StringSelectMenuBuilder().setCustomId("size").setPlaceholder("Size")
      .addOptions(["S", "M", "L"].map((label) => ({ label, value: label.toLowerCase() }))),
  ),
  row(new UserSelectMenuBuilder().setCustomId("who").setPlaceholder("Who")),
];

const reason = new ModalBuilder().setCustomId("reason").setTitle("A reason").addLabelComponents(
  new LabelBuilder().setLabel("Why?").setTextInputComponent(
    new TextInputBuilder().setCustomId("why").setStyle(TextInputStyle.Paragraph).setMaxLength(20),
  ),
);

async function command(it) {
  const seen = { command: it.commandName, by: it.user.username, place: it.channel.name };
  if (it.commandName === "slow") {
    saw("slash", seen);
    await it.deferReply({ flags: MessageFlags.Ephemeral });
    await it.editReply("done");
    return it.followUp({ content: "more", files: [note()] });
  }
  const name = it.options.getString("name");
  const count = it.options.getInteger("count") ?? 1;
  const who = it.options.getMember("who")?.user.username ?? null;
  saw("slash", { ...seen, name, count, who });
  return it.reply({ content: `${count} x ${name} for ${who ?? "nobody"}`, components: panel });
}

async function component(it) {
  const seen = { id: it.customId, by: it.user.username, under: it.message.content };
  if (it.isButton()) {
    saw("button", seen);
    return it.customId === "why" ? it.showModal(reason) : it.update({ content: "More!", components: [] });
  }
  const values = it.isUserSelectMenu() ? it.users.map((user) => user.username) : it.values;
  saw("select", { ...seen, values });
  const content = it.isUserSelectMenu() ? `For ${it.users.first()}` : `Size ${values[0]}`;
  return it.reply({ content, flags: MessageFlags.Ephemeral });
}

client.on(Events.InteractionCreate, async (it) => {
  if (it.isAutocomplete()) {
    const { name: option, value: typed } = it.options.getFocused(true);
    saw("complete", { option, typed });
    const fits = FRUIT.filter((one) => one.startsWith(typed));
    await it.respond(fits.map((value) => ({ name: value[0].toUpperCase() + value.slice(1), value })));
  } else if (it.isChatInputCommand()) {
    await command(it);
  } else if (it.isMessageComponent()) {
    await component(it);
  } else if (it.isModalSubmit()) {
    const why = it.fields.getTextInputValue("why");
    saw("modal", { id: it.customId, why, by: it.user.username });
    await it.reply(`Because ${why}`);
  }
});

client.on(Events.MessageCreate, async (message) => {
  if (message.author.bot || message.system) return;
  const { channel, content } = message;
  saw("message", { text: content, by: message.author.username, place: channel.name });
  const [word, count] = content.split(" ");
  if (word === "file") {
    const embeds = [new EmbedBuilder().setTitle("Contents")];
    const sent = await channel.send({ content: "a file", embeds, files: [note("five digits")] });
    const file = sent.attachments.first();
    const read = await (await fetch(file.url)).text();
    saw("sent", { text: sent.content, file: file.name, description: file.description, content: read });
  } else if (word === "thread") {
    const thread = await message.startThread({ name: "talk" });
    await thread.send("inside");
    saw("thread", { name: thread.name, parent: thread.parent.name });
  } else if (word === "send") {
    for (let at = 1; at <= Number(count); at++) {
      channel.send(`sent ${at}`).then((sent) => saw("sent", { text: sent.content }));
    }
  } else if (word === "bye") {
    await client.destroy();
  }
});

client.on(Events.ShardResume, () => saw("resumed"));

client.once(Events.ClientReady, async () => {
  saw("ready", { bot: client.user.username, servers: client.guilds.cache.map((guild) => guild.name) });
  const set = await client.application.commands.set(commands);
  saw("commands", { names: set.map((one) => one.name).sort() });
});

await client.login(process.env.EMULATOR_TOKEN);
