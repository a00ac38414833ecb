// How fast the page is and how much it holds, against the bars of the project. On a busy machine a bar is missed only at three
// times its figure.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Browser, Playground, messages, until } from './stage.mjs';

const LENIENT = 3;

let playground, browser;

before(async () => {
  playground = await Playground.start();
  browser = await Browser.open();
});

after(async () => {
  await browser?.close();
  await playground?.stop();
});

const median = (all) => all.toSorted((one, other) => one - other)[Math.floor(all.length / 2)];

function bar(t, what, figure, limit, unit = 'ms') {
  t.diagnostic(`${what}: ${figure.toFixed(unit === 'ms' ? 0 : 2)} ${unit}, bar ${limit} ${unit}`);
  assert.ok(figure <= limit * LENIENT, `${what}: ${figure} ${unit}, bar ${limit} ${unit}`);
}

/** Ana's id, and that of the channel which her page opens. */
async function place(page) {
  await messages(page).first().waitFor();
  return page.evaluate(() => location.hash.slice(1).split('/').filter(Boolean));
}

test('the page can be used within a second of the ready line', async (t) => {
  const took = [];
  for (let round = 0; round < 5; round += 1) {
    const own = await Playground.start();
    const page = await browser.page(own.url);
    await messages(page).filter({ has: page.locator('.components button:enabled') }).first().waitFor();
    took.push(performance.now() - own.readyAt);
    await page.close();
    await own.stop();
  }
  bar(t, 'from the ready line to a prompt that can be answered', median(took), 1000);
});

test('a click shows its result within 100 ms', async (t) => {
  const page = await browser.page(playground.url);
  await place(page);
  const took = [];
  for (let round = 0; round < 5; round += 1) {
    took.push(await page.evaluate(() => new Promise((done) => {
      const list = document.querySelector('#messages');
      const buttons = [...list.querySelectorAll('.components button:enabled')].filter((one) => !one.closest('.ephemeral'));
      const begun = performance.now();
      const seen = new MutationObserver((changes) => {
        const reply = changes.some((change) => [...change.addedNodes].some((node) => node.classList?.contains('ephemeral') && !node.classList.contains('local')));
        if (!reply) return;
        seen.disconnect();
        done(performance.now() - begun);
      });
      seen.observe(list, { childList: true });
      buttons.at(-1).click();
    })));
  }
  bar(t, 'from a click to its result', median(took), 100);
  await page.close();
});

test('a channel of 10,000 messages opens within half a second', async (t) => {
  const page = await browser.page(playground.url);
  const [me] = await place(page);
  const link = page.getByRole('navigation', { name: 'Channels' }).getByRole('link', { name: /office/ });
  const channel = (await link.getAttribute('href')).split('/').at(-1);
  for (let said = 0; said < 10_000; said += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, n) => playground.act({ as: me, channel, do: 'say', text: `Message ${said + n} of many` })));
  }
  const took = await page.evaluate((where) => new Promise((done) => {
    const begun = performance.now();
    document.querySelector(`nav[aria-label="Channels"] a[href$="${where}"]`).click();
    const look = () => (/of many/.test(document.querySelector('#messages').textContent) ? done(performance.now() - begun) : requestAnimationFrame(look));
    look();
  }), channel);
  bar(t, 'from a click on the channel to its newest messages', took, 500);
  // Its beginning can be reached, page by page.
  for (let page_ = 0; page_ < 3; page_ += 1) {
    const first = await messages(page).first().getAttribute('data-id');
    await page.locator('#scroller').evaluate((element) => { element.scrollTop = 0; });
    await until(page, (before) => document.querySelector('#messages > li').dataset.id !== before, first);
  }
  assert.ok(await messages(page).count() <= 200);
  await page.close();
});

test('after 10,000 events the page holds at most twice what it held after the first hundred', async (t) => {
  const page = await browser.page(playground.url);
  const [me, channel] = await place(page);
  const chatter = async (from, to) => {
    for (let said = from; said < to; said += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, n) => playground.act({ as: me, channel, do: 'say', text: `Chatter ${said + n}` })));
    }
    await until(page, (last) => document.querySelector('#messages').textContent.includes(last), `Chatter ${to - 50}`);
  };
  const devtools = await page.context().newCDPSession(page);
  const held = async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    const { metrics } = await devtools.send('Performance.getMetrics');
    const of = (name) => metrics.find((one) => one.name === name).value;
    return { nodes: of('Nodes'), memory: of('JSHeapUsedSize') };
  };
  await devtools.send('Performance.enable');
  await chatter(0, 100);
  const few = await held();
  await chatter(100, 10_000);
  const many = await held();
  t.diagnostic(`nodes ${few.nodes} → ${many.nodes}, memory ${(few.memory / 2 ** 20).toFixed(1)} → ${(many.memory / 2 ** 20).toFixed(1)} MiB`);
  assert.ok(many.nodes <= 2 * few.nodes, 'nodes');
  assert.ok(many.memory <= 2 * few.memory, 'memory');
  await page.close();
});
