// Discord's markdown, from text to a tree of plain values. What it looks like is said in markdown_view.js.
// What each sign means: https://support.discord.com/hc/en-us/articles/210298617 and the reference, "Message formatting".

const NOWHERE = -1;
/** Nesting deeper than this is shown as it was typed, so that hostile text costs nothing. */
const DEEPEST = 12;

/** Where `mark` closes what began before `from`; escaped signs and code do not close. */
function closing(text, from, mark) {
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '\\') {
      at += 1;
    } else if (sign === '`' && mark !== '`') {
      const end = codeEnd(text, at);
      if (end) at = end.end - 1;
    } else if (text.startsWith(mark, at)) {
      if (mark.length === 1 && text[at + 1] === mark) {
        // A doubled sign inside belongs to bold or underline.
        const pair = closing(text, at + 2, mark + mark);
        if (pair === NOWHERE) return NOWHERE;
        at = pair + 1;
        continue;
      }
      // In `**bold *both***` the last two close the outer one.
      while (mark.length === 2 && mark !== '||' && mark !== '~~' && text[at + 2] === mark[0]) at += 1;
      return at;
    }
  }
  return NOWHERE;
}

function codeEnd(text, at) {
  const ticks = /^`+/.exec(text.slice(at, at + 20))[0];
  let end = at + ticks.length;
  for (;;) {
    end = text.indexOf(ticks, end);
    if (end < 0) return null;
    const run = /^`+/.exec(text.slice(end))[0].length;
    if (run === ticks.length) break;
    end += run;
  }
  const inner = text.slice(at + ticks.length, end);
  return { inner: /^ .*` $|^ `.* $/s.test(inner) ? inner.slice(1, -1) : inner, end: end + ticks.length };
}

const ANGLE = [
  [/<@!?(\d{1,20})>/y, ([, id]) => ({ t: 'user', id })],
  [/<@&(\d{1,20})>/y, ([, id]) => ({ t: 'role', id })],
  [/<#(\d{1,20})>/y, ([, id]) => ({ t: 'channel', id })],
  [/<\/([\w -]{1,98}):(\d{1,20})>/y, ([, name, id]) => ({ t: 'command', name, id })],
  [
    /<t:(-?\d{1,13})(?::([tTdDfFRsS]))?>/y,
    ([, s, style]) => ({ t: 'stamp', ms: Number(s) * 1000, style: style ?? 'f' }),
  ],
  [/<(a?):(\w{2,32}):(\d{1,20})>/y, ([, , name, id]) => ({ t: 'emoji', name, id })],
  [/<(https?:\/\/[^\s<>]+)>/y, ([, url]) => ({ t: 'link', url, inner: [{ t: 'text', text: url }] })],
];

const PAIRS = [
  ['**', 'bold'],
  ['__', 'underline'],
  ['~~', 'strike'],
  ['||', 'spoiler'],
  ['*', 'italic'],
  ['_', 'italic'],
];

function angle(text, at) {
  for (const [pattern, make] of ANGLE) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) return [make(found), at + found[0].length];
  }
  return null;
}

function pair(text, at, depth) {
  // All three: bold around italic.
  const three = /^(\*\*\*|___)(?=\S)/.exec(text.slice(at, at + 4));
  if (three) {
    const end = text.indexOf(three[1], at + 3);
    if (end > at + 3) {
      const inner = { t: 'italic', inner: inline(text.slice(at + 3, end), depth + 1) };
      return [{ t: three[1][0] === '*' ? 'bold' : 'underline', inner: [inner] }, end + 3];
    }
  }
  for (const [mark, kind] of PAIRS) {
    if (!text.startsWith(mark, at)) continue;
    const from = at + mark.length;
    const end = closing(text, from, mark);
    if (end <= from) continue;
    const inner = text.slice(from, end);
    if (mark === '*' && (/^\s/.test(inner) || /\s$/.test(inner))) continue;
    // snake_case_names stay what they are.
    if (mark === '_' && /\w/.test(text[end + 1] ?? '')) continue;
    return [{ t: kind, inner: inline(inner, depth + 1) }, end + mark.length];
  }
  return null;
}

function masked(text, at, depth) {
  const found =
    /^\[((?:\\.|\[[^\]]*\]|[^\]\\[])+)\]\(<?(https?:\/\/(?:[^\s<>()]|\([^\s<>()]*\))+)>?(?:\s+["'][^"']*["'])?\)/.exec(
      text.slice(at),
    );
  if (!found) return null;
  return [
    { t: 'link', url: found[2], masked: true, inner: inline(found[1], depth + 1, true) },
    at + found[0].length,
  ];
}

function bare(text, at) {
  let url = /^https?:\/\/[^\s<]+[^\s<.,:;"'\]]/.exec(text.slice(at))?.[0];
  if (!url) return null;
  // A bracket that closes what was opened before the address is not part of it.
  while (url.endsWith(')') && url.split(')').length > url.split('(').length) url = url.slice(0, -1);
  return [{ t: 'link', url, inner: [{ t: 'text', text: url }] }, at + url.length];
}

function special(text, at, depth, inLink) {
  switch (text[at]) {
    case '\\':
      return /[^0-9A-Za-z\s]/.test(text[at + 1] ?? '') ? [{ t: 'text', text: text[at + 1] }, at + 2] : null;
    case '`': {
      const code = codeEnd(text, at);
      return code && [{ t: 'code', text: code.inner }, code.end];
    }
    case '<':
      return angle(text, at);
    case '[':
      return inLink ? null : masked(text, at, depth);
    case 'h':
      return !inLink && text.startsWith('http', at) ? bare(text, at) : null;
    case '@': {
      const word = /^@(everyone|here)\b/.exec(text.slice(at, at + 10))?.[0];
      return word ? [{ t: 'everyone', text: word }, at + word.length] : null;
    }
    case '\n':
      return [{ t: 'break' }, at + 1];
    default:
      return pair(text, at, depth);
  }
}

/** Text within one block. */
export function inline(text, depth = 0, inLink = false) {
  const nodes = [];
  let plain = '';
  const flush = () => {
    if (plain) nodes.push({ t: 'text', text: plain });
    plain = '';
  };
  for (let at = 0; at < text.length;) {
    const found =
      depth < DEEPEST && /[\\`<[h@\n*_~|]/.test(text[at]) ? special(text, at, depth, inLink) : null;
    if (found && found[0].t === 'text') {
      plain += found[0].text;
      at = found[1];
    } else if (found) {
      flush();
      nodes.push(found[0]);
      at = found[1];
    } else {
      // A name with signs in it is skipped as a whole.
      const word = /^[A-Za-z0-9À-￿]+/.exec(text.slice(at, at + 200))?.[0];
      const length = word && !word.startsWith('http') ? word.search(/http/) : 1;
      const step = word ? (length > 0 ? length : length < 0 ? word.length : 1) : 1;
      plain += text.slice(at, at + step);
      at += step;
    }
  }
  flush();
  return nodes;
}

const FENCE = /```(?:([\w+.#-]+)\n)?\n*([^]*?)\n*```/g;

/** A message: blocks and what is in them. `quoted`: within a quote, where there are no more quotes. */
export function parse(text, quoted = false) {
  const nodes = [];
  let from = 0;
  if (!quoted || text.includes('```')) {
    for (const found of text.matchAll(FENCE)) {
      if (!found[2].trim() || found.index < from) continue;
      const before = text.slice(from, found.index);
      const rest = !quoted && /(^|\n)>>> [^]*$/.exec(before);
      const lineQuote = !quoted && /(^|\n)> [^\n]*$/.exec(before);
      // A quote swallows the code in it, down to the end or to the end of the quoted lines.
      if (rest || lineQuote) break;
      nodes.push(...lines(before, quoted));
      nodes.push({ t: 'block', lang: found[1] ?? null, text: found[2] });
      from = found.index + found[0].length;
      if (text[from] === '\n') from += 1;
    }
  }
  nodes.push(...lines(text.slice(from), quoted));
  return nodes;
}

const isOrdered = (line) => /^ *\d/.test(line);
const ITEM = /^( *)([-*]|\d{1,10}\.) +(\S.*)$/;

function lines(text, quoted) {
  const nodes = [];
  const all = text.split('\n');
  let plain = [];
  const flush = () => {
    if (plain.length) nodes.push({ t: 'text-block', inner: inline(plain.join('\n')) });
    plain = [];
  };
  if (text === '') return nodes;
  for (let at = 0; at < all.length; at += 1) {
    const line = all[at];
    const heading = /^(#{1,3}) +(\S.*)$/.exec(line);
    const small = /^-# +(\S.*)$/.exec(line);
    if (!quoted && line.startsWith('>>> ')) {
      flush();
      nodes.push({ t: 'quote', inner: parse([line.slice(4), ...all.slice(at + 1)].join('\n'), true) });
      return nodes;
    }
    if (!quoted && /^> /.test(line)) {
      flush();
      const quote = [];
      while (at < all.length && /^>( |$)/.test(all[at])) quote.push(all[at++].slice(2));
      at -= 1;
      nodes.push({ t: 'quote', inner: parse(quote.join('\n'), true) });
    } else if (heading) {
      flush();
      nodes.push({
        t: 'heading',
        level: heading[1].length,
        inner: inline(heading[2].replace(/\s+#+\s*$/, '')),
      });
    } else if (small) {
      flush();
      nodes.push({ t: 'small', inner: inline(small[1]) });
    } else if (ITEM.test(line)) {
      flush();
      const items = [];
      const kind = isOrdered(line);
      const goesOn = (next) =>
        ITEM.test(next) ? /^ /.test(next) || isOrdered(next) === kind : /^ +\S/.test(next);
      while (at < all.length && (!items.length || goesOn(all[at]))) items.push(all[at++]);
      at -= 1;
      nodes.push(list(items));
    } else {
      plain.push(line);
    }
  }
  flush();
  return nodes;
}

/** Lines of a list; deeper ones become lists within. */
function list(items) {
  const first = ITEM.exec(items[0]);
  const ordered = /\d/.test(first[2]);
  const node = { t: 'list', ordered, start: ordered ? Number.parseInt(first[2], 10) : 1, items: [] };
  for (let at = 0; at < items.length;) {
    const found = ITEM.exec(items[at]);
    const item = { inner: inline(found ? found[3] : items[at].trim()), below: null };
    node.items.push(item);
    at += 1;
    const below = [];
    while (at < items.length && /^ */.exec(items[at])[0].length > first[1].length) below.push(items[at++]);
    if (below.length) {
      if (ITEM.test(below[0])) item.below = list(below);
      else item.inner.push({ t: 'break' }, ...inline(below.map((line) => line.trim()).join('\n')));
    }
  }
  return node;
}

/** What is left when every sign is taken away: for previews and those who listen. */
export function plain(text, names = {}) {
  const say = (nodes) =>
    nodes
      .map((node) => {
        if (node.text !== undefined) return node.text;
        if (node.t === 'break') return ' ';
        if (node.t === 'user' || node.t === 'role') return `@${names[node.t]?.(node.id) ?? 'unknown'}`;
        if (node.t === 'channel') return `#${names.channel?.(node.id) ?? 'unknown'}`;
        if (node.t === 'command') return `/${node.name}`;
        if (node.t === 'emoji') return `:${node.name}:`;
        if (node.t === 'stamp') return names.stamp?.(node) ?? '';
        if (node.t === 'spoiler') return '(spoiler)';
        if (node.t === 'list')
          return node.items
            .map((item) => `• ${say(item.inner)}${item.below ? ` ${say([item.below])}` : ''}`)
            .join(' ');
        return (
          say(node.inner ?? []) + (['heading', 'small', 'quote', 'text-block'].includes(node.t) ? ' ' : '')
        );
      })
      .join('');
  return say(parse(text)).replace(/\s+/g, ' ').trim();
}
