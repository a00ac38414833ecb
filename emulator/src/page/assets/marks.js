// What only this page knows of messages: a button that waits for its answer, an interaction that failed, a message that
// was dismissed.

import { tell } from './state.js';

const marks = new Map();
const MOST = 200;
const dismissed = new Set();

export const markOf = (id) => marks.get(id) ?? {};

/** `pending`: the custom_id that waits; `failed`: what is said below the message. */
export function mark(id, fields) {
  const next = { ...marks.get(id), ...fields };
  marks.delete(id);
  if (next.pending || next.failed) marks.set(id, next);
  if (marks.size > MOST) marks.delete(marks.keys().next().value);
  tell('mark', id);
}

export const forgetMark = (id) => marks.delete(id);
export const isDismissed = (id) => dismissed.has(id);

export function dismiss(id) {
  dismissed.add(id);
  if (dismissed.size > MOST) dismissed.delete(dismissed.values().next().value);
  tell('gone', { id });
}
