// The page of epochs with their counts and data quality.
import { get } from '../api.js';
import { epochColumns } from '../charts.js';
import { h } from '../dom.js';
import { dateTime, num, percent } from '../format.js';
import { t } from '../i18n.js';
import { empty, exports, pageParams, pager, scrollBox, section, table, time } from '../parts.js';

export const title = () => t('epochs.title');

export const load = ({ query }) => get('/api/epochs', pageParams(query));

const records = e => Math.max(1, e.orderEvents + e.scamContacts);
const defects = e => (e.late + e.expired + e.bad) / records(e);

// Shares above which an epoch's results need care. Contacts without a touch are common, since many have other causes.
const LIMITS = { late: 0.02, expired: 0.001, bad: 0.001, unmatched: 0.6 };
const ENOUGH_CONTACTS = 30;

const shares = e => ({
  late: e.late / records(e), expired: e.expired / records(e), bad: e.bad / records(e), unmatched: e.unmatched / Math.max(1, e.scamContacts),
});

/** Shares above their limit; the share of a handful of contacts is not significant. */
function poorly(e) {
  const share = shares(e);
  return Object.keys(LIMITS).filter(name => share[name] > LIMITS[name] && (name !== 'unmatched' || e.scamContacts >= ENOUGH_CONTACTS));
}

/** A banner about the data quality of the newest epoch. */
export function qualityBanner(epoch) {
  const share = shares(epoch);
  const poor = poorly(epoch);
  const level = poor.length ? 'poor' : epoch.learning ? 'learning' : 'good';
  return h(`section.quality.quality-${level}`, { 'data-key': 'quality', 'data-testid': 'quality', 'data-level': level, 'aria-label': t('quality') },
    h('p', {}, h('strong', {}, t('quality.' + level)), ' ', t('quality.epoch'), ' ', time(epoch.end)),
    epoch.learning && h('p', { 'data-testid': 'learning' }, t('quality.learning.about'),
      epoch.learningUntil && [' ', t('quality.learning.until'), ' ', time(epoch.learningUntil)]),
    h('ul', {}, Object.keys(LIMITS).map(name => h('li', { 'data-testid': `quality-${name}`, class: poor.includes(name) ? 'warn' : null, title: t('hint.' + name) },
      t('quality.item', { name: t('col.' + name), count: num(epoch[name]), share: percent(share[name], 2) })))));
}

export function view(list) {
  if (!list.items.length) return empty(t('epochs.none'));
  const oldestFirst = [...list.items].reverse();
  const tip = text => e => `${dateTime(e.end)}: ${text(e)}`;
  return [
    h('p.lead', {}, t('epochs.about')),
    list.page === 1 && qualityBanner(list.items[0]),
    h('div.columns', {},
      section('defects', t('epochs.defects'), h('p.quiet', {}, t('epochs.defects.about')),
        scrollBox(t('epochs.defects'), epochColumns('defects', oldestFirst, t('epochs.defects'), { kind: 'warnbar', value: e => defects(e) * 100 },
          tip(e => t('chart.defects', { late: num(e.late), expired: num(e.expired), bad: num(e.bad), share: percent(defects(e), 2) }))))),
      section('wave', t('epochs.wave'), h('p.quiet', {}, t('epochs.wave.about')),
        scrollBox(t('epochs.wave'), epochColumns('wave', oldestFirst, t('epochs.wave'), { kind: 'weak', value: e => e.wave },
          tip(e => t('chart.wave', { wave: num(e.wave, 2) })))))),
    exports('/api/epochs', {}),
    epochTable(list.items), pager(list),
  ];
}

const count = (key, digits) => ({ key, label: t('col.' + key), hint: t('hint.' + key), num: true, cell: e => num(e[key], digits) });

function epochTable(rows) {
  const worse = key => ({ ...count(key), cell: e => h(poorly(e).includes(key) ? 'span.warn' : 'span', {}, num(e[key])) });
  return table({
    id: 'epochs', caption: t('epochs.caption'), rows, key: e => e.end, scroll: true,
    rowProps: e => ({ 'data-testid': 'epoch-row', 'data-end': e.end }),
    columns: [
      { key: 'end', label: t('col.end'), head: true, cell: e => [time(e.end), e.learning && h('span.tag', {}, t('epochs.learning'))] },
      count('orderEvents'), count('scamContacts'), worse('late'), worse('expired'), count('duplicate'), worse('bad'), worse('unmatched'),
      count('unmatchedNoOrderKnown'), count('unmatchedOrderLater'), count('unmatchedOrderOutsideWindow'), count('quotedOrderLater'),
      { ...count('incidents'), hint: t('hint.incidents.horizon') }, { ...count('attributed', 1), label: t('col.attributed.all'), hint: t('hint.attributed.all') },
      count('shopping', 1), count('background', 1),
      { ...count('backgroundPerBuyerDay'), cell: e => percent(e.backgroundPerBuyerDay, 3) },
      count('wave', 2), count('custodians'), count('suspects'), { ...count('threshold', 1), label: t('threshold') },
    ],
  });
}
