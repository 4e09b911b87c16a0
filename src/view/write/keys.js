// Keys, and a list of them. In the text only those that word processors have; elsewhere `?`.

const mac = /Mac|iP(hone|ad)/.test(navigator.platform);
const COMMAND = mac ? '\u2318' : 'Ctrl+';
const KEYS = [
  [`${COMMAND}S`, 'Save'],
  [`${COMMAND}Enter`, 'Publish'],
  [`${COMMAND}B`, 'Bold, in the text'],
  [`${COMMAND}I`, 'Italic, in the text'],
  [`${COMMAND}K`, 'Link, in the text'],
  ['?', 'This list, outside of the fields'],
];

const list = make('dialog', { 'aria-labelledby': 'keys-title' },
  make('h2', { id: 'keys-title' }, 'Keys'),
  make('dl', { class: 'keys' }, ...KEYS.flatMap(([key, does]) => [make('dt', {}, make('kbd', {}, key)), make('dd', {}, does)])),
  make('p', { class: 'actions' }, button('Close', () => list.close())));
form.append(list);
const opener = button('Keys', () => list.showModal());
opener.className = 'quiet';
bar.append(opener);
for (const [value, key] of [['save', 'S'], ['publish', 'Enter']]) {
  bar.querySelector(`[value=${value}]`)?.setAttribute('aria-keyshortcuts', `${mac ? 'Meta' : 'Control'}+${key}`);
}

// Puts marks around what is selected, or takes them away where they are.
function around(before, after) {
  const { selectionStart: from, selectionEnd: to, value } = text;
  const inside = value.slice(from, to);
  if (value.slice(0, from).endsWith(before) && value.slice(to).startsWith(after)) {
    text.setSelectionRange(from - before.length, to + after.length);
    insert(inside);
    text.setSelectionRange(from - before.length, to - before.length);
    return;
  }
  insert(before + inside + after);
  text.setSelectionRange(from + before.length, to + before.length);
}

// A selected address becomes the link's target, anything else its words.
function link() {
  const { selectionStart: from, selectionEnd: to, value } = text;
  const inside = value.slice(from, to);
  const address = /^https?:\/\/\S+$/.test(inside);
  insert(address ? `[](${inside})` : `[${inside}]()`);
  const caret = address ? from + 1 : from + inside.length + 3;
  text.setSelectionRange(caret, caret);
}

document.addEventListener('keydown', (event) => {
  const key = event.key.toLowerCase();
  const command = (mac ? event.metaKey : event.ctrlKey) && !event.altKey && !event.shiftKey;
  const inText = event.target === text;
  const keys = {
    s: () => form.requestSubmit(bar.querySelector('[value=save]')),
    enter: () => {
      const publish = bar.querySelector('[value=publish]');
      if (publish && confirm(`${publish.textContent.trim()} this?`)) form.requestSubmit(publish);
    },
    ...(inText && { b: () => around('**', '**'), i: () => around('*', '*'), k: link }),
  };
  const field = event.target.closest('input, textarea, select, [contenteditable]');
  if (command && Object.hasOwn(keys, key)) {
    event.preventDefault();
    keys[key]();
  } else if (event.key === '?' && !field && !list.open && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    list.showModal();
  }
});
