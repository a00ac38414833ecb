// Making elements. Text only ever becomes text: nothing here parses HTML.

const SVG = 'http://www.w3.org/2000/svg';

function append(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child);
  }
  return parent;
}

/** An element: `h('button', { class: 'x', onclick: f, 'aria-label': 'y' }, 'text', more)`. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'data') Object.assign(element.dataset, value);
    else if (name === 'value' || name === 'checked') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  return append(element, children);
}

/** Replaces what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren();
  return append(element, children);
}

export const byId = (id) => document.getElementById(id);

// Drawn for this page, on a square of 24, as strokes.
const ICONS = {
  hash: 'M9 4 7 20 M17 4l-2 16 M4.5 9H20 M4 15h15.5',
  thread: 'M5 5h14v10h-7l-4 4v-4H5z M9 9h6 M9 12h4',
  lock: 'M7 11V8a5 5 0 0 1 10 0v3 M5.5 11h13v9h-13z',
  at: 'M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0z M16 8v5.5a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-4 7.5',
  home: 'M4 6h16v11h-9l-4 3v-3H4z',
  pin: 'M9 4h6l-1 6 3 3v2H7v-2l3-3z M12 15v6',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z M2.5 20c0-4 3-6 6.500-6s6.500 2 6.500 6 M16 4.300a3.500 3.500 0 0 1 0 6.400 M18 14.500c2.200.8 3.500 2.700 3.500 5.500',
  menu: 'M4 7h16 M4 12h16 M4 17h16',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M12 7v5.200l3.500 2',
  close: 'M6 6l12 12 M18 6 6 18',
  plus: 'M12 5v14 M5 12h14',
  smile:
    'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M8.500 14c1.800 2.600 5.200 2.600 7 0 M9 9.500v.5 M15 9.500v.5',
  reply: 'M10 6 4 12l6 6 M4.500 12H13c4 0 6.500 2 7 6',
  more: 'M5 12h.01 M12 12h.01 M19 12h.01',
  edit: 'M4 20l1-4L16.500 4.500l3 3L8 19z',
  bin: 'M5 7h14 M9 7V4h6v3 M7 7l1 13h8l1-13',
  copy: 'M8 8h12v12H8z M4 16V4h12',
  link: 'M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-6-6l-1 1 M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 6 6l1-1',
  eye: 'M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12z M12 14.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
  file: 'M6 3h8l4 4v14H6z M14 3v4h4',
  send: 'M4 12 20 4l-5 16-3.500-6.500z M11.500 13.500 20 4',
  swap: 'M4 8h14 M14 4l4 4-4 4 M20 16H6 M10 12l-4 4 4 4',
  moon: 'M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500z',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M12 2.500V5 M12 19v2.500 M2.500 12H5 M19 12h2.500 M5.300 5.300 7 7 M17 17l1.700 1.700 M5.300 18.700 7 17 M17 7l1.700-1.700',
  down: 'M6 9l6 6 6-6',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  tab: 'M13 4h7v7 M20 4l-9 9 M17 14v6H4V7h6',
  app: 'M4 4h6.500v6.500H4z M13.500 4H20v6.500h-6.500z M4 13.500h6.500V20H4z M13.500 13.500H20V20h-6.500z',
  warn: 'M12 4 2.500 20h19z M12 10v4.500 M12 17.300v.2',
};

/** A picture for a control that has a name of its own. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'icon');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name] ?? ICONS.app);
  svg.append(path);
  return svg;
}

/** A button that shows only a picture. */
export function iconButton(name, label, onclick, props = {}) {
  return h(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': label, title: label, onclick, ...props },
    icon(name),
  );
}

/** Arrow keys, Home and End move through a list of controls; Tab leaves it. */
export function arrows(container, selector, horizontal = false) {
  const [back, on] = horizontal ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
  container.addEventListener('keydown', (event) => {
    if (![back, on, 'Home', 'End'].includes(event.key)) return;
    const all = [...container.querySelectorAll(selector)];
    const at = all.indexOf(document.activeElement?.closest(selector));
    if (at < 0) return;
    const to = { [back]: at - 1, [on]: at + 1, Home: 0, End: all.length - 1 }[event.key];
    all[Math.max(0, Math.min(all.length - 1, to))].focus();
    event.preventDefault();
  });
}

/** Where the focus is, as a function that brings it back there, also if that was made anew meanwhile. */
export function rememberFocus() {
  const before = document.activeElement;
  const key = before?.closest?.('[data-key]')?.dataset.key;
  const item = before?.closest?.('li.message')?.id;
  return () => {
    const home = item && byId(item);
    const again =
      home &&
      [...home.querySelectorAll('[data-key]')].find((one) => one.dataset.key === key && !one.disabled);
    const to =
      before?.isConnected && before !== document.body ? before : (again ?? home ?? byId('composer-text'));
    to?.focus({ preventScroll: true });
  };
}

/** Says something to people who listen instead of looking. */
export function announce(text) {
  const place = byId('announcer');
  place.append(h('p', {}, text));
  while (place.childElementCount > 5) place.firstElementChild.remove();
}
