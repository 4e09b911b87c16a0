// The writing page, better with a little script. Without it every button works by itself.
// All files of this folder are one module: what this one names, the others use.

const form = document.querySelector('form.write');
const text = form.elements.text;
const field = (name) => form.elements.namedItem(name);

// An element with its attributes and what is in it; `on...` listens.
function make(name, attributes = {}, ...inside) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value !== false) element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...inside);
  return element;
}

const button = (label, press) => make('button', { type: 'button', onclick: press }, label);

const clock = (time = new Date()) => [time.getHours(), time.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');

// Puts a text where the caret is, so that the browser can undo it.
function insert(words) {
  text.focus();
  if (!document.execCommand('insertText', false, words)) {
    text.setRangeText(words, text.selectionStart, text.selectionEnd, 'end');
    text.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

// What is going on, beside the buttons; and what went wrong, read out at once.
const told = make('span', { class: 'told soft' });
const trouble = make('div', { class: 'trouble', role: 'alert' });
const bar = form.querySelector('.actions');
bar.classList.add('bar');
bar.append(told);
bar.before(trouble);

const tell = (words) => { told.textContent = words; };

function warn(words, ...more) {
  if (trouble.firstChild?.textContent !== words) trouble.replaceChildren(make('span', {}, words), ...more);
}
