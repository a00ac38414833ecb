// Going to a channel, thread or direct message, and being somebody else.

import { byId } from './dom.js';
import { goTo, open } from './log.js';
import { listen } from './net.js';
import { readPlace, writePlace } from './route.js';
import { channelOf, here, setPlaces, state, tell, titleOf } from './state.js';
import { setClock } from './time.js';
import { unreadIn } from './unread.js';
import { tellPerson } from './notice.js';

/** Where each person was last, for when one is that person again. */
const lastPlace = new Map();
let wanted = null;
let person = null;

function firstChannel() {
  for (const guild of state.guilds) {
    const channel = guild.channels.find((one) => one.kind === 'text');
    if (channel) return channel.id;
  }
  return state.dms[0]?.id ?? null;
}

/** Opens a place if the person may see it. `message`: one to go to. */
export function openPlace(id, { message = null, fresh = false, focus = true } = {}) {
  const channel = channelOf(id);
  if (!channel) {
    // A thread that was made this instant is told of in a moment.
    wanted = { id, message };
    return;
  }
  wanted = null;
  const same = state.channel === id;
  state.channel = id;
  state.guild = channel.guild?.id ?? null;
  lastPlace.set(state.me.id, id);
  writePlace(state.me.id, id, fresh);
  document.body.classList.remove('drawer-left', 'drawer-right');
  if (same && message) goTo(message, focus);
  else open(channel, message, focus);
  tell('open', channel);
  tell('unread');
  if (focus && !message && matchMedia('(pointer: fine)').matches)
    byId('composer-text')?.focus({ preventScroll: true });
}

/** Becomes somebody; the place stays if that person may see it. */
export function beSomebody(id) {
  if (id === state.me?.id) return;
  person = id;
  wanted = state.channel ? { id: state.channel } : null;
  listen(id, heard);
}

function hello(event) {
  const change = state.me?.id !== event.me.id;
  state.title = event.title;
  state.me = event.me;
  state.people = event.people;
  setClock(event.clock);
  if (change) {
    state.channel = null;
    tell('person', event.me);
  }
  setPlaces(event.places);
  tell('hello', event);
  const at = change ? (wanted?.id ?? readPlace().channel) : state.channel;
  const to = [at, lastPlace.get(event.me.id)].find((id) => id && channelOf(id)) ?? firstChannel();
  wanted = null;
  tell('places');
  if (to) openPlace(to, { fresh: !change || !readPlace().channel, focus: change });
  else {
    state.channel = null;
    writePlace(event.me.id, null, true);
    tell('open', null);
  }
}

export function heard(event) {
  switch (event.t) {
    case 'hello':
      hello(event);
      break;
    case 'places': {
      const was = here();
      setPlaces(event);
      tell('places');
      if (wanted && channelOf(wanted.id)) openPlace(wanted.id, { message: wanted.message });
      else if (state.channel && !here()) {
        tellPerson(`${titleOf(was) || 'That place'} is gone or not yours to see any more.`);
        const to = firstChannel();
        state.channel = null;
        if (to) openPlace(to, { fresh: true });
      }
      break;
    }
    case 'message':
      tell('message', event.message);
      break;
    case 'gone':
      tell('gone', event);
      break;
    case 'commands':
      tell('commands');
      break;
    case 'clock':
      setClock(event);
      break;
    case 'panel':
      tell('panel', event.data);
      break;
    default:
      break;
  }
}

addEventListener('hashchange', () => {
  const at = readPlace();
  if (at.person && at.person !== state.me?.id) {
    wanted = at.channel ? { id: at.channel } : null;
    person = at.person;
    listen(at.person, heard);
  } else if (at.channel && at.channel !== state.channel) openPlace(at.channel);
});

document.addEventListener('jump', ({ detail }) => {
  if (detail.channel === state.channel) goTo(detail.id);
  else openPlace(detail.channel, { message: detail.id });
});

export function start() {
  person = readPlace().person;
  listen(person, heard);
}

export const anyUnread = () =>
  [...state.guilds.flatMap((guild) => guild.channels), ...state.dms].some((one) => unreadIn(one.id));
