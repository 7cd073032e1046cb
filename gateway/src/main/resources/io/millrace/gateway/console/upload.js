/** A new batch: pick or drop a file, look at what is in it, send it. */

import { ApiError } from './api.js';
import { announce, h, setText } from './dom.js';
import { bytes, counted, percent, whole } from './format.js';
import { inspect } from './jsonl.js';

const FORMATS = {
  anthropic: 'Message Batches entries', openai: 'OpenAI batch lines', native: 'native lines, sent as OpenAI’s',
};

export class Upload {
  #page;
  #file = null;
  #serial = 0;
  #picker = h('input', {
    type: 'file', id: 'file', class: 'visually-hidden', accept: '.jsonl,.ndjson,.json,application/jsonl',
    onchange: () => this.#take(this.#picker.files[0]),
  });
  #body = h('div', { class: 'drop-body' });
  element = h('section', { class: 'drop', 'aria-label': 'New batch' }, this.#body);

  constructor(page) {
    this.#page = page;
    this.element.addEventListener('dragover', () => this.element.classList.add('over'));
    this.element.addEventListener('dragleave', (event) => {
      if (!this.element.contains(event.relatedTarget)) {
        this.element.classList.remove('over');
      }
    });
    this.element.addEventListener('drop', (event) => {
      this.element.classList.remove('over');
      this.#take(event.dataTransfer.files[0]);
    });
    this.#idle();
  }

  #idle() {
    this.#serial += 1;
    this.#file = null;
    this.#picker.value = '';
    this.#body.replaceChildren(
      h('div', {},
        h('h2', {}, 'New batch'),
        h('p', { class: 'note' }, 'Drop a JSONL file here: Message Batches entries, OpenAI batch lines, or lines with ',
          h('code', {}, 'id'), ' and ', h('code', {}, 'messages'), '.')),
      h('div', { class: 'actions' }, this.#picker,
        h('label', { for: 'file', class: 'button primary' }, 'Choose a file')));
  }

  async #take(file) {
    if (!file) {
      return;
    }
    this.#serial += 1;
    const serial = this.#serial;
    this.#file = file;
    const note = h('p', { class: 'note' }, `Reading ${file.name} …`);
    this.#body.replaceChildren(note);
    const model = this.#page.state.models[0];
    const inspected = await inspect(file, model, (read) => setText(note, `Reading ${file.name}: ${counted(read, 'line')} …`));
    if (serial === this.#serial) {
      this.#review(inspected);
    }
  }

  #review(inspected) {
    const problems = inspected.problemCount > 0;
    const facts = [counted(inspected.requests, 'request'), bytes(inspected.body.size), FORMATS[inspected.format],
      [...inspected.models].map(([model, count]) => (inspected.models.size > 1 ? `${model} (${whole(count)})` : model)).join(', ')];
    const again = h('button', { type: 'button', class: 'plain', onclick: () => this.#reset() },
      problems ? 'Choose another file' : 'Discard');
    const send = h('button', { type: 'button', class: 'primary', onclick: () => this.#send(inspected) }, 'Create batch');
    this.#body.replaceChildren(
      h('div', {},
        h('h2', {}, this.#file.name),
        h('p', { class: 'note' }, facts.filter(Boolean).join(' · ')),
        problems ? problemList(inspected) : null),
      h('div', { class: 'actions' }, again, problems ? null : send));
    (problems ? again : send).focus();
    announce(problems ? `${counted(inspected.problemCount, 'problem')} in ${this.#file.name}` : `${this.#file.name} can be sent`);
  }

  #reset() {
    this.#idle();
    this.#picker.focus();
  }

  async #send(inspected) {
    const name = this.#file.name;
    const note = h('p', { class: 'note', role: 'status' }, `Sending ${name} …`);
    this.#body.replaceChildren(note);
    try {
      const id = await this.#page.state.api.create(inspected, name, (sent, all) =>
        setText(note, sent < all ? `Sending ${name}: ${percent(sent, all)} of ${bytes(all)} …`
          : `Sent; the gateway is writing ${counted(inspected.requests, 'request')} …`));
      this.#idle();
      announce(`Batch ${id} created`);
      this.#page.poll();
      this.#page.open(id);
    } catch (failure) {
      if (!(failure instanceof ApiError)) {
        throw failure;
      }
      this.#refused(inspected, failure);
    }
  }

  #refused(inspected, failure) {
    const again = h('button', { type: 'button', class: 'primary', onclick: () => this.#send(inspected) }, 'Try again');
    this.#body.replaceChildren(
      h('div', {},
        h('h2', {}, `${this.#file.name} was not accepted`),
        h('p', { class: 'error', role: 'alert' }, failure.sentence)),
      h('div', { class: 'actions' },
        h('button', { type: 'button', class: 'plain', onclick: () => this.#reset() }, 'Discard'), again));
    again.focus();
  }
}

function problemList({ problems, problemCount }) {
  const rest = problemCount - problems.length;
  return h('div', { class: 'problems' },
    h('p', { class: 'error' }, `Nothing was sent: ${counted(problemCount, 'problem')}.`),
    h('ul', {},
      ...problems.map(({ line, text }) => h('li', {}, line === null ? text : h('span', {}, h('b', {}, `Line ${whole(line)}: `), text))),
      rest > 0 ? h('li', {}, `and ${whole(rest)} more`) : null));
}
