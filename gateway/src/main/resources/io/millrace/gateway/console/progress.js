/** What can be said about a batch from its live state, and the bar that shows it. */

import { h, setText } from './dom.js';
import { counted, duration, percent, roughly, short, whole } from './format.js';

export const KINDS = ['succeeded', 'errored', 'canceled', 'expired'];

const STATUS = { in_progress: 'In progress', canceling: 'Canceling', ended: 'Ended', archived: 'Archived' };

export const finished = (batch) => KINDS.reduce((sum, kind) => sum + batch[kind], 0);
export const ended = (batch) => batch.status === 'ended';
export const statusOf = (batch) => (batch.archived_ms ? 'archived' : batch.status);

/** Expected end: the job's own estimate, else none. */
export function remaining(batch, nowMs) {
  if (ended(batch)) {
    return `took ${duration(batch.ended_ms - batch.created_ms)}`;
  }
  if (batch.estimated_end_ms === null || batch.estimated_end_ms === undefined) {
    return finished(batch) === 0 ? 'waiting' : 'no estimate yet';
  }
  const left = batch.estimated_end_ms - nowMs;
  return left > 0 ? `about ${roughly(left)} left` : 'about to end';
}

/** "1,204 of 5,000 done, 3 errored" */
export function counts(batch) {
  const words = [`${whole(finished(batch))} of ${whole(batch.requests)}`];
  for (const kind of KINDS.slice(1)) {
    if (batch[kind] > 0) {
      words.push(`${whole(batch[kind])} ${kind}`);
    }
  }
  return words.join(', ');
}

export const tokens = (batch) => `${short(batch.input_tokens)} in, ${short(batch.output_tokens)} out`;

/** The word for a batch's status, with a mark that does not need colour. */
export class Pill {
  element = h('span', { class: 'pill' });

  update(batch) {
    const status = statusOf(batch);
    this.element.dataset.status = status;
    setText(this.element, STATUS[status]);
  }
}

/** A bar with one part per kind of result. */
export class Bar {
  #parts = new Map(KINDS.map((kind) => [kind, h('span', { class: `part ${kind}` })]));
  element = h('div', { class: 'meter', role: 'progressbar', 'aria-valuemin': 0 }, ...this.#parts.values());

  update(batch) {
    const done = finished(batch);
    this.element.setAttribute('aria-valuemax', batch.requests);
    this.element.setAttribute('aria-valuenow', done);
    this.element.setAttribute('aria-valuetext',
      `${percent(done, batch.requests)}, ${counts(batch)} of ${counted(batch.requests, 'request')}`);
    this.element.setAttribute('aria-label', `Progress of ${batch.id}`);
    this.element.classList.toggle('moving', !ended(batch));
    for (const [kind, part] of this.#parts) {
      part.style.width = `${(100 * batch[kind]) / batch.requests}%`;
    }
  }
}

/** Tokens per second of each batch, from how its live state changes while somebody looks. */
export class Rates {
  #points = new Map();

  /** Takes note of a poll. */
  observe(batches, nowMs) {
    for (const batch of batches) {
      const points = this.#points.get(batch.id) ?? [];
      points.push({ at: nowMs, output: batch.output_tokens });
      while (points.length > 1 && nowMs - points[0].at > 15_000) {
        points.shift();
      }
      this.#points.set(batch.id, ended(batch) ? [] : points);
    }
  }

  /** Output tokens per second; null before two polls have seen it. */
  of(batch) {
    const points = this.#points.get(batch.id) ?? [];
    if (points.length < 2) {
      return null;
    }
    const [first, last] = [points[0], points[points.length - 1]];
    return last.at > first.at ? ((last.output - first.output) * 1000) / (last.at - first.at) : null;
  }
}
