// The page of a contact: its buyer's orders, their touches, and the shares of the blame.
import { get } from '../api.js';
import { buyerTimeline, shareBar } from '../charts.js';
import { askReveal } from '../dialogs.js';
import { h } from '../dom.js';
import { custodianName, duration, list, percent } from '../format.js';
import { t } from '../i18n.js';
import { custodianLink, empty, fieldName, figures, scrollBox, section, statusMark, table, time } from '../parts.js';
import { campaignHref, evidenceHref } from '../navigation.js';
import { losses } from './campaigns.js';

export const title = ({ params: [contactId] }) => t('evidence.title', { contact: contactId });

export const load = ({ params: [contactId], query }) => get(`/api/evidence/${encodeURIComponent(contactId)}`, { buyer: query.get('buyer') });

export function view(evidence, ctx) {
  // Revealed names are kept only as long as the page is open.
  const revealed = revealedOf(evidence, ctx.state);
  const order = short => revealed?.orders[short] ?? short;
  return [
    h('section.head', { 'data-key': 'head', 'aria-label': t('evidence.head') },
      h('p.lead', {}, t('evidence.about')),
      figures([
        [t('col.contactedAt'), time(evidence.contactedAt)],
        [t('col.reportedAt'), time(evidence.reportedAt)],
        [t('col.buyer'), h('code', {}, revealed?.buyerId ?? evidence.buyer), 'buyer'],
        ...(evidence.decoy ? [[t('evidence.decoy'), t('evidence.decoy.about'), 'decoy']] : []),
        [t('col.disclosed'), list(evidence.disclosed.map(fieldName))],
        [t('evidence.quoted'), evidence.quotedOrder ? h('code', {}, revealed?.quotedOrderId ?? evidence.quotedOrder) : t('none')],
        [t('evidence.source'), evidence.source ? t('source.' + evidence.source) : t('evidence.source.unknown')],
        evidence.caller && [t('trace.CALLER'), h('code', {}, evidence.caller)],
        evidence.payee && [t('trace.PAYEE'), h('code', {}, evidence.payee)],
        evidence.link && [t('trace.LINK'), h('code', {}, evidence.link)],
        evidence.loss && [t('col.loss'), losses([evidence.loss])],
        evidence.inCampaign && [t('evidence.campaign'), h('a', { href: campaignHref(evidence), 'data-testid': 'campaign' }, t('evidence.campaign.open'))],
        [t('col.settled'), t(evidence.settled ? 'settled.yes' : 'settled.no')],
        [t('suspect.asOf'), time(evidence.asOf)],
      ]),
      reveal(evidence, ctx)),
    section('shares', t('evidence.shares'), shares(evidence)),
    section('timeline', t('evidence.timeline'), evidence.touches.length ? [
      h('p.quiet', {}, t('evidence.timeline.about')),
      scrollBox(t('evidence.timeline'), buyerTimeline(evidence)),
      touches(evidence, order),
    ] : empty(t('evidence.touches.none'))),
    section('other', t('evidence.other'), evidence.otherContacts.length
      ? h('ul', { 'data-testid': 'other-contacts' }, evidence.otherContacts.map(other => h('li', {}, h('a', { href: evidenceHref(other) }, time(other.contactedAt)))))
      : empty(t('evidence.other.none'))),
  ];
}

/** Contacts of several buyers with the same id have the same path. */
const revealedOf = (evidence, { revealed }) => (revealed?.of === evidence.buyer ? revealed.names : undefined);

function reveal(evidence, { session, state, redraw }) {
  if (revealedOf(evidence, state)) return h('p.notice', { 'data-testid': 'revealed' }, t('reveal.shown'));
  if (!session.roles.includes('reveal')) return h('p.quiet', { 'data-testid': 'may-not-reveal' }, t('reveal.not'));
  return h('div.buttons', {}, h('button', {
    type: 'button', 'data-testid': 'reveal',
    onclick: () => askReveal({
      contactId: evidence.contactId,
      buyer: evidence.buyer,
      done: names => {
        state.revealed = { of: evidence.buyer, names };
        redraw();
      },
    }),
  }, t('reveal.open')));
}

function shares(evidence) {
  const rows = [...evidence.custodians, { custodian: null, share: evidence.backgroundShare }];
  return table({
    id: 'shares-table', caption: t('evidence.shares.about'), rows, key: s => s.custodian ?? 'nobody',
    rowProps: s => ({ 'data-testid': 'share-row', 'data-custodian': s.custodian }),
    columns: [
      { key: 'custodian', label: t('col.custodian'), head: true, cell: s => (s.custodian ? custodianLink(s.custodian) : t('evidence.background')) },
      { key: 'status', label: t('col.status'), cell: s => (s.status ? statusMark(s.status) : '–') },
      { key: 'share', label: t('col.share'), num: true,
        cell: s => [percent(s.share, 2), ' ', shareBar(s.share, t('chart.share', { name: s.custodian ? custodianName(s.custodian) : t('background'), value: percent(s.share, 2) }))] },
    ],
  });
}

function touches(evidence, order) {
  const rows = [...evidence.touches].sort((a, b) => a.touchedAt.localeCompare(b.touchedAt));
  return table({
    id: 'touches-table', caption: t('evidence.touches'), rows, key: touch => `${touch.custodian} ${touch.order} ${touch.touchedAt}`,
    columns: [
      { key: 'touchedAt', label: t('col.touchedAt'), head: true, cell: touch => time(touch.touchedAt) },
      { key: 'order', label: t('col.order'), cell: touch => h('code', {}, order(touch.order)) },
      { key: 'custodian', label: t('col.custodian'), cell: touch => custodianLink(touch.custodian) },
      { key: 'lead', label: t('col.lead'), hint: t('hint.lead'), num: true, cell: touch => duration(touch.leadMillis) },
      { key: 'share', label: t('col.share'), num: true, cell: touch => percent(touch.share, 2) },
      ...(rows.some(touch => touch.saw) ? [{ key: 'saw', label: t('col.saw'), wide: true, cell: saw }] : []),
      ...(rows.some(touch => touch.markAgrees !== null) ? [{ key: 'mark', label: t('col.mark'), hint: t('hint.mark'), cell: mark }] : []),
      ...(rows.some(touch => touch.dialledOrder !== null) ? [{ key: 'dialled', label: t('col.dialled'), hint: t('hint.dialled'), cell: dialled }] : []),
      ...(rows.some(touch => touch.accessedAt) ? [{ key: 'accessedAt', label: t('col.accessedAt'), hint: t('hint.accessedAt'), cell: touch => (touch.accessedAt ? time(touch.accessedAt) : t('accessed.no')) }] : []),
    ],
  });
}

function saw({ saw: fields }) {
  if (!fields) return t('saw.ofRole');
  return fields.length ? list(fields.map(fieldName)) : t('saw.nothing');
}

function mark({ markAgrees }) {
  return markAgrees === null ? '–' : t(markAgrees ? 'mark.same' : 'mark.other');
}

function dialled({ dialledOrder }) {
  return dialledOrder === null ? '–' : t(dialledOrder ? 'dialled.this' : 'dialled.other');
}
