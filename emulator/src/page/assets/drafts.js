// What was begun and not sent, for each person and channel, as long as the tab lives.

const KEY = 'drafts';
const MOST = 50;

const drafts = new Map(Object.entries(JSON.parse(sessionStorage.getItem(KEY) ?? '{}')));

export const draftOf = (key) => drafts.get(key) ?? '';

export function keepDraft(key, text) {
  drafts.delete(key);
  if (text.trim()) drafts.set(key, text);
  if (drafts.size > MOST) drafts.delete(drafts.keys().next().value);
  sessionStorage.setItem(KEY, JSON.stringify(Object.fromEntries(drafts)));
}
