const list = document.querySelector('#outside');

// Whether a stranger who asks for an address is given an SQLite file. No more of it is read
// than its first bytes.
async function opens(address) {
  const answer = await fetch(address, { headers: { Range: 'bytes=0-14' }, cache: 'no-store', credentials: 'omit' });
  const reader = answer.body.getReader();
  let begun = '';
  while (begun.length < 15) {
    const { value, done } = await reader.read();
    if (done) break;
    begun += String.fromCharCode(...value.slice(0, 15));
  }
  reader.cancel();
  return begun.startsWith('SQLite format 3');
}

const show = (name) => list.replaceChildren(document.querySelector(name).content.cloneNode(true));

(async () => {
  const asked = list.dataset.asked.split(' ');
  const open = await Promise.all(asked.map(opens));
  show(open.includes(true) ? '#bad' : '#well');
  if (!open.includes(true)) return;
  const link = list.querySelector('a');
  link.href = link.textContent = asked[open.indexOf(true)];
  document.querySelector('#sum').textContent = list.dataset.mend;
})().catch(() => {}); // Where it can't ask, the list of links stays.
