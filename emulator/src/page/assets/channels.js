// The channels of a server with the threads below them, or the direct messages.

import { avatar, tag } from './avatar.js';
import { arrows, byId, fill, h, icon } from './dom.js';
import { place } from './route.js';
import { guildHere, here, on, state, threadsOf } from './state.js';
import { unreadIn } from './unread.js';

const nav = byId('channels');

function entry(channel, className, sign, name, ...more) {
  const news = channel.id === state.channel ? null : unreadIn(channel.id);
  const about = [name, channel.locked && 'locked', news && (news.mention ? 'you were mentioned' : 'unread')]
    .filter(Boolean)
    .join(', ');
  return h(
    'li',
    {},
    h(
      'a',
      {
        href: place(state.me.id, channel.id),
        class: `${className}${news ? ' unread' : ''}`,
        'aria-label': about,
        data: { channel: channel.id },
        'aria-current': channel.id === state.channel ? 'page' : null,
      },
      sign,
      h('span', { class: 'channel-name' }, name),
      ...more,
      news?.mention && h('span', { class: 'badge' }, '@'),
    ),
  );
}

/** Threads in use; an archived one only while one looks at it. */
const shown = (thread) => !thread.archived || thread.id === state.channel;

function servers(guild) {
  const list = h('ul', {});
  for (const channel of guild.channels.filter((one) => one.kind === 'text')) {
    const item = entry(channel, 'channel', icon(channel.may?.send === false ? 'lock' : 'hash'), channel.name);
    const threads = threadsOf(guild, channel.id).filter(shown);
    if (threads.length) {
      item.append(
        h(
          'ul',
          { class: 'threads', 'aria-label': `Threads in ${channel.name}` },
          threads.map((thread) =>
            entry(
              thread,
              'channel thread',
              icon(thread.kind === 'private thread' ? 'lock' : 'thread'),
              thread.name,
            ),
          ),
        ),
      );
    }
    list.append(item);
  }
  return [
    h('h2', { class: 'sidebar-title' }, guild.name),
    h('p', { class: 'group-title' }, 'Channels'),
    list,
  ];
}

function directs() {
  return [
    h('h2', { class: 'sidebar-title' }, 'Direct messages'),
    h(
      'ul',
      {},
      state.dms.map((dm) =>
        entry(
          dm,
          'channel dm',
          avatar(dm.with.id, dm.with.username, 'small'),
          dm.with.username,
          dm.with.bot && tag(),
        ),
      ),
    ),
  ];
}

function draw() {
  if (!state.me) return;
  const focused = document.activeElement?.closest('#channels a')?.dataset.channel;
  const guild = here()?.kind === 'dm' ? null : (guildHere() ?? state.guilds[0]);
  fill(nav, guild ? servers(guild) : directs());
  if (focused) nav.querySelector(`[data-channel="${focused}"]`)?.focus();
}

on('places', draw);
on('open', draw);
on('unread', draw);
arrows(nav, 'a');
