import { json, readJson, seedOf } from '../../kit/emulator/index.ts';
import { failure, invalid, limited, missing } from './envelopes.ts';
import { guarded } from './guard.ts';
import { contactView, TEXTS, VALUES } from './views.ts';
import type {
  EmulatedRecord,
  EmulatorRequest,
  EmulatorResponse,
  Route,
  World,
} from '../../kit/emulator/index.ts';

const DAY_MS = 24 * 3_600_000;
const CHANGES_A_DAY = 24;

/** One contact at a time, by uuid or by e-mail, and the conversions that make and change them. */
export function contactRoutes(world: World): Route[] {
  const { records } = world;
  const route = (
    method: string,
    path: string,
    handler: (request: EmulatorRequest, accountId: string) => EmulatorResponse,
  ): Route => ({ method, host: 'api', path, handler: guarded(world, handler) });

  const byEmail = (accountId: string, email: string): EmulatedRecord | undefined =>
    records
      .all(accountId, 'contacts')
      .find(
        (one) => one.archivedAt === undefined && one.fields['email']?.toLowerCase() === email.toLowerCase(),
      );

  const find = (accountId: string, key: string): EmulatedRecord | undefined => {
    if (key.startsWith('email:')) return byEmail(accountId, key.slice('email:'.length));
    const found = records.get(accountId, 'contacts', key.replace(/^uuid:/, ''));
    return found?.archivedAt === undefined ? found : undefined;
  };

  const create = (accountId: string, fields: Record<string, string>): EmulatorResponse => {
    const email = fields['email'] ?? '';
    if (email === '') return invalid('email', 'CANNOT_BE_BLANK', 'must not be blank');
    if (byEmail(accountId, email) !== undefined)
      return failure(400, 'EMAIL_ALREADY_IN_USE', 'The e-mail is in use by another contact.');
    return json(200, contactView(records.create(accountId, 'contacts', fields)));
  };

  return [
    route('GET', '/marketing/account_info', (_request, accountId) => {
      const account = world.definition.accounts.find((one) => one.id === accountId);
      return json(200, { name: account?.name });
    }),
    route('POST', '/platform/contacts', (request, accountId) => {
      const fields = readFields(readJson(request));
      return isAnswer(fields) ? fields : create(accountId, fields);
    }),
    route('GET', '/platform/contacts/:key', ({ params }, accountId) => {
      const found = find(accountId, params['key'] ?? '');
      return found === undefined ? missing() : json(200, contactView(found));
    }),
    route('PATCH', '/platform/contacts/:key', (request, accountId) => {
      const key = request.params['key'] ?? '';
      const body = readJson(request);
      const fields = readFields(body);
      if (isAnswer(fields)) return fields;
      const named = key.startsWith('email:') ? 'email' : 'uuid';
      if (body?.[named] !== undefined) {
        return failure(
          400,
          'CONFLICTING_FIELD',
          `The payload contains an attribute that was used to identify the lead.`,
        );
      }
      const found = find(accountId, key);
      // By e-mail, who is not there is made.
      if (found === undefined)
        return named === 'email'
          ? create(accountId, { ...fields, email: key.slice('email:'.length) })
          : missing();
      const taken = world.limits.take(`${accountId}/contact/${found.id}`, CHANGES_A_DAY, DAY_MS);
      if (!taken.ok) return limited(CHANGES_A_DAY, String(Math.ceil(taken.retryAfterMs / 1000)));
      const updated = records.update(accountId, 'contacts', found.id, fields);
      return updated === undefined ? missing() : json(200, contactView(updated));
    }),
    route('DELETE', '/platform/contacts/:key', ({ params }, accountId) => {
      const found = find(accountId, params['key'] ?? '');
      if (found === undefined) return missing();
      records.archive(accountId, 'contacts', found.id);
      return { status: 204 };
    }),
    route('POST', '/platform/events', (request, accountId) => {
      const body = readJson(request);
      const payload = body?.['payload'] as Record<string, unknown> | undefined;
      if (body?.['event_type'] !== 'CONVERSION' || body['event_family'] !== 'CDP')
        return invalid('event_type', 'INVALID_OPTION', 'must be CONVERSION of the family CDP');
      const { conversion_identifier: identifier, email } = payload ?? {};
      if (typeof identifier !== 'string' || identifier === '')
        return invalid('conversion_identifier', 'CANNOT_BE_BLANK', 'must not be blank');
      if (typeof email !== 'string' || email === '')
        return invalid('email', 'CANNOT_BE_BLANK', 'must not be blank');
      const known = byEmail(accountId, email) ?? records.create(accountId, 'contacts', { email });
      records.update(accountId, 'contacts', known.id, { last_conversion: identifier });
      const hex = (part: string): string =>
        seedOf(known.id, identifier, world.now().getTime(), part).toString(16).padStart(8, '0');
      return json(200, { event_uuid: `${hex('a')}-0000-4000-a000-${hex('b')}${hex('c').slice(0, 4)}` });
    }),
  ];
}

function readFields(body: Record<string, unknown> | undefined): Record<string, string> | EmulatorResponse {
  if (body === undefined) return failure(400, 'INVALID_REQUEST', 'The body is not a JSON object.');
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(body)) {
    if (name === 'uuid') continue;
    if (VALUES.some((one) => one === name)) fields[name] = value === null ? '' : JSON.stringify(value);
    else if (value === null) fields[name] = '';
    else if (typeof value === 'string' && (name.startsWith('cf_') || TEXTS.some((one) => one === name)))
      fields[name] = value;
    else return invalid(name, 'INVALID_FIELD', 'is not a field of a contact, or not a text');
  }
  if (!isBases(body['legal_bases'])) return invalid('legal_bases', 'INVALID_FORMAT', 'is invalid');
  const { email } = fields;
  if (email !== undefined && email !== '' && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email))
    return invalid('email', 'INVALID_FORMAT', 'is invalid');
  return fields;
}

/** Each base says what it is for, what it rests on, and whether it holds. That it is so strict is unconfirmed. */
function isBases(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return (
    Array.isArray(value) &&
    value.every((base: unknown) => {
      if (typeof base !== 'object' || base === null) return false;
      const { category, type, status } = base as Record<string, unknown>;
      return (
        typeof category === 'string' &&
        typeof type === 'string' &&
        (status === 'granted' || status === 'declined')
      );
    })
  );
}

function isAnswer(value: Record<string, string> | EmulatorResponse): value is EmulatorResponse {
  return typeof value['status'] === 'number';
}
