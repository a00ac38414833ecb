// A slash command while it is being filled in: its name, a field for each option, and at the end a place to add more.

import { complete } from './autocomplete.js';
import { h } from './dom.js';
import { LARGEST_FILE, TOO_LARGE, TYPES, fitting, offered, valueOf, wrong } from './option.js';
import { hush, suggest, suggestKey } from './suggest.js';
import { readFile } from './upload.js';

/**
 * `found`: a line of `flatten`; `given`: texts for options; `send(options)` and `leave(text)` are called once, `say(words)`
 * whenever something is wrong (or nothing is any more).
 */
export function commandForm(found, given, { send, leave, say }) {
  const fields = [];
  const holder = h('div', { class: 'option-fields' });
  const tail = h('input', {
    type: 'text',
    class: 'command-tail',
    role: 'combobox',
    'aria-expanded': 'false',
    'aria-autocomplete': 'list',
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-label': `More options of /${found.line}; Enter sends`,
    onfocus: more,
    oninput: more,
    onkeydown: tailKey,
    onblur: hush,
  });
  const element = h(
    'div',
    {
      class: 'command-form',
      role: 'group',
      'aria-label': `Command /${found.line}`,
      onmousedown: (event) => {
        if (event.target === element) {
          event.preventDefault();
          tail.focus();
        }
      },
    },
    h('span', { class: 'command-pill' }, `/${found.line}`),
    holder,
    tail,
  );

  const left = () => found.options.filter((option) => !fields.some((field) => field.option === option));

  function hint() {
    const count = left().length;
    tail.placeholder = count ? `+${count} optional · Enter sends` : 'Press Enter to send';
  }

  // --- The end of the line: options that are not there yet

  function more() {
    const words = tail.value.trim().replace(/:$/, '').toLowerCase();
    const items = left()
      .filter((option) => option.name.includes(words))
      .map((option) => ({
        label: option.name,
        hint: option.description,
        tag: TYPES[option.type],
        run: () => {
          tail.value = '';
          add(option).input.focus();
        },
      }));
    suggest(tail, items, {
      head: items.length
        ? [h('strong', {}, `/${found.line}`), ' ', found.description]
        : [h('strong', {}, `/${found.line}`), ' ', found.description],
      first: Boolean(words),
    });
    if (tail.value.endsWith(':') && items.length) items[0].run();
  }

  function tailKey(event) {
    if (suggestKey(event)) return;
    if (event.key === 'Enter') submit();
    else if (event.key === 'Escape') leave('');
    else if ((event.key === 'Backspace' || event.key === 'ArrowLeft') && !tail.value) {
      if (fields.length) fields.at(-1).input.focus();
      else if (event.key === 'Backspace') leave(`/${found.line}`);
    } else return;
    event.preventDefault();
  }

  // --- One option

  function add(option, text = '') {
    const field = { option, text, value: null, turn: 0, abort: null };
    const file = option.type === 11;
    field.input = file
      ? h('input', {
          type: 'file',
          onchange: () => {
            field.value = field.input.files[0] ?? null;
            check(field);
          },
        })
      : h('input', {
          type: 'text',
          value: text,
          role: 'combobox',
          'aria-expanded': 'false',
          'aria-autocomplete': 'list',
          autocomplete: 'off',
          spellcheck: 'false',
          size: '4',
        });
    const label = h('label', {}, option.name, field.input);
    field.element = h('div', { class: 'option-field' }, label);
    field.input.setAttribute('aria-required', String(Boolean(option.required)));
    field.input.setAttribute(
      'aria-label',
      `${option.name}: ${option.description}. ${TYPES[option.type] ?? ''}${option.required ? ', required' : ''}`,
    );
    field.input.addEventListener('focus', () => offer(field));
    field.input.addEventListener('blur', () => {
      hush();
      if (field.text || field.value) check(field);
    });
    field.input.addEventListener('keydown', (event) => fieldKey(field, event));
    if (!file) {
      field.input.addEventListener('input', () => {
        if (named(field)) return;
        field.text = field.input.value;
        field.value = null;
        fit(field);
        check(field, true);
        offer(field);
      });
    }
    fields.push(field);
    // As they are declared, whichever came first.
    fields.sort((one, other) => found.options.indexOf(one.option) - found.options.indexOf(other.option));
    holder.replaceChildren(...fields.map((one) => one.element));
    fit(field);
    hint();
    return field;
  }

  /** Whoever types `time:` means the option of that name. */
  function named(field) {
    const [whole, name] = /(?:^|\s)([\w-]+):$/.exec(field.input.value) ?? [];
    const option = found.options.find((one) => one.name === name);
    if (!option) return false;
    field.input.value = field.input.value.slice(0, -whole.length);
    if (option !== field.option || field.input.value) {
      field.text = field.input.value;
      field.value = null;
      fit(field);
      (fields.find((one) => one.option === option) ?? add(option)).input.focus();
    }
    return true;
  }

  const fit = (field) => {
    if (field.option.type !== 11)
      field.input.size = Math.max(4, Math.min(40, [...field.input.value].length + 1));
  };

  function check(field, kind = false) {
    const words = kind && !field.element.classList.contains('wrong') ? null : wrong(field.option, field);
    field.element.classList.toggle('wrong', Boolean(words));
    field.input.setAttribute('aria-invalid', String(Boolean(words)));
    if (!fields.some((one) => one.element.classList.contains('wrong'))) say('');
    return words;
  }

  const about = (option) => [
    h('strong', {}, option.name),
    h('span', { class: 'option-tag' }, TYPES[option.type] ?? '?'),
    option.required ? h('span', { class: 'option-tag needed' }, 'required') : null,
    ' ',
    option.description,
  ];

  function take(field, item) {
    field.text = item.label;
    field.value = item.value;
    field.input.value = item.label;
    fit(field);
    check(field);
    hush();
    const next = fields.find((one) => one.option.required && !one.text && !one.value);
    (next?.input ?? tail).focus();
  }

  function offer(field) {
    const { option, input } = field;
    const head = about(option);
    const rows = (items) =>
      items.map((item) => ({
        label: item.label,
        hint: item.description,
        node: item.node?.(),
        run: () => take(field, item),
      }));
    if (option.autocomplete) {
      const typed = field.value !== null ? field.value : field.text;
      complete(field, found.line, { ...values(), [option.name]: typed }, (items, none, first) =>
        suggest(input, rows(items), { head, none, first }),
      );
      return;
    }
    const items = offered(option);
    const picked = field.value !== null;
    if (items)
      suggest(input, rows(fitting(items, picked ? '' : field.text)), {
        head,
        none: 'No choice fits',
        first: !picked,
      });
    else suggest(input, [], { head });
  }

  function fieldKey(field, event) {
    const { input } = field;
    const at = fields.indexOf(field);
    const empty = !input.value;
    const start = empty || (input.selectionStart === 0 && input.selectionEnd === 0);
    const end = empty || input.selectionStart === input.value.length;
    if (suggestKey(event)) return;
    if (event.key === 'Enter') submit();
    else if (event.key === 'Escape') leave('');
    else if (event.key === 'Backspace' && empty) {
      if (!field.option.required) {
        fields.splice(at, 1);
        field.element.remove();
        hint();
        (fields[at - 1]?.input ?? tail).focus();
      } else if (at > 0) fields[at - 1].input.focus();
      else leave(`/${found.line}`);
    } else if (event.key === 'ArrowLeft' && start && at > 0) fields[at - 1].input.focus();
    else if (event.key === 'ArrowRight' && end) (fields[at + 1]?.input ?? tail).focus();
    else return;
    event.preventDefault();
  }

  // --- Sending

  function values() {
    const given_ = fields.filter(
      (field) => field.option.type !== 11 && (field.text.trim() || field.value !== null),
    );
    return Object.fromEntries(
      given_.map((field) => [field.option.name, valueOf(field.option, field) ?? field.text]),
    );
  }

  async function submit() {
    const filled = tail.value.trim();
    if (filled) {
      say(`There is no option called ${filled}.`);
      tail.focus();
      return;
    }
    for (const field of fields) {
      const words = check(field);
      if (!words) continue;
      say(`${field.option.name}: ${words}`);
      field.element.classList.add('wrong');
      field.input.setAttribute('aria-invalid', 'true');
      field.input.focus();
      return;
    }
    say('');
    const options = values();
    for (const field of fields.filter((one) => one.option.type === 11 && one.value)) {
      if (field.value.size > LARGEST_FILE) {
        say(TOO_LARGE);
        return;
      }
      options[field.option.name] = await readFile(field.value);
    }
    hush();
    send(options);
  }

  for (const option of found.options)
    if (option.required || given[option.name] !== undefined) add(option, given[option.name] ?? '');
  hint();
  return {
    element,
    submit,
    focus: () => (fields.find((field) => !field.text) ?? { input: tail }).input.focus(),
  };
}
