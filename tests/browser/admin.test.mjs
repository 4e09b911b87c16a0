// Every page of the admin that links lead to: axe-core finds nothing, narrow and wide, light and
// dark, and nothing is said on the console.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { axeInAllLooks } from './axe.mjs';
import { PASSWORD } from './blog.mjs';
import { adminPages, furnished } from './furnished.mjs';
import { once, signIn, test, window } from './stage.mjs';

const blog = once(furnished);

test('axe finds nothing on any page of the admin', async () => {
  const author = await window(await blog());
  await signIn(author.page);
  const pages = await adminPages(author.page);
  assert.ok(pages.length > 8, pages.join(' '));
  const found = [];
  for (const path of pages) {
    const answer = await author.page.goto(path);
    assert.equal(answer.status(), 200, path);
    const size = (await answer.body()).length;
    if (size > 100_000) found.push(`${path} has ${size} bytes`);
    for (const line of await axeInAllLooks(author.page)) found.push(`${path}: ${line}`);
  }
  assert.deepEqual(found, []);
  author.expect(/check\/: .*404/); // It asks for what has to be missing.
  await author.close();
});

test('axe finds nothing where signing in failed', async () => {
  const stranger = await window(await blog());
  await stranger.page.goto('/login/');
  await stranger.page.getByLabel('Name').fill('anna');
  await stranger.page.getByLabel('Password').fill('a guess');
  await stranger.page.getByRole('button', { name: 'Sign in' }).click();
  await stranger.page.getByRole('alert').waitFor();
  assert.deepEqual(await axeInAllLooks(stranger.page), []);
  stranger.expect(/422/);
  await stranger.close();
});

test('a backup is made, listed and downloaded', async () => {
  const author = await window(await blog());
  const { page } = author;
  await signIn(page);
  await page.goto('/admin/backup/');
  await page.getByRole('button', { name: 'Make a backup' }).click();
  await page.getByText('the last backup is less than a day old').waitFor();
  assert.deepEqual(await axeInAllLooks(page), []);
  for (const [button, name] of [
    [/^Download the backup/, /^mayfly-\d{8}T\d{6}Z\.tar\.gz$/],
    [/^Download with uploads/, /-with-uploads\.tar\.gz$/],
  ]) {
    await page.getByLabel('Your password').fill(PASSWORD);
    const begun = page.waitForEvent('download');
    await page.getByRole('button', { name: button }).first().click();
    const download = await begun;
    assert.match(download.suggestedFilename(), name);
    // Gzip's first bytes; and it has come to its end.
    const bytes = await readFile(await download.path());
    assert.deepEqual([...bytes.subarray(0, 3)], [0x1f, 0x8b, 8]);
  }
  await author.close();
});

test('the check asks for the data as a stranger does', async () => {
  const author = await window(await blog());
  const { page } = author;
  await signIn(page);
  await page.goto('/admin/check/');
  await page.locator('#outside li.well').waitFor();
  assert.deepEqual(await axeInAllLooks(page), []);
  author.expect(/404/); // What it asked for is not there, and the console says so.

  const asked = [];
  await page.route(/desk\.db$/, (route) => {
    asked.push(route.request().headers());
    return route.fulfill({ contentType: 'application/octet-stream', body: 'SQLite format 3\0 and more' });
  });
  await page.goto('/admin/check/');
  const alarm = page.locator('#outside li.bad');
  await alarm.waitFor();
  assert.match(await alarm.textContent(), /everybody can download \/.*desk\.db, so drafts/);
  assert.equal(await page.locator('#sum').textContent(), 'Something has to be mended.');
  assert.match(await alarm.locator('a').getAttribute('href'), /desk\.db$/);
  assert.ok(asked.length && asked.every((headers) => !headers.cookie && headers.range === 'bytes=0-14'));
  assert.deepEqual(await axeInAllLooks(page), []);
  author.expect(/404/);
  await author.close();

  const plain = await window(await blog(), { scripts: false });
  await signIn(plain.page);
  await plain.page.goto('/admin/check/');
  assert.ok(await plain.page.locator('#outside li.odd a').count() > 1);
  await plain.close();
});
