// The messages of one channel: a window of at most 150 of them, which moves as one scrolls.

import { announce, byId, fill, icon } from './dom.js';
import { clear as empty, dress, dressAll, insert, list, listElement, remove, replace, trim } from './list.js';
import { isDismissed } from './marks.js';
import { spoken } from './message.js';
import { act } from './net.js';
import { tellPerson } from './notice.js';
import { newer, on, state, tell } from './state.js';
import { fromBottom, lookedAt, scroller, still, toBottom } from './scroll.js';
import { lastRead, markRead } from './unread.js';

const PAGE = 50;
const MOST = 150;
/** After a trim there is room again for this many. */
const SLACK = 30;
const NEAR = 700;

const log = byId('log');
const jump = byId('jump');

let channel = null;
let stuck = true;
let loading = null;
let turn = 0;
let missed = 0;
/** Deleted while the channel was asked for. */
const lost = new Set();

const top = () => list.messages[0];

// --- Scrolling --------------------------------------------------------------------------------------------------------

function showJump() {
  const hidden = list.atEnd && (stuck || (fromBottom() < NEAR && missed === 0));
  jump.hidden = hidden;
  if (!hidden)
    fill(
      jump,
      missed ? `${missed} new ${missed === 1 ? 'message' : 'messages'}` : 'Jump to the present',
      icon('down'),
    );
}

async function load(direction) {
  if (loading || !channel || !list.messages.length) return;
  const mine = turn;
  const real = list.messages.filter((one) => !one.local);
  if (!real.length) return;
  const from = direction === 'before' ? real[0].id : real.at(-1).id;
  loading = direction;
  let found;
  try {
    found = await act('messages', { channel: channel.id, [direction]: from, limit: PAGE });
  } catch (error) {
    if (mine === turn) tellPerson(error.message);
    // Not asked again at once.
    await new Promise((after) => {
      setTimeout(after, 1500);
    });
    found = null;
  }
  if (mine !== turn) return;
  loading = null;
  if (!found) return;
  still(() => {
    if (found.length < PAGE) {
      if (direction === 'before') list.atStart = true;
      else list.atEnd = true;
    }
    for (const message of found) if (!list.items.has(message.id)) insert(message);
    if (list.messages.length > MOST) trim(direction !== 'before', list.messages.length - MOST);
    dressAll(channel);
  });
  seen();
  queueMicrotask(scrolled);
}

function scrolled() {
  stuck = list.atEnd && fromBottom() < 50;
  if (stuck) seen();
  if (!list.atStart && scroller.scrollTop < NEAR) load('before');
  else if (!list.atEnd && fromBottom() < NEAR) load('after');
  showJump();
}

/** Everything down to the last message has been looked at. */
function seen() {
  const end = list.messages.findLast((message) => !message.local);
  if (!channel || !stuck || document.hidden || !end) return;
  missed = 0;
  markRead(channel.id, end.id);
}

let frame = 0;
scroller.addEventListener(
  'scroll',
  () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(scrolled);
  },
  { passive: true },
);
// Pictures that arrive and forms of the window must not push the last message out of sight.
new ResizeObserver(() => stuck && toBottom()).observe(log);
new ResizeObserver(() => stuck && toBottom()).observe(scroller);
document.addEventListener('visibilitychange', seen);
jump.addEventListener('click', toPresent);

// --- Opening ----------------------------------------------------------------------------------------------------------

function clear() {
  empty();
  jump.hidden = true;
  missed = 0;
  loading = null;
}

/** Shows a channel: its newest messages, or those around one. The same one again stays where it was scrolled to. */
export async function open(next, around = null, focus = true) {
  turn += 1;
  const mine = turn;
  const again = channel?.id === next.id;
  const kept = again && !around && !stuck ? lookedAt() : null;
  channel = next;
  log.setAttribute('aria-busy', 'true');
  if (!again) clear();
  const read = lastRead(next.id);
  const middle = around ?? kept?.id;
  let found = [];
  try {
    found = await act('messages', { channel: next.id, limit: PAGE, ...(middle ? { around: middle } : {}) });
  } catch (error) {
    if (mine === turn) tellPerson(error.message);
  }
  if (mine !== turn) return;
  clear();
  list.atEnd = !middle;
  list.atStart = found.length < PAGE && !middle;
  const first = found.find(
    (message) => read && newer(message.id, read) > 0 && message.author.id !== state.me.id,
  );
  list.freshFrom = first && newer(found[0].id, read) <= 0 ? first.id : null;
  for (const message of found) if (!lost.has(message.id)) insert(message);
  lost.clear();
  dressAll(channel);
  log.setAttribute('aria-busy', 'false');
  if (around && list.items.has(around)) flash(around, focus);
  else if (kept && list.items.has(kept.id)) {
    stuck = false;
    const edge = scroller.getBoundingClientRect().top + kept.offset;
    scroller.scrollTop += list.items.get(kept.id).getBoundingClientRect().top - edge;
  } else {
    stuck = true;
    toBottom();
  }
  scrolled();
  flush();
  tell('shown', channel);
}

function flash(id, focus) {
  stuck = false;
  const item = list.items.get(id);
  item.scrollIntoView({ block: 'center' });
  item.classList.add('flash');
  if (focus) item.focus({ preventScroll: true });
  setTimeout(() => item.classList.remove('flash'), 2000);
}

/** Goes to a message of the open channel. */
export const goTo = (id, focus = true) =>
  list.items.has(id) ? (flash(id, focus), scrolled()) : open(channel, id, focus);
/** Leaves what is older and goes to the newest messages. */
function toPresent() {
  stuck = true;
  if (!list.atEnd) open(channel);
  else {
    toBottom();
    scrolled();
  }
}

export const messageElement = (id) => list.items.get(id) ?? null;
export const findMessage = (fits) => list.items.get(list.messages.findLast(fits)?.id) ?? null;
export const messageOf = (id) => list.messages.find((one) => one.id === id) ?? null;
export const lastOwn = () =>
  list.messages.findLast((one) => one.author.id === state.me.id && !one.local && one.type !== 21) ?? null;

// --- What happens meanwhile -------------------------------------------------------------------------------------------

function arrive(message) {
  if (message.channel_id !== channel?.id || isDismissed(message.id)) return;
  if (list.items.has(message.id)) {
    if (stuck) {
      replace(message);
      toBottom();
    } else still(() => replace(message));
    return;
  }
  // Older than all that is here: it comes when one scrolls there. Newer, beyond the window's end: as well.
  if (
    list.messages.length &&
    !message.local &&
    !top().local &&
    newer(message.id, top().id) < 0 &&
    !list.atStart
  )
    return;
  const own = message.author.id === state.me.id;
  if (!list.atEnd) {
    missed += 1;
    showJump();
    return;
  }
  const away = document.hidden || !stuck;
  if (away && !own && (!list.freshFrom || missed === 0)) list.freshFrom = message.id;
  const at = insert(message);
  dress(at);
  dress(at + 1);
  if (!stuck && !own) missed += 1;
  if (list.messages.length > MOST) {
    // One who reads further up keeps what is there; what is newer is fetched when it is wanted.
    if (stuck) trim(true, SLACK);
    else trim(false, SLACK);
  }
  if (message.author.id !== state.me.id && !message.local) announce(spoken(message));
  if (stuck) {
    toBottom();
    seen();
  }
  showJump();
}

// Many events at once are shown in one go; only the newest state of each message counts.
let waiting = new Map();
let timer = 0;
on('message', (message) => {
  if (message.channel_id !== channel?.id) return;
  waiting.set(message.id, message);
  if (!timer) timer = setTimeout(flush, 0);
});

const opening = () => log.getAttribute('aria-busy') === 'true';

function flush() {
  timer = 0;
  // What comes while the channel is asked for is put in afterwards.
  if (opening()) return;
  const all = [...waiting.values()];
  waiting = new Map();
  // More than the page would keep: the newest are fetched instead.
  if (all.filter((message) => !list.items.has(message.id)).length > MOST && stuck) open(channel);
  else for (const message of all) arrive(message);
}

on('gone', ({ id }) => {
  waiting.delete(id);
  if (opening()) lost.add(id);
  if (list.items.has(id)) still(() => remove(id));
  if (stuck) toBottom();
});
on('mark', (id) => {
  if (list.items.has(id)) arrive(messageOf(id));
});
// What one has just sent or asked for is at the end.
on('asked', () => {
  if (list.freshFrom) {
    list.freshFrom = null;
    dressAll(channel);
  }
  toPresent();
});
on('zone', () => dressAll(channel));
on('places', () => {
  // Names may have come, and rights may have gone.
  if (channel && list.atStart) dressAll(channel);
});

// Arrow keys go from message to message.
listElement.addEventListener('keydown', (event) => {
  if (event.target.closest('input, textarea, [role="menu"]')) return;
  const item = event.target.closest('li.message');
  const on_ = {
    ArrowUp: item?.previousElementSibling,
    ArrowDown: item?.nextElementSibling,
    Home: listElement.firstElementChild,
    End: listElement.lastElementChild,
  }[event.key];
  if (!on_) return;
  on_.focus();
  event.preventDefault();
});

/** Where Tab enters the messages. */
export function enter() {
  listElement.lastElementChild?.focus();
}
