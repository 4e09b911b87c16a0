// A blog with something on every page: the manual, drafts, what is to come, messages, a picture.
import { newBlog } from './stage.mjs';

const picture = new URL('../data/markdown/media/harbour.png', import.meta.url).pathname;

export async function furnished() {
  const site = await newBlog({
    options: ['--demo', '--zone', 'Europe/Berlin'],
    posts: {
      'draft.md': '---\nkind: entry\ntitle: On keeping a lighthouse\ndraft: true\ntags: [sea, light]\n---\n\nThe lamp is lit at dusk, and **every** evening it is another dusk.\n\n## Oil\n\n| day | litres |\n|---|--:|\n| Monday | 3 |\n',
      'note.md': '---\nkind: note\ndraft: true\n---\n\nA gull stole the sandwich.\n',
      'later.md': `---\nkind: entry\ntitle: For the new year\ndate: ${new Date().getFullYear() + 1}-01-01 09:00\ntags: [sea]\n---\n\nFireworks over the harbour.\n`,
    },
  });
  site.mayfly(['media', 'add', picture]);
  site.mayfly(['guestbook', 'settings', '--per-address', '0', '--per-minute', '0']);
  for (const [name, message] of [['Bert', 'A fine blog, and so quick.'], ['Carla', 'Where is the lighthouse?\n\nI would like to see it: https://example.org/'], ['Dan', 'Cheap watches!']]) {
    const form = (await (await fetch(`${site.url}/guestbook/`)).text()).match(/name="form" value="([^"]+)"/)[1];
    await fetch(`${site.url}/guestbook/`, { method: 'POST', body: new URLSearchParams({ form, name, site: '', message }), redirect: 'manual' });
  }
  return site;
}

// Every page of the admin that links lead to, one of each kind: numbers in addresses are all alike.
export async function adminPages(page) {
  const found = new Map([['/admin/', '/admin/']]);
  for (const [, path] of found) {
    const answer = await page.goto(path);
    if (!answer.headers()['content-type'].startsWith('text/html')) continue;
    const links = await page.locator('a[href]').evaluateAll((all) => all.map((one) => new URL(one.href)).filter((url) => url.host === location.host).map((url) => url.pathname + url.search));
    for (const link of links.filter((link) => link.startsWith('/admin/'))) {
      const kind = link.replace(/\d+/g, 'N').replace(/((?:before|after|q|from|to|tag)=)[^&]*/g, '$1N');
      if (!found.has(kind)) found.set(kind, link);
    }
  }
  return [...found.values()];
}
