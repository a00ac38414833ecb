// How far each person has read each channel, and what came since. Kept for as long as the tab lives.

import { mentionsMe } from './message.js';
import { newer, on, state, tell } from './state.js';

const KEY = 'read';
const MOST = 500;
let read = new Map(Object.entries(JSON.parse(sessionStorage.getItem(KEY) ?? '{}')));
/** Channels with something new: whether the person was meant. */
let fresh = new Map();
let last = new Map();
let saving = 0;

const key = (channel) => `${state.me.id}/${channel}`;
export const lastRead = (channel) => read.get(key(channel)) ?? null;
export const unreadIn = (channel) => (fresh.has(channel) ? { mention: fresh.get(channel) } : null);

state.lastSeen = (channel) => last.get(channel) ?? '0';

function save() {
  clearTimeout(saving);
  saving = setTimeout(() => {
    if (read.size > MOST) read = new Map([...read].slice(-MOST));
    sessionStorage.setItem(KEY, JSON.stringify(Object.fromEntries(read)));
  }, 300);
}

export function markRead(channel, id) {
  const before = lastRead(channel);
  if (!before || newer(id, before) > 0) {
    read.delete(key(channel));
    read.set(key(channel), id);
    save();
  }
  if (fresh.delete(channel)) tell('unread');
}

function look(channel, id) {
  if (!id) return;
  last.set(channel, id);
  const before = lastRead(channel);
  // What was there before the first look is not new.
  if (!before) markRead(channel, id);
  else if (newer(id, before) > 0 && channel !== state.channel && !fresh.has(channel))
    fresh.set(channel, false);
}

on('person', () => {
  fresh = new Map();
  last = new Map();
});

on('places', () => {
  const known = new Set();
  for (const channel of [...state.guilds.flatMap((guild) => guild.channels), ...state.dms]) {
    known.add(channel.id);
    if (!last.has(channel.id)) look(channel.id, channel.last);
  }
  for (const channel of fresh.keys()) if (!known.has(channel)) fresh.delete(channel);
  tell('unread');
});

on('message', (message) => {
  const before = last.get(message.channel_id) ?? '0';
  if (message.local || newer(message.id, before) <= 0) return;
  last.set(message.channel_id, message.id);
  if (message.author.id === state.me.id || (message.channel_id === state.channel && !document.hidden)) return;
  fresh.set(message.channel_id, mentionsMe(message) || fresh.get(message.channel_id) || false);
  tell('unread');
});
