// The playground's panel: the team's time, what comes next, and the buttons that move the clock.

import { startTour } from './tour.js';

const POLL = 250;
/** Seconds. */
const LOOK_EVERY = 5;

function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** The parts of a date in a zone, as the team's messages write them. */
function local(ms, zone) {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone || undefined,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return Object.fromEntries(format.formatToParts(ms).map((part) => [part.type, part.value]));
}

/** "in 23 h 45 min". */
function remaining(ms) {
  const minutes = Math.ceil(ms / 60_000);
  if (minutes <= 1) return 'in a moment';
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const parts = [days && `${days} d`, hours && `${hours} h`, !days && rest && `${rest} min`];
  return `in ${parts.filter(Boolean).join(' ')}`;
}

/** Only what differs is written, so that nothing flickers and selections stay. */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Called once by the page. */
export async function start(host) {
  let busy = false;
  let seconds = 0;
  let timer = 0;
  let known = null;

  const button = (what, label, style, title) =>
    make(
      'button',
      { type: 'button', class: `button ${style}`, title, 'data-move': what, onclick: () => move(what) },
      label,
    );
  const day = make('p', { class: 'clock-day' });
  const time = make('p', { class: 'clock-time' });
  const zone = make('p', { class: 'clock-zone' });
  const next = make('p', { class: 'clock-next' });
  const when = make('span');
  const until = make('span', { class: 'clock-until' });
  const resumed = make(
    'p',
    { class: 'panel-foot', hidden: true },
    'This goes on from an earlier time. The messages of that time are not kept.',
  );
  const buttons = {
    next: button('next', 'Next prompt', 'primary', 'Move the clock to the next prompt'),
    hour: button('hour', '+1 hour', 'secondary', 'Move the clock one hour on'),
    day: button('day', '+1 day', 'secondary', 'Move the clock one day on'),
    week: button('week', 'Play a week', 'secondary', 'Everybody answers for a week'),
  };
  const bar = make('progress', { max: '1', 'aria-label': 'The week' });
  const text = make('p', { role: 'status' });
  const stop = make('button', { type: 'button', class: 'button secondary', onclick: end }, 'Stop');
  const progress = make(
    'div',
    { class: 'week', hidden: true },
    bar,
    make('div', { class: 'week-line' }, text, stop),
  );
  const wrong = make('p', { class: 'panel-wrong', role: 'alert' });
  const again = make(
    'button',
    { type: 'button', class: 'plain-link', onclick: () => tour.open() },
    'Take the tour',
  );

  host.element.setAttribute('aria-label', 'Time');
  host.element.append(
    make('div', { class: 'clock' }, make('h2', { class: 'group-title' }, 'The team’s time'), day, time, zone),
    next,
    make('div', { class: 'moves' }, buttons.next, buttons.hour, buttons.day, buttons.week),
    progress,
    wrong,
    resumed,
    make('p', { class: 'panel-foot' }, 'Time passes as on your own clock. The buttons jump ahead. ', again),
  );

  function show(state) {
    if (!state || !state.local) return;
    // What went wrong with the one that was next says nothing of this one.
    if (state.next?.at_ms !== known?.next?.at_ms) wrong.textContent = '';
    known = state;
    host.setZone(state.zone ?? null);
    zone.textContent = state.zone ?? '';
    const what = state.next?.what || 'The next prompt';
    const title = make('strong', {}, what[0].toUpperCase() + what.slice(1));
    next.replaceChildren(...(state.next ? [title, when, until] : ['Nothing is scheduled.']));
    resumed.hidden = !state.resumed;
    buttons.next.classList.toggle('nothing', !state.next);
    tick();
    occupied(Boolean(state.busy));
  }

  /** What the clock shows, and how long it is to the next prompt. */
  function tick() {
    if (!known) return;
    const { ms } = host.clock();
    const at = local(ms, known.zone);
    say(day, `${at.weekday} ${at.day} ${at.month} ${at.year}`);
    say(time, `${at.hour}:${at.minute}`);
    if (!known.next) return;
    const due = local(known.next.at_ms, known.zone);
    say(when, `${due.weekday} ${due.day} ${due.month}, ${due.hour}:${due.minute}`);
    say(until, remaining(known.next.at_ms - ms));
  }

  function occupied(is) {
    busy = is;
    for (const one of Object.values(buttons)) one.disabled = is;
    if (buttons.next.classList.contains('nothing')) buttons.next.disabled = true;
    host.element.setAttribute('aria-busy', String(is));
    if (!is) progress.hidden = true;
    // On the way it would be out of date all the time.
    next.classList.toggle('moving', is);
  }

  async function refresh() {
    try {
      show(await host.send({ do: 'state' }));
    } catch {
      // The page says that the connection is lost; the next hello asks again.
    }
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(refresh, POLL);
  }

  async function move(what) {
    if (busy) return;
    const pressed = document.activeElement === buttons[what];
    wrong.textContent = '';
    occupied(true);
    if (what === 'week') report({ done: 0, of: 7, text: 'The week begins' });
    try {
      const answer = await host.send({ do: what, me: host.me().id });
      if (answer.error) wrong.textContent = answer.error;
    } catch (error) {
      wrong.textContent = error.message;
    }
    occupied(false);
    await refresh();
    // A button that was off for a moment has lost the focus.
    if (pressed && [document.body, null].includes(document.activeElement)) buttons[what].focus();
    tour.moved(what);
  }

  async function end() {
    stop.disabled = true;
    try {
      await host.send({ do: 'stop' });
    } catch (error) {
      wrong.textContent = error.message;
    }
    stop.disabled = false;
  }

  function report({ done, of, text: words }) {
    progress.hidden = false;
    bar.max = of;
    bar.value = done;
    text.textContent = words;
  }

  host.onEvent((data) => {
    if (data.progress) {
      occupied(true);
      report(data.progress);
    }
    if (data.state) show(data.state);
  });
  // Managers change what is next by messages that only they see, so others look again now and then.
  host.onClock(() => {
    tick();
    seconds += 1;
    if (seconds % LOOK_EVERY === 0 && !busy) soon();
  });
  host.onMessage(soon);
  host.onChange(soon);

  const tour = startTour(host, buttons, (what) => known?.tour?.[what]);
  await refresh();
  tour.begin();
}
