// Charts as SVG that tests and screen readers can read. The title of each mark contains its figures.
import { h, svgTitle } from './dom.js';
import { amount, custodianName, date, dateTime, day, duration, num, percent } from './format.js';
import { t } from './i18n.js';

const DAY = 86400000;

/** The width available for a chart in a section, alone or as one of two columns; must match style.css. */
function roomFor(columns) {
  const screen = document.documentElement.clientWidth;
  const [margins, padding] = screen <= 700 ? [24, 22] : [48, 36];
  const main = Math.min(screen, 1400) - margins;
  return Math.floor((columns === 2 && main >= 796 ? (main - 16) / 2 : main) - padding);
}

function picture(id, width, height, title, ...marks) {
  return h('svg', { class: `chart chart-${id}`, 'data-testid': `chart-${id}`, role: 'img', 'aria-label': title, width, height, viewBox: `0 0 ${width} ${height}` },
    svgTitle(title), marks);
}

const scale = (from, to, start, end) => value => start + (to === from ? 0 : (value - from) / (to - from)) * (end - start);
const label = (x, y, text, anchor = 'start') => h('text', { x, y, 'text-anchor': anchor }, text);
const at = number => Math.round(number * 10) / 10;

function bar(kind, x, y, width, height, title) {
  return h(`rect.${kind}`, { x: at(x), y: at(y), width: at(Math.max(0, width)), height: at(Math.max(0, height)) }, title && svgTitle(title));
}

/** Ticks at round numbers up to the first that is not below the maximum. */
function ticks(most, count = 3) {
  const rough = Math.max(most, 1e-9) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(m => m * power).find(s => s >= rough);
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, i) => i * step);
}

const written = value => num(value, Number.isInteger(value) ? 0 : value < 0.1 ? 2 : 1);

/** Horizontal lines at the ticks, with their numbers on the left. */
const grid = (values, y, left, width, write = written) => values.map(value => [
  h('line.grid', { x1: left, x2: width, y1: at(y(value)), y2: at(y(value)) }),
  label(left - 6, at(y(value)) + 4, write(value), 'end'),
]);

// --- small charts for table rows

export function evidenceBar({ evidence, threshold }, most) {
  const x = value => scale(0, most, 0, 56)(Math.max(0, Math.min(value, most)));
  return picture('evidence', 56, 8, t('chart.evidence.row', { evidence: num(evidence, 1), threshold: num(threshold, 1) }),
    bar('ground', 0, 2, 56, 4),
    bar(evidence >= threshold ? 'strong' : 'weak', 0, 2, x(evidence), 4),
    h('line.mark', { x1: at(x(threshold)), x2: at(x(threshold)), y1: 0, y2: 8 }));
}

export function intervalBar({ leakRate, leakRateLow, leakRateHigh }, most) {
  if (leakRateLow === null || leakRateLow === undefined) return null;
  const x = value => scale(0, most, 3, 53)(Math.min(value, most));
  const title = t('chart.interval', { rate: percent(leakRate, 2), low: percent(leakRateLow, 2), high: percent(leakRateHigh, 2) });
  return picture('interval', 56, 8, title,
    bar('ground', 0, 3.5, 56, 1),
    h('line.range', { x1: at(x(leakRateLow)), x2: at(x(leakRateHigh)), y1: 4, y2: 4 }),
    h('circle.point', { cx: at(x(leakRate)), cy: 4, r: 3 }));
}

export function shareBar(share, title) {
  return picture('share', 100, 10, title, bar('ground', 0, 1, 100, 8), bar('strong', 0, 1, 100 * Math.min(1, share), 8));
}

// --- charts of a suspect

/** Charts by day of touch: probability of leaking, incidents and those blamed on it, orders touched. */
export function timeline(days, onset) {
  const width = roomFor(1);
  const left = 44;
  const step = (width - left - 8) / days.length;
  const x = index => left + index * step;
  const panels = [
    { top: 34, height: 54, ticks: [0, 1], written: value => percent(value, 0), name: t('chart.leaking') },
    { top: 124, height: 100, ticks: ticks(Math.max(...days.map(d => d.incidents), 1), 4), name: t('chart.incidents') },
    { top: 260, height: 54, ticks: ticks(Math.max(...days.map(d => d.touches), 1), 2), name: t('chart.touches') },
  ];
  const bottom = 314;
  const marks = panels.map(panel => {
    panel.y = scale(0, panel.ticks.at(-1), panel.top + panel.height, panel.top);
    return [
      label(0, panel.top - 10, panel.name),
      grid(panel.ticks, panel.y, left, width, panel.written),
    ];
  });
  const inWindow = days.map(d => d.leaking >= 0.5);
  const windows = days.map((d, i) => inWindow[i] && bar('window', x(i), 28, step, bottom - 28, t('chart.window.day', { day: day(d.day), leaking: percent(d.leaking, 0) })));
  const bars = days.map((d, i) => {
    const title = t('chart.day', {
      day: day(d.day), touches: num(d.touches), incidents: amount(d.incidents), attributed: num(d.attributed, 1), leaking: percent(d.leaking, 0),
    });
    const column = (panel, kind, value) => bar(kind, x(i) + step * 0.12, panel.y(value), step * 0.76, panel.top + panel.height - panel.y(value), title);
    return h('g', { 'data-day': d.day }, column(panels[0], 'leaking', d.leaking), column(panels[1], 'pale', d.incidents),
      column(panels[1], 'strong', d.attributed), column(panels[2], 'weak', d.touches));
  });
  const earlier = onset && onset.slice(0, 10) < days[0].day;
  const start = onset ? days.findIndex(d => d.day >= onset.slice(0, 10)) : -1;
  const every = Math.ceil(64 / step);
  return picture('timeline', width, bottom + 24, t('chart.timeline', { from: day(days[0].day), to: day(days.at(-1).day), onset: onset ? day(onset) : t('none') }),
    h('g', { 'data-testid': 'window' }, windows), marks, bars,
    start >= 0 && h('g.onset', { 'data-testid': 'onset' },
      !earlier && h('line.onset', { x1: at(x(start)), x2: at(x(start)), y1: 18, y2: bottom }),
      label(at(x(start)) + (start > days.length * 0.7 ? -4 : 4), 13, (earlier ? '← ' : '') + t('chart.onset', { day: day(onset, true) }), start > days.length * 0.7 ? 'end' : 'start')),
    days.map((d, i) => i % every === 0 && label(at(x(i)), bottom + 16, day(d.day, true))));
}

/** Evidence by epoch, with the threshold of each epoch. */
export function evidenceHistory(history, alerts) {
  const width = roomFor(2);
  const [left, top, bottom] = [44, 14, 180];
  const time = point => Date.parse(point.asOf);
  const steps = ticks(Math.max(...history.map(p => Math.max(p.evidence, p.threshold)), 1), 4);
  const x = scale(time(history[0]), time(history.at(-1)), left, width - 12);
  const y = scale(0, steps.at(-1), bottom, top);
  const line = value => history.map((p, i) => `${i ? 'L' : 'M'}${at(x(time(p)))} ${at(y(Math.max(0, value(p))))}`).join('');
  const last = history.at(-1);
  return picture('history', width, bottom + 24, t('chart.history', { evidence: num(last.evidence, 1), threshold: num(last.threshold, 1), epochs: num(history.length) }),
    grid(steps, y, left, width),
    h('path.threshold', { d: line(p => p.threshold), 'data-testid': 'threshold' }),
    label(left + 4, at(y(history[0].threshold)) - 5, t('threshold')),
    h('path.curve', { d: line(p => p.evidence) }),
    history.map(p => h('circle.dot', { cx: at(x(time(p))), cy: at(y(Math.max(0, p.evidence))), r: history.length > 60 ? 1.5 : 2.5 },
      svgTitle(t('chart.history.point', { at: dateTime(p.asOf), evidence: num(p.evidence, 1), score: percent(p.score) })))),
    alerts.flatMap(alert => alert.steps ?? []).filter(s => Date.parse(s.at) >= time(history[0]) && Date.parse(s.at) <= time(last)).map(s =>
      h('path.alert', { d: `M${at(x(Date.parse(s.at)))} ${bottom}l-5 9h10z` }, svgTitle(`${t('change.' + s.change)} · ${dateTime(s.at)}`))),
    label(left, bottom + 20, date(history[0].asOf)),
    label(width - 2, bottom + 20, date(last.asOf), 'end'));
}

/** Incidents by lead time. Bins differ in width, so the area of a bar, not its height, is the number of incidents. */
export function leadTimes(bins) {
  const perDay = (b, value) => value / ((b.toHours - b.fromHours) / 24);
  const width = roomFor(2);
  const [left, top, bottom] = [44, 10, 150];
  const steps = ticks(Math.max(...bins.map(b => perDay(b, b.incidents)), 1));
  const y = scale(0, steps.at(-1), bottom, top);
  const x = scale(0, bins.at(-1).toHours, left, width - 8);
  const days = Math.ceil(bins.at(-1).toHours / 24);
  const every = Math.ceil(days / (width / 60));
  return picture('leadtimes', width, bottom + 24, t('chart.leadtimes'),
    grid(steps, y, left, width),
    bins.map(b => {
      const title = t('chart.leadtimes.bin', { from: num(b.fromHours), to: num(b.toHours), incidents: amount(b.incidents), attributed: num(b.attributed, 1) });
      const column = (kind, value) => bar(kind, x(b.fromHours) + 0.5, y(perDay(b, value)), x(b.toHours) - x(b.fromHours) - 1, bottom - y(perDay(b, value)), title);
      return [column('pale', b.incidents), column('strong', b.attributed)];
    }),
    Array.from({ length: Math.floor(days / every) + 1 }, (_, i) => i * every).map(d =>
      label(at(x(d * 24)), bottom + 16, num(d), d === 0 ? 'start' : d * 24 >= bins.at(-1).toHours ? 'end' : 'middle')));
}

// --- chart of a contact

/** The buyer's orders as lanes with their touches, and the contacts as vertical lines. */
export function buyerTimeline(evidence) {
  const width = roomFor(1);
  const orders = [...new Set(evidence.touches.map(touch => touch.order))];
  const left = 96;
  const lane = 30;
  const top = 36;
  const bottom = top + lane * Math.max(1, orders.length);
  const contact = Date.parse(evidence.contactedAt);
  const others = evidence.otherContacts.map(other => Date.parse(other.contactedAt));
  const times = [contact, ...others, ...evidence.touches.map(touch => Date.parse(touch.touchedAt))];
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const room = Math.max((to - from) * 0.04, DAY / 24);
  const x = scale(from - room, to + room, left, width - 6);
  const near = x(contact) > width - 120;
  const days = Math.max(1, Math.ceil((to - from) / DAY / Math.max(2, width / 130)));
  const midnight = new Date(from);
  midnight.setHours(24, 0, 0, 0);
  const starts = [];
  for (let d = midnight.getTime(); d < to; d += days * DAY) starts.push(d);
  const shares = touch => t('chart.touch', { custodian: custodianName(touch.custodian), at: dateTime(touch.touchedAt), lead: duration(touch.leadMillis), share: percent(touch.share, 2) });
  return picture('buyer', width, bottom + 24, t('chart.buyer', { touches: num(evidence.touches.length), orders: num(orders.length), at: dateTime(evidence.contactedAt) }),
    starts.map(d => [
      h('line.grid', { x1: at(x(d)), x2: at(x(d)), y1: top, y2: bottom }),
      label(at(x(d)), bottom + 16, date(d), 'middle'),
    ]),
    orders.map((order, i) => [
      label(0, top + i * lane + lane / 2 + 4, order),
      h('line.lane', { x1: left, x2: width, y1: top + i * lane + lane / 2, y2: top + i * lane + lane / 2 }),
    ]),
    others.map(other => h('line.other', { x1: at(x(other)), x2: at(x(other)), y1: top - 6, y2: bottom }, svgTitle(t('chart.other', { at: dateTime(other) })))),
    h('g', { 'data-testid': 'contact' },
      h('line.contact', { x1: at(x(contact)), x2: at(x(contact)), y1: top - 12, y2: bottom }),
      h('path.contact', { d: `M${at(x(contact))} ${top - 4}l-6 -10h12z` }),
      label(at(x(contact)) + (near ? -9 : 9), top - 14, t('chart.contact', { at: dateTime(evidence.contactedAt) }), near ? 'end' : 'start')),
    [...evidence.touches].sort((a, b) => a.share - b.share).map(touch => h(touch.share >= 0.1 ? 'circle.touch.blamed' : 'circle.touch', {
      cx: at(x(Date.parse(touch.touchedAt))), cy: top + orders.indexOf(touch.order) * lane + lane / 2, r: at(4 + 7 * Math.sqrt(touch.share)), 'data-custodian': touch.custodian,
    }, svgTitle(shares(touch)))));
}

// --- epochs

/** A column chart by epoch, oldest first. */
export function epochColumns(id, epochs, title, { kind, value }, tip) {
  const width = roomFor(2);
  const [left, top, bottom] = [44, 10, 120];
  const steps = ticks(Math.max(...epochs.map(value), 1));
  const y = scale(0, steps.at(-1), bottom, top);
  const step = (width - left - 8) / epochs.length;
  const every = Math.ceil(100 / step);
  return picture(id, width, bottom + 24, title,
    grid(steps, y, left, width),
    epochs.map((e, i) => bar(kind, left + i * step + step * 0.1, y(value(e)), step * 0.8, bottom - y(value(e)), tip(e))),
    epochs.map((e, i) => i % every === 0 && label(at(left + i * step), bottom + 16, date(e.end))));
}
