// The page of decoys: which custodians to order from, so that suspects are distinguished, confirmed or cleared.
import { get } from '../api.js';
import { h } from '../dom.js';
import { list, num, percent } from '../format.js';
import { t } from '../i18n.js';
import { choices, custodianLink, empty, figures, ROLES, section, statusMark, table, time } from '../parts.js';
import { setQuery } from '../navigation.js';

const BUDGETS = [5, 10, 20, 50, 100, 200];
const USUAL = '20';

export const title = () => t('decoys.title');

/** The query, with the roles that can be chosen by default. */
const chosen = query => {
  const params = new URLSearchParams(query);
  if (!params.get('choose')) params.set('choose', 'SELLER');
  return params;
};

export const load = ({ query }) => get('/api/decoys', { budget: query.get('budget') ?? USUAL, choose: chosen(query).get('choose') });

export function view(plan, { query }) {
  return [
    h('p.lead', {}, t('decoys.about')),
    h('div.filters', { 'data-key': 'filters' }, budget(plan), choices(chosen(query), 'choose', ROLES, 'role')),
    plan.examined.length ? whole(plan) : empty(t('decoys.none')),
  ];
}

const whole = plan => [
  section('proposals', t('decoys.proposals'), plan.proposals.length ? [summary(plan), proposals(plan.proposals)] : empty(t('decoys.proposals.none'))),
  section('examined', t('decoys.examined'), h('p.quiet', {}, t('decoys.examined.about')), examined(plan.examined)),
];

function budget(plan) {
  const sizes = [...new Set([...BUDGETS, plan.budget])].sort((a, b) => a - b);
  return h('label', {}, t('decoys.budget'), ' ', h('select', {
    value: String(plan.budget), 'data-testid': 'decoys-budget',
    onchange: event => setQuery({ budget: event.target.value === USUAL ? null : event.target.value }, { replace: true }),
  }, sizes.map(size => h('option', { value: size, selected: size === plan.budget }, num(size)))));
}

function summary(plan) {
  const orders = plan.proposals.reduce((sum, proposal) => sum + proposal.orders, 0);
  return [
    figures([
      [t('suspect.asOf'), time(plan.asOf)],
      [t('decoys.orders'), num(orders), 'decoys-orders'],
      [t('decoys.open'), num(plan.openBits, 2), 'decoys-open'],
      [t('decoys.gained'), num(plan.gainedBits, 2), 'decoys-gained'],
    ]),
    orders < plan.budget && h('p.quiet', {}, t('decoys.enough', { orders })),
  ];
}

/** Elements with a separator between them. */
const between = (parts, separator) => parts.flatMap((part, i) => (i ? [separator, part] : [part]));

const group = custodians => between(custodians.map(custodianLink), ` ${t('decoys.or')} `);

function proposals(rows) {
  return table({
    id: 'proposals-table', caption: t('decoys.proposals.about'), rows, key: p => p.from.join(' '),
    rowProps: p => ({ 'data-testid': 'proposal-row', 'data-from': p.from.join(' ') }),
    columns: [
      { key: 'from', label: t('decoys.col.from'), head: true, cell: p => between(p.from.map(custodianLink), ' + ') },
      { key: 'orders', label: t('decoys.col.orders'), num: true, cell: p => num(p.orders) },
      { key: 'bits', label: t('decoys.col.bits'), hint: t('decoys.hint.bits'), num: true, cell: p => num(p.bits, 2) },
      { key: 'about', label: t('decoys.col.about'), wide: true, cell: p => p.about.map(custodians => h('div', {}, group(custodians))) },
      { key: 'touches', label: t('decoys.col.touches'), hint: t('decoys.hint.touches'), wide: true, cell: p => p.touches.map(touch => h('div', {}, custodianLink(touch.custodian), ' ', percent(touch.share, 0))) },
    ],
  });
}

function examined(rows) {
  return table({
    id: 'examined-table', caption: t('decoys.examined.caption'), rows, key: e => e.custodian,
    rowProps: e => ({ 'data-testid': 'examined-row', 'data-custodian': e.custodian }),
    columns: [
      { key: 'custodian', label: t('col.custodian'), head: true, cell: e => custodianLink(e.custodian) },
      { key: 'status', label: t('col.status'), cell: e => statusMark(e.status) },
      { key: 'probability', label: t('decoys.col.probability'), num: true, cell: e => percent(e.probability, 0) },
      { key: 'leakRate', label: t('decoys.col.rate'), hint: t('decoys.hint.rate'), num: true, cell: e => percent(e.leakRate, 2) },
      { key: 'decoysToSee', label: t('decoys.col.toSee'), hint: t('decoys.hint.toSee'), num: true, cell: e => (e.decoysToSee === null ? t('decoys.tooMany') : num(e.decoysToSee)) },
      { key: 'sharedWith', label: t('decoys.col.sharedWith'), cell: e => (e.sharedWith ? custodianLink(e.sharedWith) : list([])) },
    ],
  });
}
