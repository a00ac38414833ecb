// The two ways to the emulator: one stream of what happens, and one address to act.

import { state, tell } from './state.js';

let source = null;
let quiet = 0;

/** What the emulator refused, in words for people. */
export class Refusal extends Error {}

async function post(path, body, signal) {
  let response;
  try {
    response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Refusal('The connection is lost. Try again once it is back.');
  }
  let answer = null;
  try {
    answer = await response.json();
  } catch {
    // Told below.
  }
  if (!response.ok || answer === null) {
    throw new Refusal(
      answer?.error ?? answer?.message ?? `The emulator answered with status ${response.status}.`,
    );
  }
  return answer;
}

/** Does something as the person whose page this is. Throws a `Refusal` with the reason. */
export async function act(what, fields = {}, signal) {
  const answer = await post('/emulator/act', { as: state.me.id, do: what, ...fields }, signal);
  // Answers of applications carry `kind`: their failures are shown where they belong.
  if (answer && !Array.isArray(answer) && answer.error && !answer.kind) throw new Refusal(answer.error);
  return answer;
}

/** Asks the host's panel something. */
export const askPanel = (body) => post('/emulator/panel', body);

function connected(is) {
  clearTimeout(quiet);
  if (is && !state.connected) {
    state.connected = true;
    tell('connection', true);
  } else if (!is) {
    // A short break is nobody's concern.
    quiet = setTimeout(() => {
      state.connected = false;
      tell('connection', false);
    }, 700);
  }
}

/** Opens the stream as somebody, closing the one before. `heard` gets each event. */
export function listen(id, heard) {
  source?.close();
  const own = new EventSource(id ? `/emulator/events?as=${encodeURIComponent(id)}` : '/emulator/events');
  source = own;
  const again = (after) => {
    own.close();
    setTimeout(() => {
      if (source === own) listen(id, heard);
    }, after);
  };
  own.onmessage = (event) => {
    if (source !== own) return;
    const data = JSON.parse(event.data);
    if (data.t === 'hello') connected(true);
    if (data.t === 'reload') again(0);
    else heard(data);
  };
  own.onerror = () => {
    if (source !== own) return;
    connected(false);
    // The browser tries again by itself unless it was told to go away.
    if (own.readyState === EventSource.CLOSED) again(1500);
  };
}
