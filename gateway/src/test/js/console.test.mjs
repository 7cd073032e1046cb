/** The parts of the console that need no browser: files of requests, lines of results, words for numbers. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

const folder = new URL('../../main/resources/io/millrace/gateway/console/', import.meta.url);
const { inspect, lines } = await import(new URL('jsonl.js', folder));
const { classify, Summary } = await import(new URL('results.js', folder));
const { ago, bytes, duration, percent } = await import(new URL('format.js', folder));
const { errorOf } = await import(new URL('api.js', folder));

const file = (...texts) => new Blob([texts.join('\n')]);
const entry = (id) => JSON.stringify({ custom_id: id, params: { model: 'm', max_tokens: 1, messages: [] } });
const line = (id, url = '/v1/chat/completions') => JSON.stringify({ custom_id: id, method: 'POST', url, body: { model: 'm' } });

/** A stream that cuts its bytes every few, in the middle of characters too. */
function inPieces(text, size) {
  const all = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= all.length) {
        controller.close();
        return;
      }
      controller.enqueue(all.slice(at, at + size));
      at += size;
    },
  });
}

describe('lines of a stream', () => {
  it('are whole however the bytes are cut', async () => {
    const wanted = ['α', '', '{"text":"日本語 😀"}', 'end'];
    for (let size = 1; size < 12; size += 1) {
      const found = [];
      for await (const each of lines(inPieces(wanted.join('\n'), size))) {
        found.push(each);
      }
      assert.deepEqual(found, wanted, `pieces of ${size}`);
    }
  });
});

describe('a file of requests', () => {
  it('of Message Batches becomes the body of a create', async () => {
    const inspected = await inspect(file(entry('a'), '', `  ${entry('b')}\r`), 'other');

    assert.equal(inspected.format, 'anthropic');
    assert.equal(inspected.requests, 2);
    assert.deepEqual([...inspected.models], [['m', 2]]);
    assert.deepEqual(inspected.problems, []);
    const body = JSON.parse(await inspected.body.text());
    assert.deepEqual(body.requests.map((request) => request.custom_id), ['a', 'b']);
  });

  it('of OpenAI stays a file of lines', async () => {
    const inspected = await inspect(file(line('a'), line('b')), 'other');

    assert.equal(inspected.format, 'openai');
    assert.equal(inspected.endpoint, '/v1/chat/completions');
    assert.equal(await inspected.body.text(), `${line('a')}\n${line('b')}\n`);
  });

  it('of native lines becomes OpenAI’s, with the model that answers', async () => {
    const native = { id: '1', messages: [{ role: 'user', content: 'Hi' }], temperature: 0.5 };
    const inspected = await inspect(file(JSON.stringify(native)), 'served');

    assert.equal(inspected.format, 'native');
    assert.deepEqual(JSON.parse(await inspected.body.text()), {
      custom_id: '1', method: 'POST', url: '/v1/chat/completions',
      body: { model: 'served', messages: native.messages, temperature: 0.5 },
    });
  });

  it('of native prompts and tokens asks for completions', async () => {
    const inspected = await inspect(file('{"id":"1","prompt":"Once","model":"mine"}', '{"id":"2","token_ids":[1,2]}'), 'served');
    const bodies = (await inspected.body.text()).trimEnd().split('\n').map((each) => JSON.parse(each));

    assert.equal(inspected.endpoint, '/v1/completions');
    assert.deepEqual(bodies.map(({ body }) => body), [{ model: 'mine', prompt: 'Once' }, { model: 'served', prompt: [1, 2] }]);
  });

  for (const [what, texts, number, message] of [
    ['no JSON', [entry('a'), '{"custom_id"'], 2, /^not JSON/],
    ['another format', [entry('a'), line('b')], 2, /openai format in a file of anthropic/],
    ['no format at all', ['[1]'], 1, /none of the three formats/],
    ['an id twice', [entry('a'), entry('b'), entry('a')], 3, /stands on line 1 already/],
    ['an id that is not allowed', [entry('a b')], 1, /1 to 64/],
    ['another endpoint', [line('a'), line('b', '/v1/completions')], 2, /expected: \/v1\/chat\/completions/],
  ]) {
    it(`with ${what} is refused by line`, async () => {
      const { problems, problemCount } = await inspect(file(...texts), 'm');

      assert.equal(problemCount, 1);
      assert.equal(problems[0].line, number);
      assert.match(problems[0].text, message);
    });
  }

  it('that is empty or not text is refused', async () => {
    assert.match((await inspect(file(''), 'm')).problems[0].text, /no request/);
    assert.match((await inspect(new Blob([new Uint8Array([0xff, 0xfe, 0x0a])]), 'm')).problems[0].text, /not UTF-8/);
  });

  it('with too many requests is refused, and its problems are counted', async () => {
    const many = await inspect(file(...Array.from({ length: 100_001 }, (_, index) => entry(`r${index}`))), 'm');
    const bad = await inspect(file(...Array.from({ length: 50 }, () => 'x')), 'm');

    assert.match(many.problems[0].text, /100001 requests \(expected: at most 100000\)/);
    assert.equal(bad.problemCount, 50);
    assert.equal(bad.problems.length, 20);
  });
});

const anthropic = (id, result) => JSON.stringify({ custom_id: id, result });
const openAi = (id, response, error = null) => JSON.stringify({ id: 'x', custom_id: id, response, error });

describe('a line of results', () => {
  it('of Message Batches is read in all four kinds', () => {
    const message = {
      content: [{ type: 'text', text: 'Pa' }, { type: 'text', text: 'ris' }], stop_reason: 'end_turn',
      usage: { input_tokens: 7, cache_read_input_tokens: 3, output_tokens: 2 },
    };
    const good = classify(anthropic('a', { type: 'succeeded', message }));
    const error = { type: 'error', error: { type: 'invalid_request_error', message: 'm: wrong' }, request_id: null };
    const bad = classify(anthropic('b', { type: 'errored', error }));

    assert.deepEqual([good.kind, good.text, good.input, good.output], ['succeeded', 'Paris', 10, 2]);
    assert.deepEqual([bad.kind, bad.code, bad.message], ['errored', 'invalid_request_error', 'm: wrong']);
    assert.equal(classify(anthropic('c', { type: 'canceled' })).kind, 'canceled');
    assert.equal(classify(anthropic('d', { type: 'expired' })).kind, 'expired');
  });

  it('of OpenAI is read to the same', () => {
    const body = { choices: [{ message: { content: 'Paris' }, finish_reason: 'stop' }], usage: { prompt_tokens: 4, completion_tokens: 1 } };
    const good = classify(openAi('a', { status_code: 200, body }));
    const bad = classify(openAi('b', { status_code: 400, body: { error: { code: 'invalid', message: 'no' } } }));
    const late = classify(openAi('c', null, { code: 'batch_expired', message: 'late' }));

    assert.deepEqual([good.kind, good.text, good.input, good.output], ['succeeded', 'Paris', 4, 1]);
    assert.deepEqual([bad.kind, bad.code, bad.message], ['errored', 'invalid', 'no']);
    assert.equal(late.kind, 'expired');
  });
});

describe('a summary of results', () => {
  it('counts all, groups errors by code, and keeps a bounded number', () => {
    const summary = new Summary();
    for (let index = 0; index < 1000; index += 1) {
      const base = { id: `r${index}`, raw: '', input: 1, output: 2, text: '' };
      summary.add(index % 4 === 0
        ? { ...base, kind: 'errored', code: index % 8 === 0 ? 'x' : 'y', message: `m${index % 80}` }
        : { ...base, kind: 'succeeded' });
    }

    assert.deepEqual(summary.kinds, { succeeded: 750, errored: 250, canceled: 0, expired: 0 });
    assert.equal(summary.output, 2000);
    assert.equal(summary.errors.get('x').count, 125);
    assert.equal(summary.errors.get('x').messages.size, 5);
    assert.equal(summary.errors.get('x').others + [...summary.errors.get('x').messages.values()].reduce((a, b) => a + b), 125);
    assert.equal(summary.group('').kept.length, 200);
    assert.deepEqual(summary.group('').kept.slice(0, 3).map((result) => result.id), ['r0', 'r1', 'r2']);
    assert.equal(summary.group('').count, 1000);
    assert.equal(summary.group('errored').count, 250);
    assert.equal(summary.group('errored/y').kept.length, 125);
  });
});

describe('words', () => {
  it('for times and sizes', () => {
    assert.equal(duration(45_000), '45 s');
    assert.equal(duration(125_000), '2 min 5 s');
    assert.equal(duration(3_600_000 * 26), '1 d 2 h');
    assert.equal(ago(0, 3_700_000), '1 h ago');
    assert.equal(bytes(1536), '1.5 KiB');
  });

  it('for shares never promise too much', () => {
    assert.equal(percent(0, 10), '0 %');
    assert.equal(percent(1, 100_000), '1 %');
    assert.equal(percent(99_999, 100_000), '99 %');
    assert.equal(percent(10, 10), '100 %');
  });

  it('of errors are the gateway’s own, in both shapes', () => {
    const anthropicBody = '{"type":"error","error":{"type":"not_found_error","message":"gone"},"request_id":"req_1"}';
    assert.equal(errorOf(404, anthropicBody, null).sentence, 'gone (req_1)');
    assert.equal(errorOf(400, '{"error":{"message":"no","type":"t","param":null,"code":null}}', null).message, 'no');
    assert.match(errorOf(502, '<html>', null).message, /502/);
  });
});
