// Every page of the admin that links lead to: axe-core finds nothing, narrow and wide, light and
// dark, and nothing is said on the console.
import assert from 'node:assert/strict';
import { axeInAllLooks } from './axe.mjs';
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
