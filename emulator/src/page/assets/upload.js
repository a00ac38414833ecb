// Files that are about to be sent: chosen, dropped or pasted, with a text for those who cannot see them.

import { h, icon, iconButton } from './dom.js';
import { size } from './embed.js';
import { LARGEST_FILE, TOO_LARGE } from './option.js';
import { tellPerson } from './notice.js';

const MOST = 10;

/** `{name, type, base64}` of a file. */
export function readFile(file) {
  return new Promise((settle, fail) => {
    const reader = new FileReader();
    reader.onload = () =>
      settle({
        name: file.name || 'file',
        type: file.type || 'application/octet-stream',
        base64: reader.result.slice(reader.result.indexOf(',') + 1),
      });
    reader.onerror = () => fail(new Error(`${file.name} could not be read.`));
    reader.readAsDataURL(file);
  });
}

/** A list of files with its element. */
export function uploads() {
  let files = [];
  const element = h('ul', { class: 'uploads', 'aria-label': 'Files to send', hidden: true });

  function draw() {
    element.hidden = !files.length;
    element.replaceChildren(
      ...files.map((one) =>
        h(
          'li',
          {},
          one.url ? h('img', { src: one.url, alt: '' }) : h('span', { class: 'upload-icon' }, icon('file')),
          h(
            'div',
            { class: 'upload-text' },
            h('strong', {}, one.file.name),
            h('small', {}, size(one.file.size)),
            h('input', {
              class: 'field',
              type: 'text',
              placeholder: 'Describe it',
              'aria-label': `Description of ${one.file.name}`,
              maxlength: '1024',
              value: one.description,
              oninput: (event) => {
                one.description = event.target.value;
              },
            }),
          ),
          iconButton('close', `Remove ${one.file.name}`, () => remove(one)),
        ),
      ),
    );
  }
  function remove(one) {
    if (one.url) URL.revokeObjectURL(one.url);
    files = files.filter((other) => other !== one);
    draw();
  }
  return {
    element,
    any: () => files.length > 0,
    clear() {
      for (const one of [...files]) remove(one);
    },
    add(list) {
      for (const file of list) {
        if (files.length >= MOST) {
          tellPerson(`You can send ${MOST} files at a time.`);
          break;
        }
        if (file.size > LARGEST_FILE) {
          tellPerson(TOO_LARGE);
          continue;
        }
        const url = /^image\/(png|jpeg|gif|webp)$/.test(file.type) ? URL.createObjectURL(file) : null;
        files.push({ file, url, description: '' });
      }
      draw();
    },
    read: () =>
      Promise.all(
        files.map(async (one) => ({
          ...(await readFile(one.file)),
          ...(one.description ? { description: one.description } : {}),
        })),
      ),
  };
}

/** Files that are dropped on an element or pasted into a field. */
export function takeDrops(place, field, files, allowed) {
  place.addEventListener('dragover', (event) => {
    if (!allowed() || !event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    place.classList.add('dropping');
  });
  place.addEventListener('dragleave', (event) => {
    if (!place.contains(event.relatedTarget)) place.classList.remove('dropping');
  });
  place.addEventListener('drop', (event) => {
    event.preventDefault();
    place.classList.remove('dropping');
    if (allowed()) files.add(event.dataTransfer.files);
  });
  field.addEventListener('paste', (event) => {
    if (!event.clipboardData?.files.length || !allowed()) return;
    event.preventDefault();
    files.add(event.clipboardData.files);
  });
}
