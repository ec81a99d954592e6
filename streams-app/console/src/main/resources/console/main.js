// The frame, the page of the address in one of its states, and live updates.
import { follow, get, setToken, token } from './api.js';
import { showKeys } from './dialogs.js';
import { h, morph } from './dom.js';
import { dateTime, zone } from './format.js';
import { chooseLanguage, lang, setLanguage, t } from './i18n.js';
import { go, href, start } from './navigation.js';
import { whisper } from './say.js';
import * as alerts from './pages/alerts.js';
import * as campaign from './pages/campaign.js';
import * as campaigns from './pages/campaigns.js';
import * as check from './pages/check.js';
import * as compare from './pages/compare.js';
import * as decoys from './pages/decoys.js';
import * as epochs from './pages/epochs.js';
import * as evidence from './pages/evidence.js';
import * as suspect from './pages/suspect.js';
import * as suspects from './pages/suspects.js';
import * as verdicts from './pages/verdicts.js';

const ROUTES = [
  [/^\/suspects\/?$/, suspects],
  [/^\/suspects\/([^/]+:[^/]+)$/, suspect],
  [/^\/evidence\/([^/]+)$/, evidence],
  [/^\/campaigns\/?$/, campaigns],
  [/^\/campaigns\/([^/]+)$/, campaign],
  [/^\/alerts\/?$/, alerts],
  [/^\/epochs\/?$/, epochs],
  [/^\/verdicts\/?$/, verdicts],
  [/^\/compare\/?$/, compare],
  [/^\/check\/?$/, check],
  [/^\/decoys\/?$/, decoys],
];
const PAGES = ['suspects', 'alerts', 'campaigns', 'epochs', 'verdicts', 'compare', 'check', 'decoys'];
const NOWHERE = { title: () => t('nowhere'), load: async () => ({}), view: () => h('p', {}, h('a', { href: href(['suspects']) }, t('nowhere.back'))) };

let session = null;
let connection = 'connecting';
let unfollow = null;

// The displayed page: {path, page, ctx, phase: loading | ready | failed | signin, data, error, stale, busy}.
// `stale`: the displayed data do not belong to the address.
let shown = null;
let loads = 0;
let retry;

function moved({ y }) {
  if (location.pathname === '/') {
    go(href(['suspects']), { replace: true });
    return;
  }
  const query = new URLSearchParams(location.search);
  if (shown?.path === location.pathname) {
    shown.ctx.query = query;
    shown.stale = true;
    load({ y });
    return;
  }
  const [page, params] = match(location.pathname);
  const first = !shown;
  shown = { path: location.pathname, page, phase: 'loading', ctx: { params, query, state: {}, session, refresh: () => load(), redraw: draw } };
  draw();
  if (y === undefined) scrollTo(0, 0);
  if (!first) focusHeading();
  load({ y });
}

function match(path) {
  for (const [pattern, page] of ROUTES) {
    const found = pattern.exec(path);
    if (found) return [page, found.slice(1).map(decodeURIComponent)];
  }
  return [NOWHERE, []];
}

/** Loads the data of the address. The page keeps the old data until the response arrives. */
async function load({ y } = {}) {
  const page = shown;
  const mine = ++loads;
  clearTimeout(retry);
  page.busy = true;
  if (page.phase === 'failed') {
    page.phase = 'loading';
    draw();
  }
  document.querySelector('main')?.setAttribute('aria-busy', 'true');
  try {
    session = page.ctx.session = await get('/api/session');
    unfollow ??= follow(changed, connected);
    const data = await page.page.load(page.ctx);
    if (mine !== loads) return;
    Object.assign(page, { phase: 'ready', data, error: null, stale: false });
  } catch (error) {
    if (mine !== loads) return;
    page.error = error;
    if (error.status === 401) signOut(page);
    else if (page.phase !== 'ready' || page.stale) page.phase = 'failed';
    if (error.status === 503) retry = setTimeout(load, error.retryAfter * 1000);
    // Errors of the program itself are logged for developers.
    if (error.status === undefined) console.error(error);
  }
  page.busy = false;
  draw();
  if (y) scrollTo(0, y);
}

function signOut(page = shown) {
  session = null;
  unfollow?.();
  unfollow = null;
  connection = 'connecting';
  page.phase = 'signin';
  page.data = null;
  draw();
}

// Several events may report one change, and more may arrive during a reload: only one reload runs at a time.
let reloading = false;
let again = false;

async function changed() {
  again = true;
  if (reloading) return;
  reloading = true;
  while (again) {
    await new Promise(resolve => setTimeout(resolve, 400));
    again = false;
    const page = shown;
    page.ctx.live = true;
    await load();
    page.ctx.live = false;
    if (page === shown && page.phase === 'ready' && !page.error) whisper(t('updated', { now: dateTime(session?.now) }));
  }
  reloading = false;
}

function connected(state) {
  const back = state === 'live' && connection === 'lost';
  connection = state;
  draw();
  if (back) changed();
}

function focusHeading() {
  document.querySelector('h1')?.focus({ preventScroll: true });
}

// --- drawing

function draw() {
  const title = shown.phase === 'signin' ? t('signin') : shown.page.title(shown.ctx);
  document.title = `${title} · Leaktrace`;
  const next = h('div', { id: 'root' },
    h('a.skip', { href: '#main', onclick: event => { event.preventDefault(); focusHeading(); } }, t('skip')),
    header(),
    h('main', { id: 'main', 'data-testid': 'main', 'data-phase': shown.phase, 'aria-busy': String(Boolean(shown.busy)) },
      h('h1', { tabindex: -1, 'data-key': 'h1' }, title),
      notice(),
      h('div.page', { 'data-key': shown.path }, body())),
    footer());
  morph(document.getElementById('root'), next);
}

function body() {
  if (shown.phase === 'signin') return signIn();
  if (shown.phase === 'loading') return h('div.state.loading', { 'data-testid': 'loading' }, h('p', {}, t('loading')));
  if (shown.phase === 'failed') return failure(shown.error);
  try {
    return shown.page.view(shown.data, shown.ctx);
  } catch (error) {
    // An unexpected response must not leave the page half drawn.
    console.error(error);
    return failure(error);
  }
}

const retryButton = () => h('button', { type: 'button', 'data-testid': 'retry', onclick: () => load() }, t('retry'));

const words = error => {
  if (error.status === 0) return t('error.unreachable');
  if (error.status === 403) return t('error.forbidden');
  if (error.status === 404) return t('error.absent');
  return t('error.other', { why: error.message });
};

function failure(error) {
  if (error.status === 503) {
    return h('div.state', { 'data-testid': 'starting', role: 'status' },
      h('h2', {}, t('starting')), h('p', {}, t('starting.about', { seconds: error.retryAfter })), retryButton());
  }
  return h('div.state.failed', { 'data-testid': 'error', role: 'alert' }, h('h2', {}, t('error')), h('p', {}, words(error)), retryButton());
}

/** After a failed refresh, the old data stay, with a note that they may be out of date. */
function notice() {
  if (shown.phase !== 'ready' || !shown.error) return null;
  const text = shown.error.status === 503 ? t('old.starting', { seconds: shown.error.retryAfter }) : t('old', { why: words(shown.error) });
  return h('div.notice', { role: 'status', 'data-testid': 'notice', 'data-key': 'notice' }, h('span', {}, text), ' ', retryButton());
}

function signIn() {
  const wrong = token() && shown.error?.status === 401;
  return h('form.signin', {
    'data-testid': 'signin',
    onsubmit: event => {
      event.preventDefault();
      setToken(event.target.elements.token.value.trim());
      shown.phase = 'loading';
      load();
    },
  }, h('p', {}, t('signin.about')),
  wrong && h('p.problem', { role: 'alert' }, t('signin.wrong')),
  h('label.field', {}, t('signin.token'), h('input', { type: 'password', name: 'token', required: true, autocomplete: 'off', 'data-testid': 'token' })),
  h('button.primary', { type: 'submit', 'data-testid': 'signin-submit' }, t('signin')));
}

function header() {
  const here = location.pathname.split('/')[1];
  return h('header', { 'data-key': 'header' },
    h('a.brand', { href: href(['suspects']) }, 'Leaktrace'),
    h('nav', { 'aria-label': t('nav') }, PAGES.map(page => h('a', {
      href: href([page]), 'data-testid': `nav-${page}`,
      'aria-current': here === page || (here === 'evidence' && page === 'suspects') ? 'page' : null,
    }, t('nav.' + page)))),
    h('div.tools', {},
      session?.demo && h('span.tag', { title: t('demo.about') }, t('demo')),
      h('span.connection', { role: 'status', 'data-testid': 'connection', 'data-state': connection }, t('connection.' + connection)),
      h('button', {
        type: 'button', 'data-testid': 'language', lang: lang() === 'zh' ? 'en' : 'zh-CN',
        onclick: switchLanguage,
      }, lang() === 'zh' ? 'English' : '中文'),
      h('button', { type: 'button', 'data-testid': 'theme', onclick: switchTheme }, t(dark() ? 'theme.light' : 'theme.dark')),
      h('button', { type: 'button', 'data-testid': 'keys', 'aria-label': `? ${t('keys.title')}`, onclick: showKeys }, '?'),
      session?.name && h('span.quiet', { 'data-testid': 'who' }, session.name),
      token() && session && h('button', {
        type: 'button', 'data-testid': 'signout',
        onclick: () => { setToken(null); shown.error = null; signOut(); },
      }, t('signout'))));
}

function footer() {
  return h('footer', { 'data-key': 'footer' },
    session && h('p', {}, t('footer.now', { now: dateTime(session.now) }), ' ', t('footer.version', { version: session.version })),
    h('p', {}, t('footer.zone', { zone: zone() })),
    h('p', {}, t('footer.guilt')),
    region('said', 'toast'), region('heard', 'unseen'));
}

/** A live region, which keeps its text when the rest of the page is redrawn. */
const region = (id, kind) => h(`p.${kind}`, { id, role: 'status', 'aria-live': 'polite', 'data-key': id, 'data-testid': id }, document.getElementById(id)?.textContent);

async function switchLanguage() {
  const next = lang() === 'zh' ? 'en' : 'zh';
  await setLanguage(next);
  const address = new URL(location.href);
  // The language in the address must be that of the page.
  if (address.searchParams.has('lang')) {
    address.searchParams.set('lang', next);
    history.replaceState(history.state, '', address);
  }
  draw();
}

const system = matchMedia('(prefers-color-scheme: dark)');
const dark = () => (document.documentElement.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';

function switchTheme() {
  const theme = dark() ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
  try { localStorage.setItem('leaktrace.theme', theme); } catch { /* without storage, the choice lasts until the page is left */ }
  draw();
}

// --- keys

addEventListener('keydown', event => {
  const typing = event.target.closest('input:not([type=checkbox]), textarea, select');
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  if (event.key === '/') {
    const search = document.querySelector('[data-search]');
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === '?') {
    showKeys();
  } else if (event.key === 'j' || event.key === 'k') {
    const links = [...document.querySelectorAll('[data-row-link]')];
    const at = links.findIndex(link => link.closest('tr').contains(document.activeElement));
    // Enter opens links without this handler.
    links[at < 0 ? 0 : Math.max(0, Math.min(links.length - 1, at + (event.key === 'j' ? 1 : -1)))]?.focus();
  }
});

// Charts depend on the available width.
let width = innerWidth;
let resized;
addEventListener('resize', () => {
  if (innerWidth === width) return;
  width = innerWidth;
  clearTimeout(resized);
  resized = setTimeout(draw, 150);
});
system.addEventListener('change', draw);

await chooseLanguage();
start(moved);
moved({});
