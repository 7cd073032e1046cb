/** Results of an ended batch: counted while they stream in, errors by code, answers to read. */

import { ApiError } from './api.js';
import { h, setText } from './dom.js';
import { bytes, counted, percent, short, whole } from './format.js';
import { lines } from './jsonl.js';
import { classify, Summary } from './results.js';

const REDRAW_MS = 150;

export class Viewer {
  #api;
  #batch;
  #summary = new Summary();
  #group = '';
  #stop = new AbortController();
  #status = h('p', { class: 'note', role: 'status' });
  #groups = h('div', { class: 'groups', role: 'group', 'aria-label': 'Which results to show' });
  #errors = h('div', { class: 'error-groups' });
  #list = h('ol', { class: 'results' });
  #downloads = h('div', { class: 'actions' });
  #find = h('input', { type: 'search', id: 'find', placeholder: 'id or words', autocomplete: 'off' });
  #shownGroups = '';
  #words = '';
  #complete = false;

  constructor(api, batch) {
    this.#api = api;
    this.#batch = batch;
    this.element = h('div', { class: 'stack' },
      h('div', { class: 'head' }, h('h2', { id: 'results-title' }, 'Results'), this.#downloads),
      h('form', { class: 'find', role: 'search', onsubmit: (event) => { event.preventDefault(); this.#restart(); } },
        h('label', { for: 'find' }, 'Only lines with'),
        h('div', { class: 'joined' }, this.#find, h('button', { class: 'plain' }, 'Find'))),
      this.#groups, this.#errors, this.#status, this.#list);
    this.#find.addEventListener('search', () => this.#restart());
    this.#read();
  }

  close() {
    this.#stop.abort();
  }

  #restart() {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#summary = new Summary();
    this.#group = '';
    this.#shownGroups = '';
    this.#list.replaceChildren();
    this.#read();
  }

  async #read() {
    const { signal } = this.#stop;
    this.#words = this.#find.value.trim();
    this.#complete = false;
    setText(this.#status, 'Reading results …');
    try {
      const paths = await this.#api.resultPaths(this.#batch);
      this.#offer(paths);
      for (const { path } of paths) {
        await this.#readOne(path, signal);
      }
      this.#complete = true;
      this.#draw();
    } catch (failure) {
      if (failure.name === 'AbortError') {
        return;
      }
      if (!(failure instanceof ApiError || failure instanceof TypeError)) {
        throw failure;
      }
      setText(this.#status, failure instanceof ApiError ? failure.sentence : 'The connection broke while reading. Find reads again.');
      this.#status.classList.add('error');
    }
  }

  async #readOne(path, signal) {
    const response = await this.#api.fetch(path, { signal });
    let drawn = performance.now();
    for await (const line of lines(response.body)) {
      if (this.#words === '' || line.includes(this.#words)) {
        this.#summary.add(classify(line));
      }
      if (performance.now() - drawn > REDRAW_MS) {
        this.#draw();
        await new Promise(requestAnimationFrame);
        drawn = performance.now();
      }
      signal.throwIfAborted();
    }
  }

  #draw() {
    this.#status.classList.remove('error');
    this.#drawGroups();
    const { kept, count } = this.#summary.group(this.#group);
    setText(this.#status, statusText(this.#summary, kept.length, count, this.#words, this.#complete));
    // Results only come behind the shown ones, so opened rows stay open.
    for (const result of kept.slice(this.#list.children.length)) {
      this.#list.append(row(result));
    }
  }

  #drawGroups() {
    const summary = this.#summary;
    const groups = [['', 'All', summary.total],
      ...Object.entries(summary.kinds).filter(([, count]) => count > 0).map(([kind, count]) => [kind, kind, count])];
    const now = JSON.stringify([groups, this.#group]);
    if (now === this.#shownGroups) {
      return;
    }
    this.#shownGroups = now;
    const focused = document.activeElement?.dataset?.group;
    this.#groups.replaceChildren(...groups.map(([name, label, count]) => this.#choice(name, `${label} ${whole(count)}`, 'chip')));
    this.#errors.replaceChildren(...[...summary.errors.values()]
      .sort((left, right) => right.count - left.count)
      .map((group) => this.#errorGroup(group)));
    if (focused !== undefined) {
      this.element.querySelector(`[data-group="${CSS.escape(focused)}"]`)?.focus();
    }
  }

  #choice(name, label, style) {
    return h('button', {
      type: 'button', class: style, 'data-group': name, 'aria-pressed': String(this.#group === name),
      onclick: () => {
        this.#group = name;
        this.#list.replaceChildren();
        this.#draw();
      },
    }, label);
  }

  #errorGroup({ code, count, messages, others }) {
    return h('div', { class: 'error-group' },
      this.#choice(`errored/${code}`, `${code} ${whole(count)}`, 'chip errored'),
      h('ul', {},
        ...[...messages].map(([message, times]) => h('li', {}, message, times > 1 ? h('span', { class: 'note' }, ` ×${whole(times)}`) : null)),
        others > 0 ? h('li', { class: 'note' }, `and ${counted(others, 'other message')}`) : null));
  }

  #offer(paths) {
    this.#downloads.replaceChildren(...paths.map(({ path, name }) => {
      const label = `Download ${name}`;
      const button = h('button', { type: 'button', class: 'primary', onclick: () => this.#download(path, name, button, label) }, label);
      return button;
    }));
  }

  /** A link cannot send the key, so the bytes are fetched and offered as a file. */
  async #download(path, name, button, label) {
    button.disabled = true;
    try {
      const response = await this.#api.fetch(path, { signal: this.#stop.signal });
      const parts = [];
      let size = 0;
      for (const reader = response.body.getReader(); ;) {
        const { value, done } = await reader.read();
        if (done) {
          break;
        }
        parts.push(new Blob([value]));
        size += value.length;
        setText(button, `${bytes(size)} …`);
      }
      const url = URL.createObjectURL(new Blob(parts, { type: 'application/x-jsonl' }));
      h('a', { href: url, download: `${this.#batch.id}-${name}.jsonl` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch (failure) {
      if (failure instanceof ApiError) {
        setText(this.#status, failure.sentence);
        this.#status.classList.add('error');
      } else if (failure.name !== 'AbortError') {
        throw failure;
      }
    } finally {
      setText(button, label);
      button.disabled = false;
    }
  }
}

function statusText(summary, shown, count, words, complete) {
  if (summary.total === 0) {
    return complete ? (words ? `No result has “${words}” in its line.` : 'There are no results.') : 'Reading results …';
  }
  const reading = complete ? '' : 'Reading … ';
  const which = shown < count ? `The first ${whole(shown)} of ${counted(count, 'result')}` : counted(count, 'result');
  const rate = percent(summary.kinds.succeeded, summary.total);
  return `${reading}${which}. ${rate} of ${whole(summary.total)} succeeded, ${short(summary.output)} tokens written.`;
}

function row(result) {
  const text = result.kind === 'succeeded' ? result.text : result.message ?? '';
  const about = result.kind === 'succeeded' ? counted(result.output, 'token') : result.code ?? result.kind;
  const details = h('details', {},
    h('summary', {},
      h('span', { class: 'id' }, result.id),
      h('span', { class: `kind ${result.kind}` }, result.kind),
      h('span', { class: 'snippet' }, text.trim().slice(0, 200) || '–'),
      h('span', { class: 'note number' }, about)));
  // What is inside is made when it is first looked at: two hundred rows stay light.
  details.addEventListener('toggle', () => details.append(...[
    text ? h('p', { class: 'answer' }, text) : null,
    h('p', { class: 'note' }, result.kind === 'succeeded'
      ? `${counted(result.input, 'token')} in, ${whole(result.output)} out, ended by ${result.stop}` : 'No answer.'),
    h('pre', { tabindex: '0', 'aria-label': 'The line as it was written' }, JSON.stringify(JSON.parse(result.raw), null, 2)),
  ].filter(Boolean)), { once: true });
  return h('li', { 'data-id': result.id }, details);
}
