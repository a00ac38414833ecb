// Nobody is kept out: axe-core finds nothing serious or critical, in light and dark, in whatever state the page is; and the
// keyboard is enough.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Browser, Playground, accessible, messages, type } from './stage.mjs';

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
