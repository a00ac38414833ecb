// Where the messages are scrolled to.

import { byId } from './dom.js';
import { list } from './list.js';

export const scroller = byId('scroller');

export const fromBottom = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
export const toBottom = () => {
  scroller.scrollTop = scroller.scrollHeight;
};

/** Runs a change of the list so that what one looks at stays where it is. */
export function still(change) {
  const edge = scroller.getBoundingClientRect().top;
  const all = list.messages.map((message) => list.items.get(message.id));
  const anchor = all.find((item) => item.getBoundingClientRect().bottom > edge);
  const before = anchor?.getBoundingClientRect().top;
  change();
  if (anchor?.isConnected) scroller.scrollTop += anchor.getBoundingClientRect().top - before;
}

/** The message that one looks at, and how far it is from the upper edge. */
export function lookedAt() {
  const edge = scroller.getBoundingClientRect().top;
  for (const message of list.messages) {
    const box = list.items.get(message.id).getBoundingClientRect();
    if (box.bottom > edge && !message.local) return { id: message.id, offset: box.top - edge };
  }
  return null;
}
