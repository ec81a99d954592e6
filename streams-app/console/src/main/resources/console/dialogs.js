// Dialogs. They are outside the redrawn part of the page, so that a live update keeps them and their input.
import { post, url } from './api.js';
import { h } from './dom.js';
import { custodianName, dateTime } from './format.js';
import { t } from './i18n.js';
import { say } from './say.js';

function open(id, title, ...children) {
  document.getElementById(id)?.remove();
  const before = document.activeElement;
  const dialog = h('dialog', { id, 'data-testid': id, 'aria-labelledby': `${id}-h` }, h('h2', { id: `${id}-h` }, title), children);
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (before?.isConnected) before.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** A dialog with a form. If `send` throws, the dialog stays open and shows the message. */
function ask({ id, title, fields, action, send }) {
  const problem = h('p.problem', { role: 'alert', 'data-testid': 'dialog-problem' });
  const submit = h('button.primary', { type: 'submit', 'data-testid': 'dialog-submit' }, action);
  const form = h('form', {
    onsubmit: async event => {
      event.preventDefault();
      submit.disabled = true;
      problem.textContent = '';
      try {
        await send(Object.fromEntries(new FormData(form)));
        dialog.close();
      } catch (error) {
        problem.textContent = t('dialog.failed', { why: error.message });
        submit.disabled = false;
      }
    },
  }, fields, problem, h('div.buttons', {}, submit,
    h('button', { type: 'button', 'data-testid': 'dialog-cancel', onclick: () => dialog.close() }, t('cancel'))));
  const dialog = open(id, title, form);
}

const note = label => h('label.field', {}, label,
  h('textarea', { name: 'note', required: true, rows: 3, maxlength: 1000, 'data-testid': 'dialog-note' }));

/** A dialog for a verdict: CONFIRMED, DISMISSED or REMEDIATED. */
export function askVerdict({ custodian, verdict, now, done }) {
  // A verdict expires in event time, which differs from wall-clock time if old data are processed.
  const first = new Date(new Date(now ?? Date.now()).getTime() + 86400000).toISOString().slice(0, 10);
  ask({
    id: 'verdict-dialog',
    title: t(`decide.${verdict}.title`, { custodian: custodianName(custodian) }),
    fields: [
      h('p', {}, t(`decide.${verdict}.about`)),
      note(t(verdict === 'DISMISSED' ? 'decide.reason' : 'decide.note')),
      verdict === 'DISMISSED' && h('label.field', {}, t('decide.expires'),
        h('input', { type: 'date', name: 'expires', min: first, 'data-testid': 'dialog-expires' }),
        h('small', {}, t('decide.expires.about', { now: dateTime(now) }))),
    ],
    action: t(`decide.${verdict}`),
    send: async values => {
      if (!values.note.trim()) throw new Error(t('decide.note.missing'));
      const expiresAt = values.expires ? new Date(`${values.expires}T00:00`).toISOString() : null;
      await post('/api/verdicts', { custodian, verdict, note: values.note.trim(), expiresAt });
      say(t('decide.done'));
      done();
    },
  });
}

export function askReveal({ contactId, buyer, done }) {
  ask({
    id: 'reveal-dialog',
    title: t('reveal.title'),
    fields: [h('p', {}, t('reveal.about')), note(t('reveal.reason'))],
    action: t('reveal.do'),
    send: async values => {
      if (!values.note.trim()) throw new Error(t('decide.note.missing'));
      done(await post(url(`/api/evidence/${encodeURIComponent(contactId)}/reveal`, { buyer }), { reason: values.note.trim() }));
      say(t('reveal.done'));
    },
  });
}

export function showKeys() {
  const dialog = open('keys-dialog', t('keys.title'),
    h('dl.keys', {}, ['/', 'j', 'k', 'Enter', '?', 'Esc'].map(key => [h('dt', {}, h('kbd', {}, key)), h('dd', {}, t('keys.' + key))])),
    h('div.buttons', {}, h('button', { type: 'button', onclick: () => dialog.close() }, t('close'))));
}
