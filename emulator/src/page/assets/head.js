// The line above the messages: where one is, and the buttons for pins, members and panel.

import { byId, fill, h, icon, iconButton } from './dom.js';
import { act } from './net.js';
import { preview } from './markdown_view.js';
import { avatar } from './avatar.js';
import { tellPerson } from './notice.js';
import { anyUnread } from './open.js';
import { choosePerson } from './people.js';
import { openPop } from './pop.js';
import { place } from './route.js';
import { channelOf, here, isThread, may, nameOf, on, sentAt, state, threadsOf, titleOf } from './state.js';
import { startThread } from './message_menu.js';
import { stamp } from './time.js';

const head = byId('head');

function drawer(side) {
  const name = `drawer-${side}`;
  const is = document.body.classList.toggle(name);
  document.body.classList.remove(side === 'left' ? 'drawer-right' : 'drawer-left');
  byId('shade').hidden = !is;
  if (is)
    byId(side === 'left' ? 'sidebar' : 'side')
      .querySelector('[aria-current], button, a')
      ?.focus();
}

export function closeDrawers() {
  document.body.classList.remove('drawer-left', 'drawer-right');
  byId('shade').hidden = true;
  draw();
}

/** Members and panel: beside the messages when there is room, else over them. */
const wide = matchMedia('(min-width: 1100px)');
function side(which) {
  const show = () => {
    byId('members').hidden = which !== 'members' && !wide.matches;
    byId('panel').classList.toggle('folded', which !== 'panel' && !wide.matches);
  };
  if (wide.matches) {
    document.body.classList.toggle('no-members');
    show();
  } else {
    show();
    drawer('right');
  }
  draw();
}

async function pins(anchor) {
  const channel = here();
  let found;
  try {
    found = await act('pins', { channel: channel.id });
  } catch (error) {
    tellPerson(error.message);
    return;
  }
  const pop = openPop(anchor, { class: 'list-pop', role: 'dialog', 'aria-label': 'Pinned messages' });
  const one = (message) =>
    h(
      'li',
      {},
      h(
        'button',
        {
          type: 'button',
          class: 'pin-entry',
          onclick: () => {
            pop.close();
            document.dispatchEvent(
              new CustomEvent('jump', { detail: { channel: message.channel_id, id: message.id } }),
            );
          },
        },
        avatar(message.author.id, nameOf(message.author), 'small'),
        h(
          'span',
          { class: 'menu-text' },
          h('span', {}, h('strong', {}, nameOf(message.author)), ' ', stamp(sentAt(message), 'chat', 'when')),
          h(
            'span',
            { class: 'pin-text' },
            preview(message.content || message.embeds?.[0]?.title || message.embeds?.[0]?.description) ||
              'A message',
          ),
        ),
      ),
    );
  pop.element.append(
    h('p', { class: 'pop-title' }, 'Pinned messages'),
    found.length ? h('ul', {}, found.map(one)) : h('p', { class: 'about' }, 'Nothing is pinned here yet.'),
  );
  pop.place();
  (pop.element.querySelector('button') ?? pop.element).focus();
}

function threads(anchor) {
  const channel = here();
  const parent = isThread(channel) ? channel.parent : channel.id;
  const list = threadsOf(channel.guild, parent);
  const pop = openPop(anchor, { class: 'list-pop', role: 'dialog', 'aria-label': 'Threads' });
  pop.element.append(
    h('p', { class: 'pop-title' }, 'Threads'),
    list.length
      ? h(
          'ul',
          {},
          list.map((one) =>
            h(
              'li',
              {},
              h(
                'a',
                { class: 'pin-entry', href: place(state.me.id, one.id), onclick: () => pop.close() },
                icon('thread'),
                h(
                  'span',
                  { class: 'menu-text' },
                  h('span', {}, one.name),
                  h(
                    'small',
                    {},
                    [one.archived && 'archived', one.locked && 'locked'].filter(Boolean).join(', ') || 'open',
                  ),
                ),
              ),
            ),
          ),
        )
      : h('p', { class: 'about' }, 'There are no threads here yet.'),
    may('thread', channelOf(parent)) &&
      !isThread(channel) &&
      h(
        'button',
        {
          type: 'button',
          class: 'button secondary',
          onclick: () => {
            pop.close();
            startThread(null);
          },
        },
        'Create a thread',
      ),
  );
  pop.place();
  (pop.element.querySelector('a, button') ?? pop.element).focus();
}

function title(channel) {
  if (!channel) return [h('h1', {}, state.title)];
  if (channel.kind === 'dm')
    return [avatar(channel.with.id, channel.name, 'small'), h('h1', {}, channel.name)];
  if (!isThread(channel))
    return [
      icon('hash'),
      h('h1', {}, channel.name),
      channel.topic && h('p', { class: 'topic', title: channel.topic }, preview(channel.topic)),
    ];
  const parent = channelOf(channel.parent);
  return [
    parent &&
      h(
        'a',
        { class: 'crumb', href: place(state.me.id, parent.id), 'aria-label': `Back to ${parent.name}` },
        icon('hash'),
        h('span', {}, parent.name),
      ),
    parent && h('span', { class: 'crumb-sign', 'aria-hidden': 'true' }, '›'),
    icon('thread'),
    h('h1', {}, channel.name),
  ];
}

function draw() {
  const channel = here();
  const focused = head.contains(document.activeElement)
    ? document.activeElement.getAttribute('aria-label')
    : null;
  const membersShown = wide.matches
    ? !document.body.classList.contains('no-members')
    : document.body.classList.contains('drawer-right');
  fill(
    head,
    iconButton('menu', 'Channels', () => drawer('left'), {
      class: 'icon-button only-narrow',
      'data-unfolds': 'left',
    }),
    h('div', { class: 'head-title' }, title(channel)),
    h(
      'div',
      { class: 'head-buttons' },
      channel?.guild && iconButton('thread', 'Threads', (event) => threads(event.currentTarget)),
      channel && iconButton('pin', 'Pinned messages', (event) => pins(event.currentTarget)),
      !byId('panel').hidden &&
        iconButton('clock', byId('panel').getAttribute('aria-label'), () => side('panel'), {
          class: 'icon-button not-wide',
          'data-unfolds': 'panel',
        }),
      iconButton('people', 'Members', () => side('members'), { 'aria-pressed': String(membersShown) }),
      state.me && whoButton(),
    ),
  );
  if (focused)
    [...head.querySelectorAll('[aria-label]')]
      .find((one) => one.getAttribute('aria-label') === focused)
      ?.focus();
  name();
}

/** Where there is no room for who one is, there is at least a picture. */
function whoButton() {
  const name = nameOf(state.me);
  return h(
    'button',
    {
      type: 'button',
      id: 'be-here',
      class: 'icon-button only-narrow',
      'aria-label': `You are ${name}. Be somebody else`,
      'aria-haspopup': 'dialog',
      onclick: (event) => choosePerson(event.currentTarget),
    },
    avatar(state.me.id, name, 'small'),
  );
}

function name() {
  const channel = here();
  const who = state.me ? (state.me.global_name ?? state.me.username) : '';
  document.title = `${anyUnread() ? '• ' : ''}${[titleOf(channel), who && `as ${who}`, state.title].filter(Boolean).join(' · ')}`;
}

byId('shade').addEventListener('click', closeDrawers);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && /drawer/.test(document.body.className)) closeDrawers();
});
wide.addEventListener('change', () => {
  closeDrawers();
  byId('members').hidden = false;
  byId('panel').classList.remove('folded');
  draw();
});
on('open', () => {
  byId('shade').hidden = true;
  draw();
});
on('places', draw);
on('unread', name);
on('panel-ready', draw);
