import { failure } from './envelopes.ts';
import type { EmulatedRecord, EmulatorResponse } from '../../kit/emulator/index.ts';

const PAGE = 50;
const CONDITION = /^(>=|<=|!@|!=|>|<|@|%|=|!)?(\w+)$/;

type Shaped = Readonly<Record<string, unknown>>;

/** A page of items: filters, order, offset. With `start` -1 nothing is counted and no next page is named. */
export function listItems(
  records: readonly EmulatedRecord[],
  params: Readonly<Record<string, unknown>>,
  shape: (record: EmulatedRecord) => Shaped,
): { body: Record<string, unknown> } | EmulatorResponse {
  const conditions = Object.entries((params['filter'] ?? {}) as Shaped);
  const order = Object.entries((params['order'] ?? {}) as Shaped);
  const start = Number(params['start'] ?? 0);
  const all = records.map((record) => shape(record));
  const known = (name: string): boolean =>
    name !== 'fm' && name !== 'entityTypeId' && (all[0] === undefined || name in all[0]);

  for (const [key, value] of conditions) {
    const name = CONDITION.exec(key)?.[2] ?? '';
    if (!known(name)) return refuse(`Invalid filter: field '${key}' is not allowed in filter`);
    if (name.endsWith('Time') && Number.isNaN(Date.parse(String(value))))
      return refuse(`Invalid filter: field '${name}' has invalid value`);
  }
  for (const [name, direction] of order) {
    if (!known(name)) return refuse(`Invalid order: field '${name}' is not allowed in order`);
    if (direction !== 'ASC' && direction !== 'DESC') {
      const told = `But got '${String(direction)}' for field '${name}'`;
      return refuse(`Invalid order: allowed sort directions are \`ASC, DESC\`. ${told}`);
    }
  }

  const found = all.filter((one) => conditions.every(([key, value]) => fits(one, key, value)));
  found.sort((a, b) => {
    for (const [name, direction] of order) {
      const sign = compare(a[name], b[name]) * (direction === 'DESC' ? -1 : 1);
      if (sign !== 0) return sign;
    }
    return 0;
  });
  const from = Math.max(0, start);
  const items = found.slice(from, from + PAGE).map((one) => select(one, params['select']));
  if (start < 0) return { body: { result: { items } } };
  const next = from + PAGE < found.length ? { next: from + PAGE } : {};
  return { body: { result: { items }, total: found.length, ...next } };
}

function select(one: Shaped, wanted: unknown): Shaped {
  if (!Array.isArray(wanted) || wanted.length === 0 || wanted.includes('*')) return one;
  const names = wanted.filter((name) => name !== 'fm' && name !== 'entityTypeId');
  return Object.fromEntries(Object.entries(one).filter(([name]) => names.includes(name)));
}

function fits(one: Shaped, key: string, value: unknown): boolean {
  const [, operator = '=', name = ''] = CONDITION.exec(key) ?? [];
  const held = one[name];
  const among = (list: unknown): boolean =>
    (Array.isArray(list) ? list : [list]).some((other) => compare(held, other) === 0);
  switch (operator) {
    case '>=':
      return compare(held, value) >= 0;
    case '<=':
      return compare(held, value) <= 0;
    case '>':
      return compare(held, value) > 0;
    case '<':
      return compare(held, value) < 0;
    case '%':
      return text(held).includes(text(value));
    case '!':
    case '!=':
    case '!@':
      return !among(value);
    default:
      return among(value);
  }
}

/** Numbers and times by value, texts without regard to case. */
function compare(a: unknown, b: unknown): number {
  const [left, right] = [measure(a), measure(b)];
  if (left !== undefined && right !== undefined) return left - right;
  const [x, y] = [text(a), text(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function measure(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value === '') return undefined;
  if (/^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  return /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).toLowerCase() : '';
}

function refuse(description: string): EmulatorResponse {
  return failure(400, 'INVALID_ARG_VALUE', description);
}
