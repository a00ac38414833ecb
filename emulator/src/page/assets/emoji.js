// A small choice of emoji, and the dialogue to pick one.

import { h } from './dom.js';
import { openPop } from './pop.js';

const GROUPS = {
  Often:
    '👍 thumbs up|❤️ heart|😂 tears of joy|🎉 party|✅ check mark|👀 eyes|🙏 thank you|🔥 fire|💯 hundred|👏 applause|🚀 rocket|🤔 thinking',
  Faces:
    '😀 grin|😅 relief|🙂 smile|😉 wink|😍 in love|😎 cool|🤩 amazed|😮 surprised|😢 sad|😭 crying|😡 angry|😴 asleep|🙄 rolling eyes|🤷 shrug|🤯 mind blown|🥳 celebrating',
  Hands:
    '👎 thumbs down|👋 wave|👌 fine|💪 strong|🤝 handshake|🙌 raised hands|☝️ one|✌️ peace|🤞 fingers crossed|✍️ writing',
  Signs:
    '❌ cross|❓ question|❗ exclamation|⭐ star|⚡ lightning|🧊 ice|🌴 palm|⏳ hourglass|📌 pin|📝 note|💡 idea|⚠️ warning|🟩 green|🟥 red|⬜ white|☕ coffee|🍰 cake|🌱 seedling|🌍 earth|🐛 bug',
};

const ALL = Object.entries(GROUPS).flatMap(([group, text]) =>
  text
    .split('|')
    .map((one) => ({ group, emoji: one.slice(0, one.indexOf(' ')), name: one.slice(one.indexOf(' ') + 1) })),
);

export const emojiNamed = (words) =>
  ALL.filter((one) => one.name.includes(words.toLowerCase().replaceAll('_', ' ')));
export const nameOfEmoji = (emoji) => ALL.find((one) => one.emoji === emoji)?.name ?? emoji;

/** Opens the choice beside a control. */
export function pickEmoji(anchor, chosen) {
  const pop = openPop(anchor, { class: 'emoji-picker', role: 'dialog', 'aria-label': 'Choose an emoji' });
  const grid = h('div', { class: 'emoji-groups' });
  const search = h('input', {
    type: 'search',
    class: 'field',
    placeholder: 'Search',
    'aria-label': 'Search emoji',
    oninput: () => show(search.value),
    onkeydown: (event) => {
      if (event.key === 'ArrowDown') grid.querySelector('button')?.focus();
      if (event.key === 'Enter') grid.querySelector('button')?.click();
    },
  });
  const one = ({ emoji, name }) =>
    h(
      'button',
      {
        type: 'button',
        class: 'emoji',
        'aria-label': name,
        title: name,
        onclick: () => {
          pop.close();
          chosen(emoji);
        },
      },
      emoji,
    );
  function show(words) {
    const found = emojiNamed(words);
    const groups = words
      ? { Found: found }
      : (Object.groupBy?.(found, (each) => each.group) ?? { All: found });
    grid.replaceChildren(
      ...Object.entries(groups).map(([title, list]) =>
        h(
          'section',
          { 'aria-label': title },
          h('p', { class: 'group-title' }, list.length ? title : 'Nothing found'),
          h('div', { class: 'emoji-grid' }, list.map(one)),
        ),
      ),
    );
  }
  grid.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -8, ArrowDown: 8 }[event.key];
    if (!step) return;
    const all = [...grid.querySelectorAll('button')];
    const to = all.indexOf(document.activeElement) + step;
    (all[to] ?? (to < 0 ? search : all.at(-1))).focus();
    event.preventDefault();
  });
  show('');
  pop.element.append(search, grid);
  pop.place();
  search.focus();
}
