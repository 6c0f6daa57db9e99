import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';

interface Operation {
  operationId: string;
  security?: unknown[];
  parameters?: { $ref?: string; in?: string; name?: string; required?: boolean }[];
  requestBody?: unknown;
  responses: Record<string, { description?: string; content?: Record<string, unknown> }>;
}
interface Document {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
}

let server: TestServer;
let document: Document;
beforeAll(async () => {
  server = await startTestServer({ role: 'api', sandbox: false });
  document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as Document;
});
afterAll(() => server.stop());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

test('the document is OpenAPI 3.1 and holds every route of the table, each once', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(document.servers).toEqual([{ url: server.publicUrl }]);
  const listed = operations().map(
    ({ path, method, operation }) =>
      `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')} ${operation.operationId}`,
  );
  expect(listed.toSorted()).toEqual(
    server.mortise.lines.map(({ route }) => `${route.method} ${route.path} ${route.name}`).toSorted(),
  );
});

test('every reference in it leads somewhere, and every path parameter is described', () => {
  const refs: string[] = [];
  JSON.stringify(document, (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') refs.push(value);
    return value;
  });
  expect(refs.length).toBeGreaterThan(50);
  for (const ref of refs) {
    const found = ref
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
    expect([ref, found !== undefined]).toEqual([ref, true]);
  }
  for (const { path, operation } of operations()) {
    const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const described = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    expect([path, described.map(({ name }) => name)]).toEqual([path, wanted]);
    expect(described.every(({ required }) => required === true)).toBe(true);
  }
});

test('creates say that they take an Idempotency-Key, public routes that they need no credential, all how they fail', () => {
  for (const { route, access, creation } of server.mortise.lines) {
    const operation = document.paths[route.path.replaceAll(/:(\w+)/g, '{$1}')]![route.method.toLowerCase()]!;
    const takesKey = (operation.parameters ?? []).some(
      (parameter) => parameter.$ref === '#/components/parameters/IdempotencyKey',
    );
    expect([route.name, takesKey]).toEqual([route.name, creation !== undefined]);
    expect([route.name, Array.isArray(operation.security) && operation.security.length === 0]).toEqual([
      route.name,
      access === 'public' || access === 'link',
    ]);
    expect(operation.responses.default?.content).toHaveProperty(['application/problem+json']);
    expect(operation.responses).toHaveProperty([String(route.status)]);
  }
});

test('the reference page and all it loads come from here, so that it works without a network', async () => {
  const seen = new Set<string>();
  const page = await fetch(`${server.url}/api/docs`);
  const html = await page.text();
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link!);
  expect(links.length).toBeGreaterThan(2);
  for (const link of links) {
    expect(link).toMatch(/^\/(?!\/)/);
    const answer = await fetch(server.url + link);
    seen.add(link);
    expect([link, answer.status]).toEqual([link, 200]);
    await answer.body?.cancel();
  }
  expect((await fetch(`${server.url}/api/docs/assets/`)).status).toBe(404);
  const outside = await fetch(`${server.url}/api/docs/assets/..%2f..%2fpackage.json`);
  expect(await outside.text()).not.toContain('workspaces');
});
