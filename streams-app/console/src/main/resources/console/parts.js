// Elements that several pages use.
import { token, download, url } from './api.js';
import { custodianName, dateTime, num } from './format.js';
import { h } from './dom.js';
import { t } from './i18n.js';
import { setQuery, suspectHref } from './navigation.js';
import { say } from './say.js';

export const ROLES = ['SELLER', 'LOGISTICS_NODE', 'PAYMENT_CHANNEL', 'SERVICE_PROVIDER', 'PLATFORM'];
export const STATUSES = ['SUSPECT', 'CONFIRMED', 'WATCH', 'CLEAR', 'DISMISSED'];
const SIZES = [10, 25, 50, 100, 500];

export const custodianLink = custodian => (custodian
  ? h('a', { href: suspectHref(custodian) }, custodianName(custodian))
  : h('span.quiet', {}, t('nobody')));

export const statusMark = status => h(`span.status.status-${status}`, {}, t('status.' + status));

/** A time, with the exact value for programs and as a tooltip. */
export const time = iso => (iso ? h('time', { datetime: iso, title: iso }, dateTime(iso)) : '–');

/** The number of distinct buyers, of those who had ordered before, and of decoys, if there are any. */
export const buyersText = ({ buyers, knownBuyers, decoys }) =>
  t(decoys ? 'buyers.decoys' : 'buyers.known', { buyers: num(buyers), known: num(knownBuyers), decoys: num(decoys) });

export const fieldName = field => t('field.' + field);

/**
 * A table. columns: {key, label, cell(row), head, num, hint, wide, sortable}; the column with `head` names the row. On a phone rows
 * become cards unless the table scrolls in its own box. Roles are explicit, since cards lose the roles of a table.
 */
export function table({ id, caption, columns, rows, key, scroll, rowProps, sort }) {
  const body = rows.map(row => h('tr', { role: 'row', 'data-key': key?.(row), ...rowProps?.(row) }, columns.map(column => {
    const props = { 'data-label': column.label, 'data-col': column.key, class: column.num ? 'num' : column.wide ? 'wide' : null };
    return column.head
      ? h('th', { ...props, scope: 'row', role: 'rowheader' }, column.cell(row))
      : h('td', { ...props, role: 'cell' }, h('div', {}, column.cell(row)));
  })));
  const head = columns.map(column => h('th', {
    scope: 'col', role: 'columnheader', class: column.num ? 'num' : null, title: column.hint,
    'aria-sort': sort?.by === column.key ? (sort.down ? 'descending' : 'ascending') : null,
  }, column.sortable ? sortButton(column, sort) : column.label));
  const element = h(scroll ? 'table' : 'table.cards', { role: 'table', id, 'data-testid': id },
    h('caption', {}, caption),
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, head)),
    h('tbody', { role: 'rowgroup' }, body));
  return scrollBox(caption, element, `box-${id}`);
}

/** A box in which wide content scrolls, also by keyboard. */
export const scrollBox = (name, content, key) => h('div.box', { role: 'group', tabindex: 0, 'aria-label': name, 'data-key': key }, content);

function sortButton(column, sort) {
  const mark = sort.by === column.key ? (sort.down ? ' ▼' : ' ▲') : '';
  return h('button.sort', {
    type: 'button', 'data-testid': `sort-${column.key}`,
    onclick: () => {
      const down = sort.by === column.key ? !sort.down : column.down !== false;
      setQuery({ sort: column.key === 'rank' && !down ? null : (down ? '-' : '') + column.key }, { replace: true });
    },
  }, column.label, h('span', { 'aria-hidden': 'true' }, mark));
}

export const pageParams = (query, size = 50) => ({ page: query.get('page') ?? 1, size: query.get('size') ?? size });

/** Navigation between pages of a list, and the number of rows per page. */
export function pager(data, usual = 50) {
  const last = Math.max(1, Math.ceil(data.total / data.size));
  const from = data.total ? (data.page - 1) * data.size + 1 : 0;
  const move = (page, label, id) => h('button', {
    type: 'button', 'data-testid': id, disabled: page < 1 || page > last,
    onclick: () => setQuery({ page: page === 1 ? null : page }),
  }, label);
  return h('nav.pager', { 'aria-label': t('pages') },
    move(data.page - 1, t('page.previous'), 'page-previous'),
    h('span', { 'data-testid': 'page-range' }, t('page.range', { from: num(from), to: num(Math.min(data.total, data.page * data.size)), total: num(data.total) })),
    move(data.page + 1, t('page.next'), 'page-next'),
    h('label', {}, t('page.size'), ' ', h('select', {
      'data-testid': 'page-size', value: String(data.size),
      onchange: event => setQuery({ size: event.target.value === String(usual) ? null : event.target.value, page: null }),
    }, [...new Set([...SIZES, data.size])].sort((a, b) => a - b).map(size => h('option', { value: size, selected: size === data.size }, num(size))))));
}

/** Links to the whole filtered list as a file. Without a token, the browser downloads them itself. */
export function exports(path, params, formats = ['csv', 'ndjson']) {
  return h('div.exports', {}, h('span.quiet', {}, t('export')), formats.map(format => {
    const address = url(path, { ...params, format });
    const name = `leaktrace-${path.split('/').at(-1)}.${format === 'csv' ? 'csv' : 'ndjson'}`;
    return h('a', {
      href: address, download: name, 'data-testid': `export-${format}`,
      'aria-label': t('export.as', { format: t('format.' + format) }),
      onclick: event => {
        if (!token()) return;
        event.preventDefault();
        download(address, name).catch(error => say(t('export.failed', { why: error.message })));
      },
    }, t('format.' + format));
  }));
}

/** Checkboxes whose state is in the query as A,B. */
export function choices(query, name, values, wordKey) {
  const chosen = new Set((query.get(name) ?? '').split(',').filter(Boolean));
  return h('fieldset.choices', {}, h('legend', {}, t('filter.' + name)), values.map(value => h('label', {},
    h('input', {
      type: 'checkbox', checked: chosen.has(value), 'data-testid': `filter-${name}-${value}`,
      onchange: event => {
        if (event.target.checked) chosen.add(value);
        else chosen.delete(value);
        setQuery({ [name]: values.filter(v => chosen.has(v)).join(','), page: null }, { replace: true });
      },
    }), h('span', {}, t(`${wordKey}.${value}`)))));
}

let typing;

/** A field that filters a list by text, shortly after the last key. */
export function searchField(query, placeholder) {
  return h('label', {}, t('filter.q'), ' ', h('input', {
    type: 'search', value: query.get('q') ?? '', 'data-testid': 'filter-q', 'data-search': true, placeholder,
    oninput: event => {
      const text = event.target.value.trim();
      clearTimeout(typing);
      const input = event.target;
      // The user may have left the page by then.
      typing = setTimeout(() => input.isConnected && setQuery({ q: text, page: null }, { replace: true }), 250);
    },
  }));
}

export function empty(text, ...more) {
  return h('div.state', { 'data-testid': 'empty' }, h('p', {}, text), more);
}

/** A definition list of figures: [label, value, id]. */
export function figures(items) {
  return h('dl.figures', {}, items.filter(Boolean).map(([label, value, id]) => h('div', { 'data-testid': id }, h('dt', {}, label), h('dd', {}, value))));
}

export const section = (id, heading, ...children) => h('section', { id, 'data-key': id, 'data-testid': id, 'aria-labelledby': `${id}-h` },
  h('h2', { id: `${id}-h` }, heading), children);
