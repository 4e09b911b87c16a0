// What strangers write runs nowhere and becomes no markup: each line of hostile.txt, through
// every field and header that a page shows again. The pages' policy is switched off here, so
// that it is the escaping that has to hold.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { NAME, PASSWORD } from './blog.mjs';
import { newBlog, once, signIn, test, window } from './stage.mjs';

const LINES = readFileSync(new URL('hostile.txt', import.meta.url), 'utf8').trimEnd().split('\n');

const blog = once(async () => {
  const posts = { 'a.md': '---\ntitle: A post\nslug: a-post\ndate: 2025-07-05 15:05\n---\n\nText.\n' };
  const site = await newBlog({ posts, options: ['--title', 'Target', '--zone', 'UTC'] });
  site.mayfly(['guestbook', 'settings', '--publish', 'at-once', '--per-address', '0', '--per-minute', '0']);
  site.mayfly(['guestbook', 'comments', '--always']);
  return site;
});

// Insists that what is shown was made by us: no element that a page of ours never has, no
// handler, no address but of the web or of the blog. Whatever can be set off is set off.
async function harmless(visitor, what) {
  const found = await visitor.page.evaluate(() => {
    const found = [];
    for (const element of document.querySelectorAll('*')) {
      const name = element.localName;
      if (/^(script|svg|math|iframe|object|embed|applet|img|image|base|template|video|audio|marquee|dialog|frameset|x:script|xmp|plaintext)$/.test(name)
        && !element.nonce && !element.matches('head > script[type="application/ld+json"]')) found.push(element.outerHTML);
      if (name.includes('-') || (name === 'meta' && element.httpEquiv)) found.push(element.outerHTML);
      for (const { name, value } of element.attributes) {
        if (name.startsWith('on') || name === 'style' || name === 'srcdoc') found.push(`${name}=${value}`);
        if (/^(href|src|action|formaction|data)$/.test(name) && value !== 'data:,') {
          const url = new URL(value, document.baseURI);
          if (!['http:', 'https:'].includes(url.protocol)) found.push(`${name}=${value}`);
          if (url.host !== location.host && !element.matches('a[rel~=ugc]')) found.push(`${name}=${value}`);
        }
      }
      if (element.matches('main *')) {
        for (const type of ['focus', 'mouseover', 'pointerenter', 'toggle', 'animationstart', 'error', 'load']) element.dispatchEvent(new Event(type));
      }
    }
    if ('hit' in globalThis) found.push('a script ran');
    return found;
  });
  assert.deepEqual(found, [], what);
  assert.deepEqual(visitor.told.filter((line) => !/status of (40\d|422)/.test(line)), [], what);
  visitor.told.length = 0;
}

// A window without our policy.
const open = async (options) => window(await blog(), { ...options, unprotected: true });

// The lines by so many at a time: a page has room for several.
const chunks = (size) => LINES.flatMap((_, index) => (index % size === 0 ? [LINES.slice(index, index + size)] : []));

// Takes what there is side by side, in three windows.
async function each(values, work, options) {
  const queue = [...values];
  await Promise.all(Array.from({ length: 3 }, async () => {
    const visitor = await open(options);
    for (let value = queue.pop(); value !== undefined; value = queue.pop()) await work(visitor, value);
    await visitor.close();
  }));
}

test('the lines run where they may, or they would prove nothing', async () => {
  const visitor = await open();
  await visitor.page.route(/evil/, (route) => route.abort());
  let ran = 0;
  const before = '<!doctype html><title>T</title><script>alert = () => document.body.dataset.ran = 1</script><p>';
  for (const line of LINES) {
    // A line may lead the page away before it is looked at.
    const looked = visitor.page.setContent(before + line).then(() => visitor.page.evaluate(() => document.body.dataset.ran));
    ran += (await looked.catch(() => '0')) === '1';
  }
  assert.ok(ran > 30, `only ${ran} of ${LINES.length} ran`);
  visitor.told.length = 0;
  await visitor.close();
});

// Writes each line where messages are taken, as a message of that name.
async function write(path) {
  const site = await blog();
  const forms = await Promise.all(LINES.map(async () => (await fetch(`${site.url}${path}`)).text()));
  for (const [index, line] of LINES.entries()) {
    const form = forms[index].match(/name="form" value="([^"]+)"/)[1];
    const fields = new URLSearchParams({ form, name: line.slice(0, 80), site: /^https?:/.test(line) ? line : '', message: `${index} ${line}` });
    const send = () => fetch(`${site.url}${path}`, { method: 'POST', body: fields, redirect: 'manual' });
    const answer = await send();
    if (answer.status === 422) {
      // An address that is none is asked for again, with what was typed.
      fields.set('site', '');
      assert.equal((await send()).status, 303, line);
    } else assert.equal(answer.status, 303, `${line}: ${await answer.text()}`);
  }
  if (site.mayfly(['guestbook', 'list']).includes('\n')) site.mayfly(['guestbook', 'approve', '--all']);
}

// Reads a list to its last page, and what is in it.
async function readAll(visitor, path) {
  let read = '';
  while (path) {
    await visitor.page.goto(path);
    await harmless(visitor, path);
    read += await visitor.page.locator('main').innerText();
    const older = visitor.page.getByRole('link', { name: /^Older/ });
    path = await older.count() ? await older.getAttribute('href') : null;
  }
  return read.replace(/\s+/g, ' ');
}

// Insists that all messages from one on were read as they were typed.
function isWhole(read, from = 0) {
  for (const [index, line] of [...LINES.entries()].slice(from)) {
    const typed = `${index} ${line}`.replace(/\s+/g, ' ');
    assert.ok(read.includes(typed), `message ${index} is not shown as it was: ${line}`);
  }
}

// A guestbook with a message of each line, and a post with a comment of each.
const book = once(() => write('/guestbook/'));
const thread = once(async () => {
  await book();
  await write('/comments/1/');
});

test('the guestbook shows them as they were typed', async () => {
  await book();
  const visitor = await open();
  isWhole(await readAll(visitor, '/guestbook/'));
  await visitor.close();
});

test('so do the comments on a post, and its own page', async () => {
  await thread();
  const visitor = await open();
  isWhole(await readAll(visitor, '/comments/1/'));
  isWhole(await readAll(visitor, '/2025/Jul/5/a-post/'), LINES.length - 50);
  isWhole(await readAll(visitor, '/comments/'), LINES.length - 30);
  await visitor.close();
});

test('and the owner, who moderates them', async () => {
  await thread();
  const owner = await open();
  await signIn(owner.page, '/admin/guestbook/');
  isWhole(await readAll(owner, '/admin/guestbook/published/'));
  await owner.close();
});

test('one message by itself', async () => {
  await book();
  const some = [...LINES.keys()].filter((index) => index % 6 === 0);
  await each(some, async (visitor, index) => {
    await visitor.page.goto(`/guestbook/${index + 1}/`);
    await harmless(visitor, LINES[index]);
  });
});

test('a form that is asked again shows what was typed', async () => {
  await each(chunks(3), async (visitor, [name, place, text]) => {
    const body = new URLSearchParams({ form: '', name, site: `no site ${place}`, message: text }).toString();
    await visitor.page.route('**/guestbook/', (route) => route.continue({
      method: 'POST',
      headers: { ...route.request().headers(), 'content-type': 'application/x-www-form-urlencoded' },
      postData: body,
    }));
    await visitor.page.goto('/guestbook/');
    await harmless(visitor, name);
    assert.equal(await visitor.page.getByLabel('Name').inputValue(), name);
    await visitor.page.unroute('**/guestbook/');
  });
});

test('the search shows what was looked for', async () => {
  await each(chunks(5), async (visitor, lines) => {
    await visitor.page.goto(`/search/?q=${encodeURIComponent(lines.join(' '))}`);
    await harmless(visitor, lines);
  });
});

test('addresses that are not there, with a referrer', async () => {
  const site = await blog();
  await each(chunks(4), async (visitor, lines) => {
    const header = encodeURI(lines.join(' '));
    await visitor.page.setExtraHTTPHeaders({ Referer: `${site.url}/?${header}`, 'X-Forwarded-For': header, 'Accept-Language': header });
    const path = encodeURIComponent(lines.join(' ')).replaceAll("'", '%27');
    for (const address of [`/${path}/?before=${path}&${path}`, `/tags/${path}/`]) {
      const answer = await visitor.page.goto(address);
      assert.ok(answer.status() >= 400, address);
      await harmless(visitor, lines);
    }
  });
});

test('the form for signing in, and the list of sessions', async () => {
  const site = await blog();
  await each(chunks(12), async (visitor, lines) => {
    await visitor.page.goto(`/login/?to=${encodeURIComponent(lines.join(' '))}`);
    await harmless(visitor, lines);
  });
  // Browsers of such names sign in, and the owner looks who that was.
  const agents = LINES.filter((line) => /^[ -~]+$/.test(line)).filter((_, index) => index % 24 === 0);
  for (const agent of agents) {
    const body = new URLSearchParams({ name: NAME, password: PASSWORD });
    const headers = { 'User-Agent': agent, Origin: site.url };
    assert.equal((await fetch(`${site.url}/login/`, { method: 'POST', body, headers, redirect: 'manual' })).status, 303);
  }
  const owner = await open();
  await signIn(owner.page, '/admin/account/');
  for (const agent of agents) assert.ok((await owner.page.locator('main').innerText()).includes(agent), agent);
  await harmless(owner, 'the sessions');
  await owner.close();
});
