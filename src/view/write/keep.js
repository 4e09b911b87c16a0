// Keeps what is typed: at once as a copy in this browser, and a moment later on the desk. The
// copy goes when the desk has answered, and not before.

const HERE = 'mayfly ';
const QUIET = 1200;      // ms without a key before it is saved
const LONGEST = 5000;    // ms that typing on puts that off
const PATIENCE = 20_000; // ms that an answer may take

// What is typed, as a form sends it, and without what the desk tells the form.
function typed() {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (!['token', 'version'].includes(name)) fields.append(name, value);
  }
  return fields.toString();
}

// A form that shows two versions waits for a decision: saving by itself would make it.
let held = form.hasAttribute('data-held');
let confirmed = held ? '' : typed();
let sent = null; // what was sent and not answered: sent again as it was, it is not saved twice
let running = null;
let failures = 0;
let since = 0;
let timer;
let leaving = false;

const unsaved = () => typed() !== confirmed;
const path = () => new URL(form.action).pathname;
const place = () => HERE + path() + (field('version').value === '0' ? ` ${field('key')?.value ?? ''}` : '');

function copy() {
  try {
    localStorage.setItem(place(), JSON.stringify({ fields: typed(), version: field('version').value, at: Date.now() }));
  } catch {
    // Without room, or where the browser forbids it, the desk has to do.
  }
}

function forget(name = place()) {
  try { localStorage.removeItem(name); } catch { /* as in copy */ }
}

function changed() {
  if (!unsaved()) return;
  copy();
  if (held) return;
  if (!failures) tell('');
  since ||= Date.now();
  again(Math.max(0, Math.min(QUIET, since + LONGEST - Date.now())));
}

function again(wait) {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
}

// Saves what is typed, and says whether the desk has it. Two never run at once.
async function save(how = 'autosave') {
  clearTimeout(timer);
  if (running) await running;
  if (!unsaved() && how === 'autosave') return true;
  running = send(how).finally(() => { running = null; });
  return running;
}

async function send(how) {
  const body = sent ?? typed();
  sent = body;
  since = 0;
  if (!failures) tell('Saving\u2026');
  let answer;
  try {
    answer = await fetch(form.action, {
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: new URLSearchParams(`${body}&${new URLSearchParams({ token: field('token').value, version: field('version').value, do: how })}`),
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    return later(navigator.onLine ? 'the server does not answer' : 'offline');
  }
  if (answer.status === 403) return signedOut();
  if (answer.status >= 500 || answer.status === 429) return later('the server is busy');
  const said = await answer.json().catch(() => ({}));
  sent = null;
  failures = 0;
  if (said.version === undefined) {
    // It will not be taken as it is, however often it is sent.
    tell('Not saved');
    warn(`Not saved: ${said.error ?? `the server answered ${answer.status}`}`);
    return false;
  }
  if (answer.status === 409 && said.conflict) return conflict();
  trouble.replaceChildren();
  if (said.note) warn(said.note);
  forget();
  moved(said.path);
  field('version').value = said.version;
  confirmed = body;
  if (unsaved()) changed();
  else {
    forget();
    tell(`Saved ${clock()}`);
  }
  shown(said);
  return !unsaved();
}

// A new text has an address from its first save on.
function moved(to) {
  if (!to || to === path()) return;
  form.action = to;
  history.replaceState(null, '', to);
}

function later(why) {
  failures += 1;
  tell('Not saved');
  warn(`Not saved: ${why}, trying again. Your text is safe in this browser.`);
  again(Math.min(30_000, 1000 * 2 ** failures));
  return false;
}

// The other tab makes another session, with another token in its forms.
function signedOut() {
  failures += 1;
  tell('Not saved');
  warn('Signed out: sign in in another tab, your text is safe here. ', make('a', { href: form.dataset.login, target: '_blank' }, 'Sign in'));
  clearTimeout(timer);
  timer = setTimeout(renew, 10_000);
  return false;
}

async function renew() {
  const account = form.ownerDocument.querySelector('header form').action;
  const page = await fetch(account, { redirect: 'manual' }).catch(() => null);
  if (!page?.ok) return signedOut();
  const fresh = new DOMParser().parseFromString(await page.text(), 'text/html').querySelector('input[name=token]');
  for (const token of document.querySelectorAll('input[name=token]')) token.value = fresh.value;
  return save();
}

function conflict() {
  held = true;
  copy();
  tell('Not saved');
  warn('Changed elsewhere: this draft was saved in another window or by somebody else, and nothing was overwritten. ', button('See both versions', () => {
    leaving = true;
    form.requestSubmit(bar.querySelector('[value=save]'));
  }));
  return false;
}

// Looks whether the draft was saved elsewhere while this window was behind others.
async function look() {
  if (field('version').value === '0' || held || running || unsaved()) return;
  const answer = await fetch(form.action, { headers: { Accept: 'application/json' } }).catch(() => null);
  if (!answer?.ok || running || unsaved()) return;
  const said = await answer.json().catch(() => ({}));
  if (said.version === undefined) return;
  if (String(said.version) === field('version').value) shown(said);
  else warn('Changed elsewhere: what you see is an older version. ', button('Show the new one', () => location.reload()));
}

// Buttons that lead on wait until what was typed is kept: where it can't be, the page stays.
form.addEventListener('submit', async (event) => {
  const how = event.submitter?.value ?? 'save';
  if (leaving) return;
  if (held || (how !== 'save' && !unsaved() && !running)) {
    leaving = true;
    return;
  }
  event.preventDefault();
  const kept = await save(how === 'save' ? 'save' : 'autosave');
  if (how === 'save' || !kept || leaving) return;
  leaving = true;
  form.requestSubmit(event.submitter);
});

form.addEventListener('input', changed);
form.addEventListener('change', changed);
addEventListener('online', () => { if (failures) again(0); });
addEventListener('focus', () => { if (failures) renew(); else look(); });
document.addEventListener('visibilitychange', () => { if (document.hidden && unsaved() && !held) save(); });
addEventListener('pageshow', () => { leaving = false; });
addEventListener('beforeunload', (event) => {
  if (!leaving && unsaved()) event.preventDefault();
});

// What a browser that crashed left behind is offered, and never put in place by itself.
function offer() {
  let names = [];
  try {
    names = Object.keys(localStorage).filter((name) => name.startsWith(HERE + path()));
  } catch { return; }
  for (const name of names) {
    let left;
    try { left = JSON.parse(localStorage.getItem(name)); } catch { /* not ours */ }
    const fields = new URLSearchParams(left?.fields ?? '');
    const same = [...fields].every(([name, value]) => name === 'key' || (field(name)?.value ?? value) === value);
    if (!left || same || Date.now() - left.at > 30 * 86_400_000) {
      forget(name);
      continue;
    }
    if (fields.get('kind') !== field('kind').value) continue;
    const note = make('div', { class: 'note', role: 'status' },
      make('p', {}, `What was typed here on ${new Date(left.at).toLocaleDateString()} at ${clock(new Date(left.at))} was not saved. It is still in this browser.`),
      make('p', { class: 'actions' },
        button('Bring it back', () => {
          for (const [name, value] of fields) {
            const input = field(name);
            if (input && 'value' in input && !['checkbox', 'radio'].includes(input.type)) input.value = value;
          }
          // Saved against the version that it was typed over: what came since is not lost.
          if (field('version').value !== '0') field('version').value = left.version;
          note.remove();
          text.focus();
          changed();
        }),
        button('Throw it away', () => {
          forget(name);
          note.remove();
        })));
    form.before(note);
  }
}
