import { readForm, readJson } from '../../kit/emulator/index.ts';
import { answer, failure, limited } from './envelopes.ts';
import { itemMethods } from './item-methods.ts';
import type { Method } from './method.ts';
import { endpointOf, portalOf } from './portals.ts';
import type { Portal } from './portals.ts';
import type { EmulatorRequest, EmulatorResponse, Route, World } from '../../kit/emulator/index.ts';

const CAPACITY = 50;
const DRAIN_PER_SECOND = 2;

/** The portals' REST methods behind token and leaky bucket, and the central server's `app.info`. */
export function methodRoutes(world: World): Route[] {
  const methods = new Map<string, Method>([
    ['profile', (_params, { account }) => ({ body: { result: profileOf(account) } })],
    ['app.info', () => ({ body: { result: appInfo(world.definition.client.id) } })],
    ...itemMethods(world),
  ]);

  const call = (request: EmulatorRequest): EmulatorResponse => {
    const params = paramsOf(request);
    const token = typeof params['auth'] === 'string' ? params['auth'] : '';
    const found = world.tokens.find(token, 'access');
    const portal = found === undefined ? undefined : portalOf(world, found.grant.accountId);
    if (portal === undefined) {
      return world.tokens.knows(token)
        ? failure(401, 'expired_token', 'The access token provided has expired')
        : failure(401, 'NO_AUTH_FOUND', 'Wrong authorization data');
    }
    const told = request.params['domain'];
    const name = (request.params['method'] ?? '').replace(/\.json$/, '').toLowerCase();
    if (told !== undefined && told !== portal.account.detail) {
      // The portal was renamed: its old address leads to the new one, which a POST does not follow by itself.
      return { status: 302, headers: { location: endpointOf(request, portal) + name } };
    }
    if (!world.limits.pour(portal.account.id, CAPACITY, DRAIN_PER_SECOND)) return limited();
    const method = methods.get(name);
    if (method === undefined) return failure(404, 'ERROR_METHOD_NOT_FOUND', 'Method not found!');
    const outcome = method(params, portal);
    return 'body' in outcome && !('status' in outcome)
      ? answer(world.now(), portal.offset, outcome.body)
      : outcome;
  };

  const central = (request: EmulatorRequest): EmulatorResponse =>
    call({ ...request, params: { method: 'app.info' } });
  return ['GET', 'POST'].flatMap((method) => [
    { method, host: 'rest', path: '/:domain/rest/:method', handler: call },
    { method, host: 'rest', path: '/app.info', handler: central },
  ]);
}

/** Parameters by query, form or JSON; the body wins. Bracketed names, which nest, are not undone. */
function paramsOf(request: EmulatorRequest): Record<string, unknown> {
  const type = request.headers['content-type'] ?? '';
  const body = type.includes('json') ? (readJson(request) ?? {}) : Object.fromEntries(readForm(request));
  return { ...Object.fromEntries(request.query), ...body };
}

function profileOf({ user, name }: Portal['account']): Record<string, unknown> {
  const [given = ''] = user.email.split('@');
  return {
    ID: user.id,
    ADMIN: true,
    NAME: given.charAt(0).toUpperCase() + given.slice(1),
    LAST_NAME: name.split(' ')[0] ?? '',
    PERSONAL_GENDER: '',
    TIME_ZONE: '',
  };
}

function appInfo(code: string): Record<string, unknown> {
  return {
    ID: 21,
    CODE: code,
    VERSION: 1,
    STATUS: 'L',
    INSTALLED: true,
    PAYMENT_EXPIRED: 'N',
    DAYS: null,
    LICENSE: 'br_pro100',
  };
}
