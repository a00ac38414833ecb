// What somebody does who opens the page for the first time: the tour, answers in every way, other people, the next day, a
// schedule, a refusal.

import { afterEach, beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { Browser, Playground, message, messages, say, type, until } from './stage.mjs';

let playground, browser;

beforeEach(async () => {
  playground = await Playground.start();
  browser = await Browser.open();
});

afterEach(async () => {
  await browser?.close();
  await playground?.stop();
});

/** The newest message for all with buttons that can be pressed. */
const prompt = (page) => messages(page).filter({ has: page.locator('.components button:enabled') }).filter({ hasNotText: 'Only you can see this' }).last();
/** The poll that is open from the start. */
const poll = (page) => messages(page).filter({ hasText: 'Who handled it like a leader?' }).filter({ has: page.locator('.components button:enabled') }).filter({ hasNotText: 'Only you can see this' }).last();
const forMe = (page) => messages(page).filter({ hasText: 'Only you can see this' }).last();
const answered = async (page) => Number(/(\d+) (?:person|people)/.exec(await prompt(page).innerText())?.[1] ?? 0);

/** A page as somebody, from the list of people on the first one. */
async function as(name, options) {
  const page = await browser.page(playground.url, options);
  await page.locator('#be').click();
  await page.getByRole('dialog', { name: 'Be somebody else' }).getByRole('button', { name: new RegExp(`^${name}\\b`) }).click();
  await page.locator('#be', { hasText: name }).waitFor();
  await prompt(page).waitFor();
  return page;
}

test('the tour goes on by what one does, and is not shown again', async () => {
  const page = await browser.page(playground.url, { tour: true });
  const step = page.locator('#tour-title');
  const titled = (title) => page.getByRole('heading', { name: title }).waitFor();
  await titled('See a prompt');
  assert.match(await page.locator('.tour-count').innerText(), /^Step 1 of [1-6]$/);
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await titled('Answer it');
  await prompt(page).locator('.components button').first().click();
  await titled('Look at your streak');
  await say(page, '/me');
  await titled('Go to the next day');
  await page.getByRole('button', { name: '+1 day' }).click();
  await titled('Vote in a poll');
  await poll(page).getByRole('button', { name: 'cleo' }).click();
  await titled('That is all there is to it');
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await step.waitFor({ state: 'detached' });
  await page.reload();
  await prompt(page).waitFor();
  assert.equal(await step.count(), 0);
  await page.close();
});

test('answers by button, by form and by reply are taken in, and all see at once how many there are', async () => {
  const [ben, cleo, dan] = [await as('ben'), await as('cleo'), await as('dan')];
  const title = await prompt(ben).locator('.embed strong, .embed h3, .embed-title').first().innerText();
  const before = await answered(cleo);

  // By a button, and then why.
  await prompt(ben).locator('.components button').first().click();
  await forMe(ben).getByRole('button', { name: /why/i }).click();
  const form = ben.getByRole('dialog');
  await form.getByRole('textbox').first().fill('Because the van leaves at four');
  await form.getByRole('button', { name: 'Submit' }).click();
  await form.waitFor({ state: 'detached' });
  await forMe(ben).getByText('Because the van leaves at four').waitFor();

  // By a reply, from the menu of the message.
  await prompt(dan).hover();
  await prompt(dan).click({ button: 'right', position: { x: 300, y: 20 } });
  await dan.getByRole('menuitem', { name: 'Reply' }).click();
  await say(dan, 'I would ask the new cook first');
  await message(dan, 'I would ask the new cook first').getByRole('button', { name: /reaction/ }).waitFor();

  // Whoever only looks on sees the count and the reply, and nothing that was for one person.
  await message(cleo, 'I would ask the new cook first').waitFor();
  // The count follows the answers by some seconds of the team's time, which stands still.
  await cleo.getByRole('button', { name: '+1 hour' }).click();
  await until(cleo, (count) => [...document.querySelectorAll('#messages li')].some((one) => one.textContent.includes(`${count} people`)), before + 2);
  assert.equal(await message(cleo, 'Because the van leaves at four').count(), 0);
  assert.ok(title.length > 3);
  for (const page of [ben, cleo, dan]) await page.close();
});

test('the next day brings how it went and another prompt, and the streak has grown', async () => {
  const ben = await as('ben');
  const streak = async () => {
    const told = messages(ben).filter({ hasText: '/me' }).filter({ hasText: /streak/i });
    const known = await told.count();
    await say(ben, '/me');
    await told.nth(known).waitFor();
    return Number(/Streak: (\d+)/.exec(await told.nth(known).innerText())?.[1] ?? 0);
  };
  const title = await prompt(ben).locator('.embed-title').first().innerText();
  const before = await streak();
  await prompt(ben).locator('.components button').first().click();
  await forMe(ben).getByRole('button', { name: 'Withdraw' }).waitFor();
  await ben.getByRole('button', { name: '+1 day' }).click();
  await message(ben, `How it went: ${title}`).waitFor();
  await until(ben, (old) => ![...document.querySelectorAll('#messages li')].filter((one) => one.querySelector('.components button:enabled')).at(-1)?.textContent.includes(old), title);
  assert.equal(await streak(), before + 1);
  await ben.close();
});

test('a manager schedules a series with the completion of the bot, and a member is told who may', async () => {
  const max = await as('max');
  await type(max, '/series schedule');
  await max.keyboard.press('Enter');
  await max.getByRole('group', { name: 'Command /series schedule' }).waitFor();
  await max.keyboard.type('letting');
  await max.getByRole('option', { name: /Letting go/ }).waitFor();
  await max.keyboard.press('Enter');
  // What is required is asked for, and nothing goes out before it is there.
  await max.keyboard.press('Enter');
  await max.getByText('This option is required').first().waitFor();
  await max.keyboard.type('14:30');
  await max.keyboard.press('Enter');
  await forMe(max).getByText('14:30').first().waitFor();
  await forMe(max).getByRole('button', { name: 'Confirm' }).click();
  await forMe(max).getByText('First prompt').waitFor();
  await max.close();

  const ben = await as('ben');
  await type(ben, '/daysoff');
  await ben.keyboard.press('Enter');
  await forMe(ben).getByText(/manager|Leads|Manage Server/i).first().waitFor();
  await ben.close();
});

test('a week is played, and one sees how far it is', async () => {
  const page = await as('ana');
  const day = () => page.locator('.clock-day').innerText();
  const before = await day();
  await page.getByRole('button', { name: 'Play a week' }).click();
  await page.getByRole('progressbar', { name: 'The week' }).waitFor();
  await until(page, () => !document.querySelector('button[data-move="week"]').disabled);
  // `Wed 6 Jan 2027`: the same weekday, seven days on.
  const when = (shown) => Date.parse(`${shown.replace(/^\w+ /, '')} UTC`);
  assert.equal(when(await day()) - when(before), 7 * 24 * 3600 * 1000);
  await page.close();
});

test('a manager makes a poll of a message, members vote, and all see the result', async () => {
  const ben = await as('ben');
  await say(ben, 'I rang every customer before nine');
  await message(ben, 'I rang every customer').waitFor();
  const max = await as('max');
  await message(max, 'I rang every customer').click({ button: 'right', position: { x: 300, y: 20 } });
  await max.getByRole('menuitem', { name: /Who led here\?/ }).click();
  const form = max.getByRole('dialog', { name: /Who handled it like a leader/ });
  await form.getByRole('textbox').first().fill('The van broke down, and every customer knew by nine.');
  await form.getByRole('button', { name: 'Submit' }).click();
  await form.waitFor({ state: 'detached' });
  // The author is chosen already; one more makes a choice.
  const who = forMe(max).getByRole('combobox').first();
  await who.filter({ hasText: 'ben' }).waitFor();
  await who.click();
  await max.getByRole('option', { name: /^dan\b/ }).click();
  await max.keyboard.press('Tab');
  await forMe(max).getByText('Members will see this').waitFor();
  await forMe(max).getByRole('button', { name: 'Open' }).click();
  await poll(max).filter({ hasText: 'every customer knew by nine' }).waitFor();
  await max.close();

  const cleo = await as('cleo');
  for (const page of [cleo, await as('ana'), await as('eve')]) {
    await poll(page).filter({ hasText: 'every customer knew by nine' }).getByRole('button', { name: 'ben' }).click();
    await forMe(page).getByText('You chose ben').waitFor();
  }
  await forMe(cleo).getByRole('combobox').click();
  await cleo.getByRole('option', { name: /Took responsibility/ }).click();
  await cleo.keyboard.press('Tab');
  await forMe(cleo).getByText('You saw: Took responsibility').waitFor();
  await cleo.getByRole('button', { name: '+1 hour' }).click();
  await cleo.getByRole('button', { name: '+1 hour' }).click();
  await message(cleo, 'ben handled it like a leader').waitFor();
  await ben.close();
  await cleo.close();
});
