// A blog in a directory of its own, made by the real `mayfly` and served by it on a
// free port.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const MAYFLY = process.env.MAYFLY;
if (!MAYFLY) throw new Error('MAYFLY has to name the command line: cargo test --test browser sets it');

// Who writes each blog.
export const NAME = 'anna';
export const PASSWORD = "a lighthouse keeper's cat";

const running = new Set();

// Makes a blog: `posts` are files by name, `options` go to `mayfly init`.
export async function blog({ posts = {}, options = ['--title', 'A test\'s blog', '--zone', 'UTC'], account = true, plain = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-browser-'));
  const data = join(folder, 'blog');
  const mayfly = (args, input) => {
    const done = spawnSync(MAYFLY, ['--data', data, ...args], { input, encoding: 'utf8', env: {} });
    if (done.status !== 0) throw new Error(`mayfly ${args.join(' ')}: ${done.stdout}${done.stderr}`);
    return done.stdout;
  };
  mayfly(['init', ...options]);
  for (const [name, text] of Object.entries(posts)) {
    const file = join(folder, 'posts', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  if (Object.keys(posts).length) mayfly(['import', join(folder, 'posts')]);
  if (account) mayfly(['user', 'add', NAME], PASSWORD);
  const made = { folder, data, mayfly, serve, end };
  let server;
  let port = 0;

  // Serves it; again on the port from before, once it was ended.
  async function serve() {
    const args = ['--data', data, 'serve', '--quiet', '--listen', `127.0.0.1:${port}`];
    server = spawn(MAYFLY, plain ? [...args, '--plain'] : args, { env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(server);
    let errors = '';
    server.stderr.on('data', (text) => { errors += text; });
    const first = await new Promise((resolve, reject) => {
      createInterface({ input: server.stdout }).once('line', resolve);
      server.once('exit', () => reject(new Error(`mayfly serve ended: ${errors}`)));
    });
    made.url = first.match(/http:\/\/[^/]+/)[0];
    port = new URL(made.url).port;
    made.errors = () => errors;
  }

  // Ends the server and waits for that, so that nobody listens any more.
  async function end() {
    if (!server) return;
    const gone = new Promise((resolve) => server.once('exit', resolve));
    running.delete(server);
    server.kill('SIGTERM');
    server = undefined;
    await gone;
  }
  await serve();
  made.remove = async () => {
    await end();
    rmSync(folder, { recursive: true });
  };
  return made;
}

process.on('exit', () => running.forEach((server) => server.kill()));
