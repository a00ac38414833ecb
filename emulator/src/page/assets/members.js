// Who is in the channel's server.

import { avatar, tag } from './avatar.js';
import { arrows, byId, fill, h } from './dom.js';
import { here, isThread, note, on, rolesOf, state } from './state.js';

const place = byId('members');
const MOST = 100;

function entry(member, guild) {
  const roles = guild && !member.bot ? rolesOf(member, guild).map((role) => role.name) : [];
  const about = roles.length ? roles.join(', ') : null;
  return h(
    'li',
    {},
    h(
      'button',
      {
        type: 'button',
        class: `member${member.id === state.me.id ? ' me' : ''}`,
        data: { user: member.id },
        title: note(member.id),
      },
      avatar(member.id, member.name),
      h(
        'span',
        { class: 'menu-text' },
        h(
          'span',
          {},
          member.name,
          member.bot && tag(),
          member.id === state.me.id && h('span', { class: 'you' }, 'you'),
          guild?.owner === member.id && h('span', { class: 'you' }, 'owner'),
        ),
        about && h('small', {}, about),
      ),
    ),
  );
}

function group(title, members, guild) {
  if (!members.length) return null;
  const rest = members.length - MOST;
  return h(
    'section',
    { 'aria-label': title },
    h('h3', { class: 'group-title' }, `${title} · ${members.length}`),
    h(
      'ul',
      {},
      members.slice(0, MOST).map((member) => entry(member, guild)),
      rest > 0 && h('li', { class: 'about' }, `and ${rest} more`),
    ),
  );
}

function draw() {
  const channel = here();
  if (!channel) {
    fill(place);
    return;
  }
  const focused = document.activeElement?.closest('#members [data-user]')?.dataset.user;
  const { guild } = channel;
  let members = guild?.members ?? [
    { id: channel.with.id, name: channel.with.username, bot: channel.with.bot, roles: [] },
    { id: state.me.id, name: state.me.username, roles: [] },
  ];
  if (isThread(channel) && channel.members?.length)
    members = members.filter((one) => channel.members.includes(one.id));
  const named = members.toSorted((one, other) => one.name.localeCompare(other.name));
  const title = isThread(channel) ? 'In this thread' : 'Members';
  fill(
    place,
    group(
      title,
      named.filter((one) => !one.bot),
      guild,
    ),
    group(
      'Apps',
      named.filter((one) => one.bot),
      guild,
    ),
  );
  if (focused) place.querySelector(`[data-user="${focused}"]`)?.focus();
}

on('places', draw);
on('open', draw);
arrows(place, 'button');
