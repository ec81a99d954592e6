// Texts in the user's language.
// British English for day before month and 24 hours, since 7/12 is ambiguous.
const LOCALES = { en: 'en-GB', zh: 'zh-CN' };

let language = 'en';
let dictionary = {};

export const lang = () => language;
export const locale = () => LOCALES[language];

/** Chooses the language: ?lang= of the address first, then the stored choice, then the browser's language. */
export function chooseLanguage() {
  const asked = new URLSearchParams(location.search).get('lang');
  const stored = read('leaktrace.lang');
  const known = [asked, stored].find(code => code in LOCALES);
  return use(known ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'));
}

export function setLanguage(code) {
  try { localStorage.setItem('leaktrace.lang', code); } catch { /* without storage, the choice lasts until the page is left */ }
  return use(code);
}

/** Loads the texts of the language in use only. */
async function use(code) {
  dictionary = (await import(`./${code}.js`)).default;
  language = code;
  document.documentElement.lang = locale();
}

function read(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

/** Whether the language has a text for a key. */
export const known = key => key in dictionary;

/** The text of a key; {name} is a parameter, {name|one|other} a choice by number in which # stands for the number. */
export const t = (key, params) => pieces(key, params).join('');

/** The text as a list, so that a parameter may be an element. */
export function pieces(key, params = {}) {
  const text = dictionary[key] ?? key;
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(/\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g)) {
    parts.push(text.slice(end, match.index));
    parts.push(value(params[match[1]], match[2], match[3]));
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return parts;
}

function value(given, one, other) {
  if (one === undefined) return typeof given === 'number' ? number(given) : given ?? '–';
  // By the displayed number: 0.98 is displayed as 1.
  const shown = Number(Number(given).toFixed(1));
  const form = new Intl.PluralRules(locale()).select(shown) === 'one' ? one : other;
  return form.replaceAll('#', number(given));
}

const number = n => n.toLocaleString(locale(), { maximumFractionDigits: 1 });
