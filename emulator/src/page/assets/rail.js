// The servers, with direct messages on top.

import { initials } from './avatar.js';
import { arrows, byId, fill, h, icon, iconButton } from './dom.js';
import { place } from './route.js';
import { here, on, state } from './state.js';
import { toggleTheme } from './theme.js';
import { unreadIn } from './unread.js';

const rail = byId('rail');
const visited = new Map();

function entry(label, current, href, news, ...inner) {
  const mention = news.some((one) => one?.mention);
  return h(
    'li',
    {},
    h(
      'a',
      {
        href,
        class: `server${news.some(Boolean) ? ' unread' : ''}`,
        title: label,
        'aria-current': current ? 'page' : null,
      },
      h('span', { class: 'server-face', 'aria-hidden': 'true' }, inner),
      h(
        'span',
        { class: 'unseen' },
        label,
        news.some(Boolean) && (mention ? ', you were mentioned' : ', unread'),
      ),
    ),
    mention && h('span', { class: 'badge', 'aria-hidden': 'true' }),
  );
}

function draw() {
  if (!state.me) return;
  const now = here();
  const focused = document.activeElement?.closest('#rail a')?.title;
  const list = h('ul', {});
  if (state.dms.length) {
    const to = state.dms.find((dm) => dm.id === visited.get('dm')) ?? state.dms[0];
    list.append(
      entry(
        'Direct messages',
        now?.kind === 'dm',
        place(state.me.id, to.id),
        state.dms.map((dm) => unreadIn(dm.id)),
        icon('home'),
      ),
      h('li', { class: 'rail-line', 'aria-hidden': 'true' }),
    );
  }
  for (const guild of state.guilds) {
    const channels = guild.channels;
    const to =
      channels.find((one) => one.id === visited.get(guild.id)) ?? channels.find((one) => one.kind === 'text');
    list.append(
      entry(
        guild.name,
        now?.guild?.id === guild.id,
        place(state.me.id, to?.id),
        channels.map((one) => unreadIn(one.id)),
        initials(guild.name),
      ),
    );
  }
  fill(rail, list);
  if (focused) [...rail.querySelectorAll('a')].find((one) => one.title === focused)?.focus();
}

byId('theme').append(iconButton('moon', 'Switch between light and dark', toggleTheme));

on('open', (channel) => {
  if (channel) visited.set(channel.guild?.id ?? 'dm', channel.id);
  draw();
});
on('places', draw);
on('unread', draw);
arrows(rail, 'a');
