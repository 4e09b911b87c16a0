// Tags are completed while they are typed, with how many posts have each: a combobox with a list, as
// WAI-ARIA describes it. Only the tags that begin so are asked for.

const tags = field('tags');
if (tags) {
  const options = make('ul', { id: 'tags-list', role: 'listbox', 'aria-label': 'Tags that begin so', class: 'options', hidden: true });
  const known = new Map();
  let chosen = -1;
  tags.after(options);
  for (const [name, value] of Object.entries({ role: 'combobox', autocomplete: 'off', autocapitalize: 'none', 'aria-autocomplete': 'list', 'aria-controls': 'tags-list', 'aria-expanded': 'false' })) {
    tags.setAttribute(name, value);
  }

  // The word that the caret is behind, and where it begins.
  const word = () => {
    const before = tags.value.slice(0, tags.selectionStart);
    const from = Math.max(before.lastIndexOf(' '), before.lastIndexOf(',')) + 1;
    return [before.slice(from).toLowerCase(), from];
  };

  const close = () => {
    options.hidden = true;
    chosen = -1;
    tags.setAttribute('aria-expanded', 'false');
    tags.removeAttribute('aria-activedescendant');
  };

  const choose = (index) => {
    const all = [...options.children];
    chosen = all.length ? (index + all.length) % all.length : -1;
    all.forEach((option, at) => option.setAttribute('aria-selected', String(at === chosen)));
    if (chosen >= 0) {
      tags.setAttribute('aria-activedescendant', all[chosen].id);
      all[chosen].scrollIntoView({ block: 'nearest' });
    }
  };

  const take = (name) => {
    const [, from] = word();
    const rest = tags.value.slice(tags.selectionStart).replace(/^[^ ,]*[ ,]*/, '');
    tags.value = `${tags.value.slice(0, from)}${name} ${rest}`;
    tags.setSelectionRange(from + name.length + 1, from + name.length + 1);
    close();
    tags.dispatchEvent(new Event('input', { bubbles: true }));
    tags.focus();
  };

  const open = async () => {
    const [begun] = word();
    if (!begun) return close();
    if (!known.has(begun)) {
      const answer = await fetch(`${form.dataset.complete}?q=${encodeURIComponent(begun)}`, { headers: { Accept: 'application/json' } }).catch(() => null);
      if (!answer?.ok) return close();
      known.set(begun, (await answer.json()).tags);
    }
    if (word()[0] !== begun || document.activeElement !== tags) return undefined;
    const there = tags.value.split(/[ ,]+/);
    const found = known.get(begun).filter((tag) => tag.name !== begun && !there.includes(tag.name));
    if (!found.length) return close();
    options.replaceChildren(...found.map((tag, index) => make('li', {
      id: `tags-${index}`, role: 'option', 'aria-selected': 'false', onmousedown: (event) => event.preventDefault(), onclick: () => take(tag.name),
    }, make('span', {}, tag.name), make('span', { class: 'soft' }, ` ${tag.posts}`))));
    options.hidden = false;
    chosen = -1;
    tags.removeAttribute('aria-activedescendant');
    tags.setAttribute('aria-expanded', 'true');
    return undefined;
  };

  let waiting;
  tags.addEventListener('input', (event) => {
    if (!event.isTrusted) return;
    clearTimeout(waiting);
    waiting = setTimeout(open, 120);
  });
  tags.addEventListener('blur', close);
  tags.addEventListener('keydown', (event) => {
    const closed = options.hidden;
    if (event.key === 'ArrowDown' && closed) open();
    else if (event.key === 'ArrowDown') choose(chosen + 1);
    else if (event.key === 'ArrowUp' && !closed) choose(chosen < 0 ? -1 : chosen - 1);
    else if (event.key === 'Escape' && !closed) close();
    else if (event.key === 'Enter' && !closed && chosen >= 0) options.children[chosen].click();
    else return;
    event.preventDefault();
  });
}
