import { nothing, problem, type Route } from '@mortise/contract';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { z } from 'zod';
import type { Access, Line } from './table.ts';

const accessText: Record<Access, string> = {
  public: 'Anyone.',
  link: 'Anyone who has the secret of the link; few requests a minute.',
  credential: 'Anyone with a session or the operator key.',
  operator: 'Operator key only.',
  viewer: 'Members of the tenant; the operator key with Mortise-Tenant.',
  developer: 'Members from the role developer up; the operator key with Mortise-Tenant.',
  admin: 'Members from the role admin up; the operator key with Mortise-Tenant.',
  owner: 'Owners; the operator key with Mortise-Tenant.',
};

function operation({ route, access, creation }: Line): ZodOpenApiOperationObject {
  const succeeded =
    route.response === nothing
      ? { description: 'Done' }
      : { description: 'Done', content: { 'application/json': { schema: route.response } } };
  return {
    operationId: route.name,
    summary: route.summary,
    description: accessText[access],
    tags: [route.tag],
    ...(access === 'public' || access === 'link' ? { security: [] } : {}),
    parameters: creation === undefined ? [] : [{ $ref: '#/components/parameters/IdempotencyKey' }],
    requestParams: {
      ...(route.params === nothing ? {} : { path: route.params as z.ZodObject }),
      ...(route.query === nothing || !('shape' in route.query) ? {} : { query: route.query as z.ZodObject }),
    },
    ...(route.body === nothing
      ? {}
      : { requestBody: { content: { 'application/json': { schema: route.body } } } }),
    responses: {
      [String(route.status)]: succeeded,
      default: {
        description: 'What went wrong',
        content: { 'application/problem+json': { schema: problem } },
      },
    },
  };
}

const pathOf = (route: Route) => route.path.replaceAll(/:(\w+)/g, '{$1}');

/** OpenAPI 3.1 of the whole surface, made from the contract and the table, so that it cannot differ from them. */
export function openApi(lines: readonly Line[], options: { publicUrl: string; version: string }): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const line of lines) {
    const path = pathOf(line.route);
    paths[path] = { ...paths[path], [line.route.method.toLowerCase()]: operation(line) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Mortise',
      version: options.version,
      description:
        'The integrations backend of a multi-tenant product. Errors are problem+json with a stable `code`; lists take `cursor` and `limit`; creates take `Idempotency-Key`; updates take `If-Match`.',
    },
    servers: [{ url: options.publicUrl }],
    security: [{ operatorKey: [], tenant: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        operatorKey: { type: 'http', scheme: 'bearer', description: "The host backend's key" },
        tenant: {
          type: 'apiKey',
          in: 'header',
          name: 'Mortise-Tenant',
          description: 'Id of the tenant to act for',
        },
        session: { type: 'apiKey', in: 'cookie', name: 'mortise.session_token' },
      },
      parameters: {
        IdempotencyKey: {
          in: 'header',
          name: 'Idempotency-Key',
          description: 'The same key again gives the same answer and creates nothing',
          schema: { type: 'string', minLength: 1, maxLength: 255 },
        },
      },
    },
  });
}
