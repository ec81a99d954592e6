// The page of a custodian: evidence for and against a leak, and verdicts.
import { custodianPath, get } from '../api.js';
import { evidenceHistory, leadTimes, shareBar, timeline } from '../charts.js';
import { askVerdict } from '../dialogs.js';
import { h } from '../dom.js';
import { amount, custodianName, day, duration, list, num, percent } from '../format.js';
import { pieces, t } from '../i18n.js';
import { buyersText, custodianLink, empty, exports, fieldName, figures, pageParams, pager, scrollBox, section, statusMark, table, time } from '../parts.js';
import { evidenceHref, href } from '../navigation.js';
import { life } from './alerts.js';
import { interval } from './suspects.js';

// Initial number of evidence rows; small, because the page is long.
const EVIDENCE = 10;

export const title = ({ params: [custodian] }) => custodianName(custodian);

export async function load({ params: [custodian], query }) {
  const path = custodianPath(custodian);
  const [detail, evidence] = await Promise.all([get(path), get(`${path}/evidence`, pageParams(query, EVIDENCE))]);
  return { ...detail, evidence };
}

export function view({ suspect, history, alerts, reasons, explanation, evidence }, ctx) {
  return [
    head(suspect, ctx),
    why(suspect, reasons ?? explanation?.reasons ?? [], explanation),
    section('alerts', t('suspect.alerts'), alerts.length ? alerts.map(life) : empty(t('suspect.alerts.none'))),
    explanation?.days.length > 0 && days(suspect, explanation),
    h('div.columns', {},
      section('history', t('suspect.history'), history.length ? [
        h('p.quiet', {}, t('suspect.history.about')), scrollBox(t('suspect.history'), evidenceHistory(history, alerts)), historyTable(history),
      ] : empty(t('suspect.history.none'))),
      explanation && section('leadtimes', t('suspect.leadtimes'), leads(explanation))),
    explanation && h('div.columns', {},
      section('disclosed', t('suspect.disclosed'), disclosed(explanation)),
      section('others', t('suspect.others'), others(explanation))),
    explanation && section('strongest', t('suspect.strongest'), strongest(suspect, explanation)),
    section('evidence', t('suspect.evidence'), evidence.items.length
      ? [exports(`${custodianPath(suspect.custodian)}/evidence`, {}), evidenceTable(evidence), pager(evidence, EVIDENCE)]
      : empty(t('suspect.evidence.none'))),
  ];
}

function head(s, { session, refresh }) {
  const decide = verdict => h('button', {
    type: 'button', 'data-testid': `verdict-${verdict.toLowerCase()}`,
    onclick: () => askVerdict({ custodian: s.custodian, verdict, now: session.now, done: refresh }),
  }, t(verdict === 'REMEDIATED' && (s.verdict?.verdict ?? s.status) === 'DISMISSED' ? 'decide.withdraw' : `decide.${verdict}`));
  return h('section.head', { 'data-key': 'head', 'data-testid': 'head', 'aria-label': t('suspect.head') },
    h('p.standing', {}, statusMark(s.status), ' ', t('suspect.rank', { rank: num(s.rank) }), ' · ', t('suspect.asOf'), ' ', time(s.asOf)),
    s.sharedWith && h('p.notice', { 'data-testid': 'shared' }, pieces('suspect.shared', { other: custodianLink(s.sharedWith), shared: percent(s.shared, 0) })),
    (s.sharedWith || UNDECIDED.includes(s.status)) && h('p', {}, h('a', { href: href(['decoys']), 'data-testid': 'decoys-link' }, t('suspect.decoys'))),
    s.verdict && verdictLine(s.verdict, s.status),
    figures([
      [t('col.score'), percent(s.score), 'figure-score'],
      [t('col.evidence'), t('evidence.of', { evidence: num(s.evidence, 1), threshold: num(s.threshold, 1) }), 'figure-evidence'],
      [t('col.leakRate'), [percent(s.leakRate, 2), ' ', h('span.quiet', {}, interval(s))], 'figure-leakRate'],
      [t('col.exposures'), num(s.exposures), 'figure-exposures'],
      [t('col.contacts'), num(s.contacts), 'figure-contacts'],
      [t('col.attributed'), num(s.attributed, 1), 'figure-attributed'],
      [t('col.buyers'), buyersText(s), 'figure-buyers'],
      [t('col.kind'), s.kind ? t('kind.' + s.kind) : '–', 'figure-kind'],
      [t('col.expected'), num(s.expected, 1), 'figure-expected'],
      [t('col.onset'), day(s.onset), 'figure-onset'],
      [t('col.alerted'), time(s.firstAlertedAt), 'figure-alerted'],
    ]),
    session.roles.includes('decide') ? h('div.buttons', {},
      decide('CONFIRMED'), decide('DISMISSED'), (s.verdict?.inForce || DECIDED.includes(s.status)) && decide('REMEDIATED'),
    ) : h('p.quiet', { 'data-testid': 'may-not-decide' }, t('decide.not')),
    h('p.quiet', {}, t('suspect.caution')));
}

const DECIDED = ['CONFIRMED', 'DISMISSED'];
const UNDECIDED = ['WATCH', 'SUSPECT'];

function verdictLine(v, status) {
  // The status is that of the last epoch; a verdict applies from the next one.
  const pending = v.inForce ? v.verdict !== status : v.verdict === 'REMEDIATED' && DECIDED.includes(status);
  return h('p.notice', { 'data-testid': 'verdict-line' },
    pieces(v.expiresAt ? 'verdict.line.expires' : 'verdict.line', { verdict: t('verdict.' + v.verdict), by: v.by, at: time(v.at), until: time(v.expiresAt) }),
    v.note && [' ', t('verdict.note', { note: v.note })],
    pending && h('span', { 'data-testid': 'verdict-pending' }, ' ', t('verdict.pending')));
}

// --- reasons

// Codes whose figures need special formatting; all others use the default format.
const FIGURES = {
  EXPLAINED_AWAY: r => ({ ...r, by: custodianLink(r.by) }),
  SHARED: r => ({ with: custodianLink(r.with), shared: percent(r.shared, 0) }),
  UNLIKELY_KNOWLEDGE: r => ({ field: fieldName(r.field), share: percent(r.share, 0) }),
  LIKELY_KNOWLEDGE: r => ({ field: fieldName(r.field), share: percent(r.share, 0) }),
  ARCHIVE: r => ({ from: time(r.from), to: time(r.to), campaign: time(r.campaign) }),
  STOPPED: r => ({ score: percent(r.score) }),
  CONFIRMED: r => ({ by: r.by, at: time(r.at) }),
  DISMISSED: r => ({ by: r.by, at: time(r.at), until: r.expiresAt ? time(r.expiresAt) : t('verdict.open') }),
};

const sentence = reason => h('li', { 'data-testid': `reason-${reason.code}` },
  pieces('reason.' + reason.code, FIGURES[reason.code]?.(reason) ?? reason));

function why(s, reasons, explanation) {
  const accused = s.status === 'SUSPECT' || s.status === 'CONFIRMED';
  const change = reasons.filter(r => r.code.startsWith('WOULD_'));
  const current = reasons.filter(r => !r.code.startsWith('WOULD_'));
  return section('why', t(accused ? 'suspect.why' : 'suspect.whyNot'),
    h('ol.reasons', {}, current.map(sentence)),
    change.length > 0 && [h('h3', {}, t('suspect.would')), h('ul.reasons', {}, change.map(sentence))],
    explanation ? h('p.quiet', { 'data-testid': 'alone-given' }, t('suspect.alone', { alone: num(explanation.alone, 1), given: num(explanation.given, 1), threshold: num(explanation.threshold, 1) })) : empty(t('suspect.unexplained')),
    explanation?.negativeControl > 1.05 && !current.some(r => r.code === 'NEGATIVE_CONTROL') && h('p.quiet', {}, t('suspect.control', { factor: explanation.negativeControl })));
}

// --- charts over time

function days(s, explanation) {
  return section('timeline', t('suspect.timeline'),
    h('p.quiet', {}, t('suspect.timeline.about')),
    legend(['leaking', 'pale', 'strong', 'weak', 'window']),
    scrollBox(t('suspect.timeline'), timeline(explanation.days, s.onset)),
    h('details', {}, h('summary', {}, t('figures.show')), table({
      id: 'days', caption: t('suspect.timeline'), scroll: true, rows: explanation.days, key: d => d.day,
      columns: [
        { key: 'day', label: t('col.day'), head: true, cell: d => day(d.day) },
        { key: 'touches', label: t('col.touches'), num: true, cell: d => num(d.touches) },
        { key: 'exposure', label: t('col.exposure'), hint: t('hint.exposure'), num: true, cell: d => num(d.exposure, 1) },
        { key: 'incidents', label: t('col.incidents'), num: true, cell: d => amount(d.incidents) },
        { key: 'attributed', label: t('col.attributed'), num: true, cell: d => num(d.attributed, 1) },
        { key: 'alone', label: t('col.alone'), num: true, cell: d => num(d.alone, 2) },
        { key: 'given', label: t('col.given'), num: true, cell: d => num(d.given, 2) },
        { key: 'leaking', label: t('col.leaking'), num: true, cell: d => percent(d.leaking) },
        { key: 'level', label: t('col.level'), num: true, cell: d => percent(d.level, 2) },
      ],
    })));
}

const legend = kinds => h('ul.legend', {}, kinds.map(kind => h('li', {}, h(`span.swatch.${kind}`), t('legend.' + kind))));

function historyTable(history) {
  return h('details', {}, h('summary', {}, t('figures.show')), table({
    id: 'history-table', caption: t('suspect.history'), scroll: true, rows: [...history].reverse(), key: p => p.asOf,
    columns: [
      { key: 'asOf', label: t('col.epoch'), head: true, cell: p => time(p.asOf) },
      { key: 'status', label: t('col.status'), cell: p => statusMark(p.status) },
      { key: 'score', label: t('col.score'), num: true, cell: p => percent(p.score) },
      { key: 'evidence', label: t('col.evidence'), num: true, cell: p => num(p.evidence, 1) },
      { key: 'threshold', label: t('threshold'), num: true, cell: p => num(p.threshold, 1) },
      { key: 'attributed', label: t('col.attributed'), num: true, cell: p => num(p.attributed, 1) },
      { key: 'expected', label: t('col.expected'), num: true, cell: p => num(p.expected, 1) },
    ],
  }));
}

function leads({ leadTimes: bins }) {
  if (!bins.length) return empty(t('suspect.leadtimes.none'));
  return [h('p.quiet', {}, t('suspect.leadtimes.about')), legend(['pale', 'strong']), scrollBox(t('suspect.leadtimes'), leadTimes(bins)),
    h('details', {}, h('summary', {}, t('figures.show')), table({
      id: 'leadtimes-table', caption: t('suspect.leadtimes'), scroll: true, rows: bins, key: b => String(b.fromHours),
      columns: [
        { key: 'hours', label: t('col.hours'), head: true, cell: b => t('hours.between', { from: num(b.fromHours), to: num(b.toHours) }) },
        { key: 'incidents', label: t('col.incidents'), num: true, cell: b => amount(b.incidents) },
        { key: 'attributed', label: t('col.attributed'), num: true, cell: b => num(b.attributed, 1) },
      ],
    }))];
}

// --- fields known to callers, and other custodians

function disclosed({ disclosed: fields }) {
  if (!fields.length) return empty(t('suspect.disclosed.none'));
  const most = Math.max(...fields.map(f => f.incidents), 1);
  return [h('p.quiet', {}, t('suspect.disclosed.about')), table({
    id: 'disclosed-table', caption: t('suspect.disclosed'), rows: fields, key: f => f.field,
    columns: [
      { key: 'field', label: t('col.field'), head: true, cell: f => fieldName(f.field) },
      { key: 'known', label: t('col.known'), cell: f => h(f.known ? 'span' : 'span.warn', {}, t(f.known ? 'known.yes' : 'known.no')) },
      { key: 'incidents', label: t('col.incidents'), num: true, cell: f => amount(f.incidents) },
      ...(fields.some(f => f.seen !== null) ? [{ key: 'seen', label: t('col.seen'), hint: t('hint.seen'), num: true, cell: f => amount(f.seen) }] : []),
      { key: 'attributed', label: t('col.attributed'), num: true,
        cell: f => [num(f.attributed, 1), ' ', shareBar(f.attributed / most, t('chart.share', { name: fieldName(f.field), value: num(f.attributed, 1) }))] },
    ],
  })];
}

function others({ takenBy, rivals }) {
  const all = takenBy.reduce((sum, taker) => sum + taker.incidents, 0) || 1;
  return [
    h('h3', {}, t('suspect.takenBy')),
    takenBy.length ? table({
      id: 'taken-by', caption: t('suspect.takenBy.about'), rows: takenBy, key: taker => taker.custodian ?? 'nobody',
      columns: [
        { key: 'custodian', label: t('col.custodian'), head: true, cell: taker => (taker.custodian ? custodianLink(taker.custodian) : t('background')) },
        { key: 'incidents', label: t('col.incidents'), num: true,
          cell: taker => [num(taker.incidents, 1), ' ', shareBar(taker.incidents / all, t('chart.share', { name: taker.custodian ? custodianName(taker.custodian) : t('background'), value: num(taker.incidents, 1) }))] },
      ],
    }) : empty(t('suspect.takenBy.none')),
    h('h3', {}, t('suspect.rivals')),
    rivals.length ? h('ul', { 'data-testid': 'rivals' }, rivals.map(rival => h('li', {}, pieces('suspect.rival', { other: custodianLink(rival.custodian), shared: percent(rival.shared, 0) }))))
      : empty(t('suspect.rivals.none')),
  ];
}

// --- incidents and evidence

function strongest(suspect, { incidents }) {
  if (!incidents.length) return empty(t('suspect.strongest.none'));
  return table({
    id: 'strongest-table', caption: t('suspect.strongest.about'), rows: incidents, key: i => `${i.contactId} ${i.buyer}`,
    columns: [
      { key: 'contactedAt', label: t('col.contactedAt'), head: true, cell: i => [h('a', { href: evidenceHref(i) }, time(i.contactedAt)), i.decoy ? ` ${t('incident.decoy')}` : ''] },
      { key: 'share', label: t('col.share'), num: true, cell: i => [percent(i.share), ' ', shareBar(i.share, t('chart.share', { name: t('col.share'), value: percent(i.share) }))] },
      { key: 'background', label: t('background'), num: true, cell: i => percent(i.background) },
      { key: 'shares', label: t('col.otherShares'), wide: true, cell: i => {
        const named = i.shares.filter(share => share.custodian !== suspect.custodian && share.share >= 0.001).slice(0, 3);
        return named.length ? named.map(share => h('span.pair', {}, custodianLink(share.custodian), ` ${percent(share.share)}`)) : t('none');
      } },
    ],
  });
}

function evidenceTable(evidence) {
  return table({
    id: 'evidence-table', caption: t('suspect.evidence.about'), rows: evidence.items, key: e => `${e.contactId} ${e.buyer}`,
    rowProps: e => ({ 'data-testid': 'evidence-row', 'data-contact': e.contactId }),
    columns: [
      { key: 'contactedAt', label: t('col.contactedAt'), head: true, cell: e => h('a', { href: evidenceHref(e), 'data-row-link': true }, time(e.contactedAt)) },
      { key: 'buyer', label: t('col.buyer'), cell: e => h('code', {}, e.buyer) },
      { key: 'share', label: t('col.share'), num: true, cell: e => percent(e.share) },
      { key: 'background', label: t('background'), num: true, cell: e => percent(e.backgroundShare) },
      { key: 'lead', label: t('col.lead'), hint: t('hint.lead'), num: true, cell: e => duration(e.leadMillis) },
      { key: 'disclosed', label: t('col.disclosed'), wide: true, cell: e => list(e.disclosed.map(fieldName)) },
      { key: 'reportedAt', label: t('col.reportedAt'), cell: e => time(e.reportedAt) },
      { key: 'settled', label: t('col.settled'), hint: t('hint.settled'), cell: e => t(e.settled ? 'settled.yes' : 'settled.no') },
    ],
  });
}
