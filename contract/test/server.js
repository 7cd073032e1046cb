/** Where the Millrace under test is, and how to wait for it. */

import { setTimeout as sleep } from 'node:timers/promises';

export const url = needed('MILLRACE_URL').replace(/\/+$/, '');
export const key = needed('MILLRACE_API_KEY');

const POLL_MS = 200;
const PATIENCE_MS = 180_000;

function needed(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name}: not set (expected: set by contract/run.sh)`);
  }
  return value;
}

/** Name of the model that answers. */
export async function servedModel() {
  const response = await fetch(`${url}/v1/models`, { headers: { 'x-api-key': key } });
  return (await response.json()).data[0].id;
}

/** Asks again and again until the answer is as wanted; fails with the last answer. */
export async function until(what, ask, wanted) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) {
      return answer;
    }
    if (Date.now() > deadline) {
      throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s; last was ${JSON.stringify(answer)}`);
    }
    await sleep(POLL_MS);
  }
}

/** All that an async iterable gives. */
export async function all(iterable) {
  const found = [];
  for await (const item of await iterable) {
    found.push(item);
  }
  return found;
}
