// What opens beside a control and closes by Esc or a click elsewhere; menus are made of it.

import { byId, h, icon, rememberFocus } from './dom.js';

let open = null;

/** Opens an empty box at an element or a point. `close()` gives the focus back. */
export function openPop(anchor, props = {}, closed = () => {}) {
  open?.close();
  const goBack = rememberFocus();
  const element = h('div', { popover: 'auto', ...props, class: `pop ${props.class ?? ''}` });
  // Within a dialogue it has to be a part of it.
  const home = (anchor instanceof Element && anchor.closest('dialog')) || byId('main');
  home.append(element);
  let done = false;
  const pop = {
    element,
    place: () => settle(element, anchor),
    close() {
      if (done) return;
      done = true;
      const inside = element.contains(document.activeElement) || document.activeElement === document.body;
      if (open === pop) open = null;
      element.remove();
      if (inside) goBack();
      closed();
    },
  };
  element.addEventListener('toggle', (event) => event.newState === 'closed' && pop.close());
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    pop.close();
  });
  element.showPopover();
  open = pop;
  return pop;
}

export const closePop = () => open?.close();

/** Below the anchor if there is room, else above; never beyond the edge of the window. */
export function settle(element, anchor) {
  const gap = 6;
  const box =
    anchor instanceof Element
      ? anchor.getBoundingClientRect()
      : { left: anchor.x, right: anchor.x, top: anchor.y, bottom: anchor.y, width: 0 };
  const { innerWidth: wide, innerHeight: high } = window;
  const below = high - box.bottom - gap * 2;
  const above = box.top - gap * 2;
  element.style.setProperty('max-height', `${Math.max(160, Math.max(below, above))}px`);
  const { width, height } = element.getBoundingClientRect();
  const top = height <= below || below >= above ? box.bottom + gap : box.top - gap - height;
  element.style.setProperty('left', `${Math.max(gap, Math.min(box.left, wide - width - gap))}px`);
  element.style.setProperty('top', `${Math.max(gap, Math.min(top, high - height - gap))}px`);
}

/**
 * A menu. Items: `{label, icon, run, danger, hint, checked}`, `{title}` or null for a line. Arrow keys, Home, End and
 * first letters move.
 */
export function openMenu(anchor, label, items, head = null) {
  const pop = openPop(anchor, { class: 'menu' });
  const list = h('div', { role: 'menu', 'aria-label': label });
  for (const item of items.filter((one) => one !== false)) {
    if (item === null) list.append(h('hr', { role: 'separator' }));
    else if (item.title) list.append(h('p', { class: 'group-title', role: 'presentation' }, item.title));
    else {
      const props = {
        type: 'button',
        tabindex: '-1',
        class: item.danger ? 'danger' : null,
        role: item.checked === undefined ? 'menuitem' : 'menuitemradio',
        'aria-checked': item.checked === undefined ? null : String(item.checked),
        onclick: () => {
          pop.close();
          item.run();
        },
      };
      const texts = h(
        'span',
        { class: 'menu-text' },
        h('span', {}, item.label),
        item.hint && h('small', {}, item.hint),
      );
      list.append(
        h(
          'button',
          props,
          item.node ?? (item.icon ? icon(item.icon) : null),
          texts,
          item.checked && icon('check'),
        ),
      );
    }
  }
  const all = [...list.querySelectorAll('button')];
  list.addEventListener('keydown', (event) => {
    const at = all.indexOf(document.activeElement);
    const letter = event.key.length === 1 && event.key !== ' ' ? event.key.toLowerCase() : null;
    const after = [...all.slice(at + 1), ...all.slice(0, at + 1)];
    const to =
      {
        ArrowDown: all[(at + 1) % all.length],
        ArrowUp: all.at(at - 1),
        Home: all[0],
        End: all.at(-1),
      }[event.key] ??
      (letter && after.find((one) => one.textContent.trim().toLowerCase().startsWith(letter)));
    if (event.key === 'Tab') pop.close();
    if (!to) return;
    to.focus();
    event.preventDefault();
  });
  if (head) pop.element.append(head);
  pop.element.append(list);
  pop.place();
  (list.querySelector('[aria-checked="true"]') ?? all[0])?.focus();
  return pop;
}
