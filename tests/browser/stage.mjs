// The one browser of all tests, and windows of it that are watched: whatever a page says
// on its console, each policy it breaks, each dialog, and each request to another host
// fails the test.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test as run } from 'node:test';
import { chromium } from 'playwright-core';
import { NAME, PASSWORD, blog } from './blog.mjs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

let launched;
const blogs = [];
const words = process.env.ONLY?.split('|');

// The tests that were begun.
export const tests = [];

// Does one thing that somebody does. `ONLY=words|other words` leaves out tests that have none
// of these in their names.
export function test(name, work) {
  if (!words || words.some((words) => name.includes(words))) tests.push(run(name, { timeout: 120_000 }, work));
}

// Ends the browser and every blog.
export async function end() {
  if (launched) await (await launched).close();
  await Promise.all(blogs.map((blog) => blog.remove()));
}

// Makes something when it is first asked for, and then gives that.
export function once(make) {
  let made;
  return () => (made ??= make());
}

function browser() {
  if (!existsSync(CHROMIUM)) throw new Error(`there is no Chromium at ${CHROMIUM}: apt-get install chromium, or make tools`);
  launched ??= chromium.launch({ executablePath: CHROMIUM, args: QUIET });
  return launched;
}

export async function newBlog(options) {
  const made = await blog(options);
  blogs.push(made);
  return made;
}

// A window that keeps its own cookies. `told` is what its pages complained of; `expect` takes
// away what a test means to happen, and fails where it did not. Without protection the pages'
// policies do not count.
export async function window(site, { width = 1200, height = 900, dark = false, scripts = true, agent, unprotected = false } = {}) {
  const context = await (await browser()).newContext({
    baseURL: site.url,
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    javaScriptEnabled: scripts,
    bypassCSP: unprotected,
    userAgent: agent,
  });
  context.setDefaultTimeout(10_000);
  const told = [];
  const watch = (page) => {
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) told.push(`console of ${page.url()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => told.push(`script of ${page.url()}: ${error.stack}`));
    page.on('crash', () => told.push(`${page.url()} crashed`));
    page.on('dialog', (dialog) => {
      if (page.answer) return page.answer(dialog);
      told.push(`dialog of ${page.url()}: ${dialog.type()} ${dialog.message()}`);
      return dialog.dismiss();
    });
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(site.url) && !/^(data|blob|about):/.test(url)) told.push(`${page.url()} asks ${url}`);
    });
  };
  context.on('page', watch);
  const page = await context.newPage();
  return {
    context,
    page,
    told,
    expect(pattern) {
      const found = told.filter((line) => pattern.test(line));
      assert.notEqual(found.length, 0, `nothing like ${pattern} was told: ${told.join('\n')}`);
      for (const line of found) told.splice(told.indexOf(line), 1);
    },
    async close() {
      await context.close();
      assert.deepEqual(told, []);
    },
  };
}

// Signs in by the form, as anybody does.
export async function signIn(page, to = '/admin/') {
  await page.goto(to);
  await page.getByLabel('Name').fill(NAME);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => !url.pathname.endsWith('/login/'));
}
