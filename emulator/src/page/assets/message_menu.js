// What one can do with a message: the bar beside it, its menu with the applications' commands, and editing in place.

import { byId, fill, h, iconButton } from './dom.js';
import { pickEmoji } from './emoji.js';
import { ask } from './form.js';
import { attempt, messageMenu } from './interact.js';
import { lastOwn, messageElement, messageOf } from './log.js';
import { isEphemeral, isLoading } from './message.js';
import { openMenu } from './pop.js';
import { menusHere } from './menus.js';
import { channelOf, isThread, may, on, state } from './state.js';
import { openPlace } from './open.js';
import { preview } from './markdown_view.js';
import { replyTo } from './composer.js';
import { tellPerson } from './notice.js';

const listElement = byId('messages');
const bar = h('div', { class: 'bar', role: 'toolbar', 'aria-label': 'Message actions' });
let owner = null;

const of = (message) => ({ message: message.id, channel: message.channel_id });
const plainKind = (message) => [0, 19, 20, 23].includes(message.type);
const real = (message) => !message.local && !isEphemeral(message) && !isLoading(message);

export const react = (message, anchor) =>
  pickEmoji(anchor, (emoji) => attempt('react', { ...of(message), emoji }));

async function startThread(message) {
  const name = await ask('Create a thread', {
    input: { label: 'Thread name', value: preview(message?.content || message?.embeds?.[0]?.title, 60) },
    yes: 'Create thread',
  });
  if (!name) return;
  const channel = message?.channel_id ?? state.channel;
  const made = await attempt('thread', { channel, ...(message ? { message: message.id } : {}), name });
  if (made) openPlace(made.channel.id ?? made.channel);
}
export { startThread };

async function remove(message) {
  const yes = await ask('Delete message', {
    text: 'Are you sure? This cannot be undone.',
    yes: 'Delete',
    danger: true,
  });
  if (yes) await attempt('delete', of(message));
}

/** What this person may do with this message. */
function actions(message, anchor) {
  const channel = channelOf(message.channel_id);
  const own = message.author.id === state.me.id;
  const manages = may('manage_messages', channel);
  const pins = may('pin', channel);
  if (!real(message)) return [];
  return [
    may('react', channel) && {
      label: 'Add reaction',
      icon: 'smile',
      run: () => react(message, anchor),
      quick: true,
    },
    plainKind(message) &&
      may('send', channel) && { label: 'Reply', icon: 'reply', run: () => replyTo(message), quick: true },
    plainKind(message) &&
      may('thread', channel) &&
      !isThread(channel) &&
      channel.guild &&
      !message.thread && {
        label: 'Create thread',
        icon: 'thread',
        run: () => startThread(message),
        quick: true,
      },
    own && plainKind(message) && { label: 'Edit message', icon: 'edit', run: () => edit(message) },
    pins && {
      label: message.pinned ? 'Unpin message' : 'Pin message',
      icon: 'pin',
      run: () => attempt(message.pinned ? 'unpin' : 'pin', of(message)),
    },
    message.content && { label: 'Copy text', icon: 'copy', run: () => copy(message.content) },
    { label: 'Copy message ID', icon: 'copy', run: () => copy(message.id) },
    (own || manages) && { label: 'Delete message', icon: 'bin', run: () => remove(message), danger: true },
  ].filter(Boolean);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    tellPerson('The browser does not allow copying here.');
  }
}

/** The menu of a message; the applications' commands come last, as they must be asked for. */
export async function openMessageMenu(message, anchor) {
  const menus = real(message) ? (await menusHere()).message : [];
  if (!messageElement(message.id)) return;
  const list = actions(message, messageElement(message.id));
  if (!list.length && !menus.length) return;
  openMenu(anchor, 'Message', [
    ...list,
    ...(menus.length ? [null, { title: 'Apps' }] : []),
    ...menus.map((menu) => ({
      label: menu.name,
      hint: menu.app.name,
      icon: 'app',
      run: () => messageMenu(message, menu),
    })),
  ]);
}

function show(item) {
  if (!item || item === owner) return;
  const message = messageOf(item.dataset.id);
  owner = item;
  const quick = message ? actions(message, bar).filter((one) => one.quick) : [];
  if (!message || !real(message)) {
    bar.remove();
    return;
  }
  fill(
    bar,
    quick.map((one) => iconButton(one.icon, one.label, one.run)),
    iconButton(
      'more',
      'More',
      (event) => openMessageMenu(messageOf(item.dataset.id) ?? message, event.currentTarget),
      { 'aria-haspopup': 'menu' },
    ),
  );
  item.append(bar);
}

listElement.addEventListener('mouseover', (event) => show(event.target.closest('li.message')));
listElement.addEventListener('focusin', (event) => show(event.target.closest('li.message')));
listElement.addEventListener('mouseleave', () => {
  if (bar.contains(document.activeElement)) return;
  owner = null;
  bar.remove();
});
// A finger on a message shows its bar.
listElement.addEventListener('click', (event) => show(event.target.closest('li.message')));
on('mark', () => {
  owner = null;
});
on('message', () => {
  if (owner && !owner.isConnected) owner = null;
});

listElement.addEventListener('contextmenu', (event) => {
  const item = event.target.closest('li.message');
  if (!item || event.target.closest('a, input, textarea, [data-user]') || String(getSelection())) return;
  const message = messageOf(item.dataset.id);
  if (!message || !real(message)) return;
  event.preventDefault();
  const keyboard = event.clientX === 0 && event.clientY === 0;
  openMessageMenu(
    message,
    keyboard
      ? item
      : {
          x: event.clientX,
          y: event.clientY,
          left: event.clientX,
          top: event.clientY,
          bottom: event.clientY,
        },
  );
});

// --- Editing ----------------------------------------------------------------------------------------------------------

/** The message's text becomes a field; Enter saves, Esc leaves it as it was. */
export function edit(message) {
  const item = messageElement(message.id);
  const text = item?.querySelector('.body');
  if (!text || item.querySelector('.edit-box')) return;
  const field = h('textarea', {
    class: 'field',
    'aria-label': 'Edit the message',
    value: message.content,
    rows: String(Math.min(10, message.content.split('\n').length + 1)),
  });
  const box = h(
    'div',
    { class: 'edit-box' },
    field,
    h(
      'p',
      { class: 'about' },
      'Esc to ',
      h('button', { type: 'button', class: 'plain-link', onclick: close }, 'cancel'),
      ' · Enter to ',
      h('button', { type: 'button', class: 'plain-link', onclick: save }, 'save'),
    ),
  );
  function close() {
    item.classList.remove('editing');
    box.remove();
    byId('composer-text')?.focus();
  }
  async function save() {
    const value = field.value.trim();
    if ([...value].length > 2000) {
      tellPerson('A message can have 2,000 characters at most.');
      return;
    }
    if (!value && !message.attachments?.length) {
      close();
      await remove(message);
      return;
    }
    if (value === message.content || (await attempt('edit', { ...of(message), text: value }))) close();
  }
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  item.classList.add('editing');
  text.querySelector('.message-head').after(box);
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

export const editLast = () => {
  const message = lastOwn();
  if (message) edit(message);
};
