// Completion of options by the application: asked for while one types, but not at each key, and shown in order.

import { act } from './net.js';
import { state } from './state.js';

const WAIT = 120;

/**
 * Asks what could stand in a field of a command. `show(items, none, first)` is called with what is known; only the answer
 * to what stands there now is shown.
 */
export function complete(field, command, options, show) {
  field.turn += 1;
  const mine = field.turn;
  const stale = () => mine !== field.turn || document.activeElement !== field.input;
  field.abort?.abort();
  field.abort = new AbortController();
  const { signal } = field.abort;
  if (!field.known) show([], 'Loading options…', true);
  const request = { channel: state.channel, command, options, focus: field.option.name };
  const ask = async () => {
    if (stale()) return;
    try {
      const answer = await act('complete', request, signal);
      if (stale()) return;
      field.known = true;
      const items = answer.map((one) => ({ label: String(one.name), value: String(one.value) }));
      show(items, 'No options match your search', field.value === null);
    } catch (error) {
      if (error.name !== 'AbortError' && !stale()) show([], 'Loading options failed', true);
    }
  };
  // The first time there is nothing to wait for.
  setTimeout(ask, field.known ? WAIT : 0);
}
