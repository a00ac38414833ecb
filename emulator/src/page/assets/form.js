// Forms that applications open, and the page's own small dialogues.

import { tag } from './avatar.js';
import { fill, h, iconButton, rememberFocus } from './dom.js';
import { submit } from './interact.js';
import { blocks } from './markdown_view.js';
import { selectMenu } from './select.js';

/** A dialogue with a title. It closes by Esc, and the focus goes back to where it was. */
export function openDialog(title, { className = '', lead = null } = {}) {
  const goBack = rememberFocus();
  const heading = h('h2', { id: 'dialog-title' }, title);
  const dialog = h('dialog', { class: `dialog ${className}`, 'aria-labelledby': 'dialog-title' });
  const close = iconButton('close', 'Close', () => dialog.close());
  const body = h('div', { class: 'dialog-body' });
  dialog.append(h('header', {}, h('div', {}, lead, heading), close), body);
  dialog.addEventListener('close', () => {
    dialog.remove();
    // The browser knows only the element that was there.
    if (document.activeElement === document.body) goBack();
  });
  // A click beside it closes it, unless something was typed into it.
  dialog.addEventListener('mousedown', (event) => {
    if (event.target === dialog && !dialog.querySelector('form')) dialog.close();
  });
  document.querySelector('dialog.dialog')?.close();
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, body };
}

/** Asks for one text or just for a yes; gives null if it was closed. */
export function ask(title, { text = null, input = null, yes = 'OK', danger = false } = {}) {
  return new Promise((settle) => {
    const { dialog, body } = openDialog(title, { className: 'small-dialog' });
    const field =
      input &&
      h('input', {
        class: 'field',
        type: 'text',
        required: true,
        maxlength: '100',
        value: input.value ?? '',
        'aria-label': input.label,
      });
    const form = h(
      'form',
      {
        method: 'dialog',
        onsubmit: () => {
          settle(field ? field.value.trim() || null : true);
        },
      },
      text && h('p', {}, text),
      field && h('label', { class: 'labelled' }, h('span', {}, input.label), field),
      h(
        'footer',
        {},
        h('button', { type: 'button', class: 'button secondary', onclick: () => dialog.close() }, 'Cancel'),
        h('button', { type: 'submit', class: `button ${danger ? 'danger' : 'primary'}` }, yes),
      ),
    );
    body.append(form);
    dialog.addEventListener('close', () => settle(null));
    field?.select();
  });
}

/** The parts of a form, in the old shape (rows) and the new one (labels). */
function parts(modal) {
  return (modal.components ?? []).map((part) => {
    if (part.type === 10) return { text: part.content };
    if (part.type === 18) return { label: part.label, description: part.description, input: part.component };
    const input = part.components?.[0] ?? part;
    return { label: input.label, input };
  });
}

let number = 0;

function textField(label, description, input) {
  number += 1;
  const id = `input-${number}`;
  const max = input.max_length ?? 4000;
  const min = input.min_length ?? 0;
  const required = input.required !== false;
  const counter = h('span', { class: 'counter' });
  const error = h('p', { class: 'field-error', id: `${id}-error`, role: 'alert' });
  const props = {
    id,
    class: 'field',
    placeholder: input.placeholder ?? null,
    value: input.value ?? '',
    'aria-required': String(required),
    'aria-describedby': `${id}-error${description ? ` ${id}-about` : ''}`,
    oninput: check,
    autocomplete: 'off',
  };
  const field =
    input.style === 2 ? h('textarea', { ...props, rows: '5' }) : h('input', { ...props, type: 'text' });
  const length = () => [...field.value].length;
  function check() {
    counter.textContent = max < 4000 || length() > 3600 || min ? `${length()}/${max}` : '';
    counter.classList.toggle('over', length() > max);
    say('');
  }
  function say(words) {
    error.textContent = words;
    field.setAttribute('aria-invalid', String(Boolean(words)));
  }
  check();
  return {
    id: input.custom_id,
    field,
    value: () => field.value,
    wrong() {
      const empty = !field.value.trim();
      let words = '';
      if (required && empty) words = 'This field is required';
      else if (field.value && length() < min) words = `Must be ${min} or more in length.`;
      else if (length() > max) words = `Must be ${max} or fewer in length.`;
      say(words);
      return Boolean(words);
    },
    element: h(
      'div',
      { class: 'labelled' },
      h(
        'div',
        { class: 'label-line' },
        h('label', { for: id }, label, required && h('span', { class: 'star', 'aria-hidden': 'true' }, ' *')),
        counter,
      ),
      description && h('p', { class: 'about', id: `${id}-about` }, description),
      field,
      error,
    ),
  };
}

function selectField(label, description, input) {
  const required = input.required !== false;
  const control = selectMenu(
    { ...input, min_values: required ? input.min_values : 0 },
    { key: input.custom_id, label },
  );
  const error = h('p', { class: 'field-error', role: 'alert' });
  return {
    id: input.custom_id,
    field: control,
    value: () => control.picked(),
    wrong() {
      const wrong = required && control.picked().length < Math.max(1, input.min_values ?? 1);
      error.textContent = wrong ? 'Make a choice' : '';
      return wrong;
    },
    element: h(
      'div',
      { class: 'labelled' },
      h('div', { class: 'label-line' }, h('span', {}, label, required && h('span', { class: 'star' }, ' *'))),
      description && h('p', { class: 'about' }, description),
      control,
      error,
    ),
  };
}

/** `answer`: what a click or command brought: `modal` and `interaction`. */
export function openForm(answer) {
  const { modal } = answer;
  const { dialog, body } = openDialog(modal.title, {
    className: 'form-dialog',
    lead: h('p', { class: 'from-app' }, 'A form of an application ', tag()),
  });
  const fields = [];
  const rows = parts(modal).map(({ text, label, description, input }) => {
    if (text) return h('div', { class: 'form-text' }, blocks(text));
    const field =
      input.type === 4 ? textField(label, description, input) : selectField(label, description, input);
    fields.push(field);
    return field.element;
  });
  const failed = h('p', { class: 'form-failed', role: 'alert' });
  const send = h('button', { type: 'submit', class: 'button primary' }, 'Submit');
  const form = h(
    'form',
    {
      novalidate: true,
      onsubmit: async (event) => {
        event.preventDefault();
        const wrong = fields.filter((field) => field.wrong());
        if (wrong.length) {
          wrong[0].field.focus();
          return;
        }
        if (send.disabled) return;
        send.disabled = true;
        send.setAttribute('aria-busy', 'true');
        const why = await submit(
          { interaction: answer.interaction },
          Object.fromEntries(fields.map((field) => [field.id, field.value()])),
        );
        send.disabled = false;
        send.removeAttribute('aria-busy');
        if (why) fill(failed, why);
        else dialog.close();
      },
      onkeydown: (event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
      },
    },
    rows,
    failed,
    h(
      'footer',
      {},
      h('button', { type: 'button', class: 'button secondary', onclick: () => dialog.close() }, 'Cancel'),
      send,
    ),
  );
  body.append(form);
  fields[0]?.field.focus();
}
