import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorTable, maxPageSize, nothing, pageQuery, problem, routes, type ErrorCode } from './index.ts';

const shape = (schema: z.ZodType) =>
  schema instanceof z.ZodObject ? (schema.shape as Record<string, z.ZodType>) : {};
const segments = (path: string) => path.split('/').slice(1);
const titled = routes.map((route) => [route.name, route] as const);
/** Creates that give back what came of it at once instead of a new thing with an id. */
const actions = [
  'cancelReplay',
  'cancelReceiptReplay',
  'startConnect',
  'connectWithFields',
  'testConnection',
  'testIntegration',
  'validateIntegration',
  'refreshAccount',
  'cancelRun',
  'rotateWebhookSecret',
  'tryWebhook',
  'lookUpInvitation',
];

it('every route has a name of its own and a method and path of its own', () => {
  expect(routes.length).toBeGreaterThan(40);
  expect(new Set(routes.map((route) => route.name)).size).toBe(routes.length);
  expect(new Set(routes.map((route) => `${route.method} ${route.path}`)).size).toBe(routes.length);
});

it('no request fits two routes unless one is the plainer, which routers prefer', () => {
  const fits = (a: string, b: string) => {
    const [one, two] = [segments(a), segments(b)];
    return (
      one.length === two.length &&
      one.every((part, i) => part === two[i] || part.startsWith(':') || two[i]!.startsWith(':'))
    );
  };
  for (const a of routes) {
    for (const b of routes) {
      if (a === b || a.method !== b.method || !fits(a.path, b.path)) continue;
      // Where both are the same up to the first difference, one of them must be literal there.
      const at = segments(a.path).findIndex((part, i) => part !== segments(b.path)[i]);
      const literal = [a, b].filter((route) => !segments(route.path)[at]!.startsWith(':'));
      expect([a.path, b.path, literal.length]).toEqual([a.path, b.path, 1]);
      // A value that the other one's parameter accepts would be taken away from it by the literal.
      const [plain] = literal;
      const open = plain === a ? b : a;
      const parameter = segments(open.path)[at]!.slice(1);
      const taken = shape(open.params)[parameter]!.safeParse(segments(plain!.path)[at]).success;
      expect([plain!.path, open.path, taken]).toEqual([plain!.path, open.path, false]);
    }
  }
});

describe.each(titled)('%s', (_, route) => {
  it('lies under /api, in lower case, and declares just the parameters of its path', () => {
    expect(route.path).toMatch(/^\/api(\/[a-z0-9-]+|\/:[a-zA-Z]+)+$/);
    const parameters = segments(route.path).filter((part) => part.startsWith(':'));
    expect(Object.keys(shape(route.params)).toSorted()).toEqual(
      parameters.map((part) => part.slice(1)).toSorted(),
    );
  });

  it('takes a body only with POST and PATCH, and answers with a status that fits', () => {
    if (route.method === 'GET' || route.method === 'DELETE') expect(route.body).toBe(nothing);
    expect(route.response === nothing).toBe(route.status === 204 || route.status === 302);
    if (route.method !== 'POST') expect([200, 204, 302]).toContain(route.status);
    else if (!actions.includes(route.name)) expect([201, 202]).toContain(route.status);
  });

  it('pages when it is a list, with a capped limit', () => {
    if (!('nextCursor' in shape(route.response))) return;
    expect(Object.keys(shape(route.query))).toEqual(expect.arrayContaining(Object.keys(pageQuery.shape)));
    expect(route.query.safeParse({ limit: maxPageSize + 1 }).success).toBe(false);
    expect(route.query.parse({})).toMatchObject({ limit: 50 });
  });

  it('has a JSON Schema of what goes in and of what comes out', () => {
    for (const [schema, io] of [
      [route.params, 'input'],
      [route.query, 'input'],
      [route.body, 'input'],
      [route.response, 'output'],
      [route.response, 'input'],
    ] as const) {
      if (schema === nothing) continue;
      const json = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'throw' });
      expect(json.type ?? json.$ref).toBeDefined();
    }
  });
});

it('whatever names of schemas there are, each names one schema', () => {
  const seen = new Map<string, unknown>();
  for (const route of routes) {
    for (const part of [route.body, route.response]) {
      const id = z.globalRegistry.get(part)?.id;
      if (id === undefined) continue;
      expect(seen.get(id) ?? part).toBe(part);
      seen.set(id, part);
    }
  }
});

it('every error has a stable code, a status of its class and a title, and makes a problem', () => {
  for (const [code, { status, title }] of Object.entries(errorTable)) {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect([400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 422, 429, 500, 502, 503]).toContain(status);
    expect(title.length).toBeGreaterThan(5);
    expect(
      problem.safeParse({
        type: `/docs/errors#${code}`,
        title,
        status,
        code: code as ErrorCode,
        requestId: 'r',
      }).success,
    ).toBe(true);
  }
  expect(
    problem.safeParse({ type: '', title: '', status: 400, code: 'made_up', requestId: 'r' }).success,
  ).toBe(false);
});
