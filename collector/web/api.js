// Asks the collector. Every question about the fleet goes through a moment: null is now, a time is
// then. The read token is kept in this object's memory and nowhere else.

/** What the collector said no to, or why it could not be asked (status 0). */
export class ApiError extends Error {
  constructor(status, message, retryAfter = 0) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

const PATIENCE_MS = 15000;
const MOST_KEPT = 6;  // Bitmaps of the past, which stay as they are.

export function createApi(base, ask = (...what) => fetch(...what)) {
  let readToken = '';

  async function send(path, parameters, options = {}) {
    const url = new URL(`api/v1/${path}`, base);
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== null && value !== undefined && value !== '') url.searchParams.set(name, value);
    }
    const headers = {...options.headers};
    if (readToken && !headers.Authorization) headers.Authorization = `Bearer ${readToken}`;
    let answer;
    try {
      answer = await ask(url, {
        cache: 'no-store',
        credentials: 'same-origin',
        ...options,
        headers,
        signal: options.signal ?? AbortSignal.timeout(PATIENCE_MS),
      });
    } catch (error) {
      throw unreached(error);
    }
    if (!answer.ok) throw await refusal(answer);
    return answer;
  }

  const unreached = ({name}) => new ApiError(0, name === 'TimeoutError' ? 'the collector does not answer'
    : 'the collector cannot be reached');

  /** What an answer has; it may end halfway. */
  async function read(how, ...what) {
    const answer = await send(...what);
    try {
      return await answer[how]();
    } catch (error) {
      throw error.name === 'SyntaxError' ? error : unreached(error);
    }
  }

  async function refusal(answer) {
    const text = await answer.text().catch(() => '');
    let message = `${answer.status} ${answer.statusText}`;
    try {
      message = JSON.parse(text).error ?? message;
    } catch {
      // What the library itself refuses is no JSON.
    }
    return new ApiError(answer.status, message, Number(answer.headers.get('Retry-After')) || 0);
  }

  const shown = (token) => (token === '' ? {} : {Authorization: `Bearer ${token}`});
  const json = (...what) => read('json', ...what);
  const bytes = (...what) => read('arrayBuffer', ...what);
  const kept = new Map();

  async function keptBytes(path, parameters) {
    const key = JSON.stringify(parameters);
    let answer = kept.get(key);
    if (answer === undefined) answer = await bytes(path, parameters);
    kept.delete(key);  // What was used last stands last.
    kept.set(key, answer);
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
    return answer;
  }

  const of = (moment, now, then) => (moment === null ? now : then);

  return {
    json,
    bytes,
    text: (...what) => read('text', ...what),
    setReadToken(token) { readToken = token; },
    summary: (moment) => json(of(moment, 'summary', 'at'), {time: moment}),
    bitmap: (moment, filter = '', plane = '') =>
      (moment === null ? bytes('bitmap', {plane, filter})
        : keptBytes('at/bitmap', {time: moment, plane, filter})),
    hosts: (moment, parameters) =>
      json(of(moment, 'hosts', 'at/hosts'), {time: moment, ...parameters}),
    host: (moment, name) =>
      json(`${of(moment, 'hosts', 'at/hosts')}/${encodeURIComponent(name)}`, {time: moment}),
    history: (name, from, to) =>
      json(`hosts/${encodeURIComponent(name)}/history`, {from, to, limit: 1000}),
    /** Whose a token is, and what it is good for; without one, the token that reads. */
    whoami: (token) => json('whoami', {}, {headers: shown(token)}),
    /** Asks for a change, with the token that reads where none is given. `key` makes sure that it is
        done once. */
    change: (method, path, body, token, key) => json(path, {}, {
      method,
      headers: {
        ...shown(token),
        'Idempotency-Key': key,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(body),
    }),
  };
}
