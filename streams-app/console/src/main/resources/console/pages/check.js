// The page of data checks: whether data can answer which custodian leaks, and what to do about them.
import { get } from '../api.js';
import { h } from '../dom.js';
import { custodianName, days, list, num, percent } from '../format.js';
import { known, t } from '../i18n.js';
import { empty, figures, section, table } from '../parts.js';
import { setQuery } from '../navigation.js';

// Groups of custodians that are shown; the largest come first.
const GROUPS = 20;

export const title = () => t('check.title');

export async function load({ query }) {
  const { items: checks } = await get('/api/checks');
  const name = query.get('name') ?? checks[0]?.name;
  const check = checks.find(c => c.name === name);
  return { checks, name, report: check ? await get(`/api/checks/${encodeURIComponent(name)}`) : null };
}

export function view({ checks, name, report }) {
  if (!checks.length) return empty(t('check.none'), command('extract'), h('p', {}, t('check.none.folder')));
  return [
    h('p.lead', {}, t('check.about')),
    h('div.filters', { 'data-key': 'filters' }, chooser(checks, name)),
    report ? whole(report, name) : empty(t('check.absent', { name }), command(name)),
  ];
}

const whole = (report, name) => [
  verdict(report),
  section('findings', t('check.findings'), report.findings.length ? findingTable(report.findings) : empty(t('check.findings.none'))),
  h('div.columns', {},
    section('rows', t('check.rows'), rows(report)),
    section('times', t('check.times'), times(report))),
  h('div.columns', {},
    section('matches', t('check.matches'), matches(report)),
    section('background', t('check.background'), background(report))),
  h('div.columns', {},
    section('coverage', t('check.coverage'), coverage(report)),
    section('clocks', t('check.clocks'), report.clocks.length ? clocks(report) : empty(t('check.clocks.none')))),
  section('together', t('check.together'), report.together.length ? together(report) : empty(t('check.together.none'))),
  section('power', t('check.power'), report.power.length ? power(report) : [empty(t('check.power.none')), command(name)]),
];

/** The command that writes a report with this name. */
function command(name) {
  const folder = /^[\w.-]+$/.test(name) ? `runs/${name}` : `'runs/${name.replaceAll("'", "'\\''")}'`;
  return h('pre', {}, h('code', {}, `./leaktrace check --orders orders.jsonl --contacts contacts.jsonl --out ${folder}`));
}

function chooser(checks, name) {
  return h('label', {}, t('check.report'), ' ', h('select', {
    value: name, 'data-testid': 'check-name', onchange: event => setQuery({ name: event.target.value }, { replace: true }),
  }, !checks.some(c => c.name === name) && h('option', { value: name, selected: true }, name),
  checks.map(c => h('option', { value: c.name, selected: c.name === name }, `${c.name} · ${t('check.verdict.' + c.verdict)} · ${days(c.from, c.to)}`))));
}

function verdict(report) {
  return h('section.head', { 'data-key': 'verdict', 'data-testid': 'check-verdict', 'data-verdict': report.verdict, 'aria-label': t('check.verdict') },
    h('p.standing', {}, h(`span.status.check-${report.verdict}`, {}, t('check.verdict.' + report.verdict)), ' ', t('check.means.' + report.verdict)),
    report.sampled < 1 && h('p.quiet', {}, t('check.sampled', { share: percent(report.sampled) })));
}

function findingTable(rows) {
  return table({
    id: 'findings-table', caption: t('check.findings.about'), rows, key: f => f.code + f.text,
    rowProps: f => ({ 'data-testid': 'finding-row', 'data-kind': f.kind, 'data-level': f.level }),
    columns: [
      { key: 'kind', label: t('check.col.finding'), head: true, cell: f => [h(`span.status.level-${f.level}`, {}, t('check.level.' + f.level)), h('div', {}, t('check.kind.' + f.kind))] },
      { key: 'text', label: t('check.col.text'), wide: true, cell: f => words('text', f) },
      { key: 'advice', label: t('check.col.advice'), wide: true, cell: f => words('advice', f) },
    ],
  });
}

/** The text or advice of a finding. Reports are in English; a dictionary of another language may translate the sentence or the kind. */
function words(part, finding) {
  const key = [finding.code, finding.kind].map(name => `check.${part}.${name}`).find(known);
  return key ? t(key, finding.values.map(shown)) : h('span', { lang: 'en' }, finding[part]);
}

const shown = value => (Array.isArray(value) ? list(value.map(custodianName)) : typeof value === 'number' ? value : series(value));

// A report names series of records in English.
const SERIES = [
  [/^(order events)$/, () => t('series.orders')],
  [/^(contacts)$/, () => t('series.contacts')],
  [/^events with an? (\w+)$/, role => t('series.role', { role: t('role.' + role) })],
  [/^(\w+) events$/, type => t('event.' + type)],
  [/^contacts from (\w+)$/, source => t('series.source', { source: t('source.' + source) })],
  [/^(contacts of an unknown source)$/, () => t('series.source.unknown')],
];

function series(name) {
  for (const [pattern, text] of SERIES) {
    const found = pattern.exec(name);
    if (found) return text(found[1]);
  }
  const key = ['role', 'event'].map(kind => `${kind}.${name}`).find(known);
  return key ? t(key) : name;
}

function rows({ rows: r }) {
  const reasons = Object.entries(r.reasons);
  return [
    figures([
      [t('col.orderEvents'), num(r.orderEvents), 'check-orderEvents'],
      [t('col.scamContacts'), num(r.contacts), 'check-contacts'],
      [t('check.leftOut'), num(r.leftOut), 'check-leftOut'],
      [t('check.duplicates'), percent(r.duplicateShare), 'check-duplicates'],
    ]),
    reasons.length > 0 && table({
      id: 'reasons-table', caption: t('check.reasons'), rows: reasons, key: ([reason]) => reason,
      columns: [
        { key: 'reason', label: t('check.col.reason'), head: true, cell: ([reason]) => h('div.reason', { lang: 'en' }, reason) },
        { key: 'number', label: t('check.col.rows'), num: true, cell: ([, number]) => num(number) },
      ],
    }),
  ];
}

function times({ times: s }) {
  return [
    figures([
      [t('series.orders'), days(s.ordersFrom, s.ordersTo)],
      [t('series.contacts'), days(s.contactsFrom, s.contactsTo)],
      [t('check.days'), num(s.days)],
    ]),
    s.gaps.length ? table({
      id: 'gaps-table', caption: t('check.gaps'), rows: s.gaps, key: gap => gap.of + gap.from,
      columns: [
        { key: 'of', label: t('check.col.missing'), head: true, cell: gap => series(gap.of) },
        { key: 'days', label: t('check.col.days'), cell: gap => days(gap.from, gap.to) },
        { key: 'usual', label: t('check.col.usual'), num: true, cell: gap => num(gap.usual) },
      ],
    }) : empty(t('check.gaps.none')),
  ];
}

function matches({ contacts: c }) {
  if (!c.examined) return empty(t('check.matches.none'));
  return [
    h('p.quiet', {}, t('check.matches.about')),
    figures([
      [t('check.examined'), num(c.examined)],
      [t('check.matched'), percent(c.matched), 'check-matched'],
      [t('check.noOrder'), percent(c.noOrder)],
      [t('check.orderLater'), percent(c.orderLater)],
      [t('check.orderOutsideWindow'), percent(c.orderOutsideWindow)],
      [t('check.quoting'), percent(c.quoting)],
      [t('check.quotedLater'), percent(c.quotedLater)],
    ]),
  ];
}

function background({ background: b, orders: o }) {
  return [
    figures([
      [t('check.perDay'), num(o.perDay)],
      [t('check.buyers'), num(o.buyers)],
      [t('check.repeatBuyers'), percent(o.repeatBuyers)],
      [t('col.custodians'), num(o.custodians)],
      o.largestRole && [t('check.largest', { role: t('role.' + o.largestRole) }), num(o.largest)],
      b && [t('check.incidents'), num(1000 * b.incidentsPerBuyerDay, 2), 'check-incidents'],
      b && [t('check.threshold'), num(b.threshold, 1)],
    ]),
    !b && empty(t('check.background.none')),
  ];
}

function coverage({ roles, findings }) {
  const incomplete = new Set(findings.filter(f => f.kind.startsWith('ROLE_')).flatMap(f => f.values));
  return table({
    id: 'coverage-table', caption: t('check.coverage.about'), rows: roles, key: r => r.role,
    columns: [
      { key: 'role', label: t('filter.role'), head: true, cell: r => t('role.' + r.role) },
      { key: 'custodians', label: t('col.custodians'), num: true, cell: r => num(r.custodians) },
      { key: 'orders', label: t('check.col.orders'), num: true, cell: r => h(incomplete.has(r.role) ? 'span.warn' : 'span', {}, percent(r.orders)) },
    ],
  });
}

function clocks({ clocks: all }) {
  return table({
    id: 'clocks-table', caption: t('check.clocks.about'), rows: all, key: c => c.of,
    columns: [
      { key: 'of', label: t('check.col.series'), head: true, cell: c => series(c.of) },
      { key: 'records', label: t('check.col.records'), num: true, cell: c => num(c.records) },
      { key: 'hour', label: t('check.col.hour'), num: true, cell: c => hour(c.peakHour) },
      { key: 'minute', label: t('check.col.minute'), num: true, cell: c => percent(c.sameMinute) },
    ],
  });
}

/** An hour with decimals as a time of the day. */
function hour(hours) {
  if (hours === null) return '–';
  const minutes = Math.round(hours * 60) % 1440;
  return [Math.floor(minutes / 60), minutes % 60].map(part => String(part).padStart(2, '0')).join(':');
}

function together({ together: groups }) {
  return [
    table({
      id: 'together-table', caption: t('check.together.about'), rows: groups.slice(0, GROUPS), key: g => g.custodians[0],
      columns: [
        { key: 'custodians', label: t('col.custodians'), head: true, cell: g => list(g.custodians.map(custodianName)) },
        { key: 'orders', label: t('check.col.perDay'), num: true, cell: g => num(g.ordersPerDay, 1) },
      ],
    }),
    groups.length > GROUPS && h('p.quiet', {}, t('check.together.more', { groups: groups.length - GROUPS })),
  ];
}

/** A leak rate and its chance, both in percent; rates have one digit that is not zero. */
function smallest(rate, chance) {
  const digits = Math.max(0, -Math.floor(Math.log10(rate) + 1e-9));
  return [percent(rate / 100, digits), ' ', h('span.quiet', {}, t('check.chance', { chance: percent(chance / 100, 0) }))];
}

function power({ power: rows }) {
  const columns = within => [
    { key: within, label: t(`check.col.${within}`), num: true, cell: p => (p[within] ? smallest(p[within].ratePercent, p[within][`${within}Percent`]) : t('check.power.never')) },
    { key: `${within}-victims`, label: t(`check.col.victims.${within}`), num: true, cell: p => num(p[within]?.victims) },
  ];
  return [
    h('p.quiet', {}, t('check.power.about')),
    table({
      id: 'power-table', caption: t('check.power.caption'), rows, key: p => p.role + p.ordersPerDay,
      rowProps: p => ({ 'data-testid': 'power-row' }),
      columns: [
        { key: 'of', label: t('check.col.leaker'), head: true, cell: p => [t('check.leaker', { role: t('role.' + p.role), orders: num(p.ordersPerDay) }), !p.inData && h('small', {}, t('check.power.absent'))] },
        ...columns('week'), ...columns('month'),
      ],
    }),
  ];
}
