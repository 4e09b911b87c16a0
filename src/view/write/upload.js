// Files are dropped on the text, pasted into it or chosen; each has a bar while it is on its way, and
// then stands in the text where the caret is.

if (form.dataset.upload) {
  const chooser = make('input', { type: 'file', multiple: true, hidden: true, 'aria-label': 'Files', onchange: () => add(chooser.files) });
  const under = make('ul', { class: 'uploads' });
  const opener = button('Add pictures or files', () => chooser.click());
  text.after(make('p', { class: 'under' }, opener, make('span', { class: 'soft' }, ' or drop or paste them into the text')), under, chooser);
  let queue = Promise.resolve();

  // One after another: they keep their order, and a telephone's line is full with one.
  function add(files) {
    for (const file of files) {
      const progress = make('progress', { max: '1', value: '0', 'aria-label': `Uploading ${file.name}` });
      const line = make('li', {}, make('span', {}, `${file.name} `), progress);
      under.append(line);
      queue = queue.then(() => send(file, progress)).then(
        (kept) => {
          line.remove();
          place(kept.markdown);
        },
        (error) => {
          line.className = 'wrong';
          line.replaceChildren(make('span', { role: 'alert' }, `${file.name} was not uploaded: ${error.message} `),
            button('Try again', () => { line.remove(); add([file]); }),
            button('Leave it', () => line.remove()));
        });
    }
    chooser.value = '';
  }

  // XMLHttpRequest, for fetch does not tell how far an upload has come.
  const send = (file, progress) => new Promise((resolve, reject) => {
    const parts = new FormData();
    parts.append('token', field('token').value);
    parts.append('file', file, file.name);
    const request = new XMLHttpRequest();
    request.open('POST', form.dataset.upload);
    request.setRequestHeader('Accept', 'application/json');
    request.responseType = 'json';
    request.upload.addEventListener('progress', (event) => { if (event.lengthComputable) progress.value = event.loaded / event.total; });
    request.addEventListener('error', () => reject(new Error('the connection was lost.')));
    request.addEventListener('load', () => {
      const said = request.response;
      if (said?.kept?.length) resolve(said.kept[0]);
      else reject(new Error(said?.refused?.[0]?.why ?? said?.error ?? `the server answered ${request.status}.`));
    });
    request.send(parts);
  });

  // On a line of its own, with the caret where a picture's description goes.
  function place(markdown) {
    // In the description of the picture before is no place for another.
    if (/!\[[^\]\n]*$/.test(text.value.slice(0, text.selectionStart))) {
      const end = `${text.value}\n`.indexOf('\n', text.selectionStart);
      text.setSelectionRange(end, end);
    }
    const before = text.value.slice(0, text.selectionStart);
    const gap = before === '' || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n';
    insert(`${gap}${markdown}\n\n`);
    if (markdown.startsWith('![]')) {
      const caret = before.length + gap.length + 2;
      text.setSelectionRange(caret, caret);
    }
  }

  const files = (data) => [...(data?.files ?? [])];
  text.addEventListener('dragover', (event) => {
    if (![...event.dataTransfer.types].includes('Files')) return;
    event.preventDefault();
    text.classList.add('over');
  });
  text.addEventListener('dragleave', () => text.classList.remove('over'));
  text.addEventListener('drop', (event) => {
    text.classList.remove('over');
    if (!files(event.dataTransfer).length) return;
    event.preventDefault();
    add(files(event.dataTransfer));
  });
  text.addEventListener('paste', (event) => {
    // A word processor puts a picture of the text beside the text.
    if (!files(event.clipboardData).length || event.clipboardData.types.includes('text/plain')) return;
    event.preventDefault();
    add(files(event.clipboardData));
  });
}

offer();
look();
if (held) warn('Nothing is saved by itself here until you have decided.');
