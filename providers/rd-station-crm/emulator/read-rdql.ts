import type { Kind } from './kinds.ts';

export interface Term {
  field: string;
  operator: '' | '~' | '>=' | '<=';
  value: string;
}

const TERM = /^(@?\w+):(~|>=|<=|)("(?:[^"\\]|\\.)*"|\([^)]*\)|[^\s"]+)(?:\s+|$)/;
const TIME = /^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d(\.\d+)?)?$/;

/** The terms of a filter, or what is wrong with it. */
export function readRdql(filter: string, kind: Kind): Term[] | string {
  const terms: Term[] = [];
  let rest = filter.trim();
  while (rest !== '') {
    const [whole, field = '', operator = '', raw = ''] = TERM.exec(rest) ?? [];
    if (whole === undefined) return `cannot read the filter at: ${rest.slice(0, 40)}`;
    if (!field.startsWith('@') && !kind.filters.includes(field)) return `${field} cannot be filtered by`;
    const value = raw.replace(/^"|"$/g, '').replaceAll('\\"', '"');
    if (field.endsWith('_at') && !TIME.test(value)) return `${field} needs "YYYY-MM-DD HH:MM:SS"`;
    terms.push({ field, operator: operator as Term['operator'], value });
    rest = rest.slice(whole.length);
  }
  return terms;
}

/** Whether a value satisfies a term. Times are UTC here (unconfirmed). */
export function fits(told: string, { operator, value, field }: Term): boolean {
  if (field.endsWith('_at')) {
    const [left, right] = [
      Date.parse(told),
      Date.parse(`${value.replace(' ', 'T')}${value.length > 10 ? 'Z' : ''}`),
    ];
    return operator === '>=' ? left >= right : operator === '<=' ? left <= right : left === right;
  }
  if (operator === '~') return told.toLowerCase().includes(value.toLowerCase());
  if (operator === '>=') return told >= value;
  if (operator === '<=') return told <= value;
  if (value.startsWith('(')) return value.slice(1, -1).split(',').includes(told);
  return told.toLowerCase() === value.toLowerCase();
}
