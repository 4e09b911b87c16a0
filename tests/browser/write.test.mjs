// Writing with a script and without: what is typed is previewed, saved by itself and never lost.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { axeInAllLooks } from './axe.mjs';
import { newBlog, once, signIn, test, window } from './stage.mjs';

const POST = (name, tags) => `---\nkind: note\ndate: 2025-07-0${name}\ntags: [${tags}]\n---\n\nNote ${name}.\n`;
const blog = once(() => newBlog({ posts: { '1.md': POST(1, 'tea'), '2.md': POST(2, 'tea, teapots'), '3.md': POST(3, 'tea, tents') } }));

// A window on the desk.
async function desk(options) {
  const author = await window(await blog(), options);
  await signIn(author.page);
  return author;
}

const text = (page) => page.getByRole('textbox', { name: /^(Text|Quotation)/ });
const saved = (page) => page.getByText(/^Saved \d\d:\d\d$/).waitFor();
const preview = (page) => page.frameLocator('iframe[title=Preview]').locator('main');

// Waits until it is so.
async function becomes(read, wanted) {
  for (let tries = 0; ; tries += 1) {
    const is = await read();
    if (is === wanted || tries > 200) return assert.equal(is, wanted);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function drafts(page) {
  await page.goto('/admin/');
  return page.locator('ul.rows a').allInnerTexts();
}

test('a note is written, previewed, saved by itself and published', async () => {
  const { page, close } = await desk();
  await page.getByRole('link', { name: 'New entry' }).click();
  await page.getByLabel('Title', { exact: true }).fill('Tea & time');
  await text(page).pressSequentially('One **bold** step.');
  await saved(page);
  assert.match(page.url(), /\/admin\/write\/\d+\/$/);
  await preview(page).getByRole('heading', { name: 'Tea & time' }).waitFor();
  assert.equal(await preview(page).locator('strong').innerText(), 'bold');
  await page.getByText('3 words, 1 min to read').waitFor();
  assert.equal(await page.getByLabel(/^Slug/).getAttribute('placeholder'), 'tea-and-time');
  assert.deepEqual((await drafts(page)).filter((title) => title === 'Tea & time').length, 1);
  await page.getByRole('link', { name: 'Tea & time' }).click();
  await preview(page).getByText('bold').waitFor();
  await page.getByRole('button', { name: /^Publish/ }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/admin'));
  await page.goto('/');
  await page.getByRole('link', { name: 'Tea & time' }).click();
  assert.equal(await page.locator('.e-content strong').innerText(), 'bold');
  await close();
});

test('it is written and published without scripts', async () => {
  const { page, close } = await desk({ scripts: false, width: 360 });
  await page.getByRole('link', { name: 'New note' }).click();
  await text(page).fill('By hand, *slowly*.');
  await page.getByRole('button', { name: 'Preview' }).click();
  assert.equal(await preview(page).locator('em').innerText(), 'slowly');
  await page.getByRole('button', { name: /^Publish/ }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/admin'));
  await page.getByRole('paragraph').filter({ hasText: 'By hand, slowly.' }).waitFor();
  await close();
});

test('it is written and published with the keyboard alone', async () => {
  const { page, close } = await desk();
  const to = async (wanted) => {
    for (let tabs = 0; tabs < 60; tabs += 1) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((wanted) => {
        const here = document.activeElement;
        const names = [here.labels?.[0]?.innerText, here.innerText, here.ariaLabel];
        return names.some((name) => name?.trim().startsWith(wanted));
      }, wanted)) return;
    }
    assert.fail(`no key leads to ${wanted}`);
  };
  await to('New note');
  await page.keyboard.press('Enter');
  await page.waitForURL(/new/);
  await to('Title');
  await page.keyboard.type('Keys');
  await to('Text');
  await page.keyboard.type('Some ');
  await page.keyboard.press('Control+b');
  await page.keyboard.type('bold');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.type(' and a ');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('https://example.org/');
  assert.equal(await text(page).inputValue(), 'Some **bold** and a [](https://example.org/)');
  await to('Tags');
  await page.keyboard.type('te');
  await page.getByRole('option', { name: 'teapots 1' }).waitFor();
  assert.deepEqual(await page.getByRole('option').allInnerTexts(), ['tea\n3', 'teapots\n1', 'tents\n1']);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  assert.equal(await page.getByRole('combobox', { name: /^Tags/ }).inputValue(), 'tea ');
  page.answer = (dialog) => dialog.accept();
  await page.keyboard.press('Control+Enter');
  await page.waitForURL((url) => !url.pathname.startsWith('/admin'));
  await page.goto('/tags/tea/');
  await page.getByRole('link', { name: 'Keys' }).waitFor();
  await close();
});

test('keys are listed, and a question mark in the text is one', async () => {
  const { page, close } = await desk();
  await page.goto('/admin/new/?kind=note');
  await text(page).pressSequentially('Why?');
  assert.equal(await text(page).inputValue(), 'Why?');
  await page.getByRole('button', { name: 'Keys' }).click();
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  assert.deepEqual(await axeInAllLooks(page), []);
  await page.keyboard.press('Escape');
  await page.locator('h1').click();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+s');
  await saved(page);
  await close();
});

test('two windows on one draft: the second is warned and sees both versions', async () => {
  const one = await desk();
  const first = one.page;
  await first.goto('/admin/new/?kind=note');
  await text(first).fill('At first.');
  await saved(first);
  const second = await one.context.newPage();
  await second.goto(first.url());
  await text(second).fill('From the second window.');
  await saved(second);
  await text(first).fill('From the first window.');
  await first.getByText('Changed elsewhere').waitFor();
  await text(second).fill('From the second window, later.');
  await saved(second);
  await first.getByRole('button', { name: 'See both versions' }).click();
  await first.getByRole('heading', { level: 1 }).waitFor();
  await first.getByText('Nothing is lost').waitFor();
  assert.deepEqual(await first.locator('textarea').evaluateAll((all) => all.map((one) => one.value)), ['From the second window, later.', 'From the first window.']);
  assert.deepEqual(await axeInAllLooks(first), []);
  await text(first).last().fill('Both, joined.');
  await first.getByRole('button', { name: 'Save' }).click();
  await first.waitForURL(/write/);
  await becomes(() => first.locator('textarea').count(), 1);
  assert.equal(await text(first).inputValue(), 'Both, joined.');
  // A window that looks again is told, too.
  await second.bringToFront();
  await second.evaluate(() => dispatchEvent(new Event('focus')));
  await second.getByText('Changed elsewhere').waitFor();
  one.expect(/409/);
  await one.close();
});

test('without a connection nothing is lost, and nothing is made twice', async () => {
  const site = await newBlog();
  const author = await window(site);
  const { page } = author;
  await signIn(page);
  await page.goto('/admin/new/?kind=note');
  // The desk takes the first save, but its answer gets lost.
  await page.route('**/admin/new/', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    await route.fetch();
    return route.abort();
  }, { times: 1 });
  await text(page).fill('Only once.');
  await page.getByText('trying again').waitFor();
  await text(page).fill('Only once, and more.');
  await saved(page);
  await site.end();
  await text(page).fill('Written while the server was away.');
  await page.getByText('Not saved: the server does not answer, trying again').waitFor();
  await page.getByRole('button', { name: /^Publish/ }).click();
  assert.equal(await text(page).inputValue(), 'Written while the server was away.');
  await site.serve();
  await saved(page);
  assert.deepEqual(await drafts(page), ['Written while the server was away.']);
  author.expect(/Failed to load|ERR_/);
  await author.close();
});

test('signed out elsewhere, the text stays and is saved after signing in', async () => {
  const author = await desk();
  const { page } = author;
  await page.goto('/admin/new/?kind=note');
  await text(page).fill('Kept.');
  await saved(page);
  const other = await author.context.newPage();
  await other.goto('/admin/account/');
  await other.getByRole('button', { name: 'Sign out here' }).click();
  await other.waitForURL(/login/);
  await text(page).fill('Kept, and typed on.');
  await page.getByText('Signed out: sign in in another tab, your text is safe here').waitFor();
  await signIn(other);
  await page.bringToFront();
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await saved(page);
  await page.reload();
  assert.equal(await text(page).inputValue(), 'Kept, and typed on.');
  author.expect(/403/);
  await author.close();
});

test('what a crash left is offered, once, and put in place when asked', async () => {
  const author = await desk();
  let { page } = author;
  await page.goto('/admin/new/?kind=note');
  await page.route('**/admin/**', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
  await text(page).fill('Not saved before it crashed.');
  await page.getByText('trying again').waitFor();
  await page.close({ runBeforeUnload: false });
  page = await author.context.newPage();
  await page.goto('/admin/new/?kind=note');
  await page.getByRole('button', { name: 'Bring it back' }).click();
  assert.equal(await text(page).inputValue(), 'Not saved before it crashed.');
  await saved(page);
  await page.goto('/admin/new/?kind=note');
  assert.equal(await page.getByRole('button', { name: 'Bring it back' }).count(), 0);
  author.expect(/Failed to load/);
  await author.close();
});

test('leaving asks only where something is not saved', async () => {
  const author = await desk();
  const { page } = author;
  let asked = 0;
  page.answer = (dialog) => {
    asked += 1;
    return dialog.accept();
  };
  await page.goto('/admin/new/?kind=note');
  await text(page).fill('Saved.');
  await saved(page);
  await page.goto('/admin/');
  assert.equal(asked, 0);
  await page.goto('/admin/new/?kind=note');
  await page.route('**/admin/new/', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
  await text(page).pressSequentially('Not saved.');
  await page.goto('/admin/');
  assert.equal(asked, 1);
  author.told.length = 0;
  await author.close();
});

test("an author's own scripts run neither in the preview nor on the desk", async () => {
  const author = await desk();
  const { page } = author;
  const hostile = '<img src="data:x" onerror="top.hit=1"> <script>top.hit=1</script> <svg onload="top.hit=1"></svg> <a href="javascript:top.hit=1">x</a>\n\n<p style="color:red">red</p>';
  await page.goto(`/admin/new/?kind=note&text=${encodeURIComponent(hostile)}`);
  await text(page).press('End');
  await text(page).pressSequentially('.');
  await saved(page);
  await preview(page).getByText('red').waitFor();
  await preview(page).getByRole('link', { name: 'x' }).click({ timeout: 3000 }).catch(() => {});
  await text(page).pressSequentially(' More.');
  await preview(page).getByRole('paragraph').filter({ hasText: 'More.' }).waitFor();
  assert.equal(await page.evaluate(() => 'hit' in globalThis), false);
  assert.equal(await preview(page).locator('p[style]').evaluate((one) => getComputedStyle(one).color), 'rgb(255, 0, 0)');
  author.told.length = 0;
  await author.context.close();
});

test('the page stays below 100 KB with its script', async () => {
  const author = await desk();
  for (const kind of ['entry', 'link', 'quote', 'note']) {
    const answer = await author.page.goto(`/admin/new/?kind=${kind}`);
    const bytes = (await answer.body()).length;
    assert.ok(bytes < 100_000, `${kind}: ${bytes} bytes`);
    assert.equal(answer.request().resourceType(), 'document');
  }
  await author.close();
});

test('what is scheduled waits, is changed, and is taken back', async () => {
  const author = await desk();
  const { page } = author;
  await page.goto('/admin/new/?kind=entry');
  await page.getByLabel('Title', { exact: true }).fill('In a year');
  await text(page).fill('Fireworks.');
  await page.getByLabel(/^Date and time/).fill(`${new Date().getFullYear() + 1}-06-01T09:30`);
  await saved(page);
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.waitForURL(/scheduled/);
  await page.getByRole('link', { name: 'In a year' }).click();
  await page.getByText('Goes out by itself').waitFor();
  assert.equal((await page.context().request.get('/')).ok(), true);
  assert.equal((await (await page.context().request.get('/')).text()).includes('In a year'), false);
  await page.getByRole('button', { name: 'Take back to the drafts' }).click();
  await page.waitForURL(/write/);
  await page.goto('/admin/scheduled/');
  assert.equal(await page.getByRole('link', { name: 'In a year' }).count(), 0);
  await author.close();
});

test('what is public is revised, deleted and restored', async () => {
  const author = await desk();
  const { page } = author;
  await page.goto('/admin/new/?kind=entry');
  await page.getByLabel('Title', { exact: true }).fill('A lamp');
  await text(page).fill('It is lit at dusk.');
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/admin'));
  const path = new URL(page.url()).pathname;
  const shows = async (words) => (await (await page.context().request.get(path)).text()).includes(words);
  await page.goto('/admin/posts/');
  await page.getByRole('link', { name: 'A lamp' }).click();
  await text(page).fill('It is lit at dusk, and put out at dawn.');
  await saved(page);
  assert.equal(await shows('dawn'), false, 'a draft of another version is nobody else\'s');
  await page.getByRole('button', { name: 'Publish changes' }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/admin'));
  assert.equal(await shows('dawn'), true);
  await page.goto('/admin/posts/');
  await page.getByRole('link', { name: 'A lamp' }).click();
  await page.getByRole('link', { name: 'Earlier versions' }).click();
  await page.getByRole('link', { name: /^Public until/ }).click();
  assert.equal(await page.locator('.diff ins').innerText(), 'It is lit at dusk, and put out at dawn.');
  await page.getByRole('button', { name: 'Restore this version' }).click();
  await page.waitForURL(/write/);
  assert.equal(await text(page).inputValue(), 'It is lit at dusk.');
  assert.equal(await shows('dawn'), true, 'what is restored is a draft first');
  await page.getByRole('button', { name: 'Publish changes' }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/admin'));
  assert.equal(await shows('dawn'), false);
  await page.goto('/admin/posts/');
  await page.getByRole('link', { name: 'A lamp' }).click();
  await page.getByRole('button', { name: 'Delete the entry' }).click();
  await page.waitForURL(/bin/);
  assert.equal(await shows('dusk'), false);
  await page.getByRole('button', { name: 'Restore A lamp' }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/admin'));
  assert.equal(await shows('dusk'), true);
  await author.close();
});

test('signing out here ends it, and signs out everywhere where that is asked', async () => {
  const author = await desk();
  const { page } = author;
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(/login/);
  await page.goto('/admin/');
  assert.match(page.url(), /login/);
  const [one, other] = [await desk(), await desk()];
  await one.page.goto('/admin/account/');
  await one.page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await one.page.waitForURL(/login/);
  await other.page.goto('/admin/');
  assert.match(other.page.url(), /login/);
  await Promise.all([author.close(), one.close(), other.close()]);
});

const PICTURE = new URL('../data/markdown/media/', import.meta.url).pathname;

test('pictures are chosen, dropped and pasted into the text', async () => {
  const author = await desk();
  const { page } = author;
  await page.goto('/admin/new/?kind=note');
  await text(page).fill('Look:');
  const chosen = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Add pictures or files' }).click();
  await (await chosen).setFiles([`${PICTURE}harbour.png`, `${PICTURE}dot.gif`]);
  await becomes(async () => (await text(page).inputValue()).match(/!\[\]\(\/media\/[^)]+\)/g)?.length, 2);
  assert.match(await text(page).inputValue(), /^Look:\n\n!\[\]\(\/media\/[^)]+\.png\)/);
  // Dropped, and pasted, as a browser hands them over.
  const bytes = readFileSync(`${PICTURE}harbour-480.png`).toString('base64');
  for (const [type, data] of [['drop', 'dataTransfer'], ['paste', 'clipboardData']]) {
    const before = (await text(page).inputValue()).length;
    await text(page).evaluate((area, [type, data, bytes]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0))], `${type}.png`, { type: 'image/png' }));
      const event = type === 'drop' ? new DragEvent(type, { [data]: transfer, bubbles: true, cancelable: true }) : new ClipboardEvent(type, { [data]: transfer, bubbles: true, cancelable: true });
      area.dispatchEvent(event);
    }, [type, data, bytes]);
    await becomes(async () => (await text(page).inputValue()).length > before, true);
  }
  await preview(page).locator('img[src*="/media/"]').nth(3).waitFor();
  await becomes(() => preview(page).locator('img').evaluateAll((all) => all.every((one) => one.complete && one.naturalWidth > 0)), true);
  await saved(page);
  // What is no picture is said to be none, and the text stays.
  const other = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Add pictures or files' }).click();
  await (await other).setFiles({ name: 'tune.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('not a picture') });
  await page.getByText('tune.mp3 was not uploaded').waitFor();
  assert.deepEqual(await axeInAllLooks(page), []);
  author.expect(/422/);
  await author.close();
});
