// The messages that are on the page, in order, and their elements.

import { byId, fill, h, icon } from './dom.js';
import { forgetMark, isDismissed } from './marks.js';
import { continues, render } from './message.js';
import { may, sentAt, newer } from './state.js';
import { sameDay, stamp } from './time.js';

export const listElement = byId('messages');

export const list = {
  messages: [],
  /** Elements by the id of their message. */
  items: new Map(),
  /** Whether the first message of the channel, and the last one, are among them. */
  atStart: true,
  atEnd: true,
  /** The first message that is new to the person. */
  freshFrom: null,
};

/** One that only this page has stands behind the message that was the last when it began. */
const later = (one, other) =>
  (newer(one.after ?? one.id, other.after ?? other.id) || Boolean(one.after) - Boolean(other.after)) > 0;

export function insert(message) {
  if (isDismissed(message.id)) return false;
  let at = list.messages.length;
  while (at > 0 && later(list.messages[at - 1], message)) at -= 1;
  list.messages.splice(at, 0, message);
  const item = render(message);
  list.items.set(message.id, item);
  listElement.insertBefore(item, listElement.children[at] ?? null);
  return at;
}

export function replace(message) {
  const at = list.messages.findIndex((one) => one.id === message.id);
  const before = list.items.get(message.id);
  const inside = before.contains(document.activeElement) ? document.activeElement : null;
  const key = inside?.closest('[data-key]')?.dataset.key;
  const item = render(message);
  list.messages[at] = message;
  list.items.set(message.id, item);
  const open = before.querySelectorAll('.spoiler.open').length;
  before.replaceWith(item);
  if (open) for (const cover of item.querySelectorAll('.spoiler')) cover.click();
  dress(at);
  if (inside) {
    const next = key
      ? [...item.querySelectorAll('[data-key]')].find((one) => one.dataset.key === key && !one.disabled)
      : null;
    (next ?? item).focus({ preventScroll: true });
  }
}

export function remove(id) {
  const at = list.messages.findIndex((one) => one.id === id);
  if (at < 0) return;
  const item = list.items.get(id);
  const inside = item.contains(document.activeElement);
  list.messages.splice(at, 1);
  list.items.delete(id);
  forgetMark(id);
  item.remove();
  dress(at);
  if (inside)
    (listElement.children[Math.min(at, list.messages.length - 1)] ?? byId('composer-text'))?.focus({
      preventScroll: true,
    });
}

export function trim(fromStart, count) {
  const gone = fromStart
    ? list.messages.splice(0, count)
    : list.messages.splice(list.messages.length - count, count);
  for (const message of gone) {
    list.items.get(message.id).remove();
    list.items.delete(message.id);
    if (!message.local) forgetMark(message.id);
  }
  if (fromStart) list.atStart = false;
  else list.atEnd = false;
  dress(0);
}

/** What a message's looks owe to the one before it: its head, the line of a day, the line of what is new. */
export function dress(at) {
  const message = list.messages[at];
  if (!message) return;
  const item = list.items.get(message.id);
  const before = list.messages[at - 1];
  const day = !before ? list.atStart || !list.messages.length : !sameDay(sentAt(before), sentAt(message));
  const fresh = list.freshFrom === message.id;
  item.classList.toggle('grouped', !day && !fresh && continues(message, before));
  item.querySelector('.separator')?.remove();
  if (!day && !fresh) return;
  const label = [day && stamp(sentAt(message), 'day'), fresh && h('span', { class: 'new-word' }, 'New')];
  item.prepend(h('div', { class: `separator${fresh ? ' fresh' : ''}` }, label));
}

export function dressAll(channel) {
  for (let at = 0; at < list.messages.length; at += 1) dress(at);
  const start = byId('beginning');
  fill(
    start,
    ...(list.atStart ? greeting(channel) : [h('p', { class: 'loading-more' }, 'Loading older messages…')]),
  );
}

function greeting(channel) {
  if (!channel) return [];
  const name = channel.kind === 'dm' ? channel.name : `${channel.kind === 'text' ? '#' : ''}${channel.name}`;
  const text =
    channel.kind === 'dm'
      ? `Direct messages between you and ${channel.name}.`
      : channel.kind === 'text'
        ? `This is where #${channel.name} begins.`
        : 'A thread.';
  return [
    h(
      'div',
      { class: 'greeting' },
      h(
        'span',
        { class: 'greeting-icon' },
        icon(channel.kind === 'dm' ? 'at' : channel.kind === 'text' ? 'hash' : 'thread'),
      ),
      h('h2', {}, name),
      h('p', {}, text, channel.topic ? ` ${channel.topic}` : ''),
      !may('history', channel) && h('p', {}, 'You do not have permission to read the message history here.'),
    ),
  ];
}

export function clear() {
  list.messages = [];
  list.items = new Map();
  listElement.replaceChildren();
  byId('beginning').replaceChildren();
}
