// Asking the control API and drawing what it says. Everything shown is set as text, never as markup.

export async function call(method, path, body) {
  const init = {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  };
  const response = await fetch(path, init);
  const text = await response.text();
  const answer = text === '' ? undefined : JSON.parse(text);
  if (!response.ok) throw new Error(answer?.error ?? `${response.status}`);
  return answer;
}

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  const { attrs = {}, ...rest } = props;
  Object.assign(node, rest);
  for (const [name, value] of Object.entries(attrs)) node.setAttribute(name, value);
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

export function say(text) {
  document.getElementById('toast').textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => (document.getElementById('toast').textContent = ''), 4000);
}

export const guarded =
  (act) =>
  (...args) =>
    act(...args).catch((error) => say(`That failed: ${error.message}`));

/** Redraws a list only when its data changed, so that focus and open details stay. */
export function draw(list, items, row) {
  const key = JSON.stringify(items);
  if (list.drawn === key) return;
  list.drawn = key;
  const empty = list.dataset.empty;
  list.replaceChildren(
    ...(items.length === 0 && empty
      ? [el('li', { className: 'empty', textContent: empty })]
      : items.map(row)),
  );
}
