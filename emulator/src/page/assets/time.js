// Times: the emulator's clock, the zone that they are shown in, and Discord's `<t:…>` stamps.

import { h } from './dom.js';
import { on, tell } from './state.js';

let clock = { ms: Date.now(), running: true };
let heard = performance.now();
let zone;

/** Which way people write dates: what the browser says. */
const locale = navigator.languages?.length ? [...navigator.languages] : undefined;
const formats = new Map();

export function setClock({ ms, running }) {
  clock = { ms, running };
  heard = performance.now();
  tell('clock', clock);
}

/** Now, in milliseconds since the Unix epoch, by the emulator's clock. */
export const now = () => clock.ms + (clock.running ? performance.now() - heard : 0);
export const readClock = () => ({ ms: now(), running: clock.running });

/** An IANA zone; without one, the browser's. An unknown zone changes nothing. */
export function setZone(name) {
  try {
    if (name) new Intl.DateTimeFormat(undefined, { timeZone: name });
  } catch {
    return;
  }
  if (zone === (name || undefined)) return;
  zone = name || undefined;
  formats.clear();
  for (const element of document.querySelectorAll('time[data-ms]')) show(element, true);
  tell('zone', zone);
}

function format(ms, options) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }));
  try {
    return formats.get(key).format(ms);
  } catch {
    return 'Invalid Date';
  }
}

const STYLES = {
  t: { timeStyle: 'short' },
  T: { timeStyle: 'medium' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  F: { dateStyle: 'full', timeStyle: 'short' },
  s: { dateStyle: 'short', timeStyle: 'short' },
  S: { dateStyle: 'short', timeStyle: 'medium' },
};

const STEPS = [
  [60, 'second'],
  [60, 'minute'],
  [24, 'hour'],
  [30.4, 'day'],
  [12, 'month'],
  [Infinity, 'year'],
];

function relative(ms) {
  let value = (ms - now()) / 1000;
  for (const [size, unit] of STEPS) {
    if (Math.abs(Math.round(value)) < size) {
      // "in 1 day" rather than "tomorrow": it is a length, not a date.
      const numeric = unit === 'second' ? 'auto' : 'always';
      return new Intl.RelativeTimeFormat(locale, { numeric }).format(Math.round(value), unit);
    }
    value /= size;
  }
  return '';
}

const dayKey = (ms) => format(ms, { year: 'numeric', month: '2-digit', day: '2-digit' });
export const sameDay = (one, other) => dayKey(one) === dayKey(other);
export const longDay = (ms) =>
  format(ms, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
export const fullTime = (ms) => format(ms, STYLES.F);
export const shortTime = (ms) => format(ms, STYLES.t);

/** "Today at 9:30", as messages carry it. */
function chat(ms) {
  const today = now();
  if (sameDay(ms, today)) return `Today at ${shortTime(ms)}`;
  if (sameDay(ms, today - 86400000)) return `Yesterday at ${shortTime(ms)}`;
  return `${format(ms, STYLES.d)} ${shortTime(ms)}`;
}

function words(ms, style) {
  if (style === 'R') return relative(ms);
  if (style === 'chat') return chat(ms);
  if (style === 'day') return longDay(ms);
  return format(ms, STYLES[style] ?? STYLES.f);
}

function show(element, anew = false) {
  const ms = Number(element.dataset.ms);
  const text = words(ms, element.dataset.style);
  // What stays is not written again: selections live on, and nothing has to be drawn.
  if (element.textContent === text && !anew) return;
  element.textContent = text;
  element.title = format(ms, STYLES.F);
}

/** A `<time>` that stays right. Styles: Discord's letters, `chat` and `day`. */
export function stamp(ms, style, className) {
  const element = h('time', { class: className, data: { ms, style } });
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return h('span', {}, 'Invalid Date');
  element.dateTime = date.toISOString();
  show(element);
  return element;
}

function refresh() {
  for (const element of document.querySelectorAll('time[data-style="R"], time[data-style="chat"]'))
    show(element);
}

on('clock', refresh);
setInterval(() => clock.running && refresh(), 5000);
