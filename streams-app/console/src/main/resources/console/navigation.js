// Routing by paths and the history API, so that every address can be shared.

// A dot would make the server look for a file. A colon is allowed and is more readable.
const encode = part => encodeURIComponent(part).replaceAll('%3A', ':').replaceAll('.', '%2E');

/** A path of the console, with the language parameter of the current address. */
export function href(parts, query = {}) {
  const asked = new URLSearchParams(location.search).get('lang');
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, lang: asked })) if (value) params.set(name, value);
  return '/' + parts.map(encode).join('/') + (params.size ? `?${params}` : '');
}

export const suspectHref = custodian => href(['suspects', custodian]);
/** Path of a contact. Ids of several systems may be equal, so the link contains the buyer's short name too. */
export const evidenceHref = ({ contactId, buyer }) => href(['evidence', contactId], { buyer });
/** Path of the campaign of a contact; whether callers join contacts stays as in the query. */
export const campaignHref = ({ contactId, buyer }, query) => href(['campaigns', contactId], { buyer, callers: query?.get('callers') });

let onMove = () => {};

export function go(address, { replace = false } = {}) {
  // The scroll position, for navigation back.
  if (!replace) history.replaceState({ y: scrollY }, '');
  history[replace ? 'replaceState' : 'pushState']({}, '', address);
  onMove({});
}

/** Shows the same page with other parameters; null removes a parameter. */
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
