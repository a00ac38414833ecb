// The options of slash commands: what they are called, what can be chosen, and what is wrong with a value. The checks
// are those of Discord's client: https://discord.com/developers/docs/interactions/application-commands

import { choices } from './select.js';

export const TYPES = {
  3: 'Text',
  4: 'Whole number',
  5: 'True or False',
  6: 'User',
  7: 'Channel',
  8: 'Role',
  9: 'User or role',
  10: 'Number',
  11: 'File',
};
const MENU = { 6: 5, 7: 8, 8: 6, 9: 7 };
export const LARGEST_FILE = 10 * 1024 * 1024;
export const TOO_LARGE = 'Your files are too powerful. Max file size 10 MB';

/** What can be chosen without asking the application; null if anything can be typed. */
export function offered(option) {
  if (option.choices?.length)
    return option.choices.map((one) => ({ label: one.name, value: String(one.value) }));
  if (option.type === 5)
    return [
      { label: 'True', value: 'true' },
      { label: 'False', value: 'false' },
    ];
  if (option.type in MENU) return choices(MENU[option.type], option.channel_types);
  return null;
}

const bare = (text) => text.trim().toLowerCase().replace(/^[@#]/, '');

/** Those that fit what was typed: that begin with it first. */
export function fitting(items, text) {
  const words = bare(text);
  const found = items.filter((item) => bare(item.label).includes(words));
  return found
    .toSorted((one, other) => bare(other.label).startsWith(words) - bare(one.label).startsWith(words))
    .slice(0, 25);
}

/** The value of a field: what was chosen, or what its text says. Null if the text says nothing valid. */
export function valueOf(option, { text, value }) {
  if (value !== null) return value;
  const items = offered(option);
  if (items)
    return items.find((item) => bare(item.label) === bare(text) || item.value === text.trim())?.value ?? null;
  return text.trim();
}

function range(option, [what, low, high]) {
  if (low !== undefined && high !== undefined) return `${what} between ${low} and ${high}.`;
  if (low !== undefined) return `${what} of at least ${low}.`;
  if (high !== undefined) return `${what} of at most ${high}.`;
  return `${what}.`;
}

/** What is wrong with a field, in words; null if it can be sent. */
export function wrong(option, field) {
  if (option.type === 11) {
    if (!field.value) return option.required ? 'This option is required. Specify a value.' : null;
    return field.value.size > LARGEST_FILE ? TOO_LARGE : null;
  }
  const typed = field.text.trim();
  if (!typed && field.value === null) return 'This option is required. Specify a value.';
  const value = valueOf(option, field);
  if (value === null) {
    if (option.choices?.length || option.type === 5) return 'Select one of the choices.';
    return `Enter a valid ${TYPES[option.type].toLowerCase()}.`;
  }
  if (option.choices?.length) return null;
  if (option.type === 4 || option.type === 10) {
    const shape = option.type === 4 ? /^-?\d{1,16}$/ : /^-?\d+(\.\d+)?$/;
    const number = Number(value);
    const { min_value: low, max_value: high } = option;
    if (!shape.test(value) || number < low || number > high)
      return range(option, [option.type === 4 ? 'Enter a whole number' : 'Enter a number', low, high]);
  }
  if (option.type === 3) {
    const length = [...String(value)].length;
    const { min_length: low, max_length: high = 6000 } = option;
    if (length < (low ?? 0) || length > high) return range(option, ['Enter a text with a length', low, high]);
  }
  return null;
}
