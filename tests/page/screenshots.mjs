// `npm run screenshots`: the README's pictures of the playground, made anew in docs/.

import { mkdirSync } from 'node:fs';
import { Browser, Playground, messages, say } from './stage.mjs';

const folder = new URL('../../docs/', import.meta.url).pathname;
mkdirSync(folder, { recursive: true });

/** Ben has answered, and looks at his streak. */
async function shoot(name, options, more = async () => {}) {
  const playground = await Playground.start();
  const browser = await Browser.open();
  const page = await browser.page(playground.url, options);
  const open = messages(page).filter({ has: page.locator('.components button:enabled') }).last();
  await open.locator('.components button').first().click();
  await messages(page).filter({ hasText: 'Only you can see this' }).getByRole('button', { name: 'Withdraw' }).waitFor();
  await more(page);
  await page.screenshot({ path: `${folder}${name}.png` });
  await browser.close();
  await playground.stop();
}

await shoot('playground-light', { scheme: 'light', width: 1200, height: 1180 });
await shoot('playground-dark', { scheme: 'dark', width: 1200, height: 820 }, async (page) => {
  await page.getByRole('button', { name: '+1 day' }).click();
  await messages(page).filter({ hasText: 'How it went' }).last().waitFor();
  await say(page, '/me');
  await messages(page).filter({ hasText: 'The last four weeks' }).waitFor();
});
