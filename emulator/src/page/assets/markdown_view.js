// What a tree of markdown looks like: one element a node, mentions with the names of those who are meant.

import { h } from './dom.js';
import { inline, parse, plain } from './markdown.js';
import { channelOf, isThread, roleOf, somebody, state } from './state.js';
import { stamp } from './time.js';
import { icon } from './dom.js';
import { place } from './route.js';

const names = {
  user: (id) => somebody(id)?.name,
  role: (id) => roleOf(id)?.name.replace(/^@/, ''),
  channel: (id) => channelOf(id)?.name,
  stamp: ({ ms, style }) => stamp(ms, style).textContent,
};

/** A text without its signs, on one line. */
export const preview = (text, most = 140) => {
  const whole = plain(text ?? '', names);
  return whole.length > most ? `${[...whole].slice(0, most).join('')}…` : whole;
};

/** A message's text. */
export const blocks = (text) => views(parse(text ?? ''));
/** A title: what stands within one line only. */
export const oneLine = (text) => views(inline(text ?? ''));

const EMOJI_ONLY =
  /^(?:\p{Extended_Pictographic}(?:️|‍\p{Extended_Pictographic}|[\u{1F3FB}-\u{1F3FF}])*|\p{Regional_Indicator}{2}|<a?:\w+:\d+>|\s){1,60}$/u;
/** Few emoji and nothing else are shown large. */
export const isJumbo = (text) => text.trim() !== '' && EMOJI_ONLY.test(text) && text.length <= 120;

const views = (nodes) => nodes.map(view);

const safe = (url) => (/^https?:\/\//i.test(url) ? url : null);

/** A link that leaves this page, or plain text if the address is none. */
export function link(url, ...inner) {
  const href = safe(url);
  if (!href) return h('span', {}, ...inner);
  return h('a', { href, target: '_blank', rel: 'noopener noreferrer', title: href }, ...inner);
}

/** An emoji of a server: the page has no picture of it, so its name stands there. */
export const customEmoji = (name) =>
  h('span', { class: 'custom-emoji', role: 'img', 'aria-label': name, title: `:${name}:` }, `:${name}:`);

function user(id) {
  const found = somebody(id);
  if (!found) return h('span', { class: 'mention' }, '@unknown-user');
  return h('button', { type: 'button', class: 'mention', data: { user: id } }, `@${found.name}`);
}

function role(id) {
  const name = names.role(id);
  return h('span', { class: 'mention' }, name ? `@${name}` : '@unknown-role');
}

function channel(id) {
  const found = channelOf(id);
  if (!found) return h('span', { class: 'mention' }, '# unknown');
  const sign = icon(isThread(found) ? 'thread' : 'hash');
  return h('a', { class: 'mention', href: place(state.me.id, id) }, sign, found.name);
}

function spoiler(node) {
  const inner = h('span', { class: 'spoiler-text' }, views(node.inner));
  const cover = h(
    'span',
    { class: 'spoiler', role: 'button', tabindex: '0', 'aria-label': 'Spoiler', 'aria-expanded': 'false' },
    inner,
  );
  const open = (event) => {
    if (cover.classList.contains('open')) return;
    event.preventDefault();
    event.stopPropagation();
    cover.classList.add('open');
    for (const name of ['role', 'tabindex', 'aria-label', 'aria-expanded']) cover.removeAttribute(name);
  };
  cover.addEventListener('click', open, true);
  cover.addEventListener('keydown', (event) => ['Enter', ' '].includes(event.key) && open(event));
  return cover;
}

function list(node) {
  const items = node.items.map((item) => h('li', {}, views(item.inner), item.below && list(item.below)));
  return h(
    node.ordered ? 'ol' : 'ul',
    { class: 'list', start: node.ordered && node.start !== 1 ? node.start : null },
    items,
  );
}

function view(node) {
  const inner = () => views(node.inner);
  switch (node.t) {
    case 'text':
      return node.text;
    case 'break':
      return h('br');
    case 'bold':
      return h('strong', {}, inner());
    case 'italic':
      return h('em', {}, inner());
    case 'underline':
      return h('u', {}, inner());
    case 'strike':
      return h('s', {}, inner());
    case 'spoiler':
      return spoiler(node);
    case 'code':
      return h('code', {}, node.text);
    case 'block':
      return h(
        'pre',
        { tabindex: '0' },
        h('code', { 'aria-label': node.lang && `Code: ${node.lang}` }, node.text),
      );
    case 'quote':
      return h('blockquote', {}, inner());
    // A message's headings are not the page's.
    case 'heading':
      return h('p', { class: `heading-${node.level}` }, h('strong', {}, inner()));
    case 'small':
      return h('p', { class: 'subtext' }, inner());
    case 'list':
      return list(node);
    case 'text-block':
      return h('p', {}, inner());
    case 'link':
      return link(node.url, ...inner());
    case 'user':
      return user(node.id);
    case 'role':
      return role(node.id);
    case 'channel':
      return channel(node.id);
    case 'everyone':
      return h('span', { class: 'mention' }, node.text);
    case 'command':
      return h('button', { type: 'button', class: 'mention', data: { command: node.name } }, `/${node.name}`);
    case 'stamp':
      return stamp(node.ms, node.style, 'stamp');
    case 'emoji':
      return customEmoji(node.name);
    default:
      return '';
  }
}
