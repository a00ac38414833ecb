// Nobody is kept out: axe-core finds nothing serious or critical, in light and dark, in whatever state the page is; and the
// keyboard is enough.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Browser, Playground, accessible, messages, say, type } from './stage.mjs';

let playground, browser;

before(async () => {
  playground = await Playground.start();
  browser = await Browser.open();
});

after(async () => {
  await browser?.close();
  await playground?.stop();
});

for (const [scheme, width] of [['light', 1280], ['dark', 1280], ['light', 390], ['dark', 390]]) {
  test(`nothing keeps people out: ${scheme}, ${width} pixels wide`, async () => {
    const page = await browser.page(playground.url, { scheme, width });
    await messages(page).first().waitFor();
    await accessible(page, 'as it opens');
    await type(page, '/');
    await page.getByRole('option').first().waitFor();
    await accessible(page, 'with the list of commands');
    await page.keyboard.press('Escape');
    await page.getByRole('textbox', { name: /^Message / }).fill('');
    await messages(page).filter({ has: page.locator('.components button:enabled') }).last().locator('.components button:enabled').first().click();
    await page.getByText('Only you can see this').last().waitFor();
    await accessible(page, 'with a private reply');
    const why = page.getByRole('button', { name: /why/i }).last();
    if (await why.count()) {
      await why.click();
      await page.getByRole('dialog').waitFor();
      await accessible(page, 'with a form');
      await page.keyboard.press('Escape');
    }
    if (width > 1000) {
      await page.locator('#be').click();
      await accessible(page, 'with the list of people');
      await page.keyboard.press('Escape');
    }
    await page.close();
  });
}

test('the keyboard alone answers a prompt', async () => {
  const page = await browser.page(playground.url);
  const button = messages(page).filter({ has: page.locator('.components button:enabled') }).last().locator('.components button:enabled').first();
  await button.waitFor();
  const key = await button.getAttribute('data-key');
  // By tabbing, as somebody without a mouse gets there.
  for (let at = 0; at < 200; at += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.dataset.key === wanted, key)) break;
  }
  assert.equal(await page.evaluate(() => document.activeElement?.dataset.key), key);
  await page.keyboard.press('Enter');
  await page.getByText('Only you can see this').last().waitFor();
  await page.close();
});

/** Opens a poll as max, on the page, and looks at everything on the way. The message of the poll. */
async function pollOf(page, situation) {
  const [button] = await page.locator('#be:visible, #be-here:visible').all();
  await button.click();
  await page.getByRole('dialog', { name: 'Be somebody else' }).getByRole('button', { name: /^max\b/ }).click();
  await messages(page).first().waitFor();
  await say(page, '/poll start');
  const form = page.getByRole('dialog', { name: 'Who handled it like a leader?' });
  await form.getByLabel('What happened?').fill(situation);
  await form.getByLabel('How long?').fill('30m');
  await accessible(page, 'with the form of a poll');
  await form.getByRole('button', { name: 'Submit' }).click();
  const panel = messages(page).filter({ hasText: situation }).filter({ hasText: 'Only you can see this' }).last();
  await panel.waitFor();
  await accessible(page, 'with the panel of a poll that lacks its people');
  await panel.getByRole('combobox', { name: /Who could it have been/ }).click();
  for (const name of ['cleo', 'dan', 'eve']) await page.getByRole('option', { name: new RegExp(`^${name}\\b`) }).click();
  await accessible(page, 'with the menu of people');
  await page.keyboard.press('Escape');
  await panel.getByRole('button', { name: 'Open', exact: true }).and(page.locator(':enabled')).waitFor();
  await accessible(page, 'with the panel of a poll');
  await panel.getByRole('button', { name: 'Open', exact: true }).click();
  const poll = messages(page).filter({ hasText: situation }).filter({ hasNotText: 'Only you can see this' }).last();
  await poll.getByRole('button', { name: 'cleo' }).waitFor();
  return poll;
}

for (const [scheme, width] of [['light', 1280], ['dark', 1280], ['light', 390], ['dark', 390]]) {
  test(`nothing keeps people out of a poll: ${scheme}, ${width} pixels wide`, async () => {
    const page = await browser.page(playground.url, { scheme, width });
    await messages(page).first().waitFor();
    const situation = `The oven failed an hour before the market, ${scheme} ${width}.`;
    const poll = await pollOf(page, situation);
    await poll.getByRole('button', { name: 'cleo' }).click();
    const mine = messages(page).filter({ hasText: 'You chose cleo' }).last();
    await mine.waitFor();
    await accessible(page, 'with a poll and a vote');
    await mine.getByRole('combobox').click();
    await page.getByRole('option').first().click();
    await accessible(page, 'with the menu of strengths');
    await page.keyboard.press('Escape');
    await mine.getByText('You saw: Looked ahead').waitFor();
    await mine.getByRole('button', { name: 'Say why' }).click();
    const form = page.getByRole('dialog', { name: 'Say why' });
    await form.getByRole('textbox').fill('Baked in the neighbour’s kitchen.');
    await accessible(page, 'with the form of a vote');
    await form.getByRole('button', { name: 'Submit' }).click();
    await mine.getByRole('button', { name: 'Show it in the result' }).click();
    await mine.getByRole('button', { name: 'Do not show it' }).waitFor();
    await accessible(page, 'with a vote and all that is said with it');
    const seen = await playground.act({ as: 'ana', do: 'sees', text: situation, at_least: 1 });
    for (const name of ['ana', 'ben', 'dan']) {
      await playground.act({ as: name, do: 'click', message: seen.at(-1).id, button: 'cleo' });
    }
    await fetch(`${playground.url}/emulator/panel`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ do: 'hour' }),
    });
    const result = messages(page).filter({ hasText: situation }).filter({ hasText: 'cleo handled it like a leader' }).last();
    await result.getByRole('img', { name: /^Recognised by the team: cleo\./ }).waitFor();
    await accessible(page, 'with a result and its picture');
    await page.close();
  });
}
