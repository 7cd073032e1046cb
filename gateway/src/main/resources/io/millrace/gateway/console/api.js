/** The gateway's HTTP API as this page uses it. */

/** An answer that is not a success, or none at all (status 0). */
export class ApiError extends Error {
  constructor(status, type, message, requestId) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.type = type;
    this.requestId = requestId;
  }

  /** A sentence for people. */
  get sentence() {
    const reference = this.requestId ? ` (${this.requestId})` : '';
    return `${this.message}${reference}`;
  }
}

/** Reads both error shapes: Anthropic's {"error":{"type","message"}} and OpenAI's, which has a code. */
export function errorOf(status, text, requestId) {
  try {
    const { error, request_id: id } = JSON.parse(text);
    if (error && typeof error.message === 'string') {
      return new ApiError(status, error.type ?? 'error', error.message, requestId ?? id ?? null);
    }
  } catch {
    // Not the gateway's own words, a proxy's page perhaps.
  }
  return new ApiError(status, 'error', `The gateway answered with status ${status}.`, requestId);
}

const unreachable = () => new ApiError(0, 'unreachable', 'The gateway cannot be reached.', null);

export class Api {
  constructor(key) {
    this.key = key;
  }

  /** The version of the API that still lets requests say how tokens are drawn. */
  get headers() {
    return { 'x-api-key': this.key, 'anthropic-version': '2023-06-01' };
  }

  async fetch(path, options = {}) {
    let response;
    try {
      response = await fetch(path, {
        ...options, headers: { ...this.headers, ...options.headers }, cache: 'no-store',
      });
    } catch (failure) {
      throw failure.name === 'AbortError' ? failure : unreachable();
    }
    if (!response.ok) {
      throw errorOf(response.status, await response.text(), response.headers.get('request-id'));
    }
    return response;
  }

  async json(path, options) {
    return (await this.fetch(path, options)).json();
  }

  /** Live state of the workspace's batches, newest first, and what else the page shows. */
  batches() {
    return this.json('/console/batches');
  }

  cancel(batch) {
    const root = isOpenAi(batch) ? '/v1/batches' : '/v1/messages/batches';
    return this.json(`${root}/${batch.id}/cancel`, { method: 'POST' });
  }

  delete(batch) {
    return this.json(`/v1/messages/batches/${batch.id}`, { method: 'DELETE' });
  }

  /** Where the results of an ended batch are: one path, or output and errors of an OpenAI batch. */
  async resultPaths(batch) {
    if (!isOpenAi(batch)) {
      return [{ path: `/v1/messages/batches/${batch.id}/results`, name: 'results' }];
    }
    const { output_file_id: output, error_file_id: errors } =
      await this.json(`/v1/batches/${batch.id}`);
    return [[output, 'output'], [errors, 'errors']]
      .filter(([id]) => id)
      .map(([id, name]) => ({ path: `/v1/files/${id}/content`, name }));
  }

  /** Creates a batch of what inspect() made of a file; resolves to its id. */
  async create(inspected, filename, onProgress) {
    if (inspected.format === 'anthropic') {
      const created = await this.send('/v1/messages/batches', inspected.body, onProgress, {
        'content-type': 'application/json', 'idempotency-key': randomKey(),
      });
      return created.id;
    }
    const form = new FormData();
    form.append('purpose', 'batch');
    form.append('file', inspected.body, filename);
    const file = await this.send('/v1/files', form, onProgress, {});
    const created = await this.json('/v1/batches', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        input_file_id: file.id, endpoint: inspected.endpoint, completion_window: '24h',
      }),
    });
    return created.id;
  }

  /** POST with progress of the upload, which fetch cannot tell. */
  send(path, body, onProgress, headers) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('POST', path);
      for (const [name, value] of Object.entries({ ...this.headers, ...headers })) {
        request.setRequestHeader(name, value);
      }
      request.upload.onprogress = (event) => onProgress(event.loaded, event.total);
      request.onerror = () => reject(unreachable());
      request.onload = () => {
        if (request.status >= 200 && request.status < 300) {
          resolve(JSON.parse(request.responseText));
        } else {
          reject(errorOf(request.status, request.responseText, request.getResponseHeader('request-id')));
        }
      };
      request.send(body);
    });
  }
}

/** Whether a batch came by the OpenAI surface. */
export const isOpenAi = (batch) => batch.dialect !== 'anthropic';

/** crypto.randomUUID needs https, which a gateway in a private network may not have. */
function randomKey() {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(random, (value) => value.toString(16).padStart(2, '0')).join('');
}
