// Rows of buttons and select menus under a message.

import { h, icon } from './dom.js';
import { press } from './interact.js';
import { markOf } from './marks.js';
import { customEmoji } from './markdown_view.js';
import { selectMenu } from './select.js';
import { choose } from './interact.js';

const STYLES = { 1: 'primary', 2: 'secondary', 3: 'success', 4: 'danger', 5: 'link' };

export const emojiOf = (emoji) => {
  if (!emoji) return null;
  return emoji.id
    ? customEmoji(emoji.name)
    : h('span', { class: 'button-emoji', 'aria-hidden': 'true' }, emoji.name);
};

function button(message, part) {
  const inner = [emojiOf(part.emoji), part.label && h('span', {}, part.label)];
  const style = STYLES[part.style] ?? 'secondary';
  // A button with nothing but an emoji is called by it.
  const label = part.label ? null : part.emoji?.name;
  if (part.style === 5) {
    const usable = /^(https?|discord):\/\//.test(part.url ?? '') && !part.disabled;
    const props = {
      class: 'button link',
      role: usable ? null : 'link',
      'aria-disabled': usable ? null : 'true',
      'aria-label': label,
    };
    if (usable) Object.assign(props, { href: part.url, target: '_blank', rel: 'noopener noreferrer' });
    return h('a', props, inner, icon('tab'));
  }
  const { pending } = markOf(message.id);
  const waits = pending === part.custom_id;
  return h(
    'button',
    {
      type: 'button',
      class: `button ${style}${waits ? ' waits' : ''}`,
      disabled: Boolean(part.disabled),
      'aria-busy': waits ? 'true' : null,
      'aria-label': label,
      data: { key: part.custom_id ?? '' },
      onclick: () => press(message, part),
    },
    inner,
    waits && h('span', { class: 'dots', 'aria-hidden': 'true' }),
  );
}

function part(message, one) {
  if (one.type === 2) return button(message, one);
  if ([3, 5, 6, 7, 8].includes(one.type)) {
    const waits = markOf(message.id).pending === one.custom_id;
    return selectMenu(one, { key: one.custom_id, waits, chosen: (values) => choose(message, one, values) });
  }
  return h('p', { class: 'elsewhere' }, `This page does not show components of type ${one.type}.`);
}

export function components(message) {
  return message.components.map((row) =>
    h(
      'div',
      { class: 'row' },
      (row.components ?? [row]).map((one) => part(message, one)),
    ),
  );
}
