/** Starts the page: who is signed in, what is polled, which view is shown. */

import { Api, ApiError } from './api.js';
import { BatchView } from './batch.js';
import { setText } from './dom.js';
import { KeyView } from './key.js';
import { ListView } from './list.js';
import { duration } from './format.js';
import { ended, Rates } from './progress.js';

const KEY = 'millrace-key';
const THEMES = ['system', 'light', 'dark'];
const BUSY_MS = 1000;
const IDLE_MS = 5000;
const SLOWEST_MS = 30_000;

const state = { api: null, batches: null, models: [], dashboard: null, nowMs: 0, rates: new Rates() };
const main = document.getElementById('main');
const trouble = document.getElementById('trouble');
let view = null;
let timer = 0;
let failures = 0;

/** What views may ask of the page. */
const page = {
  state,
  poll: () => schedule(0),
  open: (id) => { location.hash = id ? `#/batch/${id}` : '#/'; },
};

function route() {
  const id = /^#\/batch\/([\w-]+)$/.exec(location.hash)?.[1];
  if (!state.api) {
    return new KeyView(signIn);
  }
  return id ? new BatchView(page, id) : new ListView(page);
}

function show() {
  view?.close?.();
  view = route();
  main.replaceChildren(view.element);
  view.update(state);
  document.title = `${view.title} · Millrace`;
  document.getElementById('sign-out').hidden = !state.api;
}

async function refresh() {
  const api = state.api;
  const answer = await api.batches();
  if (api !== state.api) {
    return;
  }
  state.batches = answer.data;
  state.models = answer.models;
  state.dashboard = answer.dashboard;
  state.nowMs = answer.now_ms;
  state.rates.observe(answer.data, answer.now_ms);
  const link = document.getElementById('dashboard');
  link.hidden = !state.dashboard;
  if (state.dashboard) {
    link.href = state.dashboard;
  }
}

function schedule(delayMs) {
  clearTimeout(timer);
  timer = setTimeout(poll, delayMs);
}

async function poll() {
  if (!state.api || document.hidden) {
    return;
  }
  try {
    await refresh();
    failures = 0;
    trouble.hidden = true;
    view.update(state);
    const busy = state.batches.some((batch) => !ended(batch));
    schedule(busy ? BUSY_MS : IDLE_MS);
  } catch (failure) {
    failed(failure);
  }
}

function failed(failure) {
  if (!(failure instanceof ApiError)) {
    throw failure;
  }
  if (failure.status === 401) {
    signOut('The gateway does not accept this key any more.');
    return;
  }
  failures += 1;
  const waitMs = Math.min(SLOWEST_MS, BUSY_MS * 2 ** failures);
  trouble.hidden = false;
  setText(trouble, `${failure.sentence} What you see may be old. Trying again in ${duration(waitMs)}.`);
  schedule(waitMs);
}

/** Keeps the key once the gateway has accepted it; throws an ApiError otherwise. */
async function signIn(key) {
  const api = new Api(key);
  await api.batches();
  sessionStorage.setItem(KEY, key);
  start(api);
}

function start(api) {
  state.api = api;
  state.batches = null;
  show();
  schedule(0);
}

function signOut(reason = '') {
  sessionStorage.removeItem(KEY);
  state.api = null;
  state.batches = null;
  document.getElementById('dashboard').hidden = true;
  trouble.hidden = reason === '';
  setText(trouble, reason);
  show();
}

function theme(name) {
  document.documentElement.dataset.theme = name;
  setText(document.getElementById('theme-name'), name);
  localStorage.setItem('millrace-theme', name);
}

document.getElementById('theme').addEventListener('click', () => {
  const now = THEMES.indexOf(document.documentElement.dataset.theme);
  theme(THEMES[(now + 1) % THEMES.length]);
});
document.getElementById('sign-out').addEventListener('click', () => signOut());
window.addEventListener('hashchange', () => {
  if (location.hash === '#main') {
    return;
  }
  show();
  main.focus();
});
document.addEventListener('visibilitychange', () => schedule(0));
// A file that misses the drop zone must not replace the page.
for (const event of ['dragover', 'drop']) {
  window.addEventListener(event, (happened) => happened.preventDefault());
}

const remembered = localStorage.getItem('millrace-theme');
theme(THEMES.includes(remembered) ? remembered : 'system');
const key = sessionStorage.getItem(KEY);
if (key) {
  start(new Api(key));
} else {
  show();
}
