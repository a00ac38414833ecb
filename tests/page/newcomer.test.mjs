// What somebody does who opens the page for the first time: the tour, answers in every way, other people, the next day.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Browser, Playground, be, message, messages, say, type, until } from './stage.mjs';

let playground, browser, page;

before(async () => {
  playground = await Playground.start();
  browser = await Browser.open();
  page = await browser.page(playground.url);
});

after(async () => {
  await browser?.close();
  await playground?.stop();
});

const panel = () => page.getByRole('complementary', { name: 'Panel' });
const prompts = () => messages(page).filter({ has: page.locator('.components') }).filter({ hasText: 'Helmsman' });
const forMe = () => messages(page).filter({ hasText: 'Only you can see this' });

test('the tour goes from a prompt to the next day by what one does', async () => {
  const step = () => panel().getByRole('region', { name: /tour/i });
  await step().waitFor();
  assert.match(await step().innerText(), /1 of \d/);
});
