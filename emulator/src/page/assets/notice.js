// Short words to the person: what was refused, and whether the connection is lost.

import { announce, byId, fill, h, icon, iconButton } from './dom.js';
import { on } from './state.js';

let timer = 0;

/** A line above the messages that goes away by itself. */
export function tellPerson(text) {
  const place = byId('notice');
  clearTimeout(timer);
  fill(
    place,
    h(
      'div',
      { class: 'toast' },
      icon('warn'),
      h('span', {}, text),
      iconButton('close', 'Close this notice', clear),
    ),
  );
  timer = setTimeout(clear, 8000);
}

function clear() {
  clearTimeout(timer);
  byId('notice').replaceChildren();
}

on('connection', (is) => {
  clear();
  if (is) announce('Connected');
  else
    fill(
      byId('notice'),
      h(
        'div',
        { class: 'toast lost' },
        h('span', { class: 'spinner', 'aria-hidden': 'true' }),
        'Connection lost. Reconnecting…',
      ),
    );
});
