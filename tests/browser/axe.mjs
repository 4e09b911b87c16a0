// axe-core: what would keep somebody from reading or using a page.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// What axe finds on the page as it is, a line each.
export async function axe(page, only) {
  if (!(await page.evaluate('typeof axe'))?.startsWith('object')) await page.evaluate(source);
  const options = { preload: false, resultTypes: ['violations'], ...(only && { runOnly: only }) };
  const found = await page.evaluate((options) => globalThis.axe.run(document, options), options);
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html} (${node.failureSummary?.replace(/\s+/g, ' ')})`));
}

// The same, light and dark, narrow and wide. Colours are all that differs in the dark.
export async function axeInAllLooks(page) {
  const found = new Set();
  for (const [width, dark] of [[1200, false], [360, false], [360, true], [1200, true]]) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    for (const line of await axe(page, dark ? ['color-contrast'] : undefined)) found.add(`${width} px, ${dark ? 'dark' : 'light'}: ${line}`);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (over > 0) found.add(`${width} px: the page is ${over} px wider than its window`);
  }
  return [...found];
}
