// The page that compares two replay runs.
import { get } from '../api.js';
import { h } from '../dom.js';
import { num, percent } from '../format.js';
import { t } from '../i18n.js';
import { custodianLink, empty, section, statusMark, table, time } from '../parts.js';
import { setQuery } from '../navigation.js';

export const title = () => t('compare.title');

export async function load({ query }) {
  const { items: runs } = await get('/api/runs');
  const a = query.get('a') ?? runs[0]?.name;
  const b = query.get('b') ?? runs.find(run => run.name !== a)?.name;
  return { runs, a, b, diff: a && b ? await get('/api/diff', { a, b }) : null };
}

export function view({ runs, a, b, diff }, { query }) {
  const how = h('pre', {}, h('code', {}, './leaktrace replay --orders orders.jsonl --contacts contacts.jsonl --out runs/before --name before\n./leaktrace replay --orders orders.jsonl --contacts contacts.jsonl --out runs/after --name after --set window=7d'));
  if (!runs.length) return empty(t('compare.none'), how);
  if (!diff) return empty(t('compare.one', { name: runs[0].name }), how);
  const all = query.get('all') === '1';
  const rows = diff.suspects.filter(row => all || row.change !== 'SAME');
  return [
    h('p.lead', {}, t('compare.about')),
    h('div.filters', { 'data-key': 'filters' }, chooser('a', runs, a), chooser('b', runs, b),
      h('label', {}, h('input', {
        type: 'checkbox', checked: all, 'data-testid': 'compare-all', onchange: event => setQuery({ all: event.target.checked ? '1' : null }, { replace: true }),
      }), ' ', t('compare.all'))),
    h('div.columns', {}, runFacts(runs, a), runFacts(runs, b)),
    section('settings', t('compare.settings'), diff.settings.length ? table({
      id: 'settings-table', caption: t('compare.settings.about'), rows: diff.settings, key: s => s.name,
      columns: [
        { key: 'name', label: t('col.setting'), head: true, cell: s => h('code', {}, s.name) },
        { key: 'a', label: a, cell: s => h('code', {}, s.a ?? '–') },
        { key: 'b', label: b, cell: s => h('code', {}, s.b ?? '–') },
      ],
    }) : empty(t('compare.settings.none'))),
    section('ranking', t('compare.ranking'), rows.length ? table({
      id: 'diff', caption: t('compare.ranking.about', { a, b }), rows, key: row => row.custodian,
      rowProps: row => ({ 'data-testid': 'diff-row', 'data-custodian': row.custodian, 'data-change': row.change }),
      columns: [
        { key: 'custodian', label: t('col.custodian'), head: true, cell: row => custodianLink(row.custodian) },
        { key: 'change', label: t('col.change'), cell: row => h(`span.status.diff-${row.change}`, {}, t('diff.' + row.change)) },
        ...side('a', a), ...side('b', b),
      ],
    }) : empty(t('compare.same'))),
    section('shifts', t('compare.alerts'), diff.alerts.length ? table({
      id: 'shifts-table', caption: t('compare.alerts.about'), rows: diff.alerts, key: alert => alert.custodian,
      columns: [
        { key: 'custodian', label: t('col.custodian'), head: true, cell: alert => custodianLink(alert.custodian) },
        { key: 'a', label: a, cell: alert => (alert.a ? time(alert.a) : t('alert.no')) },
        { key: 'b', label: b, cell: alert => (alert.b ? time(alert.b) : t('alert.no')) },
        { key: 'shift', label: t('col.shift'), cell: alert => shift(alert.shiftHours) },
      ],
    }) : empty(t('compare.alerts.none'))),
  ];
}

function shift(hours) {
  if (hours === null || hours === undefined) return '–';
  if (hours === 0) return t('shift.none');
  return t(hours < 0 ? 'shift.earlier' : 'shift.later', { hours: Math.abs(hours) });
}

const side = (key, name) => [
  { key: `${key}-rank`, label: t('compare.col', { run: name, what: t('col.rank') }), num: true, cell: row => num(row[key]?.rank) },
  { key: `${key}-status`, label: t('compare.col', { run: name, what: t('col.status') }), cell: row => (row[key] ? statusMark(row[key].status) : '–') },
  { key: `${key}-score`, label: t('compare.col', { run: name, what: t('col.score') }), num: true, cell: row => percent(row[key]?.score) },
  { key: `${key}-evidence`, label: t('compare.col', { run: name, what: t('evidence') }), num: true, cell: row => num(row[key]?.evidence, 1) },
];

function chooser(name, runs, chosen) {
  return h('label', {}, t(`compare.${name}`), ' ', h('select', {
    value: chosen, 'data-testid': `run-${name}`, onchange: event => setQuery({ [name]: event.target.value }, { replace: true }),
  }, runs.map(run => h('option', { value: run.name, selected: run.name === chosen }, run.name))));
}

function runFacts(runs, name) {
  const run = runs.find(r => r.name === name);
  return run && h('p.quiet', { 'data-key': `run-${name}` }, h('strong', {}, name), ': ', t('compare.run', { records: num(run.records), version: run.version }), ' ',
    time(run.from), ' – ', time(run.to));
}
