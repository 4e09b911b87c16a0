// Pictures of every page of the admin and of the main ones of the blog, narrow and wide, light and
// dark, to be looked at: `MAYFLY=target/debug/mayfly node tests/browser/screenshots.mjs [words]`
// puts them into target/screenshots/. Words leave out the pages whose address has none of them.
import { mkdirSync } from 'node:fs';
import { adminPages, furnished } from './furnished.mjs';
import { end, signIn, window } from './stage.mjs';

const PUBLIC = ['/', '/tags/', '/tags/cgi/', '/2025/', '/2025/Jul/', '/links/', '/feeds/', '/about/', '/search/?q=cgi', '/guestbook/', '/no/such/page/', '/login/'];

const words = process.argv.slice(2);
const folder = new URL('../../target/screenshots/', import.meta.url).pathname;
mkdirSync(folder, { recursive: true });
const site = await furnished();
const visitor = await window(site);
await signIn(visitor.page);
const pages = [...await adminPages(visitor.page), ...PUBLIC];
for (const path of pages.filter((path) => !words.length || words.some((word) => path.includes(word)))) {
  for (const [width, dark] of [[360, false], [360, true], [1200, false], [1200, true]]) {
    await visitor.page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    await visitor.page.setViewportSize({ width, height: width < 600 ? 780 : 900 });
    await visitor.page.goto(path, { waitUntil: 'networkidle' });
    const name = path.replace(/^\/|\/$/g, '').replace(/[^a-zA-Z0-9]+/g, '-') || 'home';
    await visitor.page.screenshot({ path: `${folder}${name}-${width}-${dark ? 'dark' : 'light'}.png`, fullPage: true });
  }
  console.log(path);
}
await visitor.context.close();
await end();
