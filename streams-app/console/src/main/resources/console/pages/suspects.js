// The page of the ranking.
import { get } from '../api.js';
import { evidenceBar, intervalBar } from '../charts.js';
import { h } from '../dom.js';
import { custodianName, day, num, percent } from '../format.js';
import { t } from '../i18n.js';
import { choices, custodianLink, empty, exports, pageParams, pager, ROLES, searchField, statusMark, STATUSES, table } from '../parts.js';
import { setQuery, suspectHref } from '../navigation.js';
import { qualityBanner } from './epochs.js';

export const title = () => t('suspects.title');

const filters = query => ({ role: query.get('role'), status: query.get('status'), q: query.get('q') });

export async function load({ query, state, live, redraw }) {
  const [list, epochs] = await Promise.all([
    get('/api/suspects', { ...filters(query), ...pageParams(query) }),
    get('/api/epochs', { size: 1 }),
  ]);
  if (live) markMoves(state, list.items, redraw);
  else state.moves = new Map();
  state.ranks = new Map(list.items.map(suspect => [suspect.custodian, suspect.rank]));
  return { list, epoch: epochs.items[0] };
}

/** Marks rows with the number of ranks by which a live update has moved them, for 10 s. */
function markMoves(state, items, redraw) {
  state.moves = new Map();
  for (const { custodian, rank } of items) {
    const before = state.ranks?.get(custodian);
    if (before === undefined) state.moves.set(custodian, 'new');
    else if (before !== rank) state.moves.set(custodian, before - rank);
  }
  const moves = state.moves;
  setTimeout(() => {
    moves.clear();
    redraw();
  }, 10000);
}

export function view({ list, epoch }, { query, state }) {
  const filtered = Object.values(filters(query)).some(Boolean);
  return [
    h('p.lead', { 'data-key': 'lead' }, t('suspects.about')),
    epoch && qualityBanner(epoch),
    filterBar(query),
    list.items.length
      ? [ranking(list, query, state), pager(list)]
      : filtered ? empty(t('suspects.none.filtered'), h('button', {
        type: 'button', 'data-testid': 'filters-clear',
        onclick: () => setQuery({ role: null, status: null, q: null, page: null }),
      }, t('filters.clear'))) : empty(t('suspects.none')),
  ];
}

function filterBar(query) {
  return h('div.filters', { 'data-key': 'filters', role: 'search', 'aria-label': t('filters') },
    searchField(query, t('filter.q.hint')),
    choices(query, 'role', ROLES, 'role'),
    choices(query, 'status', STATUSES, 'status'),
    exports('/api/suspects', filters(query)));
}

// The value a column is sorted by.
const SORTS = {
  rank: s => s.rank, custodian: s => custodianName(s.custodian), score: s => s.score, evidence: s => s.evidence,
  leakRate: s => s.leakRate, exposures: s => s.exposures, contacts: s => s.contacts, attributed: s => s.attributed,
  expected: s => s.expected, onset: s => s.onset ?? '',
};

function ranking(list, query, state) {
  const asked = query.get('sort') ?? 'rank';
  const sort = { by: asked.replace('-', ''), down: asked.startsWith('-') };
  const by = SORTS[sort.by] ?? SORTS.rank;
  const compare = (a, b) => (typeof by(a) === 'string' ? by(a).localeCompare(by(b)) : by(a) - by(b)) || a.rank - b.rank;
  const rows = [...list.items].sort((a, b) => (sort.down ? -1 : 1) * compare(a, b));
  // Evidence far above the threshold fills its bar, so that the position of the threshold stays visible.
  const most = Math.max(...rows.map(s => s.threshold)) * 2.5;
  const highest = Math.max(...rows.filter(s => s.leakRate > 0).map(s => s.leakRateHigh ?? 0), 0.01);
  const columns = [
    { key: 'rank', label: t('col.rank'), num: true, sortable: true, down: false, cell: s => [move(state.moves.get(s.custodian)), num(s.rank)] },
    { key: 'custodian', label: t('col.custodian'), head: true, sortable: true, down: false, cell: s => name(s) },
    { key: 'status', label: t('col.status'), cell: s => statusMark(s.status) },
    { key: 'score', label: t('col.score'), hint: t('hint.score'), num: true, sortable: true, cell: s => percent(s.score) },
    { key: 'evidence', label: t('col.evidence'), hint: t('hint.evidence'), num: true, sortable: true,
      cell: s => [h('span', {}, t('evidence.of', { evidence: num(s.evidence, 1), threshold: num(s.threshold, 1) })), evidenceBar(s, most)] },
    { key: 'leakRate', label: t('col.leakRate'), hint: t('hint.leakRate'), num: true, sortable: true,
      cell: s => [h('span', {}, percent(s.leakRate, 2), ' ', h('span.quiet', {}, interval(s))), intervalBar(s, highest)] },
    { key: 'exposures', label: t('col.exposures'), hint: t('hint.exposures'), num: true, sortable: true, cell: s => num(s.exposures) },
    { key: 'contacts', label: t('col.contacts'), hint: t('hint.contacts'), num: true, sortable: true, cell: s => num(s.contacts) },
    { key: 'attributed', label: t('col.attributed'), hint: t('hint.attributed'), num: true, sortable: true, cell: s => num(s.attributed, 1) },
    { key: 'expected', label: t('col.expected'), hint: t('hint.expected'), num: true, sortable: true, cell: s => num(s.expected, 1) },
    { key: 'onset', label: t('col.onset'), hint: t('hint.onset'), sortable: true, cell: s => day(s.onset) },
  ];
  return [
    query.get('sort') && list.total > list.items.length && h('p.quiet', { 'data-key': 'sorted' }, t('suspects.sorted')),
    table({
      id: 'suspects', caption: t('suspects.caption'), columns, rows, sort, key: s => s.custodian,
      rowProps: s => ({
        'data-testid': 'suspect-row', 'data-custodian': s.custodian, 'data-rank': s.rank, 'data-status': s.status,
        class: state.moves.has(s.custodian) ? 'moved' : null,
      }),
    }),
  ];
}

export const interval = s => (s.leakRateLow === null || s.leakRateLow === undefined ? ''
  : `(${num(s.leakRateLow * 100, 2)}–${num(s.leakRateHigh * 100, 2)})`);

function name(s) {
  return [
    h('a', { href: suspectHref(s.custodian), 'data-row-link': true }, custodianName(s.custodian)),
    s.sharedWith && h('div.aside', { 'data-testid': 'shared' }, t('suspects.shared'), ' ', custodianLink(s.sharedWith),
      ` (${percent(s.shared, 0)})`),
  ];
}

function move(by) {
  if (by === undefined) return null;
  if (by === 'new') return h('span.move', { 'data-testid': 'moved' }, t('move.new'), ' ');
  const text = t(by > 0 ? 'move.up' : 'move.down', { by: Math.abs(by) });
  return h('span.move', { 'data-testid': 'moved', role: 'img', 'aria-label': text, title: text }, `${by > 0 ? '▲' : '▼'}${num(Math.abs(by))} `);
}
