// Numbers and times in the format of the language.
import { locale, t } from './i18n.js';

// Creating a formatter takes a hundred times as long as using it; without a cache, 500 rows would be slow.
const formatters = new Map();

function formatter(type, options) {
  const key = `${type} ${locale()} ${JSON.stringify(options)}`;
  if (!formatters.has(key)) formatters.set(key, new Intl[type](locale(), options));
  return formatters.get(key);
}

const NONE = '–';
const missing = x => x === null || x === undefined || x === '';

export function num(x, digits = 0) {
  if (missing(x)) return NONE;
  return formatter('NumberFormat', { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(x);
}

/** A number of incidents, with one decimal if it is not whole, as for shared incidents. */
export const amount = x => num(x, Number.isInteger(x) ? 0 : 1);

export function percent(x, digits = 1) {
  if (missing(x)) return NONE;
  return formatter('NumberFormat', { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(x);
}

export function dateTime(iso) {
  if (missing(iso)) return NONE;
  return formatter('DateTimeFormat', { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}

/** The day of a time in the user's time zone, short enough for an axis. */
export function date(time) {
  return formatter('DateTimeFormat', { day: 'numeric', month: 'short' }).format(new Date(time));
}

/** A day of touch, which is a UTC day in all time zones. */
export function day(iso, short) {
  if (missing(iso)) return NONE;
  const options = short ? { day: 'numeric', month: 'short' } : { dateStyle: 'medium' };
  return formatter('DateTimeFormat', { ...options, timeZone: 'UTC' }).format(new Date(iso.slice(0, 10)));
}

/** UTC days from the first to the last, as in "1–3 Jul 2024". */
export function days(from, to) {
  if (missing(from)) return NONE;
  return formatter('DateTimeFormat', { dateStyle: 'medium', timeZone: 'UTC' }).formatRange(new Date(from), new Date(to));
}

export function duration(millis) {
  if (missing(millis)) return NONE;
  const hours = Math.abs(millis) / 3600000;
  const [amount, unit] = hours < 1 ? [hours * 60, 'minute'] : hours < 48 ? [hours, 'hour'] : [hours / 24, 'day'];
  return formatter('NumberFormat', { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: unit === 'minute' ? 0 : 1 })
    .format(Math.sign(millis) * amount);
}

/** The user's time zone, as in "Asia/Shanghai (GMT+8)". */
export function zone() {
  const format = formatter('DateTimeFormat', { timeZoneName: 'shortOffset' });
  const offset = format.formatToParts(new Date()).find(part => part.type === 'timeZoneName').value;
  return `${format.resolvedOptions().timeZone} (${offset})`;
}

export function list(words) {
  return words.length ? formatter('ListFormat', { type: 'conjunction' }).format(words) : NONE;
}

/** Splits SELLER:s-1 into role and id; an id may contain colons. */
export function split(custodian) {
  const at = custodian.indexOf(':');
  return { role: custodian.slice(0, at), id: custodian.slice(at + 1) };
}

export function custodianName(custodian) {
  if (!custodian) return t('nobody');
  const { role, id } = split(custodian);
  return `${t('role.' + role)} ${id}`;
}
