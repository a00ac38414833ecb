// The tour: five steps beside the things they speak of. Each one notices by itself that it was done.

const KEY = 'helmsman-tour';
const GAP = 14;
const NARROW = 720;
const BELOW_HEAD = 60;

const customIds = (message) =>
  (message.components ?? []).flatMap((row) => row.components ?? []).map((one) => one.custom_id ?? '');
const isPrivate = (message) => Boolean(message.ephemeral || message.flags & 64);
const isPrompt = (message) =>
  !isPrivate(message) && customIds(message).some((id) => /^(pick|write|done):/.test(id));
const isAnswer = (message) =>
  isPrivate(message) && customIds(message).some((id) => /^(change|withdraw|note|share):/.test(id));

const isPoll = (message) => !isPrivate(message) && customIds(message).some((id) => /^poll:vote:/.test(id));
const isVote = (message) => isPrivate(message) && customIds(message).some((id) => /^poll:(saw|back):/.test(id));

function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** `buttons`: those of the panel, by what they do. `open(what)`: where the newest open prompt, or the poll, is, if there is one. */
export function startTour(host, buttons, open) {
  let at = -1;
  let done = false;
  let frame = 0;

  /** By a button or a form, whose answer is private, or by a reply. */
  const answers = (message) =>
    isAnswer(message) || (message.author.id === host.me().id && isPrompt(message.referenced_message ?? {}));
  const prompt = () => host.findMessage(isPrompt);
  const poll = () => host.findMessage(isPoll);
  /** Goes to where the open prompt is, if that is another channel. */
  function showPrompt() {
    const there = open('prompt');
    if (there && !prompt()) host.openChannel(there.channel, there.message);
  }
  function showPoll() {
    const there = open('poll');
    if (there && !poll()) host.openChannel(there.channel, there.message);
  }
  const steps = [
    {
      title: 'See a prompt',
      text: () =>
        prompt()
          ? 'This is one: a situation, a question, a few ways to act. Helmsman posts one at a set time and leaves it open for a day.'
          : 'Helmsman posts a short prompt at a set time. Press “Next prompt”: the clock goes straight there.',
      target: () => prompt()?.querySelector('.embed') ?? prompt() ?? buttons.next,
      begin: showPrompt,
      heard: (message) => isPrompt(message) || answers(message),
      next: (message) => (answers(message) ? 2 : 1),
    },
    {
      title: 'Answer it',
      text: () => 'Press a button under the prompt. Your pick is counted; your name is not shown.',
      target: () => prompt()?.querySelector('.components') ?? prompt(),
      begin: showPrompt,
      heard: answers,
    },
    {
      title: 'Look at your streak',
      text: () => 'Write /me in the message box and press Enter. Only you see what comes.',
      target: () => host.composer(),
      heard: (message) => isPrivate(message) && message.interaction?.name === 'me',
    },
    {
      title: 'Go to the next day',
      text: () => 'Press “+1 day”. The prompt closes, the team sees how it went, and the next one is there.',
      target: () => buttons.day,
      moved: (what) => ['day', 'next', 'week'].includes(what),
    },
    {
      title: 'Vote in a poll',
      text: () =>
        poll()
          ? 'Max has asked who handled something like a leader. Choose somebody: nobody sees who, and nobody sees how it stands before the end.'
          : 'A manager asks with /poll start who handled something like a leader. The one that was open here has ended.',
      target: () => poll()?.querySelector('.components') ?? poll(),
      begin: showPoll,
      heard: isVote,
    },
    {
      title: 'That is all there is to it',
      text: () =>
        'One more day, and the poll has its result. Be somebody else: here you become another member, a manager, or ana, who set the team up. “Play a week” lets the others answer.',
      target: () => host.personButton(),
      last: true,
    },
  ];

  const ring = make('div', { class: 'tour-ring', popover: 'manual', 'aria-hidden': 'true' });
  const count = make('p', { class: 'tour-count' });
  const title = make('h2');
  const words = make('p');
  const folded = make('p', { class: 'about' }, 'It is behind the button that is marked.');
  const back = make(
    'button',
    { type: 'button', class: 'button secondary', onclick: () => go(at - 1, true) },
    'Back',
  );
  const on = make(
    'button',
    { type: 'button', class: 'button primary', onclick: () => (steps[at].last ? end() : go(at + 1, true)) },
    'Next',
  );
  const skip = make('button', { type: 'button', class: 'plain-link', onclick: end }, 'Skip the tour');
  const bubble = make(
    'section',
    {
      class: 'tour',
      popover: 'manual',
      tabindex: '-1',
      'aria-label': 'Tour',
      'aria-live': 'polite',
    },
    count,
    title,
    words,
    folded,
    make('div', { class: 'tour-buttons' }, skip, back, on),
  );

  bubble.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') end();
    else if (event.key === 'ArrowRight' && !steps[at].last) go(at + 1, true);
    else if (event.key === 'ArrowLeft' && at > 0) go(at - 1, true);
    else return;
    event.preventDefault();
  });

  function go(to, focus) {
    at = to;
    done = false;
    const step = steps[at];
    step.begin?.();
    count.textContent = step.last ? 'The end of the tour' : `Step ${at + 1} of ${steps.length - 1}`;
    title.textContent = step.title;
    words.textContent = step.text();
    back.hidden = at === 0;
    skip.hidden = Boolean(step.last);
    on.textContent = step.last ? 'Close' : 'Next';
    bubble.classList.remove('done');
    if (!bubble.isConnected) document.body.append(ring, bubble);
    for (const one of [ring, bubble]) if (!one.matches(':popover-open')) one.showPopover();
    steps[at].target()?.scrollIntoView?.({ block: 'nearest' });
    place();
    if (focus) on.focus();
  }

  function accomplish(next = at + 1) {
    if (done) return;
    done = true;
    bubble.classList.add('done');
    const now = at;
    // Long enough to see that it worked.
    host.fold();
    setTimeout(() => at === now && go(next, bubble.contains(document.activeElement)), 900);
  }

  function end() {
    at = -1;
    localStorage.setItem(KEY, 'seen');
    cancelAnimationFrame(frame);
    const inside = bubble.contains(document.activeElement);
    bubble.remove();
    ring.remove();
    if (inside) host.focusComposer();
  }

  const visible = (element) => {
    if (!element?.isConnected || !element.checkVisibility({ visibilityProperty: true })) return false;
    const box = element.getBoundingClientRect();
    return box.right > 1 && box.left < innerWidth - 1 && box.bottom > 1 && box.top < innerHeight - 1;
  };

  /** On a narrow window: below the head or at the foot, wherever less of the target is hidden. */
  function freeHeight(box, height) {
    const hidden = (top) => Math.max(0, Math.min(box.bottom, top + height) - Math.max(box.top, top));
    const foot = innerHeight - height - 8;
    return hidden(BELOW_HEAD) < hidden(foot) ? BELOW_HEAD : foot;
  }

  /** Beside what it speaks of; if that is folded away, beside the button that unfolds it. */
  function place() {
    cancelAnimationFrame(frame);
    if (at < 0) return;
    const target = [steps[at].target(), host.unfolds(steps[at].target())].find(visible);
    folded.hidden = !target || target === steps[at].target();
    ring.classList.toggle('nowhere', !target);
    const { width, height } = bubble.getBoundingClientRect();
    let x = innerWidth - width - GAP;
    let y = innerHeight - height - 100;
    if (target) {
      const box = target.getBoundingClientRect();
      const edge = 5;
      const set = (name, value) => ring.style.setProperty(name, `${value}px`);
      set('left', box.left - edge);
      set('top', box.top - edge);
      set('width', box.width + edge * 2);
      set('height', box.height + edge * 2);
      if (innerWidth < NARROW) [x, y] = [(innerWidth - width) / 2, freeHeight(box, height)];
      else if (box.left > width + GAP + 8) [x, y] = [box.left - width - GAP, box.top];
      else if (box.top > height + GAP * 2) [x, y] = [box.left, box.top - height - GAP];
      else if (innerWidth - box.right > width + GAP * 2) [x, y] = [box.right + GAP, box.top];
      else [x, y] = [box.left, box.bottom + GAP];
    }
    bubble.style.setProperty('left', `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`);
    bubble.style.setProperty(
      'top',
      `${Math.max(8, Math.min(y, innerHeight - height - (innerWidth < NARROW ? 8 : 84)))}px`,
    );
  }

  const later = () => {
    if (at < 0) return;
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(place);
  };
  for (const kind of ['scroll', 'resize', 'transitionend', 'click', 'keyup'])
    addEventListener(kind, later, true);
  new ResizeObserver(later).observe(host.element);

  host.onMessage((message) => {
    if (at >= 0 && steps[at].heard?.(message)) accomplish(steps[at].next?.(message));
    later();
  });
  host.onChange(() => setTimeout(later, 200));

  return {
    open: () => go(0, true),
    begin: () => {
      if (localStorage.getItem(KEY)) return;
      let begun = false;
      const first = () => {
        if (!begun) go(0, true);
        begun = true;
      };
      // It needs to know whether there is a prompt among the messages.
      if (host.isShown()) first();
      else host.onShown(first);
    },
    moved: (what) => {
      if (at >= 0 && steps[at].moved?.(what)) accomplish();
      later();
    },
  };
}
