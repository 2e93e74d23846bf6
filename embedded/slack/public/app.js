'use strict';
/* global CSS, DOMParser, EventSource, document, location, window */

// The page is drawn by the server; this script sends what a person does to the control API and, when told of a change,
// fetches the page again and puts in the parts that differ.
(() => {
  const { team, user, place } = document.body.dataset;
  if (!user) return;

  const toast = document.getElementById('toast');
  const messages = document.getElementById('messages');

  const say = (text) => {
    toast.textContent = text;
    setTimeout(() => {
      if (toast.textContent === text) toast.textContent = '';
    }, 5000);
  };

  async function control(verb, input) {
    const response = await fetch(`/control/${verb}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ team, user, ...input }),
    });
    const reply = await response.json();
    if (!reply.ok) say(`Refused: ${reply.error}`);
    return reply;
  }

  /** What a control holds: text, several texts, or null. */
  function held(element, surface) {
    if (element.type === 'checkbox' || element.type === 'radio') {
      const group = [...surface.querySelectorAll(`input[name="${CSS.escape(element.name)}"]:checked`)];
      const values = group.map((one) => one.value);
      return element.type === 'checkbox' ? values : (values[0] ?? null);
    }
    if (element.multiple) return [...element.selectedOptions].map((option) => option.value);
    return element.value === '' ? null : element.value;
  }

  const isField = (element) => element.matches('input, select, textarea') && !element.matches('.overflow');

  function valuesOf(surface) {
    const values = {};
    for (const element of surface.querySelectorAll('[data-action]')) {
      if (!isField(element)) continue;
      const { block, action } = element.dataset;
      values[block] = { ...values[block], [action]: held(element, surface) };
    }
    return values;
  }

  const surfaceOf = (element) => element.closest('[data-view], [data-ts]');

  /** Asks what the card wants asked; the answer is true for yes. */
  function confirmed(text) {
    if (text === undefined) return Promise.resolve(true);
    const wanted = JSON.parse(text);
    const dialog = document.createElement('dialog');
    const part = (tag, content) => Object.assign(document.createElement(tag), { textContent: content });
    const buttons = Object.assign(document.createElement('form'), { method: 'dialog' });
    const deny = Object.assign(part('button', wanted.deny.text), { value: 'no', className: 'button' });
    const style = wanted.style ?? 'primary';
    const confirm = Object.assign(part('button', wanted.confirm.text), {
      value: 'yes',
      className: `button ${style}`,
    });
    buttons.append(deny, confirm);
    dialog.append(part('h2', wanted.title.text), part('p', wanted.text.text), buttons);
    document.body.append(dialog);
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener('close', () => {
        dialog.remove();
        resolve(dialog.returnValue === 'yes');
      });
    });
  }

  async function act(element, chosen) {
    const surface = surfaceOf(element);
    if (surface === null || !(await confirmed(element.dataset.confirm))) return;
    if (element.dataset.url) window.open(element.dataset.url, '_blank', 'noopener');
    const { view, channel, ts } = surface.dataset;
    element.classList.add('busy');
    await control('click', {
      ...(view === undefined ? { channel, ts } : { view }),
      actionId: element.dataset.action,
      blockId: element.dataset.block,
      chosen,
      values: valuesOf(surface),
    });
    element.classList.remove('busy');
  }

  async function submit(form) {
    const failure = form.querySelector('.modal-failure');
    failure.hidden = true;
    form.classList.add('busy');
    const reply = await control('submit', { view: form.dataset.view, values: valuesOf(form) });
    form.classList.remove('busy');
    if (reply.ok && reply.result.outcome === 'failed') failure.hidden = false;
  }

  document.addEventListener('click', (event) => {
    const closer = event.target.closest('[data-close]');
    if (closer) void control('close', { view: surfaceOf(closer).dataset.view });
    const button = event.target.closest('button[data-action]');
    if (button) void act(button, null);
  });

  document.addEventListener('change', (event) => {
    const { target } = event;
    if (target.id === 'person') {
      location.search = new URLSearchParams({ team, user: target.value, place: '' }).toString();
      return;
    }
    if (target.dataset.dispatch === undefined || target.dataset.action === undefined) return;
    const chosen = held(target, surfaceOf(target));
    if (target.matches('.overflow')) target.value = '';
    void act(target, chosen);
  });

  document.addEventListener('submit', (event) => {
    if (event.target.method === 'dialog') return;
    event.preventDefault();
    if (event.target.matches('.modal')) {
      void submit(event.target);
      return;
    }
    const input = event.target.elements.text;
    const text = input.value.trim();
    input.value = '';
    if (text === '') return;
    const { thread } = event.target.dataset;
    if (thread !== undefined) {
      void control('say', { channel: place, text, threadTs: thread });
      return;
    }
    const [command, ...rest] = text.split(' ');
    if (command.startsWith('/')) void control('command', { channel: place, command, text: rest.join(' ') });
    else void control('say', { channel: place, text });
  });

  document.addEventListener('keydown', (event) => {
    const open = document.querySelector('.modal');
    if (event.key === 'Escape' && open) void control('close', { view: open.dataset.view });
  });

  const typed = (form) =>
    [...form.querySelectorAll('input, textarea, select')].map((field) => [
      field.dataset.block,
      field.dataset.action,
      field.type === 'checkbox' || field.type === 'radio' ? field.value : null,
      field.multiple ? [...field.options].map((option) => option.selected) : field.value,
      field.checked,
    ]);

  /** Puts in the new modal, with what was typed in the old one where it is the same view. */
  function redrawModal(fresh) {
    const holder = document.getElementById('dialog');
    const before = holder.querySelector('.modal');
    const after = fresh.querySelector('#dialog .modal');
    if (before?.dataset.view === after?.dataset.view && before?.dataset.key === after?.dataset.key) return;
    const kept = before !== null && before.dataset.view === after?.dataset.view ? typed(before) : [];
    holder.replaceChildren(...(after === null ? [] : [document.importNode(after, true)]));
    for (const [block, action, option, value, checked] of kept) {
      for (const field of holder.querySelectorAll('input, textarea, select')) {
        if (field.dataset.block !== block || field.dataset.action !== action) continue;
        if (option !== null) {
          if (field.value === option) field.checked = checked;
        } else if (Array.isArray(value)) {
          value.forEach((selected, index) => {
            if (field.options[index]) field.options[index].selected = selected;
          });
        } else field.value = value;
      }
    }
    const first =
      holder.querySelector('.wrong input, .wrong textarea, .wrong select') ??
      holder.querySelector('input, textarea, select');
    (first ?? holder.querySelector('[type=submit], [data-close]'))?.focus();
  }

  const atEnd = () => messages.scrollHeight - messages.scrollTop - messages.clientHeight < 80;
  const toEnd = () => {
    messages.scrollTop = messages.scrollHeight;
  };

  /** The answer that is being typed into a thread, and a way to go on with it after the messages were put in anew. */
  function heldReply() {
    const input = document.activeElement?.closest('.reply input');
    if (!input) return () => undefined;
    const { thread } = input.form.dataset;
    const { value, selectionStart, selectionEnd } = input;
    return () => {
      const again = messages.querySelector(`form[data-thread="${CSS.escape(thread)}"] input`);
      if (!again) return;
      again.closest('details').open = true;
      again.value = value;
      again.focus();
      again.setSelectionRange(selectionStart, selectionEnd);
    };
  }

  let looking = false;
  let again = false;
  async function look() {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    try {
      const response = await fetch(location.href);
      const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
      for (const id of ['sidebar', 'messages']) {
        const before = document.getElementById(id);
        const after = fresh.getElementById(id);
        if (after === null || before.innerHTML === after.innerHTML) continue;
        const follow = id === 'messages' && place !== 'home' && atEnd();
        const goOn = heldReply();
        before.replaceChildren(...document.importNode(after, true).childNodes);
        goOn();
        if (follow) toEnd();
      }
      redrawModal(fresh);
    } catch {
      say('The stand-in does not answer.');
    } finally {
      looking = false;
      if (again) {
        again = false;
        void look();
      }
    }
  }

  const source = new EventSource('/changes');
  source.addEventListener('message', () => void look());
  // After a restart of the stand-in the page may be old.
  source.addEventListener('open', () => void look());
  if (place === 'home') void control('openHome', {});
  else toEnd();
})();
