// One message as an element. It is made anew whenever the message changes.

import { avatar, tag } from './avatar.js';
import { components } from './components.js';
import { h, icon } from './dom.js';
import { attachment, embed } from './embed.js';
import { nameOfEmoji } from './emoji.js';
import { attempt } from './interact.js';
import { dismiss, markOf } from './marks.js';
import { blocks, customEmoji, isJumbo, preview } from './markdown_view.js';
import { place } from './route.js';
import { channelOf, nameOf, sentAt, state } from './state.js';
import { fullTime, shortTime, stamp } from './time.js';

const EPHEMERAL = 64;
const LOADING = 128;
const SYSTEM = { 6: 'pin', 7: 'people', 18: 'thread' };

export const isEphemeral = (message) => Boolean(message.ephemeral || message.flags & EPHEMERAL);
export const isLoading = (message) => Boolean(message.flags & LOADING);
const isSystem = (message) => message.type in SYSTEM;

const GROUP_FOR = 7 * 60 * 1000;

/** Whether a message goes on under the head of the one before it. */
export function continues(message, before) {
  if (!before || isSystem(message) || isSystem(before) || before.author.id !== message.author.id)
    return false;
  if (message.type !== 0 || message.interaction || isEphemeral(message) !== isEphemeral(before)) return false;
  return sentAt(message) - sentAt(before) < GROUP_FOR;
}

/** Whether the person is meant by a message. */
export function mentionsMe(message) {
  const me = state.me.id;
  if (message.author.id === me) return false;
  if (message.mention_everyone || message.mentions?.some((user) => user.id === me)) return true;
  if (message.type === 19 && message.referenced_message?.author.id === me && message.mentions === undefined)
    return true;
  const guild = channelOf(message.channel_id)?.guild;
  const mine = guild?.members.find((one) => one.id === me)?.roles ?? [];
  return Boolean(message.mention_roles?.some((role) => mine.includes(role)));
}

const person = (user, className = 'author') =>
  h('button', { type: 'button', class: className, tabindex: '-1', data: { user: user.id } }, nameOf(user));

function quoted(message) {
  if (message.type !== 19 && message.type !== 21) return null;
  const target = message.referenced_message;
  if (message.type === 19 && !message.message_reference) return null;
  if (!target) return h('div', { class: 'quoted' }, h('em', {}, 'Original message was deleted'));
  const text =
    preview(target.content) || (target.embeds?.[0]?.title ? preview(target.embeds[0].title) : null);
  const jump = () =>
    document.dispatchEvent(
      new CustomEvent('jump', { detail: { channel: target.channel_id, id: target.id } }),
    );
  return h(
    'div',
    { class: 'quoted' },
    avatar(target.author.id, nameOf(target.author), 'tiny'),
    h('span', { class: 'quoted-author' }, nameOf(target.author), target.author.bot && tag()),
    h(
      'button',
      { type: 'button', class: 'quoted-text', onclick: jump, title: 'Go to the message' },
      text || h('em', {}, target.attachments?.length ? 'An attachment' : 'A message'),
    ),
  );
}

function used(message) {
  const { interaction } = message;
  if (!interaction) return null;
  return h(
    'div',
    { class: 'quoted' },
    avatar(interaction.user.id, nameOf(interaction.user), 'tiny'),
    person(interaction.user, 'quoted-author'),
    h('span', {}, 'used'),
    h('span', { class: 'command-name' }, `/${interaction.name}`),
  );
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h(
    'div',
    { class: 'reactions' },
    message.reactions.map((one) => {
      const key = one.emoji.id ? `${one.emoji.name}:${one.emoji.id}` : one.emoji.name;
      const name = one.emoji.id ? one.emoji.name : nameOfEmoji(one.emoji.name);
      return h(
        'button',
        {
          type: 'button',
          class: 'reaction',
          'aria-pressed': String(Boolean(one.me)),
          data: { key: `reaction:${key}` },
          'aria-label': `${name}, ${one.count} ${one.count === 1 ? 'reaction' : 'reactions'}`,
          onclick: () =>
            attempt(one.me ? 'unreact' : 'react', {
              message: message.id,
              channel: message.channel_id,
              emoji: key,
            }),
        },
        one.emoji.id ? customEmoji(one.emoji.name) : h('span', { class: 'emoji' }, one.emoji.name),
        h('span', {}, String(one.count)),
      );
    }),
  );
}

function threadCard(message) {
  const thread = message.thread;
  if (!thread || message.type === 18) return null;
  const known = channelOf(thread.id);
  const count = known?.count ?? thread.message_count ?? 0;
  return h(
    'a',
    { class: 'thread-card', href: place(state.me.id, thread.id), data: { key: 'thread' } },
    icon('thread'),
    h('strong', {}, known?.name ?? thread.name),
    h('span', {}, count === 1 ? '1 message' : `${count} messages`, ' ›'),
  );
}

function systemText(message) {
  const who = person(message.author);
  if (message.type === 6) return [who, ' pinned a message to this channel.'];
  if (message.type === 18) {
    const id = message.thread?.id ?? message.message_reference?.channel_id;
    const name = message.content || message.thread?.name || 'a thread';
    return [who, ' started a thread: ', id ? h('a', { href: place(state.me.id, id) }, name) : name];
  }
  return [who, ' is here now.'];
}

function below(message) {
  const { failed } = markOf(message.id);
  return [
    failed && h('p', { class: 'failed' }, icon('warn'), failed),
    message.failure && h('p', { class: 'failed' }, icon('warn'), message.failure),
    isEphemeral(message) &&
      h(
        'p',
        { class: 'only-you' },
        icon('eye'),
        'Only you can see this · ',
        h(
          'button',
          {
            type: 'button',
            class: 'plain-link',
            data: { key: 'dismiss' },
            onclick: () => dismiss(message.id),
          },
          'Dismiss message',
        ),
      ),
  ];
}

const edited = (message) =>
  h('span', { class: 'edited', title: fullTime(Date.parse(message.edited_timestamp)) }, '(edited)');

function content(message) {
  if (message.sending)
    return h(
      'p',
      { class: 'thinking' },
      'Sending the command',
      h('span', { class: 'dots', 'aria-hidden': 'true' }),
    );
  if (isLoading(message))
    return h(
      'p',
      { class: 'thinking' },
      `${nameOf(message.author)} is thinking`,
      h('span', { class: 'dots', 'aria-hidden': 'true' }),
    );
  const text = message.content
    ? h('div', { class: `text${isJumbo(message.content) ? ' jumbo' : ''}` }, blocks(message.content))
    : null;
  if (message.edited_timestamp && text)
    (text.lastElementChild?.tagName === 'P' ? text.lastElementChild : text).append(' ', edited(message));
  return [
    text,
    message.attachments?.length
      ? h('div', { class: 'attachments' }, message.attachments.map(attachment))
      : null,
    message.embeds?.map(embed),
    message.components?.length ? h('div', { class: 'components' }, components(message)) : null,
    message.poll && h('p', { class: 'elsewhere' }, `A poll: ${message.poll.question?.text ?? ''}`),
  ];
}

/** The element of a message. */
export function render(message) {
  const shown = message.type === 21 && message.referenced_message ? message.referenced_message : message;
  const own = shown.author;
  const ms = sentAt(message);
  const classes = [
    'message',
    isEphemeral(message) && 'ephemeral',
    mentionsMe(message) && 'mentions-me',
    isSystem(message) && 'system',
    message.local && 'local',
  ];
  const item = h('li', {
    class: classes.filter(Boolean).join(' '),
    id: `m${message.id}`,
    tabindex: '-1',
    data: { id: message.id },
  });
  if (isSystem(message)) {
    item.append(
      h('div', { class: 'gutter' }, icon(SYSTEM[message.type])),
      h('div', { class: 'body' }, h('p', {}, systemText(message), ' ', stamp(ms, 'chat', 'when'))),
    );
    return item;
  }
  const head = h(
    'div',
    { class: 'message-head' },
    person(own),
    own.bot && tag(),
    stamp(ms, 'chat', 'when'),
    message.edited_timestamp && !message.content && edited(message),
    message.pinned && h('span', { class: 'pinned', title: 'Pinned' }, icon('pin')),
  );
  const above = message.type === 21 ? null : (quoted(message) ?? used(message));
  if (above) item.classList.add('has-quote');
  item.append(
    ...(above ? [above] : []),
    h(
      'div',
      { class: 'gutter' },
      h(
        'button',
        {
          type: 'button',
          class: 'avatar-button',
          tabindex: '-1',
          'aria-hidden': 'true',
          data: { user: own.id },
        },
        avatar(own.id, nameOf(own)),
      ),
      h('span', { class: 'side-time', 'aria-hidden': 'true' }, shortTime(ms)),
    ),
    h(
      'div',
      { class: 'body' },
      head,
      content(shown === message ? message : { ...shown, components: [] }),
      reactions(message),
      threadCard(message),
      below(message),
    ),
  );
  return item;
}

/** What is said of a new message to those who listen. */
export const spoken = (message) => {
  const parts = [
    preview(message.content, 300),
    ...(message.embeds ?? []).map((one) =>
      preview([one.title, one.description].filter(Boolean).join('. '), 300),
    ),
  ];
  const text =
    parts.filter(Boolean).join('. ') ||
    (message.attachments?.length ? 'an attachment' : isLoading(message) ? 'is thinking' : 'a message');
  return `${nameOf(message.author)}${isEphemeral(message) ? ', only to you' : ''}: ${text}`;
};
