// The message box: text with completion, replies, files, drafts, and the way into slash commands.

import { avatar } from './avatar.js';
import { byId, fill, h, icon, iconButton } from './dom.js';
import { draftOf, keepDraft } from './drafts.js';
import { pickEmoji } from './emoji.js';
import { slash } from './interact.js';
import { flatten, givenIn, menusHere } from './menus.js';
import { act } from './net.js';
import { tellPerson } from './notice.js';
import { replyBar } from './reply_bar.js';
import { commandForm } from './slash.js';
import { here, may, on, state, tell, titleOf } from './state.js';
import { hush, suggest, suggestElement, suggestKey } from './suggest.js';
import { editLast } from './message_menu.js';
import { takeDrops, uploads } from './upload.js';
import { suggestWords, withMentions } from './words.js';

const LONGEST = 2000;

const place = byId('composer');
const draftKey = () => `${state.me?.id}/${state.channel}`;
let form = null;
let sending = false;
let before = null;

const text = h('textarea', {
  id: 'composer-text',
  rows: '1',
  'aria-label': 'Message',
  'aria-autocomplete': 'list',
  'aria-describedby': 'composer-error',
  autocomplete: 'off',
  oninput: typed,
  onkeydown: key,
  onblur: hush,
});
const error = h('p', { class: 'composer-error', id: 'composer-error', role: 'alert' });
const counter = h('span', { class: 'counter', role: 'status' });
const reply = replyBar(() => text.focus());
const files = uploads();
const chooser = h('input', {
  type: 'file',
  multiple: true,
  hidden: true,
  'aria-label': 'Files',
  onchange: () => {
    files.add(chooser.files);
    chooser.value = '';
    text.focus();
  },
});
const attach = iconButton('plus', 'Attach files', () => chooser.click());
const smile = iconButton('smile', 'Insert an emoji', (event) =>
  pickEmoji(event.currentTarget, (emoji) => insertText(emoji)),
);
const go = iconButton('send', 'Send', () => (form ? form.submit() : send()), { class: 'icon-button send' });
const field = h('div', { class: 'composer-field' }, text);
const box = h('div', { class: 'composer-box' }, attach, chooser, field, counter, smile, go);

// A reload forgets nothing either.
addEventListener('pagehide', () => before && !form && keepDraft(before, text.value));

const say = (words) => {
  error.textContent = words;
};

// --- Who may write here, and what was begun

function draw() {
  const channel = here();
  const key_ = channel ? draftKey() : null;
  if (key_ !== before) {
    if (before && !form) keepDraft(before, text.value);
    before = key_;
    leaveCommand('');
    reply.end();
    files.clear();
    text.value = draftOf(key_);
    say('');
    grow();
  }
  const open = may('send', channel);
  const words = !channel
    ? ''
    : channel.locked
      ? 'This thread is locked.'
      : 'You do not have permission to send messages in this channel.';
  if (open && !box.isConnected)
    fill(
      place,
      suggestElement,
      error,
      h('div', { class: 'composer-frame' }, reply.element, files.element, box),
    );
  if (!open)
    fill(
      place,
      h('p', { class: 'composer-closed', id: 'composer-text', tabindex: '-1' }, icon('lock'), words),
    );
  showTools();
  text.placeholder = `Message ${titleOf(channel)}`;
  text.setAttribute('aria-label', text.placeholder);
}

/** What belongs to texts has no place in a command. */
function showTools() {
  attach.hidden = Boolean(form) || !may('attach');
  smile.hidden = Boolean(form);
}

function grow() {
  const length = [...text.value].length;
  const left = LONGEST - length;
  counter.textContent = left <= 200 ? String(left) : '';
  counter.classList.toggle('over', left < 0);
  // Browsers that cannot size a field by its text get as many rows as it has lines.
  if (!CSS.supports('field-sizing', 'content')) text.rows = Math.min(12, text.value.split('\n').length);
}

/** What is written next answers a message. */
export function replyTo(message) {
  leaveCommand(text.value);
  reply.begin(message);
  text.focus();
}

// --- Commands

function leaveCommand(words) {
  if (!form) return;
  form = null;
  fill(field, text);
  showTools();
  hush();
  say('');
  text.value = words;
  grow();
}

function enterCommand(found, given = {}) {
  hush();
  say('');
  reply.end();
  form = commandForm(found, given, {
    say,
    leave: (words) => {
      leaveCommand(words);
      text.focus();
      typed();
    },
    send: (options) => {
      const channel = state.channel;
      leaveCommand('');
      text.focus();
      slash(channel, found, options);
    },
  });
  text.value = '';
  files.clear();
  showTools();
  fill(field, form.element);
  form.focus();
}

/** Begins a command by its whole name, as a mention of it does. */
export async function startCommand(name) {
  if (!may('send')) return;
  const found = flatten((await menusHere()).slash).find((one) => one.line === name);
  if (found) enterCommand(found);
  else tellPerson(`There is no command called /${name} here.`);
}

async function suggestCommands() {
  const typedNow = text.value;
  const all = flatten((await menusHere()).slash);
  if (text.value !== typedNow || form) return;
  const words = typedNow.slice(1).toLowerCase();
  const whole = all
    .filter((one) => words.startsWith(`${one.line} `))
    .toSorted((one, other) => other.line.length - one.line.length)[0];
  if (whole) {
    enterCommand(whole, givenIn(typedNow.slice(whole.line.length + 1), whole.options));
    return;
  }
  const found = all
    .filter((one) => one.line.includes(words.trim()) || words.trim() === '')
    .toSorted((one, other) => other.line.startsWith(words) - one.line.startsWith(words));
  const items = found.map((one) => ({
    label: `/${one.line}`,
    hint: one.description,
    node: avatar(one.app.id, one.app.name, 'small'),
    tag: one.app.name,
    run: () => {
      // Typed to its end and with nothing to fill in: that is all there is to say.
      if (!one.options.length && words.trim() === one.line) {
        text.value = '';
        grow();
        hush();
        slash(state.channel, one, {});
      } else enterCommand(one);
    },
  }));
  suggest(text, items, { none: 'No command is called that' });
}

// --- Typing and sending

function typed() {
  say('');
  grow();
  if (/^\/[^\n]*$/.test(text.value)) suggestCommands();
  else suggestWords(text);
}

function key(event) {
  if (suggestKey(event) || event.isComposing) return;
  if (event.key === 'Enter' && !event.shiftKey && !matchMedia('(pointer: coarse)').matches) send();
  else if (event.key === 'ArrowUp' && !text.value) editLast();
  else if (event.key === 'Escape' && reply.to()) reply.end();
  else return;
  event.preventDefault();
}

/** A command that was typed faster than the list of them came, or one that is not there. */
async function sendCommand(words) {
  const all = flatten((await menusHere()).slash);
  if (form || text.value.trim() !== words) return;
  const found = all.find((one) => one.line === words.slice(1).toLowerCase());
  if (!found) {
    say(
      'There is no such command here. Choose one from the list, or begin the message with another character.',
    );
  } else if (found.options.length) {
    enterCommand(found);
  } else {
    text.value = '';
    grow();
    hush();
    slash(state.channel, found, {});
  }
}

async function send() {
  const words = withMentions(text.value.trim());
  if (sending || (!words && !files.any())) return;
  if ([...words].length > LONGEST) {
    say(
      `Your message is too long: ${LONGEST.toLocaleString()} characters at most, and it has ${[...words].length.toLocaleString()}.`,
    );
    text.focus();
    return;
  }
  if (/^\/\w/.test(words) && !files.any()) {
    await sendCommand(words);
    return;
  }
  sending = true;
  say('');
  const key_ = draftKey();
  const value = text.value;
  const answered = reply.to();
  const withFiles = files.any();
  text.value = '';
  reply.end();
  grow();
  hush();
  try {
    await act('say', {
      channel: state.channel,
      text: words,
      ...(answered ? { reply_to: answered.id } : {}),
      ...(withFiles ? { files: await files.read() } : {}),
    });
    keepDraft(key_, '');
    files.clear();
    tell('asked');
  } catch (failed) {
    // What was written is not lost.
    if (draftKey() === key_ && !text.value) {
      text.value = value;
      grow();
      say(failed.message);
      if (answered) replyTo(answered);
    } else {
      keepDraft(key_, value);
      tellPerson(failed.message);
    }
  }
  sending = false;
}

/** Puts a text where one types. */
export function insertText(words) {
  if (form) return;
  text.focus();
  text.setRangeText(words, text.selectionStart, text.selectionEnd, 'end');
  typed();
}

takeDrops(byId('main'), text, files, () => !attach.hidden && box.isConnected);

document.addEventListener('click', (event) => {
  const target = event.target.closest?.('[data-command]');
  if (target) startCommand(target.dataset.command);
});

on('open', draw);
on('places', draw);
on('person', () => {
  if (before && !form) keepDraft(before, text.value);
  before = null;
  text.value = '';
});
