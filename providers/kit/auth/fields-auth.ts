import type { Credential, FieldsAuth, HttpRequest, InputField } from '../types.ts';

type Values = Readonly<Record<string, string>>;

const KEY: InputField = { name: 'apiKey', label: 'API key', secret: true, required: true };

/**
 * A key in a header (`X-Api-Key`; `Authorization` with the prefix `Token `) or, where the provider wants it so, in the
 * query. Field: `apiKey`.
 */
export function apiKey(
  place: { header: string; prefix?: string } | { query: string },
  field: InputField = KEY,
): FieldsAuth {
  return fields('apiKey', [field], (request, values) => {
    const key = values[field.name] ?? '';
    if ('header' in place) return withHeader(request, place.header, `${place.prefix ?? ''}${key}`);
    return { ...request, query: { ...request.query, [place.query]: key } };
  });
}

/** `Authorization: Bearer …` with a key that a person typed in. Field: `token`. */
export function bearer(field: InputField = { ...KEY, name: 'token', label: 'API token' }): FieldsAuth {
  return fields('bearer', [field], (request, values) =>
    withHeader(request, 'authorization', `Bearer ${values[field.name] ?? ''}`),
  );
}

/** HTTP Basic (RFC 7617). Fields: `username`, `password`, renamed and described by the provider. */
export function basic(username: InputField, password?: InputField): FieldsAuth {
  return fields('basic', password === undefined ? [username] : [username, password], (request, values) => {
    const pair = `${values[username.name] ?? ''}:${password === undefined ? '' : (values[password.name] ?? '')}`;
    return withHeader(request, 'authorization', `Basic ${Buffer.from(pair).toString('base64')}`);
  });
}

type Sign = (request: HttpRequest, values: Values, now: Date) => HttpRequest;

/** AWS Signature Version 4. Signing is given by the provider, which takes it from the official library. */
export function sigv4(options: { fields: readonly InputField[]; sign: Sign }): FieldsAuth {
  return fields('sigv4', options.fields, options.sign);
}

/** Anything else a request can be authenticated with from typed-in fields. */
export function custom(options: { fields: readonly InputField[]; authenticate: Sign }): FieldsAuth {
  return fields('custom', options.fields, options.authenticate);
}

function fields(kind: FieldsAuth['kind'], inputs: readonly InputField[], sign: Sign): FieldsAuth {
  return {
    kind,
    fields: inputs,
    authenticate: (request: HttpRequest, credential: Credential, now: Date) => {
      if (credential.kind !== 'fields')
        throw new TypeError(`${kind} needs typed-in fields, not ${credential.kind}`);
      return sign(request, credential.values, now);
    },
  };
}

function withHeader(request: HttpRequest, name: string, value: string): HttpRequest {
  return { ...request, headers: { ...request.headers, [name.toLowerCase()]: value } };
}
