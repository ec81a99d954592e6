// The HTTP API: JSON in and out, problems as errors, downloads, and the stream of changes.

const TOKEN = 'leaktrace.token';

export const token = () => sessionStorage.getItem(TOKEN);
export const setToken = value => (value ? sessionStorage.setItem(TOKEN, value) : sessionStorage.removeItem(TOKEN));

/** An error of a request; status 0 means that the server could not be reached. */
export class ApiError extends Error {
  constructor(status, detail, retryAfter) {
    super(detail);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

async function request(url, options = {}) {
  const headers = { ...options.headers };
  if (token()) headers.Authorization = `Bearer ${token()}`;
  let response;
  try {
    response = await fetch(url, { ...options, headers });
  } catch (error) {
    throw new ApiError(0, error.message);
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  const retryAfter = Number(response.headers.get('Retry-After')) || 5;
  throw new ApiError(response.status, problem.detail ?? problem.title ?? response.statusText, retryAfter);
}

/** Parameters that are null or empty are left out. */
export function url(path, params = {}) {
  const query = new URLSearchParams(Object.entries(params).filter(([, value]) => value !== null && value !== undefined && value !== ''));
  return query.size ? `${path}?${query}` : path;
}

export const custodianPath = custodian => `/api/suspects/${encodeURIComponent(custodian)}`;

export async function get(path, params) {
  return (await request(url(path, params), { headers: { Accept: 'application/json' } })).json();
}

export async function post(path, body) {
  const response = await request(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  return response.json();
}

/** Downloads a file with the token, which a link cannot send. */
export async function download(address, name) {
  const blob = await (await request(address)).blob();
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

const SILENCE = 60000;

/**
 * Follows /api/events until the returned function is called. EventSource cannot send a token, so the stream is read with
 * fetch. onState receives 'live' and 'lost'; a stream without data or heartbeats for a minute counts as lost.
 */
export function follow(onEvent, onState) {
  let stopped = false;
  let controller;
  let wake = () => {};
  const online = () => wake();
  // The browser may cache a page that the user has left; its stream would use one of the few connections to the host.
  const leave = () => controller?.abort();
  addEventListener('online', online);
  addEventListener('pageshow', online);
  addEventListener('pagehide', leave);
  (async () => {
    let wait = 1000;
    while (!stopped) {
      controller = new AbortController();
      try {
        const response = await request('/api/events', { signal: controller.signal, headers: { Accept: 'text/event-stream' } });
        wait = 1000;
        onState('live');
        await read(response.body, controller, onEvent);
      } catch { /* onState reports it below; the next attempt follows */ }
      if (stopped) return;
      onState('lost');
      await new Promise(resolve => {
        wake = resolve;
        setTimeout(resolve, wait);
      });
      wait = Math.min(wait * 2, 15000);
    }
  })();
  return () => {
    stopped = true;
    removeEventListener('online', online);
    removeEventListener('pageshow', online);
    removeEventListener('pagehide', leave);
    controller?.abort();
    wake();
  };
}

async function read(body, controller, onEvent) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const watchdog = setTimeout(() => controller.abort(), SILENCE);
    const { done, value } = await reader.read();
    clearTimeout(watchdog);
    if (done) return;
    text += value.replaceAll('\r', '');
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const type = /^event: ?(.*)$/m.exec(text.slice(0, end));
      if (type) onEvent(type[1]);
      text = text.slice(end + 2);
    }
  }
}
