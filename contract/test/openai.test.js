/** Files and batches as OpenAI's own client uses them. */

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as sdk from 'openai';
import { all, key, servedModel, until, url } from './server.js';

const client = new sdk.OpenAI({ apiKey: key, baseURL: `${url}/v1`, maxRetries: 0 });
const endpoint = '/v1/chat/completions';
const DONE = ['completed', 'failed', 'expired', 'cancelled'];
let model;

const line = (id, body = {}) => JSON.stringify({
  custom_id: id, method: 'POST', url: endpoint,
  body: { model, max_tokens: 5, messages: [{ role: 'user', content: 'Hello' }], ...body },
});

async function upload(...lines) {
  return client.files.create({ file: await sdk.toFile(Buffer.from(`${lines.join('\n')}\n`), 'requests.jsonl'), purpose: 'batch' });
}

async function create(...lines) {
  const file = await upload(...lines);
  return client.batches.create({ input_file_id: file.id, endpoint, completion_window: '24h', metadata: { made: 'here' } });
}

const done = (id) => until(`end of ${id}`, () => client.batches.retrieve(id), (batch) => DONE.includes(batch.status));

async function linesOf(file) {
  const text = await (await client.files.content(file)).text();
  assert.ok(text.endsWith('\n'), 'the last line has an end');
  return text.trimEnd().split('\n').map((each) => JSON.parse(each));
}

describe('openai 6.x', () => {
  before(async () => {
    model = await servedModel();
  });

  it('uploads a file of requests and deletes it', async () => {
    const file = await upload(line('a'));
    const found = await client.files.retrieve(file.id);
    const gone = await client.files.delete(file.id);

    assert.match(file.id, /^file-/);
    assert.equal(file.object, 'file');
    assert.equal(file.filename, 'requests.jsonl');
    assert.equal(file.purpose, 'batch');
    assert.equal(file.bytes, line('a').length + 1);
    assert.equal(found.id, file.id);
    assert.deepEqual(gone, { id: file.id, object: 'file', deleted: true });
    await assert.rejects(client.files.retrieve(file.id), sdk.NotFoundError);
  });

  it('answers a batch in an output file and an error file', async () => {
    const created = await create(line('good'), line('bad', { max_tokens: 'many' }));
    const batch = await done(created.id);
    const [output] = await linesOf(batch.output_file_id);
    const [error] = await linesOf(batch.error_file_id);
    const input = await linesOf(created.input_file_id);

    assert.match(created.id, /^batch_/);
    assert.equal(created.object, 'batch');
    assert.match(created.status, /^(validating|in_progress)$/);
    assert.deepEqual(created.metadata, { made: 'here' });
    assert.equal(batch.status, 'completed');
    assert.deepEqual(batch.request_counts, { total: 2, completed: 1, failed: 1 });
    assert.equal(output.custom_id, 'good');
    assert.equal(output.error, null);
    assert.equal(output.response.status_code, 200);
    assert.equal(output.response.body.choices[0].message.role, 'assistant');
    assert.equal(error.custom_id, 'bad');
    assert.ok(error.error || error.response.status_code >= 400, JSON.stringify(error));
    assert.deepEqual(input.map((each) => each.custom_id), ['good', 'bad']);
  });

  it('lists batches page by page', async () => {
    const made = [(await create(line('a'))).id, (await create(line('b'))).id];
    const page = await client.batches.list({ limit: 1 });
    const listed = (await all(client.batches.list({ limit: 1 }))).map((batch) => batch.id);
    const older = (await all(client.batches.list({ limit: 2, after: made[1] }))).map((batch) => batch.id);

    assert.equal(page.data.length, 1);
    assert.equal(page.has_more, true);
    assert.deepEqual(listed.slice(0, 2), [made[1], made[0]]);
    assert.equal(older[0], made[0]);
    assert.equal(new Set(listed).size, listed.length);
  });

  it('cancels a batch and keeps what was finished', async () => {
    const { id } = await create(...Array.from({ length: 600 }, (_, index) => line(`work-${index}`, { max_tokens: 200 })));
    const cancelling = await client.batches.cancel(id);
    const batch = await done(id);

    assert.match(cancelling.status, /^(cancelling|cancelled)$/);
    assert.equal(batch.status, 'cancelled');
    assert.ok(batch.cancelled_at);
    assert.equal(batch.request_counts.total, 600);
  });

  it('raises typed errors', async () => {
    const stranger = new sdk.OpenAI({ apiKey: 'not-a-key-that-exists', baseURL: `${url}/v1`, maxRetries: 0 });

    await assert.rejects(client.batches.retrieve('batch_000000000000000000000000'), sdk.NotFoundError);
    await assert.rejects(client.files.content('file-000000000000000000000000'), sdk.NotFoundError);
    await assert.rejects(stranger.batches.list(), sdk.AuthenticationError);
    await assert.rejects(client.batches.create({
      input_file_id: 'file-000000000000000000000000', endpoint, completion_window: '24h',
    }), (failure) => failure instanceof sdk.BadRequestError || failure instanceof sdk.NotFoundError);
  });
});
