import { expect, test } from 'vitest';
import { tryQuestion } from './try-question.ts';
import { valuesOf } from './webhook-values.ts';

const own = { kind: 'own', type: 'invoice.paid', data: '{ "amount": 5 }' } as const;

test('nothing is asked without an event, or with one that is none', () => {
  expect(tryQuestion(valuesOf(undefined), { kind: 'none' }, undefined)).toBeUndefined();
  expect(tryQuestion(valuesOf(undefined), { ...own, data: '[1]' }, undefined)).toBeUndefined();
  expect(tryQuestion(valuesOf(undefined), { ...own, data: '{' }, undefined)).toBeUndefined();
  expect(tryQuestion(valuesOf(undefined), { ...own, type: 'Not a type' }, undefined)).toBeUndefined();
});

test('a form that is half filled in asks with what is filled in', () => {
  const values = valuesOf(undefined);
  const draft = {
    ...values,
    url: 'https:',
    settings: { ...values.settings, filter: { a: 1 }, auth: { kind: 'basic' as const, username: '' } },
  };
  const question = tryQuestion(draft, own, undefined);
  expect(question).toMatchObject({
    event: { type: 'invoice.paid', data: { amount: 5 } },
    settings: { filter: { a: 1 } },
  });
  expect(question).not.toHaveProperty('url');
  expect(question).not.toHaveProperty('events');
  expect(question?.settings).not.toHaveProperty('auth');
});
