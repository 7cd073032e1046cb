/** One batch: progress, tokens, times, what can be done with it, and its results. */

import { ApiError, isOpenAi } from './api.js';
import { announce, confirmed, h, setText } from './dom.js';
import { counted, moment, percent, short, whole } from './format.js';
import { Bar, ended, finished, KINDS, Pill, remaining } from './progress.js';
import { Viewer } from './viewer.js';

export class BatchView {
  title;
  #page;
  #id;
  #seen = false;
  #viewer = null;
  #pill = new Pill();
  #bar = new Bar();
  #percent = h('p', { class: 'big' });
  #rest = h('p', { class: 'note' });
  #facts = new Map();
  #error = h('p', { class: 'error', role: 'alert', hidden: true });
  #cancel = h('button', { type: 'button', class: 'plain', hidden: true, onclick: () => this.#askCancel() }, 'Cancel batch');
  #delete = h('button', { type: 'button', class: 'plain danger-text', hidden: true, onclick: () => this.#askDelete() }, 'Delete');
  #results = h('section', { class: 'card', 'aria-labelledby': 'results-title' });
  #content;
  #missing;

  constructor(page, id) {
    this.#page = page;
    this.#id = id;
    this.title = id;
    this.#content = h('div', { class: 'stack', hidden: true }, this.#head(), this.#results);
    this.#missing = h('div', { class: 'card empty' }, h('p', { class: 'empty-title' }, 'Loading …'));
    this.element = h('div', { class: 'stack' },
      h('p', {}, h('a', { href: '#/', class: 'back' }, '← All batches')), this.#missing, this.#content);
  }

  #head() {
    const fact = (name) => {
      const value = h('dd', {}, '–');
      this.#facts.set(name, value);
      return h('div', { class: 'fact' }, h('dt', {}, name), value);
    };
    return h('section', { class: 'card', 'aria-labelledby': 'batch-title' },
      h('div', { class: 'head' },
        h('div', {}, h('h1', { id: 'batch-title', class: 'id' }, this.#id), this.#pill.element),
        h('div', { class: 'actions' }, this.#copy(), this.#cancel, this.#delete)),
      this.#error,
      h('div', { class: 'progress-line large' }, this.#bar.element, this.#percent),
      this.#rest,
      h('dl', { class: 'facts' },
        ...['Requests', 'Succeeded', 'Errored', 'Canceled', 'Expired', 'Tokens in', 'Tokens out', 'Tokens per second', 'Drafts accepted',
          'Created', 'Ended', 'Expires', 'Results until'].map(fact)));
  }

  #copy() {
    if (!navigator.clipboard) {
      return null; // Not offered to pages without https.
    }
    const button = h('button', { type: 'button', class: 'plain', onclick: async () => {
      await navigator.clipboard.writeText(this.#id);
      announce('Id copied');
      setText(button, 'Copied');
      setTimeout(() => setText(button, 'Copy id'), 1500);
    } }, 'Copy id');
    return button;
  }

  update(state) {
    if (state.batches === null) {
      return;
    }
    const batch = state.batches.find((candidate) => candidate.id === this.#id);
    this.#content.hidden = !batch;
    this.#missing.hidden = Boolean(batch);
    if (!batch) {
      this.#missing.replaceChildren(
        h('p', { class: 'empty-title' }, this.#seen ? 'This batch was deleted' : 'No such batch'),
        h('p', { class: 'note' }, 'It may belong to another key’s workspace, or its time is over.'));
      return;
    }
    this.#seen = true;
    this.#show(batch, state);
  }

  #show(batch, state) {
    this.#pill.update(batch);
    this.#bar.update(batch);
    setText(this.#percent, percent(finished(batch), batch.requests));
    setText(this.#rest, remaining(batch, state.nowMs));
    this.#cancel.hidden = batch.status !== 'in_progress';
    this.#delete.hidden = !ended(batch) || isOpenAi(batch);
    const rate = state.rates.of(batch);
    const cached = batch.cached_tokens > 0 ? ` (${short(batch.cached_tokens)} cached)` : '';
    const values = {
      Requests: whole(batch.requests),
      'Tokens in': `${whole(batch.input_tokens)}${cached}`,
      'Tokens out': whole(batch.output_tokens),
      'Tokens per second': rate === null ? '–' : short(rate),
      'Drafts accepted': batch.drafted_tokens > 0
        ? `${percent(batch.accepted_tokens, batch.drafted_tokens)} of ${short(batch.drafted_tokens)}` : '–',
      Created: moment(batch.created_ms),
      Ended: batch.ended_ms ? moment(batch.ended_ms) : '–',
      Expires: moment(batch.expires_ms),
      'Results until': moment(batch.archive_ms),
    };
    for (const kind of KINDS) {
      values[kind[0].toUpperCase() + kind.slice(1)] = whole(batch[kind]);
    }
    Object.entries(values).forEach(([name, text]) => setText(this.#facts.get(name), text));
    this.#showResults(batch);
  }

  #showResults(batch) {
    if (ended(batch) && !batch.archived_ms) {
      if (this.#viewer === null) {
        this.#viewer = new Viewer(this.#page.state.api, batch);
        this.#results.replaceChildren(this.#viewer.element);
      }
      return;
    }
    if (!this.#results.firstChild) {
      this.#results.replaceChildren(
        h('h2', { id: 'results-title' }, 'Results'),
        h('p', { class: 'note' }, batch.archived_ms ? 'The results were removed after their time.'
          : 'They can be read here as soon as the batch has ended.'));
    }
  }

  async #askCancel() {
    const yes = await confirmed({
      title: 'Cancel this batch?',
      text: 'Requests that are not finished get no answer. Finished results are kept.',
      action: 'Cancel the batch',
    });
    if (yes) {
      await this.#do((api, batch) => api.cancel(batch), 'Canceling');
    }
  }

  async #askDelete() {
    const batch = this.#batch();
    const yes = await confirmed({
      title: 'Delete this batch?',
      text: `The batch and its ${counted(batch.requests, 'result')} are gone for good.`,
      action: 'Delete it',
    });
    if (yes && await this.#do((api) => api.delete(batch), 'Deleted')) {
      this.#page.open(null);
    }
  }

  #batch() {
    return this.#page.state.batches.find((candidate) => candidate.id === this.#id);
  }

  async #do(action, done) {
    this.#error.hidden = true;
    try {
      await action(this.#page.state.api, this.#batch());
      announce(done);
      this.#page.poll();
      return true;
    } catch (failure) {
      if (!(failure instanceof ApiError)) {
        throw failure;
      }
      this.#error.hidden = false;
      setText(this.#error, failure.sentence);
      return false;
    }
  }

  /** Stops what is still being read. */
  close() {
    this.#viewer?.close();
  }
}
