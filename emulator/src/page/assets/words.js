// Names in texts: completed while they are typed, and made mentions when they are sent.

import { avatar } from './avatar.js';
import { h } from './dom.js';
import { emojiNamed } from './emoji.js';
import { here, roleOf } from './state.js';
import { hush, suggest } from './suggest.js';

function replaceWord(text, start, words) {
  text.setRangeText(words, start, text.selectionEnd, 'end');
  hush();
  // As if it had been typed.
  text.dispatchEvent(new Event('input'));
}

/** Completes the word before the caret: `@somebody`, `#channel`, `:emoji`. */
export function suggestWords(text) {
  const upTo = text.value.slice(0, text.selectionEnd);
  const [, sign, words] = /(?:^|\s)([@#:])([^\s@#:]*)$/.exec(upTo) ?? [];
  const start = upTo.length - (words?.length ?? 0) - 1;
  const low = words?.toLowerCase();
  const guild = here()?.guild;
  let items = [];
  if (sign === '@' && guild) {
    const people = guild.members.filter((one) => one.name.toLowerCase().includes(low)).slice(0, 8);
    const roles = guild.roles
      .filter((one) => one.id !== guild.id && one.mentionable && one.name.toLowerCase().includes(low))
      .slice(0, 4);
    items = [
      ...people.map((one) => ({
        label: one.name,
        node: avatar(one.id, one.name, 'small'),
        run: () => replaceWord(text, start, `@${one.name} `),
      })),
      ...roles.map((one) => ({
        label: `@${one.name}`,
        hint: 'role',
        run: () => replaceWord(text, start, `@${one.name} `),
      })),
    ];
  } else if (sign === '#' && guild) {
    items = guild.channels
      .filter((one) => one.name.toLowerCase().includes(low))
      .slice(0, 8)
      .map((one) => ({ label: `#${one.name}`, run: () => replaceWord(text, start, `#${one.name} `) }));
  } else if (sign === ':' && words.length >= 2) {
    items = emojiNamed(words)
      .slice(0, 8)
      .map((one) => ({
        label: one.name,
        node: h('span', { class: 'emoji' }, one.emoji),
        run: () => replaceWord(text, start, `${one.emoji} `),
      }));
  }
  if (items.length) suggest(text, items);
  else hush();
}

const escaped = (words) => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Names of people, roles and channels become mentions, but for those in code. */
export function withMentions(words) {
  const guild = here()?.guild;
  if (!guild) return words;
  const names = [
    ...guild.members.map((one) => [`@${one.name}`, `<@${one.id}>`]),
    ...guild.roles
      .filter((one) => roleOf(one.id, guild) && one.id !== guild.id)
      .map((one) => [`@${one.name}`, `<@&${one.id}>`]),
    ...guild.channels.map((one) => [`#${one.name}`, `<#${one.id}>`]),
  ];
  const by = new Map(names.toSorted((one, other) => other[0].length - one[0].length));
  const any = new RegExp(`(?<![\\w<])(?:${[...by.keys()].map(escaped).join('|')})(?![\\w-])`, 'g');
  return words
    .split(/(```[^]*?```|`[^`]*`)/)
    .map((part, at) => (at % 2 ? part : part.replace(any, (name) => by.get(name))))
    .join('');
}
