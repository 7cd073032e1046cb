/** Asks for the API key. */

import { ApiError } from './api.js';
import { h, setText } from './dom.js';

export class KeyView {
  title = 'Sign in';
  #input = h('input', {
    id: 'key', type: 'password', autocomplete: 'off', spellcheck: 'false', required: true,
    'aria-describedby': 'key-note key-error',
  });
  #error = h('p', { id: 'key-error', class: 'error', role: 'alert' });
  #button = h('button', { class: 'primary' }, 'Continue');

  /** @param signIn takes a key; rejects with an ApiError if it is not accepted */
  constructor(signIn) {
    this.element = h('section', { class: 'card sign-in' },
      h('h1', {}, 'Batches of requests, answered while you do something else'),
      h('form', { onsubmit: (event) => this.#submit(event, signIn) },
        h('label', { for: 'key' }, 'API key'),
        h('div', { class: 'joined' }, this.#input, this.#button),
        h('p', { id: 'key-note', class: 'note' },
          'The key stays in this tab and goes to this gateway only. ',
          'It is the one given to ', h('code', {}, './millrace up --api-key'), ' or found in the gateway’s key file.'),
        this.#error));
  }

  async #submit(event, signIn) {
    event.preventDefault();
    setText(this.#error, '');
    this.#button.disabled = true;
    try {
      await signIn(this.#input.value.trim());
    } catch (failure) {
      if (!(failure instanceof ApiError)) {
        throw failure;
      }
      setText(this.#error, failure.status === 401
        ? 'The gateway does not know this key. Check for missing characters.' : failure.sentence);
      this.#input.select();
    } finally {
      this.#button.disabled = false;
    }
  }

  update() {
    this.#input.focus();
  }
}
