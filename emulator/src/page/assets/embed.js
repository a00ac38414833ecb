// Embeds and attachments.

import { h, icon } from './dom.js';
import { blocks, link, oneLine } from './markdown_view.js';
import { stamp } from './time.js';

const text = (className, content, make = blocks) => content && h('div', { class: className }, make(content));

/** Pictures come from this page's own address only; others are named instead. */
function sameOrigin(url) {
  try {
    const at = new URL(url, location.href);
    if (at.origin === location.origin) return at.href;
    // The emulator writes its own address, whatever name it was opened by.
    return /\/attachments\/\d+\/\d+\//.test(at.pathname) && at.port === location.port ? at.pathname : null;
  } catch {
    return null;
  }
}

/** The largest that a picture is shown. */
const WIDEST = 520;
const HIGHEST = 350;

/** Of a picture whose size is known the place is kept until it is loaded. */
function sized({ width, height }) {
  if (!width || !height) return {};
  const scale = Math.min(1, WIDEST / width, HIGHEST / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

function picture(url, alt, className, size = {}) {
  const source = sameOrigin(url);
  if (!source) return h('p', { class: 'elsewhere' }, 'Picture at ', link(url, url));
  return h(
    'a',
    { href: source, target: '_blank', rel: 'noopener', class: className },
    h('img', { src: source, alt, loading: 'lazy', decoding: 'async', ...sized(size) }),
  );
}

const MOST_INLINE = 3;

/** Fields beside each other, three at most, as Discord puts them. */
function fields(list) {
  const grid = h('div', { class: 'fields' });
  for (let at = 0; at < list.length;) {
    const row = [list[at++]];
    if (row[0].inline)
      while (at < list.length && list[at].inline && row.length < MOST_INLINE) row.push(list[at++]);
    for (const field of row) {
      grid.append(
        h(
          'div',
          { class: `field-box of-${row.length}` },
          h('div', { class: 'field-name' }, oneLine(field.name)),
          h('div', { class: 'field-value' }, blocks(field.value)),
        ),
      );
    }
  }
  return grid;
}

export function embed(data) {
  const box = h('div', { class: 'embed' });
  if (data.color) box.style.setProperty('--edge', `#${data.color.toString(16).padStart(6, '0')}`);
  const body = h(
    'div',
    { class: 'embed-body' },
    data.author &&
      h(
        'div',
        { class: 'embed-author' },
        data.author.url ? link(data.author.url, data.author.name) : data.author.name,
      ),
    data.title &&
      h(
        'div',
        { class: 'embed-title' },
        data.url ? link(data.url, oneLine(data.title)) : oneLine(data.title),
      ),
    text('embed-text', data.description),
    data.fields?.length ? fields(data.fields) : null,
  );
  const parts = [data.footer?.text, data.timestamp && stamp(Date.parse(data.timestamp), 'chat')].filter(
    Boolean,
  );
  const footer = parts.length
    ? h(
        'div',
        { class: 'embed-footer' },
        parts.flatMap((part, at) => (at ? [' • ', part] : [part])),
      )
    : null;
  const alt = data.image?.description ?? data.title ?? 'Picture';
  box.append(body);
  if (data.thumbnail?.url)
    box.append(picture(data.thumbnail.url, data.thumbnail.description ?? '', 'embed-thumbnail'));
  if (data.image?.url) box.append(picture(data.image.url, alt, 'embed-image'));
  if (footer) box.append(footer);
  return box;
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  const [value, unit] = bytes < 1024 * 1024 ? [bytes / 1024, 'KB'] : [bytes / 1024 / 1024, 'MB'];
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}

export function attachment(file) {
  const shown = /^image\/(png|jpeg|gif|webp)$/.test(file.content_type ?? '');
  if (shown && sameOrigin(file.url)) 
    return picture(file.url, file.description ?? file.filename, 'picture', file);
  return h(
    'div',
    { class: 'file' },
    icon('file'),
    h(
      'div',
      {},
      h(
        'a',
        {
          href: sameOrigin(file.url) ?? file.url,
          download: file.filename,
          target: '_blank',
          rel: 'noopener',
        },
        file.filename,
      ),
      h('small', {}, size(file.size), file.description ? ` · ${file.description}` : ''),
    ),
  );
}
