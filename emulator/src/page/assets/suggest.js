// The list above the message box: what could be meant by what is being typed. The focus stays in the field.

import { h } from './dom.js';

const ID = 'suggestions';

export const suggestions = { items: [], at: -1, field: null };
const title = h('div', { class: 'suggest-title' });
const list = h('div', { role: 'listbox', id: ID, 'aria-label': 'Suggestions', tabindex: '0' });
export const suggestElement = h('div', { class: 'suggest', hidden: true }, title, list);

export const isOpen = () => !suggestElement.hidden;
const chosen = () => suggestions.items[suggestions.at];

function mark() {
  const { field, at, items } = suggestions;
  for (const child of list.querySelectorAll('[role="option"]')) {
    const is = Number(child.dataset.at) === at;
    child.classList.toggle('at', is);
    child.setAttribute('aria-selected', String(is));
    if (is) child.scrollIntoView({ block: 'nearest' });
  }
  if (at >= 0 && items.length) field?.setAttribute('aria-activedescendant', `${ID}-${at}`);
  else field?.removeAttribute('aria-activedescendant');
}

/**
 * Shows items `{label, hint, node, tag, run}` for a field. `head`: what stands above; `none`: what stands there when
 * there is nothing; `first`: whether the first one is marked at once.
 */
export function suggest(field, items, { head = null, none = null, first = true } = {}) {
  const before = suggestions.field === field ? chosen()?.label : null;
  suggestions.field = field;
  suggestions.items = items;
  const same = items.findIndex((item) => item.label === before);
  suggestions.at = items.length ? (first ? Math.max(0, same) : -1) : -1;
  title.replaceChildren(...[head].flat().filter(Boolean));
  title.hidden = !head;
  list.replaceChildren(
    ...items.map((item, at) =>
      h(
        'div',
        {
          role: 'option',
          id: `${ID}-${at}`,
          class: 'option',
          data: { at },
          onmousedown: (event) => event.preventDefault(),
          onmousemove: () => {
            if (suggestions.at !== at) {
              suggestions.at = at;
              mark();
            }
          },
          onclick: () => item.run(),
        },
        item.node,
        h('span', { class: 'menu-text' }, h('span', {}, item.label), item.hint && h('small', {}, item.hint)),
        item.tag && h('span', { class: 'option-tag' }, item.tag),
      ),
    ),
  );
  if (!items.length && none) list.append(h('p', { class: 'select-hint', role: 'status' }, none));
  list.hidden = !items.length && !none;
  suggestElement.hidden = !items.length && !none && !head;
  // A field of several lines has no such state.
  if (field.role) field.setAttribute('aria-expanded', String(items.length > 0));
  field.setAttribute('aria-controls', ID);
  mark();
}

export function hush() {
  const { field } = suggestions;
  suggestElement.hidden = true;
  suggestions.items = [];
  suggestions.at = -1;
  if (field?.role) field.setAttribute('aria-expanded', 'false');
  field?.removeAttribute('aria-activedescendant');
}

/** Keys that move in the list or choose from it. Says whether the key was one. */
export function suggestKey(event) {
  const { items, at } = suggestions;
  if (!isOpen() || event.isComposing) return false;
  if (event.key === 'Escape') {
    hush();
  } else if (!items.length) {
    return false;
  } else if (event.key === 'ArrowDown') {
    suggestions.at = (at + 1) % items.length;
    mark();
  } else if (event.key === 'ArrowUp') {
    suggestions.at = at <= 0 ? items.length - 1 : at - 1;
    mark();
  } else if (
    chosen() &&
    ((event.key === 'Enter' && !event.shiftKey) || (event.key === 'Tab' && !event.shiftKey))
  ) {
    chosen().run();
  } else {
    return false;
  }
  event.preventDefault();
  event.stopPropagation();
  return true;
}
