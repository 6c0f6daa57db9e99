import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogger, type Logger, type LoggerOptions } from './create-logger.ts';

function open(options: Partial<LoggerOptions> = {}): {
  logger: Logger;
  lines: string[];
  last: () => Record<string, unknown>;
} {
  const lines: string[] = [];
  const logger = createLogger({ level: 'debug', write: (line) => void lines.push(line), ...options });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

const secret = 'hunter2hunter2';

describe('the logger', () => {
  it('never writes a secret that stands under a telling key, at any depth', () => {
    const key = fc.constantFrom(
      'authorization',
      'Authorization',
      'proxy-authorization',
      'cookie',
      'set-cookie',
      'token',
      'accessToken',
      'access_token',
      'refresh_token',
      'id_token',
      'secret',
      'client_secret',
      'clientSecret',
      'password',
      'apiKey',
      'x-api-key',
      'private_key',
      'credentials',
      'code_verifier',
      'signingSecret',
      'masterKey',
    );
    const value = fc.constantFrom<unknown>(secret, [secret], { value: secret }, Buffer.from(secret));
    const path = fc.array(fc.constantFrom('a', 'headers', 'config'), { maxLength: 6 });
    fc.assert(
      fc.property(key, value, path, fc.boolean(), (name, hidden, parents, inArray) => {
        const { logger, lines } = open();
        const leaf: unknown = { [name]: hidden, id: 7 };
        logger.info(
          parents.reduce<object>(
            (inner, parent) => ({ [parent]: inArray ? [inner] : inner }),
            leaf as object,
          ),
          'x',
        );
        expect(lines[0]).not.toContain(secret);
        expect(lines[0]).toContain('"id":7');
      }),
    );
  });

  it('hides secrets in child bindings, errors and their causes', () => {
    const { logger, lines } = open();
    const error = Object.assign(
      new Error('failed with Bearer abcdef123456', { cause: new Error('x?access_token=abcdef123456') }),
      {
        config: { headers: { authorization: secret } },
      },
    );
    logger.child({ token: secret, requestId: 'req_1' }).error({ err: error }, 'broken');
    logger.error(error);
    logger.error({ err: error });
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      expect(line).not.toContain(secret);
      expect(line).not.toContain('abcdef123456');
    }
    expect(lines[0]).toContain('req_1');
    expect(lines[0]).toContain('create-logger.test.ts');
  });

  it.each([
    'GET https://x.example/cb?code=abcdef123456&state=1',
    'authorization: bearer abcdef123456',
    'key mor_live_abcdef123456 was used',
    'postgres://mortise:abcdef123456@db/x',
    'whsec_abcdef123456',
  ])('hides what looks like a secret inside a sentence: %s', (text) => {
    const { logger, lines } = open();
    logger.info(text);
    logger.info({ text, list: [text] }, 'said %s', text);
    for (const line of lines) expect(line).not.toContain('abcdef123456');
  });

  it('keeps what helps: ids, counts, flags and the names of what was hidden', () => {
    const { logger, last } = open({ redact: ['pin'] });
    const entry = {
      tokens: 3,
      hasPassword: true,
      password: null,
      PIN: '1234',
      connectionId: 'conn_1',
      at: new Date(0),
    };
    logger.warn({ entry: { ...entry, tokens: undefined } }, 'kept');
    expect(last()).toMatchObject({
      level: 'warn',
      msg: 'kept',
      entry: {
        hasPassword: true,
        password: null,
        PIN: '[redacted]',
        connectionId: 'conn_1',
        at: '1970-01-01T00:00:00.000Z',
      },
    });
  });

  it('tells of a request only what an access log needs', () => {
    const { logger, last } = open();
    class Request {
      headers = { 'x-unheard-of': secret };
      socket = { deep: { deeper: secret } };
      get method(): string {
        return 'GET';
      }
      get url(): string {
        return `/callback?code=${secret}&state=s`;
      }
    }
    logger.info({ req: new Request(), res: { statusCode: 204, raw: secret } }, 'done');
    expect(last()).toMatchObject({
      req: { method: 'GET', url: '/callback?code=[redacted]&state=s' },
      res: { statusCode: 204 },
    });
    expect(JSON.stringify(last())).not.toContain(secret);
  });

  it('survives circles and bytes', () => {
    const { logger, last } = open();
    const circle: Record<string, unknown> = { body: Buffer.alloc(9) };
    circle['self'] = circle;
    logger.info({ circle }, 'x');
    expect(last()).toMatchObject({ circle: { body: '[9 bytes]', self: '[circular]' } });
  });

  it('drops entries below its level, and writes one readable line when asked to', () => {
    const { logger, lines } = open({ level: 'info', pretty: true });
    logger.debug('no');
    logger.info({ rows: 3, name: 'a' }, 'Synced');
    logger.error(new Error('boom'));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} .*info .* Synced rows=3 name=a\n$/);
    expect(lines[1]).toContain('Error: boom\n    at ');
  });
});
