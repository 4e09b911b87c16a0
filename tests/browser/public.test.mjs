// What visitors see: axe-core finds nothing on any kind of page, nothing is said on the
// console, and no page is wider than a telephone.
import assert from 'node:assert/strict';
import { axeInAllLooks } from './axe.mjs';
import { newBlog, once, test, window } from './stage.mjs';

const blog = once(() => newBlog({ options: ['--demo', '--zone', 'UTC'] }));

const PAGES = [
  '/', '/tags/', '/tags/cgi/', '/2025/', '/2025/Jul/', '/2025/Jul/5/', '/entries/', '/links/', '/quotes/', '/notes/', '/feeds/', '/about/',
  '/search/', '/search/?q=cgi', '/search/?q=nowhere-at-all', '/guestbook/', '/login/',
];

for (const path of PAGES) {
  test(`axe finds nothing on ${path}`, async () => {
    const visitor = await window(await blog());
    const answer = await visitor.page.goto(path);
    assert.equal(answer.status(), 200);
    assert.deepEqual(await axeInAllLooks(visitor.page), []);
    await visitor.close();
  });
}

test('axe finds nothing on posts of each kind', async () => {
  const visitor = await window(await blog());
  for (const kind of ['entries', 'links', 'quotes', 'notes']) {
    await visitor.page.goto(`/${kind}/`);
    await visitor.page.goto(await visitor.page.locator('.h-entry a.u-url').first().getAttribute('href'));
    assert.deepEqual(await axeInAllLooks(visitor.page), [], visitor.page.url());
  }
  await visitor.page.goto('/');
  await visitor.page.getByRole('link', { name: /What a text can hold/ }).first().click();
  assert.deepEqual(await axeInAllLooks(visitor.page), []);
  await visitor.close();
});

test('axe finds nothing on a page that says what went wrong', async () => {
  const visitor = await window(await blog());
  assert.equal((await visitor.page.goto('/no/such/page/')).status(), 404);
  assert.deepEqual(await axeInAllLooks(visitor.page), []);
  await visitor.page.goto('/guestbook/');
  await visitor.page.getByLabel('Name').fill('Bert');
  await visitor.page.getByLabel('Site').fill('not a site');
  await visitor.page.getByLabel('Message').fill('Hello.');
  await visitor.page.getByRole('button', { name: 'Send' }).click();
  await visitor.page.getByText('not sent yet').waitFor();
  assert.deepEqual(await axeInAllLooks(visitor.page), []);
  visitor.expect(/404/);
  visitor.expect(/422/);
  await visitor.close();
});

test('a message is written and read without scripts', async () => {
  const visitor = await window(await blog(), { width: 360, scripts: false });
  await visitor.page.goto('/guestbook/');
  await visitor.page.getByLabel('Name').fill('Bert');
  await visitor.page.getByLabel('Message').fill('A fine blog.\n\nI mean it.');
  await visitor.page.getByRole('button', { name: 'Send' }).click();
  await visitor.page.getByText('Your message has arrived').waitFor();
  assert.equal(await visitor.page.locator('.said p:not(:first-child)').count(), 2);
  await visitor.close();
});
