// Select menus: of texts, people, roles and channels; one choice or several; with search.

import { avatar } from './avatar.js';
import { emojiOf } from './components.js';
import { h, icon } from './dom.js';
import { openPop } from './pop.js';
import { guildHere, isThread, state } from './state.js';

const KINDS = { text: 0, dm: 1, thread: 11, 'private thread': 12 };
const NOUN = { 3: 'an option', 5: 'a person', 6: 'a role', 7: 'a person or role', 8: 'a channel' };
const SEARCH_FROM = 8;

const people = () => {
  const guild = guildHere();
  const members = guild
    ? guild.members
    : [
        ...state.people.map((one) => ({ ...one, bot: false })),
        ...state.dms.map((dm) => ({ id: dm.with.id, name: dm.with.username, bot: true })),
      ];
  return members.map((one) => ({
    value: one.id,
    label: one.name,
    node: () => avatar(one.id, one.name, 'small'),
    description: one.bot ? 'App' : null,
  }));
};
const roles = () =>
  (guildHere()?.roles ?? [])
    .toSorted((one, other) => other.position - one.position)
    .map((one) => ({
      value: one.id,
      label: `@${one.name.replace(/^@/, '')}`,
      node: () => h('span', { class: 'role-dot' }),
    }));
const channels = (types) =>
  (guildHere()?.channels ?? [])
    .filter((one) => !types?.length || types.includes(KINDS[one.kind]))
    .map((one) => ({ value: one.id, label: one.name, node: () => icon(isThread(one) ? 'thread' : 'hash') }));

/** What can be chosen in a menu or typed for an option of a command. */
export function choices(kind, types) {
  if (kind === 5) return people();
  if (kind === 6) return roles();
  if (kind === 7) return [...people(), ...roles()];
  return channels(types);
}

const optionsOf = (menu) =>
  menu.type === 3
    ? menu.options.map((one) => ({ ...one, node: one.emoji && (() => emojiOf(one.emoji)) }))
    : choices(menu.type, menu.channel_types);

const defaults = (menu) =>
  menu.type === 3
    ? menu.options.filter((one) => one.default).map((one) => one.value)
    : (menu.default_values ?? []).map((one) => one.id);

let number = 0;

/** `chosen(values)` is called when a choice is complete. `picked()` of the returned element tells what is chosen (a button has a `value` of its own). */
export function selectMenu(menu, { key, waits = false, chosen = () => {}, label = null }) {
  const min = menu.min_values ?? 1;
  const max = menu.max_values ?? 1;
  let values = defaults(menu);
  const shown = h('span', { class: 'select-shown' });
  const control = h(
    'button',
    {
      type: 'button',
      class: `select${waits ? ' waits' : ''}`,
      role: 'combobox',
      'aria-haspopup': 'listbox',
      'aria-expanded': 'false',
      disabled: Boolean(menu.disabled),
      'aria-busy': waits ? 'true' : null,
      data: { key: key ?? '' },
      onclick: open,
      onkeydown: (event) => ['ArrowDown', 'ArrowUp'].includes(event.key) && (event.preventDefault(), open()),
    },
    shown,
    waits ? h('span', { class: 'dots' }) : icon('down'),
  );
  control.picked = () => values;
  const placeholder = menu.placeholder || (max > 1 ? 'Make your choices' : 'Make a choice');

  function draw() {
    const all = optionsOf(menu);
    const found = values.map((value) => all.find((one) => one.value === value)).filter(Boolean);
    const names = found.map((one) => h('span', { class: 'chosen' }, one.node?.(), one.label));
    shown.replaceChildren(...(names.length ? names : [h('span', { class: 'placeholder' }, placeholder)]));
    control.setAttribute(
      'aria-label',
      `${label ?? placeholder}${found.length ? `: ${found.map((one) => one.label).join(', ')}` : ''}`,
    );
  }

  function open() {
    number += 1;
    const id = `list-${number}`;
    const before = [...values];
    const all = optionsOf(menu);
    const several = max > 1;
    const pop = openPop(control, { class: 'select-pop' }, () => {
      control.setAttribute('aria-expanded', 'false');
      control.removeAttribute('aria-controls');
      if (values.length < min) values = before;
      draw();
      const same = values.length === before.length && values.every((value) => before.includes(value));
      if (!same) chosen(values);
    });
    pop.element.style.setProperty('min-width', `${control.offsetWidth}px`);
    control.setAttribute('aria-expanded', 'true');
    control.setAttribute('aria-controls', id);
    const list = h('div', {
      role: 'listbox',
      id,
      'aria-label': label ?? placeholder,
      'aria-multiselectable': String(several),
      tabindex: '-1',
    });
    const search = h('input', {
      type: 'text',
      class: 'field',
      placeholder: `Search for ${NOUN[menu.type]}`,
      'aria-label': `Search for ${NOUN[menu.type]}`,
      role: 'combobox',
      'aria-controls': id,
      'aria-expanded': 'true',
      'aria-autocomplete': 'list',
      autocomplete: 'off',
      oninput: () => {
        at = 0;
        rows();
      },
    });
    const hint = h('p', { class: 'select-hint', role: 'status' });
    const searches = menu.type !== 3 || all.length >= SEARCH_FROM;
    let at = Math.max(
      0,
      all.findIndex((one) => values.includes(one.value)),
    );
    let found = all;

    function rows() {
      const words = search.value.trim().toLowerCase().replace(/^[@#]/, '');
      found = all
        .filter(
          (one) => one.label.toLowerCase().includes(words) || one.description?.toLowerCase().includes(words),
        )
        .slice(0, 100);
      list.replaceChildren(...found.map(row));
      if (!found.length) list.append(h('p', { class: 'select-hint' }, 'Nothing found'));
      focusRow();
      const left = min - values.length;
      hint.textContent = several
        ? left > 0
          ? `Choose ${left} more`
          : `${values.length} of at most ${max} chosen. Closing the menu sends it.`
        : '';
    }
    function row(one, index) {
      const is = values.includes(one.value);
      return h(
        'div',
        {
          role: 'option',
          id: `${id}-${index}`,
          'aria-selected': String(is),
          class: 'option',
          onclick: () => {
            at = index;
            take(one);
          },
          onmousemove: () => {
            if (at !== index) {
              at = index;
              focusRow();
            }
          },
        },
        several && h('span', { class: `box${is ? ' on' : ''}` }, is && icon('check')),
        one.node?.(),
        h(
          'span',
          { class: 'menu-text' },
          h('span', {}, one.label),
          one.description && h('small', {}, one.description),
        ),
        !several && is && icon('check'),
      );
    }
    function focusRow() {
      const owner = searches ? search : list;
      for (const [index, child] of [...list.children].entries())
        child.classList.toggle('at', index === at && found.length > 0);
      owner.setAttribute('aria-activedescendant', found.length ? `${id}-${at}` : '');
      list.children[at]?.scrollIntoView({ block: 'nearest' });
    }
    function take(one) {
      const is = values.includes(one.value);
      if (!several) {
        values = is && min === 0 ? [] : [one.value];
        pop.close();
        return;
      }
      if (is) values = values.filter((value) => value !== one.value);
      else if (values.length < max) values = [...values, one.value];
      rows();
    }
    pop.element.addEventListener('keydown', (event) => {
      const last = found.length - 1;
      const to = {
        ArrowDown: Math.min(last, at + 1),
        ArrowUp: Math.max(0, at - 1),
        Home: 0,
        End: last,
        PageDown: Math.min(last, at + 8),
        PageUp: Math.max(0, at - 8),
      }[event.key];
      if (to !== undefined && !(searches && ['Home', 'End'].includes(event.key))) {
        at = to;
        focusRow();
      } else if (event.key === 'Enter' || (event.key === ' ' && !searches)) {
        if (found[at]) take(found[at]);
      } else if (event.key === 'Tab') {
        pop.close();
        return;
      } else {
        return;
      }
      event.preventDefault();
    });
    if (searches) pop.element.append(search);
    pop.element.append(list);
    if (several) pop.element.append(hint);
    rows();
    pop.place();
    focusRow();
    (searches ? search : list).focus();
  }
  draw();
  return control;
}
