import { completeSetup, createSource, createWebhook } from '@mortise/contract';
import type { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { text } from '../messages/index.ts';
import { issueText } from './issue-text.ts';

function told(schema: z.ZodType, value: unknown): Record<string, string> {
  const issues = schema.safeParse(value).error?.issues ?? [];
  return Object.fromEntries(issues.map((issue) => [issue.path.join('.'), issueText(issue)]));
}

describe('issueText', () => {
  it('tells what is wrong with a first owner in the catalogue’s words', () => {
    expect(
      told(completeSetup.body, {
        token: 't',
        name: ' ',
        email: 'ada',
        password: 'short',
        organisation: 'x'.repeat(121),
      }),
    ).toEqual({
      name: text.forms.required,
      email: text.forms.email,
      password: text.forms.tooShort(12),
      organisation: text.forms.tooLong(120),
    });
  });

  it('tells what is wrong with a webhook', () => {
    const wrong = told(createWebhook.body, { name: 'x', url: 'example', events: [] });
    expect(wrong).toMatchObject({ url: text.forms.url, events: text.forms.tooFew(1) });
    expect(
      told(createWebhook.body, { name: 'x', url: 'https://a.example', events: ['Contact!'] })['events.0'],
    ).toContain('must be a type');
  });

  it('tells what is wrong with the limits of a source', () => {
    const wrong = {
      name: 'x',
      allow: ['192.0.2.1', 'here'],
      maxBytes: Number.NaN,
      perMinute: 1.5,
      dedupe: { by: 'pointer', pointer: 'id' },
      dedupeHours: 721,
      keepDays: 0,
    };
    expect(told(createSource.body, wrong)).toEqual({
      'allow.1': text.forms.format('must be an address or a CIDR range'),
      maxBytes: text.forms.required,
      perMinute: text.forms.whole,
      'dedupe.pointer': text.forms.format('must be a JSON pointer such as /event/id'),
      dedupeHours: text.forms.tooBig(720),
      keepDays: text.forms.tooSmall(1),
    });
    expect(told(createSource.body, { name: 'x', dedupe: { by: 'header', name: '' } })).toEqual({
      'dedupe.name': text.forms.format('must be the name of a header'),
    });
  });
});
