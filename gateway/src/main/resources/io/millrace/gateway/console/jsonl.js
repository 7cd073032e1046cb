/** Request files: read line by line, told apart, checked, and turned into what the API takes. */

const CUSTOM_ID = /^[a-zA-Z0-9_-]{1,64}$/;
const PIECE = 1 << 20;
const PROBLEMS_SHOWN = 20;

/** What a batch may have: of the Message Batches API and of OpenAI's. */
const LIMITS = {
  anthropic: { requests: 100_000, bytes: 256 << 20 },
  openai: { requests: 50_000, bytes: 200 << 20 },
};

/** Lines of a stream of bytes, without their ends; throws a TypeError where it is not UTF-8. */
export async function* lines(stream) {
  const reader = stream.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const parts = rest.split('\n');
      rest = parts.pop();
      yield* parts;
      if (done) {
        break;
      }
    }
    if (rest !== '') {
      yield rest;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Which kind of line an object is; null for none. */
export function formatOf(entry) {
  if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) {
    return null;
  }
  if ('custom_id' in entry && 'params' in entry) {
    return 'anthropic';
  }
  if ('custom_id' in entry && 'body' in entry) {
    return 'openai';
  }
  return 'id' in entry && ['messages', 'prompt', 'token_ids'].some((name) => name in entry)
    ? 'native' : null;
}

/** A native line as one of OpenAI's, whose fields are the same but for the prompt's place. */
export function nativeToOpenAi(entry, model) {
  const { id, token_ids: tokens, ...fields } = entry;
  const body = { model, ...fields };
  if (tokens !== undefined) {
    body.prompt = tokens;
  }
  const url = 'messages' in entry ? '/v1/chat/completions' : '/v1/completions';
  return { custom_id: id, method: 'POST', url, body };
}

/** Collects the text of a body in pieces that the browser may keep outside the page's memory. */
class Pieces {
  #blobs = [];
  #pending = [];
  #length = 0;

  add(text) {
    this.#pending.push(text);
    this.#length += text.length;
    if (this.#length >= PIECE) {
      this.#flush();
    }
  }

  blob() {
    this.#flush();
    return new Blob(this.#blobs);
  }

  #flush() {
    this.#blobs.push(new Blob(this.#pending));
    this.#pending = [];
    this.#length = 0;
  }
}

/** Checks a file's lines one after the other; all lines must be of one format and one endpoint. */
class Inspection {
  format = null;
  endpoint = null;
  requests = 0;
  models = new Map();
  problems = [];
  problemCount = 0;
  #ids = new Map();
  #pieces = new Pieces();

  constructor(defaultModel) {
    this.defaultModel = defaultModel;
  }

  problem(line, text) {
    this.problemCount += 1;
    if (this.problems.length < PROBLEMS_SHOWN) {
      this.problems.push({ line, text });
    }
  }

  line(number, text) {
    let entry;
    try {
      entry = JSON.parse(text);
    } catch (failure) {
      this.problem(number, `not JSON: ${failure.message}`);
      return;
    }
    const format = formatOf(entry);
    if (format === null) {
      this.problem(number, 'none of the three formats (expected: custom_id and params, custom_id and body, or id and messages)');
      return;
    }
    this.format ??= format;
    if (format !== this.format) {
      this.problem(number, `a line of ${format} format in a file of ${this.format} format`);
      return;
    }
    this.request(number, format === 'native' ? nativeToOpenAi(entry, this.defaultModel) : entry, text);
  }

  request(number, entry, text) {
    const problem = this.identity(entry.custom_id, number) ?? this.place(entry);
    if (problem) {
      this.problem(number, problem);
      return;
    }
    const model = (entry.params ?? entry.body)?.model ?? '(none)';
    this.models.set(model, (this.models.get(model) ?? 0) + 1);
    const written = this.format === 'native' ? JSON.stringify(entry) : text;
    if (this.format === 'anthropic') {
      this.#pieces.add(`${this.requests === 0 ? '{"requests":[' : ','}${written}`);
    } else {
      this.#pieces.add(`${written}\n`);
    }
    this.requests += 1;
  }

  identity(id, number) {
    if (typeof id !== 'string' || id === '') {
      return 'its id is not a string';
    }
    if (this.format === 'anthropic' && !CUSTOM_ID.test(id)) {
      return `custom_id: ${id.slice(0, 80)} (expected: 1 to 64 of a-z A-Z 0-9 _ -)`;
    }
    const first = this.#ids.get(id);
    if (first !== undefined) {
      return `custom_id: ${id.slice(0, 80)} stands on line ${first} already`;
    }
    this.#ids.set(id, number);
    return null;
  }

  place(entry) {
    if (this.format === 'anthropic') {
      return null;
    }
    this.endpoint ??= entry.url;
    return entry.url === this.endpoint
      ? null : `url: ${entry.url} (expected: ${this.endpoint}, as in the lines before)`;
  }

  result() {
    if (this.format === 'anthropic' && this.requests > 0) {
      this.#pieces.add(']}');
    }
    const body = this.#pieces.blob();
    const limits = this.format === 'anthropic' ? LIMITS.anthropic : LIMITS.openai;
    if (this.requests > limits.requests) {
      this.problem(null, `${this.requests} requests (expected: at most ${limits.requests})`);
    }
    if (body.size > limits.bytes) {
      this.problem(null, `${body.size} bytes (expected: at most ${limits.bytes})`);
    }
    if (this.requests === 0 && this.problemCount === 0) {
      this.problem(null, 'the file has no request');
    }
    const { format, endpoint, requests, models, problems, problemCount } = this;
    return { format, endpoint, requests, models, problems, problemCount, body };
  }
}

/**
 * Reads a file of requests.
 *
 * @param file a Blob
 * @param defaultModel for native lines, which need not name one
 * @param onProgress called with the number of lines read now and then
 * @returns {Promise} format, endpoint (of OpenAI's), requests, models (name to count), problems (the
 *     first of problemCount), body (a Blob for the API)
 */
export async function inspect(file, defaultModel, onProgress = () => {}) {
  const inspection = new Inspection(defaultModel);
  let number = 0;
  try {
    for await (const line of lines(file.stream())) {
      number += 1;
      const text = (number === 1 ? line.replace(/^\uFEFF/, '') : line).trim();
      if (text !== '') {
        inspection.line(number, text);
      }
      if (number % 2000 === 0) {
        onProgress(number);
      }
    }
  } catch (failure) {
    if (!(failure instanceof TypeError)) {
      throw failure;
    }
    inspection.problem(number + 1, 'not UTF-8 text');
  }
  return inspection.result();
}
