// Who somebody is at a glance: initials on a colour that follows from the id.

import { h } from './dom.js';

const COLOURS = 10;

function initials(name) {
  const words = name
    .replace(/[^\p{L}\p{N} ]/gu, ' ')
    .trim()
    .split(/\s+/)
    .filter(Boolean);
  if (!words.length) return '?';
  const letters =
    words.length > 1 ? [...words[0]][0] + [...words.at(-1)][0] : [...words[0]].slice(0, 1).join('');
  return letters.toUpperCase();
}

/** `size`: small, normal or large. */
export function avatar(id, name, size = 'normal') {
  const colour = Number(((BigInt(id) >> 22n) + BigInt(id)) % BigInt(COLOURS));
  const props = { class: `avatar ${size} colour-${colour}`, 'aria-hidden': 'true' };
  return h('span', props, initials(name));
}

export const tag = () => h('span', { class: 'tag', title: 'An application, not a person' }, 'APP');

export { initials };
