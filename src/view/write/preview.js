// What readers will see, beside the text: made by the code that publishes, and shown in a frame in
// which no script runs. The blog's styles come with it and reach nothing outside.

const words = make('p', { class: 'soft words' });
const frame = make('iframe', { title: 'Preview', sandbox: 'allow-same-origin allow-popups allow-popups-to-escape-sandbox' });
const preview = make('section', { class: 'preview', 'aria-label': 'Preview', hidden: true }, words, frame);
let framed = false;

document.querySelector('section.preview')?.remove();
bar.querySelector('[value=preview]').hidden = true;
{
  const pair = make('div', { class: 'pair' });
  form.replaceWith(pair);
  pair.append(form, preview);
  pair.parentElement.classList.add('writing');
}

// Takes what a save was answered with. Only the body is put in, so the place that is being read
// stays where it is.
function shown(said) {
  if (said.slug && field('slug')) field('slug').placeholder = said.slug;
  if (said.words !== undefined) {
    const minutes = Math.max(1, Math.round(said.words / 230));
    words.textContent = `${said.words.toLocaleString('en')} ${said.words === 1 ? 'word' : 'words'}, ${minutes} min to read${said.problem ? ` \u00b7 To publish it: ${said.problem}` : ''}`;
  }
  if (!said.html) return;
  preview.hidden = false;
  const page = frame.contentDocument;
  if (framed && page?.body) {
    const next = new DOMParser().parseFromString(said.html, 'text/html');
    page.body.replaceWith(page.adoptNode(next.body));
  } else {
    framed = true;
    frame.srcdoc = said.html;
  }
}
