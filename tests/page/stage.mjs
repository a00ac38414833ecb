// What every test of the page stands on: the playground in a process of its own, a browser, and people at their pages.
// Whatever a page asks of another host than loopback, and whatever its console reports as an error, fails the test.

import { chromium } from 'playwright-core';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';

const root = new URL('../..', import.meta.url);
const binary = process.env.HELMSMAN_BIN ?? new URL('target/debug/helmsman', root).pathname;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Longer than anything should take; a machine may be busy. */
const PATIENCE = 20_000;

/** The playground on a free port, or on the one that is asked for. */
export class Playground {
  /** Returns when it says that it is ready. */
  static async start(port = 0, more = []) {
    const child = spawn(binary, ['playground', '--page', '--port', String(port), ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = [];
    child.stderr.on('data', (data) => said.push(String(data)));
    const url = await new Promise((found, failed) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        said.push(line);
        const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
        if (address) found(address);
      });
      child.on('error', failed);
      child.on('exit', (code) => failed(new Error(`the playground ended with ${code}: ${said.join('\n')}`)));
    });
    return Object.assign(new Playground(), { child, url, readyAt: performance.now(), said });
  }

  get port() {
    return Number(new URL(this.url).port);
  }

  /** Acts as a script does. */
  async act(request) {
    const response = await fetch(`${this.url}/emulator/act`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request),
    });
    return response.json();
  }

  async stop() {
    if (this.child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
  }
}

/** A browser, and what went wrong on its pages. */
export class Browser {
  static async open() {
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync', '--enable-precise-memory-info', '--js-flags=--expose-gc'],
    });
    return Object.assign(new Browser(), { browser, wrong: [], expected: [] });
  }

  /** A page of its own (own storage, as a person's own browser), or of the same browser as another page. */
  async page(url, { scheme = 'light', width = 1280, height = 860, beside, tour = false } = {}) {
    const context = beside?.context() ?? await this.browser.newContext({
      colorScheme: scheme, viewport: { width, height }, locale: 'en-GB', timezoneId: 'Europe/London', reducedMotion: 'reduce',
    });
    // Whoever has seen the tour is not asked again.
    if (!tour) await context.addInitScript(() => localStorage.setItem('helmsman-tour', 'seen'));
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on('console', (message) => { if (message.type() === 'error') this.fault(`console: ${message.text()}`); });
    page.on('pageerror', (error) => this.fault(`error: ${error.stack ?? error}`));
    page.on('dialog', (dialog) => { this.fault(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      const here = ['data:', 'blob:'].includes(protocol) || hostname === '127.0.0.1';
      if (!here) this.fault(`a request left loopback: ${request.url()}`);
    });
    await page.goto(url);
    return page;
  }

  fault(what) {
    if (!this.expected.some((one) => one.test(what))) this.wrong.push(what);
  }

  /** Something that a test provokes, such as a connection that is refused while nobody listens. */
  expect(pattern) {
    this.expected.push(pattern);
  }

  /** Closes it. Fails if anything went wrong on any page. */
  async close() {
    await this.browser.close();
    assert.deepEqual(this.wrong, []);
  }
}

/** Fails on what keeps people with disabilities out: impact serious or critical. */
export async function accessible(page, where) {
  // Through the debugger's door: the page's own rules would not let a foreign script in.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const bad = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  const told = bad.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html).join(' | ')}`);
  assert.deepEqual(told, [], where);
}

/** Waits until a look at the page finds what it should. */
export async function until(page, look, argument) {
  await page.waitForFunction(look, argument, { timeout: PATIENCE, polling: 'raf' });
}

/** The list of messages. */
export const messages = (page) => page.locator('#messages > li');

/** The newest message with these words. */
export const message = (page, words) => messages(page).filter({ hasText: words }).last();

/** Types into the message box. */
export async function type(page, words) {
  const box = page.getByRole('textbox', { name: /^Message / });
  await box.click();
  await box.pressSequentially(words);
}

/** Says something in the channel. */
export async function say(page, words) {
  await type(page, words);
  await page.keyboard.press('Enter');
}

/** Becomes somebody else. */
export async function be(page, name) {
  await page.locator('#be').click();
  await page.getByRole('dialog').getByText(name, { exact: true }).click();
  await page.locator('#be', { hasText: name }).waitFor();
}
