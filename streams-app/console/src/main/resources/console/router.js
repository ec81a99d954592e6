// Real paths by the history API, so that every address can be sent to a colleague.

// A dot would make the server look for a file. A colon may stay, and reads better.
const encode = part => encodeURIComponent(part).replaceAll('%3A', ':').replaceAll('.', '%2E');

/** A path of the console. A language asked for in the address stays in it. */
export function href(parts, query = {}) {
  const asked = new URLSearchParams(location.search).get('lang');
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, lang: asked })) if (value) params.set(name, value);
  return '/' + parts.map(encode).join('/') + (params.size ? `?${params}` : '');
}

export const suspectHref = custodian => href(['suspects', custodian]);
/** An id alone is not enough where several systems give out ids, so a link carries the buyer, as the API shows it. */
export const evidenceHref = ({ contactId, buyer }) => href(['evidence', contactId], { buyer });

let onMove = () => {};

export function go(address, { replace = false } = {}) {
  // Where the reader was, for the way back.
  if (!replace) history.replaceState({ y: scrollY }, '');
  history[replace ? 'replaceState' : 'pushState']({}, '', address);
  onMove({});
}

/** The same page with other parameters; null takes one away. */
export function setQuery(changes, options) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') query.delete(name);
    else query.set(name, value);
  }
  go(location.pathname + (query.size ? `?${query}` : ''), options);
}

export function start(moved) {
  onMove = moved;
  addEventListener('popstate', () => onMove({ y: history.state?.y ?? 0 }));
  document.addEventListener('click', event => {
    const link = event.target.closest('a[href]');
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.origin !== location.origin || link.hasAttribute('download') || link.getAttribute('href').startsWith('#')) return;
    event.preventDefault();
    go(link.getAttribute('href'));
  });
}
