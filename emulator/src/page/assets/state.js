// What is known of the servers and people, and who is told when it changes. No elements in here.

export const state = {
  title: 'Chat',
  me: null,
  people: [],
  guilds: [],
  dms: [],
  commandsAge: 0,
  /** The guild that is looked at; null among direct messages. */
  guild: null,
  /** The channel, thread or direct message that is looked at. */
  channel: null,
  connected: false,
};

const channels = new Map();
const listeners = new Map();

/** Kinds: places, open, person, message, gone, clock, commands, connection, unread, mark, panel. */
export function on(kind, listener) {
  if (!listeners.has(kind)) listeners.set(kind, new Set());
  listeners.get(kind).add(listener);
}

export function tell(kind, value) {
  for (const listener of listeners.get(kind) ?? []) listener(value);
}

/** Snowflakes are compared as numbers, without losing digits. */
export const newer = (one, other) => one.length - other.length || (one < other ? -1 : one > other ? 1 : 0);

/** When a message was sent, in milliseconds since the Unix epoch. */
export const sentAt = (message) => Date.parse(message.timestamp);

const EVERYTHING = {
  send: true,
  react: true,
  thread: false,
  attach: true,
  pin: true,
  commands: true,
  manage_messages: false,
  history: true,
};

export function setPlaces(places) {
  state.guilds = places.guilds;
  state.dms = places.dms;
  channels.clear();
  for (const guild of places.guilds) {
    for (const channel of guild.channels) channels.set(channel.id, { ...channel, guild });
  }
  for (const dm of places.dms) {
    channels.set(dm.id, { ...dm, name: dm.with.username, kind: 'dm', guild: null, may: EVERYTHING });
  }
}

export const channelOf = (id) => channels.get(id);
export const here = () => channels.get(state.channel);
export const guildHere = () =>
  here()?.guild ?? state.guilds.find((guild) => guild.id === state.guild) ?? null;
export const threadsOf = (guild, parent) =>
  guild.channels.filter((channel) => channel.parent === parent && isThread(channel));
export const isThread = (channel) => channel.kind === 'thread' || channel.kind === 'private thread';
/** `#team`, `@somebody`, or a thread's name. */
export const titleOf = (channel) => `${{ text: '#', dm: '@' }[channel?.kind] ?? ''}${channel?.name ?? ''}`;
export const may = (what, channel = here()) => Boolean(channel?.may?.[what]);

export const note = (id) => state.people.find((person) => person.id === id)?.note ?? null;

/** `{id, name, bot, roles}` of anybody who is known, in this guild or elsewhere. */
export function somebody(id, guild = guildHere()) {
  const member = guild?.members.find((one) => one.id === id);
  if (member) return member;
  for (const other of state.guilds) {
    const found = other.members.find((one) => one.id === id);
    if (found) return { ...found, roles: [] };
  }
  const dm = state.dms.find((one) => one.with.id === id);
  if (dm) return { id, name: dm.with.username, bot: Boolean(dm.with.bot), roles: [] };
  const person = state.people.find((one) => one.id === id);
  if (person) return { id, name: person.name, bot: false, roles: [] };
  return state.me?.id === id ? { id, name: state.me.username, bot: false, roles: [] } : null;
}

/** What a user of a message is called. */
export const nameOf = (user) => user.global_name ?? user.username;

export const roleOf = (id, guild = guildHere()) => guild?.roles.find((role) => role.id === id) ?? null;

/** Roles with a name of their own, highest first. */
export function rolesOf(member, guild) {
  const found = member.roles.map((id) => roleOf(id, guild)).filter((role) => role && role.id !== guild.id);
  return found.sort((one, other) => other.position - one.position);
}

export const commandsOf = { age: -1, channel: null, list: null };
