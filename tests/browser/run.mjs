// Runs every `*.test.mjs` in this folder in one process, over one browser.
import { readdirSync } from 'node:fs';
import { end, tests } from './stage.mjs';

const folder = new URL('.', import.meta.url);
for (const file of readdirSync(folder).filter((name) => name.endsWith('.test.mjs')).sort()) {
  await import(new URL(file, folder));
}
// A hook would wait for the browser to end by itself.
await Promise.all(tests);
await end();
