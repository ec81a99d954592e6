// The page of alerts and their steps.
import { get } from '../api.js';
import { h } from '../dom.js';
import { num, percent } from '../format.js';
import { t } from '../i18n.js';
import { buyersText, choices, custodianLink, empty, exports, pageParams, pager, ROLES, table, time } from '../parts.js';
import { setQuery } from '../navigation.js';

export const title = () => t('alerts.title');

const filters = query => ({ state: query.get('state'), role: query.get('role') });

export const load = ({ query }) => get('/api/alerts', { ...filters(query), ...pageParams(query) });

const mark = alert => h(`span.status.alert-${alert.state}`, {}, t('state.' + alert.state));

/** The steps of an alert: raised, escalated, resolved, each with its time and evidence. */
export function life(alert) {
  return h('ol.life', { 'data-testid': 'life', 'data-key': alert.alertId }, alert.steps.map(step => h('li', { 'data-change': step.change },
    h('strong', {}, t('change.' + step.change)), ' ', time(step.at), ' ',
    h('span.quiet', {}, t('alerts.step', { evidence: num(step.evidence, 1), score: percent(step.score) })))));
}

export function view(list, { query }) {
  const state = query.get('state') ?? '';
  return [
    h('p.lead', {}, t('alerts.about')),
    h('div.filters', { 'data-key': 'filters', role: 'search', 'aria-label': t('filters') },
      h('label', {}, t('filter.state'), ' ', h('select', {
        value: state, 'data-testid': 'filter-state', 'data-search': true,
        onchange: event => setQuery({ state: event.target.value, page: null }, { replace: true }),
      }, ['', 'open', 'resolved'].map(value => h('option', { value, selected: value === state }, t('filter.state.' + (value || 'all')))))),
      choices(query, 'role', ROLES, 'role'),
      exports('/api/alerts', filters(query), ['csv', 'ndjson', 'ocsf'])),
    list.items.length ? [alertTable(list.items), pager(list)] : empty(t(state || query.get('role') ? 'alerts.none.filtered' : 'alerts.none')),
  ];
}

function alertTable(rows) {
  return table({
    id: 'alerts', caption: t('alerts.caption'), rows, key: a => a.alertId,
    rowProps: a => ({ 'data-testid': 'alert-row', 'data-custodian': a.custodian, 'data-state': a.state }),
    columns: [
      { key: 'custodian', label: t('col.custodian'), head: true, cell: a => {
        const link = custodianLink(a.custodian);
        link.setAttribute('data-row-link', '');
        return link;
      } },
      { key: 'state', label: t('col.state'), cell: mark },
      { key: 'life', label: t('col.life'), wide: true, cell: life },
      { key: 'score', label: t('col.score'), hint: t('hint.score'), num: true, cell: a => percent(a.score) },
      { key: 'evidence', label: t('col.evidence'), hint: t('hint.evidence'), num: true, cell: a => t('evidence.of', { evidence: num(a.evidence, 1), threshold: num(a.threshold, 1) }) },
      { key: 'exposures', label: t('col.exposures'), hint: t('hint.exposures'), num: true, cell: a => num(a.exposures) },
      { key: 'contacts', label: t('col.contacts'), hint: t('hint.contacts'), num: true, cell: a => num(a.contacts) },
      { key: 'attributed', label: t('col.attributed'), hint: t('hint.attributed'), num: true, cell: a => num(a.attributed, 1) },
      { key: 'buyers', label: t('col.buyers'), hint: t('hint.buyers'), num: true, cell: buyersText },
      { key: 'kind', label: t('col.kind'), hint: t('hint.kind'), cell: a => a.kind ? t('kind.' + a.kind) : '–' },
    ],
  });
}
