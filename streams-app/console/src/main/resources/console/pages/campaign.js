// The page of a campaign: what its contacts share, who could have leaked the orders, and the contacts.
import { get } from '../api.js';
import { shareBar } from '../charts.js';
import { h } from '../dom.js';
import { custodianName, num, percent } from '../format.js';
import { t } from '../i18n.js';
import { custodianLink, exports, figures, pageParams, pager, section, statusMark, table, time } from '../parts.js';
import { evidenceHref } from '../navigation.js';
import { callersChoice, explainedBy, losses, traceCounts } from './campaigns.js';

export const title = ({ params: [contactId] }) => t('campaign.title', { contact: contactId });

const path = contactId => `/api/campaigns/${encodeURIComponent(contactId)}`;
const filters = query => ({ buyer: query.get('buyer'), callers: query.get('callers') });

export async function load({ params: [contactId], query }) {
  const [campaign, contacts] = await Promise.all([
    get(path(contactId), filters(query)),
    get(`${path(contactId)}/contacts`, { ...filters(query), ...pageParams(query) }),
  ]);
  return { campaign, contacts };
}

export function view({ campaign, contacts }, { params: [contactId], query }) {
  return [
    h('section.head', { 'data-key': 'head', 'data-testid': 'head', 'aria-label': t('campaign.head') },
      h('p.lead', {}, t('campaign.about')),
      figures([
        [t('col.firstContactedAt'), time(campaign.firstContactedAt)],
        [t('col.lastContactedAt'), time(campaign.lastContactedAt)],
        [t('col.buyers'), num(campaign.buyers), 'figure-buyers'],
        [t('col.scamContacts'), num(campaign.contacts), 'figure-contacts'],
        [t('col.traces'), traceCounts(campaign)],
        [t('col.explainedBy'), explainedBy(campaign), 'figure-custodian'],
        [t('col.share'), percent(campaign.share), 'figure-share'],
        [t('col.background'), percent(campaign.backgroundShare)],
        [t('col.loss'), losses(campaign.losses)],
      ]),
      h('div.filters', {}, callersChoice(query)),
      h('p.quiet', {}, t('campaign.caution'))),
    section('blame', t('campaign.blame'), blame(campaign)),
    section('traces', t('campaign.traces'), traces(campaign)),
    section('contacts', t('campaign.contacts'),
      exports(`${path(contactId)}/contacts`, filters(query)), contactTable(contacts.items), pager(contacts)),
  ];
}

function blame(campaign) {
  const rows = [...campaign.custodians, { custodian: null, share: campaign.backgroundShare }];
  return table({
    id: 'blame-table', caption: t('campaign.blame.about'), rows, key: b => b.custodian ?? 'nobody',
    rowProps: b => ({ 'data-testid': 'blame-row', 'data-custodian': b.custodian }),
    columns: [
      { key: 'custodian', label: t('col.custodian'), head: true, cell: b => (b.custodian ? custodianLink(b.custodian) : t('evidence.background')) },
      { key: 'status', label: t('col.status'), cell: b => (b.status ? statusMark(b.status) : '–') },
      { key: 'share', label: t('col.share'), hint: t('hint.campaignShare'), num: true,
        cell: b => [percent(b.share), ' ', shareBar(b.share, t('chart.share', { name: b.custodian ? custodianName(b.custodian) : t('background'), value: percent(b.share) }))] },
      { key: 'touched', label: t('col.buyersTouched'), hint: t('hint.buyersTouched'), num: true,
        cell: b => (b.custodian ? t('campaigns.of', { count: num(b.buyers), all: num(campaign.buyers) }) : '–') },
    ],
  });
}

function traces(campaign) {
  return table({
    id: 'traces-table', caption: t('campaign.traces.about'), rows: campaign.traces, key: trace => `${trace.kind} ${trace.value}`,
    rowProps: trace => ({ 'data-testid': 'trace-row', 'data-kind': trace.kind }),
    columns: [
      { key: 'kind', label: t('col.traceKind'), cell: trace => t('trace.' + trace.kind) },
      { key: 'value', label: t('col.trace'), head: true, cell: trace => h('code', {}, trace.value) },
      { key: 'buyers', label: t('col.buyers'), num: true, cell: trace => num(trace.buyers) },
      { key: 'contacts', label: t('col.scamContacts'), num: true, cell: trace => num(trace.contacts) },
      { key: 'from', label: t('col.firstContactedAt'), cell: trace => time(trace.from) },
      { key: 'to', label: t('col.lastContactedAt'), cell: trace => time(trace.to) },
    ],
  });
}

function contactTable(rows) {
  const code = text => (text ? h('code', {}, text) : '–');
  return table({
    id: 'contacts-table', caption: t('campaign.contacts.about'), rows, key: c => `${c.contactId} ${c.buyer}`,
    rowProps: c => ({ 'data-testid': 'contact-row' }),
    columns: [
      { key: 'contactedAt', label: t('col.contactedAt'), head: true, cell: c => h('a', { href: evidenceHref(c), 'data-row-link': '' }, time(c.contactedAt)) },
      { key: 'buyer', label: t('col.buyer'), cell: c => h('code', {}, c.buyer) },
      { key: 'caller', label: t('trace.CALLER'), cell: c => code(c.caller) },
      { key: 'payee', label: t('trace.PAYEE'), cell: c => code(c.payee) },
      { key: 'link', label: t('trace.LINK'), cell: c => code(c.link) },
      { key: 'custodian', label: t('col.explainedBy'), cell: c => (c.custodian ? custodianLink(c.custodian) : t('background')) },
      { key: 'share', label: t('col.share'), num: true, cell: c => percent(c.custodian ? c.share : c.backgroundShare) },
      { key: 'loss', label: t('col.loss'), num: true, cell: c => (c.loss ? losses([c.loss]) : '–') },
    ],
  });
}
