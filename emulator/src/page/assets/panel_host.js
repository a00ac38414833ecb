// The panel that the emulator's host adds beside the chat: what it gets from this page.

import { byId, h } from './dom.js';
import { closeDrawers } from './head.js';
import { findMessage, messageElement } from './log.js';
import { askPanel } from './net.js';
import { beSomebody, openPlace } from './open.js';
import { choosePerson } from './people.js';
import { on, state, tell } from './state.js';
import { readClock, setZone } from './time.js';
import { tellPerson } from './notice.js';

let started = false;

/** What a panel can use. Its own files know nothing else of the page. */
const host = {
  /** An empty element of its own. */
  element: byId('panel'),
  /** Asks the host; a promise of its answer. */
  send: askPanel,
  /** What the host tells its panel. */
  onEvent: (listener) => on('panel', listener),
  /** Each new or changed message that the person sees. */
  onMessage: (listener) =>
    on('message', (message) => {
      if (!message.local) listener(message);
    }),
  /** After another person or channel, and after each reconnection. */
  onChange: (listener) => {
    on('open', listener);
    on('connection', (is) => is && listener());
  },
  onClock: (listener) => on('clock', listener),
  me: () => state.me,
  people: () => state.people,
  channel: () => state.channel,
  places: () => ({ guilds: state.guilds, dms: state.dms }),
  beSomebody,
  choosePerson,
  /** Shows a channel, or one message in it. */
  openChannel: (id, message = null) => openPlace(id, { message, focus: false }),
  /** Called once the messages of a channel are there. */
  onShown: (listener) => on('shown', listener),
  /** Whether they are there now. */
  isShown: () => byId('log').getAttribute('aria-busy') === 'false',
  clock: readClock,
  /** The zone in which all times are shown; null for the browser's. */
  setZone,
  /** The element of a message that is on the page, or null. */
  messageElement,
  /** The element of the newest message on the page for which `fits(message)` holds, or null. */
  findMessage,
  composer: () => document.querySelector('.composer-frame'),
  focusComposer: () => byId('composer-text')?.focus(),
  /** The button by which one becomes somebody else. */
  personButton: () => (byId('be-here')?.checkVisibility() ? byId('be-here') : byId('be')),
  /** The button that unfolds what is folded away on a narrow window: the panel, or the list of channels. */
  unfolds: (element) =>
    document.querySelector(element?.closest('#sidebar') ? '[data-unfolds="left"]' : '[data-unfolds="panel"]'),
  /** Folds away what lies over the messages on a narrow window. */
  fold: closeDrawers,
  say: tellPerson,
};

async function start() {
  if (started) return;
  started = true;
  const style = h('link', { rel: 'stylesheet', href: '/panel/panel.css' });
  document.head.append(style);
  try {
    const panel = await import('/panel/panel.js');
    host.element.hidden = false;
    tell('panel-ready');
    await panel.start(host);
  } catch (error) {
    host.element.hidden = true;
    tell('panel-ready');
    tellPerson('The panel could not be started.');
    console.error(error);
  }
}

on('hello', (event) => {
  if (event.panel) start();
});
