import pino from 'pino';

const secretKey =
  /(authorization|cookies?|tokens?|secrets?|password|passwd|passphrase|apikey|privatekey|credentials?|masterkey|operatorkey|codeverifier|sessionid|signature)$/;

/** Secrets that give themselves away inside text: auth schemes, URL parameters, our own key formats. */
const secretText: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, '$1 [redacted]'],
  [
    /([?&#](?:access_token|refresh_token|id_token|token|client_secret|api_key|apikey|code|password|secret)=)[^&#\s"']+/gi,
    '$1[redacted]',
  ],
  [/\b(mor_(?:live|test)_|whsec_|whsk_)[\w+/=-]+/g, '$1[redacted]'],
  [/(\/\/[^/\s:@]+:)[^/\s@]+@/g, '$1[redacted]@'],
];

const mark = '[redacted]';
const deepest = 16;

/** What hides secrets in log entries: by the name of their key at any depth, and by their look inside text. */
export interface Redactor {
  text(text: string): string;
  /** A copy; errors come out as plain objects with type, message and stack. */
  entry(entry: Record<string, unknown>): Record<string, unknown>;
}

/** @param extraKeys further key names to hide, compared without case, `-` and `_`. */
export function createRedactor(extraKeys: readonly string[] = []): Redactor {
  const extra = new Set(extraKeys.map(bare));
  const isSecret = (key: string): boolean => {
    const name = bare(key);
    return secretKey.test(name) || extra.has(name);
  };
  const copy = (value: unknown, depth: number, seen: readonly object[]): unknown => {
    if (typeof value === 'string') return redactText(value);
    if (typeof value !== 'object' || value === null) return value;
    if (seen.includes(value)) return '[circular]';
    if (depth > deepest) return '[too deep]';
    if (value instanceof Error) return copy(fieldsOf(value), depth, [...seen, value]);
    if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;
    if (value instanceof URL) return redactText(value.href);
    if ('toJSON' in value && typeof value.toJSON === 'function') return value;
    const path = [...seen, value];
    if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1, path));
    const plain = [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);
    // Requests, sockets and pools lead everywhere; their first fields say what they are.
    return copyFields(value, plain ? depth : depth + 12, path);
  };
  const copyFields = (value: object, depth: number, path: readonly object[]): Record<string, unknown> => {
    const result: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(value)) {
      // A flag or an absence tells no secret, and is what one looks for in a log.
      const told = field === null || field === undefined || typeof field === 'boolean';
      result[key] = !told && isSecret(key) ? mark : copy(field, depth + 1, path);
    }
    return result;
  };
  return {
    text: redactText,
    entry(entry) {
      const { req, res, ...rest } = entry;
      const copied = copyFields(rest, 0, [entry]);
      if (req !== undefined) copied['req'] = summary(req, ['method', 'url', 'host', 'ip', 'statusCode']);
      if (res !== undefined) copied['res'] = summary(res, ['statusCode']);
      return copied;
    },
  };
}

/** What an error says of itself. Drivers hang whole clients and sockets on theirs, which say nothing more. */
function fieldsOf(error: Error): Record<string, unknown> {
  const fields = Object.entries(pino.stdSerializers.err(error));
  return Object.fromEntries(
    fields.filter(([, value]) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return true;
      return (
        'stack' in value || [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)
      );
    }),
  );
}

/** What an access log needs of a request or reply; the rest is headers, sockets and secrets. */
function summary(source: unknown, fields: readonly string[]): Record<string, unknown> {
  if (typeof source !== 'object' || source === null) return {};
  const told = fields.flatMap((field): [string, unknown][] => {
    const value: unknown = Reflect.get(source, field);
    if (typeof value === 'string') return [[field, redactText(value)]];
    return typeof value === 'number' ? [[field, value]] : [];
  });
  return Object.fromEntries(told);
}

function redactText(text: string): string {
  return secretText.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}

function bare(key: string): string {
  return key.toLowerCase().replaceAll(/[-_]/g, '');
}
