// What may go wrong, and what the page shows of it: what Discord would show, or a clear word. The page goes on.

import { afterEach, beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { Browser, Playground, message, messages, say, until } from './stage.mjs';

let playground, browser, page;

beforeEach(async () => {
  playground = await Playground.start();
  browser = await Browser.open();
  page = await browser.page(playground.url);
  await messages(page).first().waitFor();
});

afterEach(async () => {
  await browser.close();
  await playground.stop();
});

const box = () => page.getByRole('textbox', { name: /^Message / });

test('a message of more than 2,000 characters stays in the box, and the page says why', async () => {
  await box().fill('x'.repeat(2001));
  await page.keyboard.press('Enter');
  await page.getByText('Your message is too long').waitFor();
  assert.equal((await box().inputValue()).length, 2001);
  await box().fill('x'.repeat(2000));
  await page.keyboard.press('Enter');
  await message(page, 'x'.repeat(2000)).waitFor();
});

test('a form with a menu says when nothing is chosen', async () => {
  await page.evaluate(async () => {
    const { openForm } = await import('/page/form.js');
    const component = { type: 3, custom_id: 'who', options: [{ label: 'One', value: '1' }, { label: 'Two', value: '2' }] };
    openForm({ interaction: '1', modal: { title: 'Choose', custom_id: 'choose', components: [{ type: 18, label: 'Which', component }] } });
  });
  const form = page.getByRole('dialog');
  await form.getByRole('button', { name: 'Submit' }).click();
  await form.getByText('Make a choice', { exact: true }).nth(1).waitFor();
  assert.equal(await page.locator('button.select[value]').count(), 0);
});

test('a file larger than Discord takes is refused, and a smaller one goes out', async () => {
  const file = (name, bytes) => ({ name, mimeType: 'text/plain', buffer: Buffer.alloc(bytes, 'x') });
  await page.getByLabel('Files', { exact: true }).setInputFiles(file('large.txt', 10 * 1024 * 1024 + 1));
  await page.getByText(/too (large|powerful)/).waitFor();
  await page.getByLabel('Files', { exact: true }).setInputFiles(file('small.txt', 1000));
  await box().fill('Here it is');
  await page.keyboard.press('Enter');
  await message(page, 'Here it is').getByText('small.txt').waitFor();
});

test('HTML, script and markdown that would be HTML stay text', async () => {
  const texts = ['<img src=x onerror="alert(1)">', '<script>alert(1)</script>', '[click](javascript:alert(1))',
    '**<b onmouseover=alert(1)>bold</b>**', '`<svg/onload=alert(1)>`', '"><iframe src="https://example.org">'];
  for (const text of texts) await say(page, text);
  await message(page, 'iframe').waitFor();
  const made = await page.locator('#messages').evaluate((list) => list.querySelectorAll('script, img[src="x"], iframe, b[onmouseover], svg[onload], a[href^="javascript"]').length);
  assert.equal(made, 0);
  await message(page, '<img src=x onerror="alert(1)">').waitFor();
});

test('a button of a prompt that has closed fails in sight, and the page goes on', async () => {
  const open = messages(page).filter({ has: page.locator('.components button:enabled') }).last();
  const id = await open.getAttribute('data-id');
  // As somebody presses it who has not seen yet that it is gone.
  const button = await open.locator('.components button').first().elementHandle();
  await page.getByRole('button', { name: '+1 day' }).click();
  await until(page, (which) => !document.querySelector(`#m${which} .components button:enabled`), id);
  await button.evaluate((gone) => gone.click());
  await page.locator(`#m${id}`).getByText('This interaction failed').waitFor();
  await say(page, 'Too late, then');
  await message(page, 'Too late, then').waitFor();
});

test('an application that does not answer in three seconds has failed, and the next click works', async () => {
  const { fault } = await playground.act({ do: 'fault', on: 'POST /interactions/*/*/callback', kind: 'no_answer', times: 1 });
  assert.ok(fault !== undefined);
  const open = messages(page).filter({ has: page.locator('.components button:enabled') }).last();
  await open.locator('.components button').first().click();
  await messages(page).getByText('This interaction failed').waitFor();
  await playground.act({ do: 'remove' });
  await open.locator('.components button').first().click();
  await page.getByText('Only you can see this').last().waitFor();
});

test('a lost connection is said, what was typed stays, and the page finds back by itself after a restart', async () => {
  browser.expect(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY|ERR_CONNECTION_RESET|Failed to load resource/);
  const port = playground.port;
  await playground.stop();
  await page.getByRole('status').filter({ hasText: /connection|reconnect/i }).waitFor();
  await box().fill('Is anybody there?');
  await page.keyboard.press('Enter');
  await page.getByText('Try again').first().waitFor();
  assert.equal(await box().inputValue(), 'Is anybody there?');
  playground = await Playground.start(port);
  await until(page, () => !/connection|reconnect/i.test(document.querySelector('#notice').textContent));
  await box().focus();
  await page.keyboard.press('Enter');
  await message(page, 'Is anybody there?').waitFor();
});

test('a port in use is said in a sentence, with what to do', async () => {
  await assert.rejects(Playground.start(playground.port), (error) => /in use/.test(error.message) && /--port/.test(error.message));
});

test('another site can neither read the page nor act through it', async () => {
  const ask = (path, headers, body) => fetch(`${playground.url}${path}`, { method: body ? 'POST' : 'GET', headers, body });
  for (const [path, headers, body] of [
    ['/', { origin: 'https://example.org' }],
    ['/emulator/events', { origin: 'https://example.org' }],
    ['/emulator/act', { origin: 'https://example.org', 'content-type': 'application/json' }, '{}'],
    ['/emulator/panel', { origin: 'null', 'content-type': 'application/json' }, '{}'],
    ['/emulator/act', { 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' }, '{}'],
  ]) assert.equal((await ask(path, headers, body)).status, 403, path);
  assert.equal((await ask('/emulator/act', { 'content-type': 'text/plain' }, '{}')).status, 415);
});
