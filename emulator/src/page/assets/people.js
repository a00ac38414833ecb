// Being anyone: who the person of this page is, and the list to become somebody else. And what one can do with people.

import { avatar, tag } from './avatar.js';
import { byId, fill, h, icon } from './dom.js';
import { attempt, userMenu } from './interact.js';
import { menusHere } from './menus.js';
import { beSomebody, openPlace } from './open.js';
import { openMenu, openPop } from './pop.js';
import { place } from './route.js';
import { here, note, on, rolesOf, somebody, state } from './state.js';
import { insertText } from './composer.js';

const self = byId('self');

function draw() {
  const { me } = state;
  if (!me) return;
  const name = me.global_name ?? me.username;
  const focused = self.contains(document.activeElement);
  const about = note(me.id);
  fill(
    self,
    h(
      'button',
      {
        type: 'button',
        class: 'self-button',
        id: 'be',
        'aria-haspopup': 'dialog',
        onclick: (event) => choosePerson(event.currentTarget),
      },
      avatar(me.id, name),
      h(
        'span',
        { class: 'self-text' },
        h('span', { class: 'self-line' }, 'You are ', h('strong', {}, name)),
        h('small', {}, about ?? 'Click to be somebody else'),
        h('span', { class: 'unseen' }, 'Be somebody else'),
      ),
      icon('swap'),
    ),
  );
  if (focused) self.querySelector('button').focus();
}

/** The list of everybody, each with what is to be known of them. */
export function choosePerson(anchor = byId('be')) {
  const pop = openPop(anchor, { class: 'people-pop', role: 'dialog', 'aria-label': 'Be somebody else' });
  const list = h('ul', { 'aria-label': 'People' });
  for (const person of state.people) {
    const current = person.id === state.me.id;
    const be = h(
      'button',
      {
        type: 'button',
        class: 'person-choice',
        'aria-current': current ? 'true' : null,
        onclick: () => {
          pop.close();
          beSomebody(person.id);
        },
      },
      avatar(person.id, person.name),
      h(
        'span',
        { class: 'menu-text' },
        h('span', {}, person.name),
        person.note && h('small', {}, person.note),
      ),
      current && icon('check'),
    );
    const own = h(
      'a',
      {
        class: 'icon-button',
        href: place(person.id, state.channel),
        target: '_blank',
        rel: 'noopener',
        title: `Open as ${person.name} in another tab`,
        'aria-label': `Open as ${person.name} in another tab`,
      },
      icon('tab'),
    );
    list.append(h('li', {}, be, own));
  }
  pop.element.append(
    h('p', { class: 'pop-title' }, 'Be somebody'),
    h(
      'p',
      { class: 'about' },
      'See and do what they can. With the arrow on the right they get a tab of their own.',
    ),
    list,
  );
  list.addEventListener('keydown', (event) => {
    const all = [...list.querySelectorAll('.person-choice')];
    const at = all.indexOf(document.activeElement.closest('li')?.querySelector('.person-choice'));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    const letter =
      event.key.length === 1 &&
      all.find((one) => one.textContent.slice(1).toLowerCase().startsWith(event.key.toLowerCase()));
    const target = to === undefined ? letter : all[(to + all.length) % all.length];
    if (!target) return;
    target.focus();
    event.preventDefault();
  });
  pop.place();
  (list.querySelector('[aria-current]') ?? list.querySelector('button')).focus();
}

/** What there is to know of somebody, and what one can do. */
export async function openUser(id, anchor) {
  const person = somebody(id);
  if (!person) return;
  const guild = here()?.guild;
  const menus = (await menusHere()).user;
  const roles = guild ? rolesOf(person, guild) : [];
  const about = [note(id), guild?.owner === id && !note(id) ? 'owns the server' : null]
    .filter(Boolean)
    .join(', ');
  const head = h(
    'div',
    { class: 'user-head' },
    avatar(id, person.name, 'large'),
    h(
      'div',
      {},
      h('strong', {}, person.name),
      person.bot && tag(),
      about && h('p', { class: 'about' }, about),
      roles.length > 0 &&
        h(
          'p',
          { class: 'roles' },
          roles.map((role) => h('span', { class: 'role' }, role.name)),
        ),
    ),
  );
  const me = id === state.me.id;
  openMenu(
    anchor,
    person.name,
    [
      person.bot && { label: 'Message', icon: 'at', run: () => message(id) },
      !person.bot && !me && { label: `Be ${person.name}`, icon: 'swap', run: () => beSomebody(id) },
      me && { label: 'Be somebody else', icon: 'swap', run: () => choosePerson() },
      { label: 'Mention', icon: 'at', run: () => insertText(`@${person.name} `) },
      ...(menus.length ? [null, { title: 'Apps' }] : []),
      ...menus.map((menu) => ({
        label: menu.name,
        hint: menu.app.name,
        icon: 'app',
        run: () => userMenu(state.channel, id, menu),
      })),
    ],
    head,
  );
}

async function message(app) {
  const known = state.dms.find((dm) => dm.with.id === app);
  const channel = known?.id ?? (await attempt('dm', { app }))?.channel;
  if (channel) openPlace(channel.id ?? channel);
}

// A name or picture of somebody, wherever it stands.
for (const kind of ['click', 'contextmenu']) {
  document.addEventListener(kind, (event) => {
    const target = event.target.closest?.('[data-user]');
    if (!target) return;
    event.preventDefault();
    openUser(target.dataset.user, target);
  });
}

on('hello', draw);
