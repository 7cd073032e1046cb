/** Message Batches as Anthropic's own client uses them; the same for every version of it. */

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { all, key, servedModel, until, url } from './server.js';

/** Enough work that it can be canceled while some of it is done and some is not. */
const MANY = 600;

/**
 * @param name of the client
 * @param sdk its module
 * @param samples whether its API version lets requests say how tokens are drawn
 */
export function messageBatches(name, sdk, samples) {
  const Anthropic = sdk.default;
  const client = new Anthropic({ apiKey: key, baseURL: url, maxRetries: 0 });
  const { batches } = client.messages;
  const deleted = 'msgbatch_000000000000000000000000';
  let model;

  const entry = (id, params = {}) => ({
    custom_id: id,
    params: { model, max_tokens: 5, messages: [{ role: 'user', content: 'Hello' }], ...params },
  });
  const ended = (id) => until(`end of ${id}`, () => batches.retrieve(id), (batch) => batch.processing_status === 'ended');
  const resultsOf = async (id) => new Map((await all(batches.results(id))).map((line) => [line.custom_id, line.result]));

  describe(name, () => {
    before(async () => {
      model = await servedModel();
    });

    it('creates a batch and retrieves it', async () => {
      const created = await batches.create({ requests: [entry('a'), entry('b')] });
      const retrieved = await batches.retrieve(created.id);

      assert.match(created.id, /^msgbatch_/);
      assert.equal(created.type, 'message_batch');
      assert.equal(created.processing_status, 'in_progress');
      assert.deepEqual(created.request_counts, { processing: 2, succeeded: 0, errored: 0, canceled: 0, expired: 0 });
      assert.equal(Date.parse(created.expires_at) - Date.parse(created.created_at), 24 * 3600 * 1000);
      for (const absent of ['ended_at', 'cancel_initiated_at', 'archived_at', 'results_url']) {
        assert.equal(created[absent], null, absent);
      }
      assert.equal(retrieved.id, created.id);
      assert.equal(retrieved.created_at, created.created_at);
    });

    it('gives results of all four kinds', async () => {
      const work = Array.from({ length: MANY }, (_, index) =>
        entry(`work-${index}`, { max_tokens: 200, messages: [{ role: 'user', content: `Tell me a story about ${index}.` }] }));
      const { id } = await batches.create({ requests: [
        entry('quick', { max_tokens: 1 }),
        entry('wrong', { max_tokens: 'many' }),
        entry('elsewhere', { model: 'no-such-model' }),
        entry('late', { deadline: 1 }),
        ...work,
      ] });
      await until('the first answer', () => batches.retrieve(id, {}, { query: { live: 'true' } }),
        (batch) => batch.request_counts.succeeded > 0);
      const canceling = await batches.cancel(id);
      const batch = await ended(id);
      const results = await resultsOf(id);

      assert.match(canceling.processing_status, /^(canceling|ended)$/);
      assert.ok(batch.cancel_initiated_at);
      assert.ok(batch.ended_at);
      assert.ok(batch.results_url.startsWith(url), batch.results_url);
      assert.equal(results.size, MANY + 4);
      const counts = { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 };
      for (const result of results.values()) {
        counts[result.type] += 1;
      }
      assert.deepEqual(batch.request_counts, counts);
      assert.equal(counts.errored, 2);
      assert.equal(counts.expired, 1);
      assert.ok(counts.succeeded >= 1, JSON.stringify(counts));
      assert.ok(counts.canceled >= 1, JSON.stringify(counts));
      assert.equal(results.get('late').type, 'expired');
      assert.equal(results.get('wrong').error.type, 'error');
      assert.equal(results.get('wrong').error.error.type, 'invalid_request_error');
      assert.match(results.get('wrong').error.error.message, /max_tokens/);
      assert.equal(results.get('elsewhere').error.error.type, 'not_found_error');
      const { message } = [...results.values()].find((result) => result.type === 'succeeded');
      assert.equal(message.type, 'message');
      assert.equal(message.role, 'assistant');
      assert.equal(message.model, model);
      assert.equal(message.content[0].type, 'text');
      assert.ok(message.usage.input_tokens > 0);
      assert.ok(message.usage.output_tokens > 0);
      assert.equal(message.usage.service_tier, 'batch');
    });

    it('pages through the list in both directions', async () => {
      const made = [];
      for (const id of ['first', 'second', 'third']) {
        made.push((await batches.create({ requests: [entry(id)] })).id);
      }
      const newest = await batches.list({ limit: 1 });
      const forward = (await all(batches.list({ limit: 1 }))).map((batch) => batch.id);
      const older = (await all(batches.list({ limit: 2, after_id: made[2] }))).map((batch) => batch.id);
      const newer = (await all(batches.list({ limit: 1, before_id: made[0] }))).map((batch) => batch.id);

      assert.equal(newest.data.length, 1);
      assert.equal(newest.has_more, true);
      assert.equal(newest.first_id, made[2]);
      assert.equal(newest.last_id, made[2]);
      assert.deepEqual(forward.slice(0, 3), [...made].reverse());
      assert.equal(new Set(forward).size, forward.length);
      assert.deepEqual(older.slice(0, 2), [made[1], made[0]]);
      assert.deepEqual(newer, [made[1], made[2]]);
    });

    it('gives the results of an ended batch and deletes it', async () => {
      const { id } = await batches.create({ requests: [entry('only')] });
      await ended(id);
      const results = await resultsOf(id);
      const gone = await batches.delete(id);

      assert.deepEqual([...results.keys()], ['only']);
      assert.equal(results.get('only').type, 'succeeded');
      assert.deepEqual(gone, { id, type: 'message_batch_deleted' });
      await assert.rejects(batches.retrieve(id), sdk.NotFoundError);
    });

    it('works through the beta client too', async () => {
      const beta = client.beta.messages.batches;
      const created = await beta.create({ requests: [entry('beta')], betas: ['unheard-of-2020-01-01'] });
      await ended(created.id);

      assert.equal((await beta.retrieve(created.id)).id, created.id);
      assert.equal((await beta.list({ limit: 1 })).data.length, 1);
      assert.equal((await all(beta.results(created.id))).length, 1);
      assert.equal((await beta.cancel(created.id)).processing_status, 'ended');
      assert.equal((await beta.delete(created.id)).type, 'message_batch_deleted');
    });

    it('raises NotFoundError with the id of the call for a batch that nobody has', async () => {
      await assert.rejects(batches.retrieve(deleted), (failure) => {
        assert.ok(failure instanceof sdk.NotFoundError, String(failure));
        assert.equal(failure.status, 404);
        assert.equal(failure.error.error.type, 'not_found_error');
        assert.match(failure.requestID, /^req_/);
        return true;
      });
    });

    it('raises BadRequestError that names the entry for a wrong or a repeated custom_id', async () => {
      for (const second of ['not allowed', 'x'.repeat(65), 'a']) {
        await assert.rejects(batches.create({ requests: [entry('a'), entry(second)] }), (failure) => {
          assert.ok(failure instanceof sdk.BadRequestError, String(failure));
          assert.equal(failure.error.error.type, 'invalid_request_error');
          assert.match(failure.error.error.message, /requests\.1\.custom_id/);
          return true;
        });
      }
      await assert.rejects(batches.create({ requests: [] }), sdk.BadRequestError);
    });

    it('raises AuthenticationError for a wrong key', async () => {
      const stranger = new Anthropic({ apiKey: 'not-a-key-that-exists', baseURL: url, maxRetries: 0 });
      await assert.rejects(stranger.messages.batches.list(), sdk.AuthenticationError);
    });

    it('refuses results and deletion before the end', async () => {
      const { id } = await batches.create({ requests: Array.from({ length: MANY }, (_, index) =>
        entry(`work-${index}`, { max_tokens: 200 })) });

      await assert.rejects(batches.results(id), sdk.AnthropicError);
      await assert.rejects(batches.delete(id), (failure) => {
        assert.ok(failure.status >= 400 && failure.status < 500, String(failure));
        return true;
      });
      assert.equal((await batches.cancel(id)).processing_status, 'canceling');
      await ended(id);
    });

    it(`${samples ? 'accepts' : 'answers with an error'} what says how tokens are drawn`, async () => {
      const { id } = await batches.create({ requests: [entry('warm', { temperature: 0.7 })] });
      await ended(id);
      const result = (await resultsOf(id)).get('warm');

      assert.equal(result.type, samples ? 'succeeded' : 'errored');
      if (!samples) {
        assert.equal(result.error.error.message, 'temperature: Extra inputs are not permitted');
      }
    });
  });
}
