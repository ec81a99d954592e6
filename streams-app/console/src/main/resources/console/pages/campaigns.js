// The page of campaigns: contacts of several buyers that share callers, payees or links.
import { get } from '../api.js';
import { h } from '../dom.js';
import { list, num, percent } from '../format.js';
import { t } from '../i18n.js';
import { custodianLink, empty, exports, pageParams, pager, searchField, statusMark, table, time } from '../parts.js';
import { campaignHref, setQuery } from '../navigation.js';

export const title = () => t('campaigns.title');

const filters = query => ({ q: query.get('q'), callers: query.get('callers') });

export const load = ({ query }) => get('/api/campaigns', { ...filters(query), ...pageParams(query) });

export function view(campaigns, { query }) {
  return [
    h('p.lead', {}, t('campaigns.about')),
    h('div.filters', { 'data-key': 'filters', role: 'search', 'aria-label': t('filters') },
      searchField(query, t('campaigns.q.hint')), callersChoice(query), exports('/api/campaigns', filters(query))),
    campaigns.items.length
      ? [campaignTable(campaigns.items, query), pager(campaigns)]
      : empty(t(query.get('q') ? 'campaigns.none.filtered' : 'campaigns.none')),
  ];
}

/** The choice whether contacts with the same caller are joined. */
export function callersChoice(query) {
  return h('fieldset.choices', {}, h('legend', {}, t('campaigns.join')), h('label', {},
    h('input', {
      type: 'checkbox', checked: query.get('callers') !== 'false', 'data-testid': 'callers-join',
      onchange: event => setQuery({ callers: event.target.checked ? null : 'false', page: null }, { replace: true }),
    }), h('span', {}, t('campaigns.callers'))));
}

/** What the contacts of a campaign left, as in "3 callers and 2 payees". */
export const traceCounts = campaign => list(['callers', 'payees', 'links'].filter(kind => campaign[kind])
  .map(kind => t('campaigns.count.' + kind, { count: campaign[kind] })));

/** Sums of money by currency. */
export const losses = sums => list(sums.map(loss => `${num(Number(loss.amount), 2)} ${loss.currency}`));

export function explainedBy(campaign) {
  return campaign.custodian
    ? [custodianLink(campaign.custodian), ' ', campaign.status && statusMark(campaign.status)]
    : h('span.quiet', {}, t('nobody'));
}

function campaignTable(rows, query) {
  return table({
    id: 'campaigns', caption: t('campaigns.caption'), rows, key: c => `${c.contactId} ${c.buyer}`,
    rowProps: c => ({ 'data-testid': 'campaign-row', 'data-custodian': c.custodian }),
    columns: [
      { key: 'firstContactedAt', label: t('col.firstContactedAt'), head: true,
        cell: c => h('a', { href: campaignHref(c, query), 'data-row-link': '' }, time(c.firstContactedAt)) },
      { key: 'lastContactedAt', label: t('col.lastContactedAt'), cell: c => time(c.lastContactedAt) },
      { key: 'buyers', label: t('col.buyers'), num: true, cell: c => num(c.buyers) },
      { key: 'contacts', label: t('col.scamContacts'), num: true, cell: c => num(c.contacts) },
      { key: 'traces', label: t('col.traces'), hint: t('hint.traces'), wide: true, cell: traceCounts },
      { key: 'custodian', label: t('col.explainedBy'), hint: t('hint.explainedBy'), cell: explainedBy },
      { key: 'share', label: t('col.share'), hint: t('hint.campaignShare'), num: true, cell: c => percent(c.share) },
      { key: 'touched', label: t('col.buyersTouched'), hint: t('hint.buyersTouched'), num: true,
        cell: c => (c.custodian ? t('campaigns.of', { count: num(c.buyersTouched), all: num(c.buyers) }) : '–') },
      { key: 'background', label: t('col.background'), hint: t('hint.campaignBackground'), num: true, cell: c => percent(c.backgroundShare) },
      { key: 'losses', label: t('col.loss'), num: true, cell: c => losses(c.losses) },
    ],
  });
}
