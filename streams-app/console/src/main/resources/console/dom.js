// Functions that create elements, and update a displayed tree without losing focus, scroll position or input.

const SVG = new Set(['svg', 'g', 'rect', 'circle', 'line', 'path', 'text', 'tspan']);
const HANDLERS = ['onclick', 'oninput', 'onchange', 'onsubmit', 'onkeydown'];

/** h('p.small', {id: 'x', onclick: f}, 'text', node, [more]). null, undefined and false are left out. */
export function h(selector, props, ...children) {
  const [tag, ...classes] = selector.split('.');
  const isSvg = SVG.has(tag);
  const element = isSvg ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag);
  const all = { ...props };
  if (classes.length || all.class) all.class = [...classes, all.class].filter(Boolean).join(' ');
  for (const [name, value] of Object.entries(all)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element[name] = value;
    else if (name !== 'value' || tag === 'option') element.setAttribute(name, value === true ? '' : value);
  }
  append(element, children);
  if ('value' in all && tag !== 'option') element.value = all.value;
  return element;
}

/** The <title> of an SVG element, whose tag name is the same as in HTML. */
export function svgTitle(text) {
  const title = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  title.textContent = text;
  return title;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === '') continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

const keyOf = node => (node.nodeType === 1 ? node.getAttribute('data-key') : null);
const alike = (a, b) => a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

/** Updates the element `from` to equal `to`; nodes with the same key or position are kept. */
export function morph(from, to) {
  const active = document.activeElement;
  sync(from, to);
  // Moving a row removes the focus from its elements.
  if (active && active.isConnected && active !== document.body && document.activeElement !== active) {
    active.focus({ preventScroll: true });
  }
}

function sync(from, to) {
  if (from.nodeType !== 1) {
    if (from.data !== to.data) from.data = to.data;
    return;
  }
  for (const { name } of [...from.attributes]) {
    // The user opens and closes <details>.
    if (!to.hasAttribute(name) && !(name === 'open' && from.nodeName === 'DETAILS')) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  for (const handler of HANDLERS) from[handler] = to[handler];
  syncChildren(from, to);
  if (from.nodeName === 'INPUT' && (from.type === 'checkbox' || from.type === 'radio')) from.checked = to.hasAttribute('checked');
  else if ('value' in to && ['INPUT', 'SELECT', 'TEXTAREA'].includes(from.nodeName) && document.activeElement !== from) {
    from.value = to.value;
  }
}

function syncChildren(from, to) {
  const keyed = new Map();
  for (const child of from.childNodes) if (keyOf(child)) keyed.set(keyOf(child), child);
  let next = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const key = keyOf(wanted);
    const candidate = key ? keyed.get(key) : next;
    if (candidate && alike(candidate, wanted)) {
      if (candidate === next) next = next.nextSibling;
      else from.insertBefore(candidate, next);
      sync(candidate, wanted);
    } else {
      from.insertBefore(wanted, next);
    }
  }
  while (next) {
    const gone = next;
    next = next.nextSibling;
    gone.remove();
  }
}
