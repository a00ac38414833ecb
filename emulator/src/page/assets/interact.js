// Using what applications offer: buttons, select menus, commands, menus and forms, and what is shown when they fail.

import { announce } from './dom.js';
import { openForm } from './form.js';
import { mark, markOf } from './marks.js';
import { act, Refusal } from './net.js';
import { tellPerson } from './notice.js';
import { on, state, tell } from './state.js';
import { now } from './time.js';

export const FAILED = 'This interaction failed';
export const SILENT = 'The application did not respond';

/** Something an application is asked to do; its answer may be a form. */
async function ask(what, fields, failed) {
  const person = state.me.id;
  let answer;
  try {
    answer = await act(what, { ...fields, hasty: true });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    answer = { kind: 'failed', error: error.message };
  }
  // The page may be somebody else's by now.
  if (state.me.id !== person) return answer;
  if (answer.kind === 'modal') openForm(answer);
  else if (answer.kind === 'failed') failed(answer.error || FAILED);
  return answer;
}

let clicks = 0;

async function use(message, what, fields) {
  if (markOf(message.id).pending) return;
  clicks += 1;
  const mine = clicks;
  mark(message.id, { pending: fields.custom_id, click: mine, failed: null });
  const answer = await ask(
    what,
    { message: message.id, channel: message.channel_id, ...fields },
    (failed) => {
      mark(message.id, { failed });
      announce(failed);
    },
  );
  if (answer.kind === 'message' || answer.kind === 'deferred') tell('asked');
  // Its answer may have been seen before, and there may be another click by now.
  if (markOf(message.id).click === mine) mark(message.id, { pending: null });
}

on('message', ({ interaction_metadata: cause }) => {
  const id = cause?.interacted_message_id;
  if (id && cause.user.id === state.me.id && markOf(id).pending) mark(id, { pending: null });
});

export const press = (message, part) => use(message, 'click', { custom_id: part.custom_id });
export const choose = (message, part, values) =>
  use(message, 'select', { custom_id: part.custom_id, values });

let count = 0;

/** A message that only this page has, such as a command that is on its way. */
function local(channel, fields) {
  count += 1;
  return {
    id: `local-${count}`,
    after: state.lastSeen(channel),
    channel_id: channel,
    local: true,
    type: 20,
    content: '',
    flags: 64,
    ephemeral: true,
    timestamp: new Date(now()).toISOString(),
    ...fields,
  };
}

/** A command: while it is under way and when it fails there is a message that says so. */
async function command(channel, name, app, what, fields) {
  const author = { id: app.id, username: app.name, bot: true };
  const line = {
    type: 2,
    name,
    user: { id: state.me.id, username: state.me.username, global_name: state.me.global_name },
  };
  const waiting = local(channel, { author, interaction: line, sending: true });
  // An answer at once needs no word that it is awaited.
  const timer = setTimeout(() => tell('message', waiting), 250);
  tell('asked');
  const answer = await ask(what, { channel, ...fields }, (failed) => {
    const text = failed === FAILED ? SILENT : failed;
    clearTimeout(timer);
    tell('message', { ...waiting, sending: false, failure: text });
    announce(text);
  });
  clearTimeout(timer);
  if (answer.kind !== 'failed') tell('gone', { id: waiting.id });
  return answer;
}

export const slash = (channel, found, options) =>
  command(channel, found.line, found.app, 'slash', { command: found.line, options });
export const messageMenu = (message, menu) =>
  command(message.channel_id, menu.name, menu.app, 'menu', { message: message.id, command: menu.name });
export const userMenu = (channel, user, menu) =>
  command(channel, menu.name, menu.app, 'user_menu', { user, command: menu.name });

/** Sends a form. The answer tells whether it may close. */
export async function submit(form, values) {
  try {
    const answer = await act('submit', { modal: form.interaction, values, hasty: true });
    if (answer.kind === 'modal') openForm(answer);
    return answer.kind === 'failed' ? answer.error || 'Something went wrong. Try again.' : null;
  } catch (error) {
    return error.message;
  }
}

/** Does something plain, such as a reaction, and says why if it is refused. */
export async function attempt(what, fields) {
  try {
    return await act(what, fields);
  } catch (error) {
    tellPerson(error.message);
    return null;
  }
}
