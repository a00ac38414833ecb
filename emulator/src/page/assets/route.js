// Who somebody is and where, in the address of the page: `#/person/channel`, so that two tabs are two people.

export const place = (person, channel) => `#/${person}${channel ? `/${channel}` : ''}`;

export function readPlace() {
  const [, person, channel] = /^#\/(\d{1,20})(?:\/(\d{1,20}))?$/.exec(location.hash) ?? [];
  return { person: person ?? null, channel: channel ?? null };
}

/** Writes where the page is. `fresh`: a place that *Back* should not return to. */
export function writePlace(person, channel, fresh = false) {
  const hash = place(person, channel);
  if (hash === location.hash) return;
  history[fresh || !location.hash ? 'replaceState' : 'pushState'](null, '', hash);
}
