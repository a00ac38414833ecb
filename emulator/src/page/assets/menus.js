// The commands that the person can use here, asked for when they are wanted and kept until they change.

import { act } from './net.js';
import { on, state } from './state.js';

let kept = null;

on('commands', () => {
  kept = null;
});
on('person', () => {
  kept = null;
});
on('places', () => {
  kept = null;
});

const NONE = { slash: [], message: [], user: [] };

/** `{slash, message, user}` of the open channel. */
export async function menusHere() {
  const { channel, me } = state;
  if (!channel) return NONE;
  if (kept?.channel === channel && kept.me === me.id) return kept.found;
  const found = act('menus', { channel }).catch(() => NONE);
  kept = { channel, me: me.id, found };
  return found;
}

const SUB = 1;
const GROUP = 2;

/** One line for each thing that can be used: `/series schedule` is one of its own. */
export function flatten(commands) {
  const lines = [];
  for (const command of commands) {
    const subs = (command.options ?? []).filter((one) => one.type === SUB || one.type === GROUP);
    const base = { app: command.app, id: command.id };
    if (!subs.length)
      lines.push({
        ...base,
        line: command.name,
        description: command.description,
        options: command.options ?? [],
      });
    for (const sub of subs) {
      const inner = sub.type === GROUP ? (sub.options ?? []) : [null];
      for (const one of inner) {
        const leaf = one ?? sub;
        lines.push({
          ...base,
          line: [command.name, sub.name, one?.name].filter(Boolean).join(' '),
          description: leaf.description,
          options: leaf.options ?? [],
        });
      }
    }
  }
  return lines.sort((one, other) => one.line.localeCompare(other.line));
}

/** `series:first time:09:30`: each value goes on to the next option's name. */
export function givenIn(words, options) {
  const given = {};
  const names = options.map((option) => option.name);
  const found = [...words.matchAll(/(^|\s)([\w-]+):/g)].filter((one) => names.includes(one[2]));
  for (const [at, one] of found.entries())
    given[one[2]] = words.slice(one.index + one[0].length, found[at + 1]?.index).trim();
  return given;
}
