/** Result lines of both dialects, read to one shape, counted and grouped in bounded memory. */

const SAMPLES = 200;
const MESSAGES = 5;

/** What one line says: id, kind, code and message of an error, text and tokens of an answer. */
export function classify(line) {
  const entry = JSON.parse(line);
  const read = 'result' in entry ? anthropic(entry.result) : openAi(entry);
  return { id: entry.custom_id, raw: line, code: null, message: null, text: '', input: 0, output: 0, ...read };
}

function anthropic(result) {
  if (result.type === 'errored') {
    const { type, message } = result.error.error;
    return { kind: 'errored', code: type, message };
  }
  if (result.type !== 'succeeded') {
    return { kind: result.type };
  }
  const { content, usage, stop_reason: stop } = result.message;
  return {
    kind: 'succeeded',
    text: content.map((block) => block.text ?? '').join(''),
    stop,
    input: usage.input_tokens + (usage.cache_read_input_tokens ?? 0),
    output: usage.output_tokens,
  };
}

/** OpenAI has no lines of their own for what was canceled or expired: the error's code says it. */
const OPENAI_KINDS = {
  batch_expired: 'expired', expired: 'expired', batch_cancelled: 'canceled', cancelled: 'canceled',
  canceled: 'canceled',
};

function openAi({ response, error }) {
  const failure = error ?? (response.status_code >= 400 ? response.body?.error ?? {} : null);
  if (failure) {
    const code = failure.code ?? failure.type ?? 'error';
    return { kind: OPENAI_KINDS[code] ?? 'errored', code, message: failure.message ?? '' };
  }
  const choice = response.body.choices?.[0];
  const usage = response.body.usage ?? {};
  return {
    kind: 'succeeded',
    text: choice?.message?.content ?? choice?.text ?? '',
    stop: choice?.finish_reason,
    input: usage.prompt_tokens ?? 0,
    output: usage.completion_tokens ?? 0,
  };
}

/** Counts of all lines, and the first few of each group to look at. */
export class Summary {
  total = 0;
  kinds = { succeeded: 0, errored: 0, canceled: 0, expired: 0 };
  input = 0;
  output = 0;
  /** Code to {code, count, messages (text to count), others}. */
  errors = new Map();
  /** Name of a group ("succeeded", "errored/CODE") to its first results. */
  samples = new Map();

  add(result) {
    this.total += 1;
    this.kinds[result.kind] += 1;
    this.input += result.input;
    this.output += result.output;
    let group = result.kind;
    if (result.kind === 'errored') {
      group = `errored/${result.code}`;
      this.#countError(result);
    }
    const kept = this.samples.get(group) ?? [];
    this.samples.set(group, kept);
    if (kept.length < SAMPLES) {
      kept.push({ ...result, order: this.total });
    }
  }

  #countError({ code, message }) {
    const group = this.errors.get(code) ?? { code, count: 0, messages: new Map(), others: 0 };
    this.errors.set(code, group);
    group.count += 1;
    const known = group.messages.get(message);
    if (known !== undefined || group.messages.size < MESSAGES) {
      group.messages.set(message, (known ?? 0) + 1);
    } else {
      group.others += 1;
    }
  }

  /** Kept results of a group and all below it ("" is everything), as they came, and how many it has. */
  group(name) {
    const kept = [...this.samples]
      .filter(([group]) => name === '' || group === name || group.startsWith(`${name}/`))
      .flatMap(([, results]) => results)
      .sort((left, right) => left.order - right.order)
      .slice(0, SAMPLES);
    return { kept, count: this.#count(name) };
  }

  #count(name) {
    if (name === '') {
      return this.total;
    }
    return name.startsWith('errored/')
      ? this.errors.get(name.slice('errored/'.length))?.count ?? 0 : this.kinds[name];
  }
}
