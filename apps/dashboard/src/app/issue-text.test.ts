import { completeSetup, createWebhook } from '@mortise/contract';
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
});
