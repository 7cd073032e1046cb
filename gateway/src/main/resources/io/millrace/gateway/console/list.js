/** All batches of the workspace, newest first, with live progress. */

import { h, setText } from './dom.js';
import { ago, counted, moment, percent, short, whole } from './format.js';
import { Bar, counts, ended, finished, Pill, remaining, tokens } from './progress.js';
import { Upload } from './upload.js';

/** One row of the table; its cells are changed in place, so that focus and selection stay. */
class Row {
  #pill = new Pill();
  #bar = new Bar();
  #percent = h('span', { class: 'figure' });
  #counts = h('span', { class: 'note' });
  #tokens = h('td', { class: 'number', 'data-label': 'Tokens' });
  #rest = h('td', { 'data-label': 'Time' });
  #created = h('td', { 'data-label': 'Created' });

  constructor(batch) {
    this.element = h('tr', { 'data-batch': batch.id },
      h('th', { scope: 'row' },
        h('a', { href: `#/batch/${batch.id}`, class: 'id' }, batch.id),
        h('span', { class: 'note' }, batch.dialect === 'anthropic' ? 'Message Batches' : 'OpenAI')),
      h('td', { 'data-label': 'Status' }, this.#pill.element),
      h('td', { class: 'progress', 'data-label': 'Progress' },
        h('div', { class: 'progress-line' }, this.#bar.element, this.#percent), this.#counts),
      this.#tokens, this.#rest, this.#created);
    // The whole row is a target for the mouse; the link is the one for the keyboard.
    this.element.addEventListener('click', (event) => {
      if (!event.target.closest('a') && getSelection().isCollapsed) {
        location.hash = `#/batch/${batch.id}`;
      }
    });
  }

  update(batch, state) {
    this.#pill.update(batch);
    this.#bar.update(batch);
    setText(this.#percent, percent(finished(batch), batch.requests));
    setText(this.#counts, counts(batch));
    setText(this.#tokens, tokens(batch));
    setText(this.#rest, remaining(batch, state.nowMs));
    setText(this.#created, ago(batch.created_ms, state.nowMs));
    this.#created.title = moment(batch.created_ms);
  }
}

/** A number with a name. */
class Tile {
  #value;

  constructor(name, style = '') {
    this.#value = h('dd', { class: style }, '–');
    this.element = h('div', { class: 'tile' }, h('dt', {}, name), this.#value);
  }

  update(text) {
    setText(this.#value, text);
  }
}

export class ListView {
  title = 'Batches';
  #rows = new Map();
  #running = new Tile('Batches in progress');
  #waiting = new Tile('Requests to do');
  #rate = new Tile('Tokens per second');
  #model = new Tile('Model', 'long');
  #body = h('tbody', {});
  #table = h('table', { class: 'batches', hidden: true },
    h('caption', { class: 'visually-hidden' }, 'Batches, newest first'),
    h('thead', {}, h('tr', {},
      ...['Batch', 'Status', 'Progress', 'Tokens', 'Time', 'Created'].map((name) => h('th', { scope: 'col' }, name)))),
    this.#body);
  #note = h('div', { class: 'empty' });

  constructor(page) {
    this.element = h('div', { class: 'stack' },
      h('h1', { class: 'visually-hidden' }, 'Batches'),
      h('dl', { class: 'tiles' }, this.#running.element, this.#waiting.element, this.#rate.element, this.#model.element),
      new Upload(page).element,
      h('section', { class: 'card flush', 'aria-label': 'Batches' }, this.#table, this.#note));
  }

  update(state) {
    const { batches } = state;
    this.element.setAttribute('aria-busy', String(batches === null));
    this.#table.hidden = !batches?.length;
    this.#note.hidden = Boolean(batches?.length);
    if (batches === null) {
      this.#say('Loading batches …', '');
      return;
    }
    if (batches.length === 0) {
      this.#say('No batches yet', 'Drop a file above, or create one with any Anthropic or OpenAI client that points here.');
    }
    this.#tiles(state);
    this.#order(batches);
    for (const batch of batches) {
      this.#rows.get(batch.id).update(batch, state);
    }
  }

  #say(title, text) {
    this.#note.replaceChildren(h('p', { class: 'empty-title' }, title), h('p', { class: 'note' }, text));
  }

  #tiles({ batches, models, rates }) {
    const running = batches.filter((batch) => !ended(batch));
    const known = running.map((batch) => rates.of(batch)).filter((rate) => rate !== null);
    this.#running.update(whole(running.length));
    this.#waiting.update(whole(running.reduce((sum, batch) => sum + batch.requests - finished(batch), 0)));
    this.#rate.update(known.length > 0 ? short(known.reduce((sum, rate) => sum + rate, 0)) : '–');
    this.#model.update(models.length > 2 ? counted(models.length, 'model') : models.join(', ') || '–');
  }

  #order(batches) {
    const ids = new Set(batches.map((batch) => batch.id));
    for (const [id, row] of this.#rows) {
      if (!ids.has(id)) {
        row.element.remove();
        this.#rows.delete(id);
      }
    }
    batches.forEach((batch, index) => {
      const row = this.#rows.get(batch.id) ?? new Row(batch);
      this.#rows.set(batch.id, row);
      if (this.#body.children[index] !== row.element) {
        this.#body.insertBefore(row.element, this.#body.children[index] ?? null);
      }
    });
  }
}
