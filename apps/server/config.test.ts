import { expect, test } from 'vitest';
import { ConfigError, environmentWithoutSecrets, readConfig, showConfig } from './config.ts';

const problemsOf = (environment: Record<string, string>): string => {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  return '';
};
const key = Buffer.alloc(32, 7).toString('base64');

test('without any setting the product runs, on this machine alone', () => {
  const { values, given } = readConfig({});
  expect(values).toMatchObject({ MORTISE_HOST: '127.0.0.1', MORTISE_PORT: 4000, MORTISE_ROLE: 'all' });
  expect(given.size).toBe(0);
});

test.each<[string, string]>([
  ['MORTISE_PORT', 'http'],
  ['MORTISE_PORT', '65536'],
  ['MORTISE_PORT', '-1'],
  ['MORTISE_PUBLIC_URL', 'integrations.example.com'],
  ['MORTISE_PUBLIC_URL', 'ftp://example.com'],
  ['MORTISE_PUBLIC_URL', 'https://example.com/mortise'],
  ['MORTISE_PUBLIC_URL', 'https://user:secret@example.com'],
  ['DATABASE_URL', 'mysql://localhost/x'],
  ['MORTISE_MASTER_KEY', 'too-short'],
  ['MORTISE_MASTER_KEY_PREVIOUS', 'too-short'],
  ['MORTISE_MASTER_KEY_PREVIOUS', `${key},too-short`],
  ['MORTISE_OPERATOR_KEY', 'short'],
  ['MORTISE_OPERATOR_KEY', 'twenty-four characters with spaces'],
  ['MORTISE_ROLE', 'both'],
  ['MORTISE_SANDBOX', 'yes'],
  ['MORTISE_SANDBOX_PORT', 'x'],
  ['MORTISE_EGRESS_ALLOW', 'http://crm.internal'],
  ['MORTISE_EGRESS_ALLOW', '10.0.0.0/99'],
  ['MORTISE_TRUST_PROXY', 'proxy.internal'],
  ['MORTISE_TRUST_PROXY', '10.0.0.0/33'],
  ['MORTISE_RATE_LIMIT', '0'],
  ['MORTISE_LOG_LEVEL', 'loud'],
])('%s=%s is refused by name, with an example', (name, value) => {
  const message = problemsOf({ [name]: value });
  expect(message).toMatch(new RegExp(`^  ${name}: .+ Example: ${name}=.+`, 'm'));
});

test('all that is wrong is said at once, and a misspelt setting is among it', () => {
  const message = problemsOf({ MORTISE_PORT: 'x', MORTISE_ROLE: 'y', MORTISE_PROT: '4000', HOME: '/root' });
  for (const name of ['MORTISE_PORT', 'MORTISE_ROLE', 'MORTISE_PROT'])
    expect(message).toContain(`  ${name}: `);
  expect(message).not.toContain('HOME');
});

test('what is wrong with a secret does not repeat it', () => {
  const message = problemsOf({
    MORTISE_MASTER_KEY: 'hunter2-hunter2',
    MORTISE_OPERATOR_KEY: 'hunter2',
    DATABASE_URL: 'mysql://u:hunter2@h/d',
  });
  expect(message).not.toContain('hunter2');
});

test('an empty value counts as not given, spaces around one are not part of it', () => {
  const { values, given } = readConfig({
    MORTISE_PORT: '',
    MORTISE_HOST: ' 0.0.0.0 ',
    MORTISE_TRUST_PROXY: ' 10.0.0.0/8, ::1 ,',
  });
  expect(values).toMatchObject({
    MORTISE_PORT: 4000,
    MORTISE_HOST: '0.0.0.0',
    MORTISE_TRUST_PROXY: ['10.0.0.0/8', '::1'],
  });
  expect([...given]).toEqual(['MORTISE_HOST', 'MORTISE_TRUST_PROXY']);
});

test('keys are read from base64 and from hex', () => {
  const hex = Buffer.alloc(32, 7).toString('hex');
  expect(readConfig({ MORTISE_MASTER_KEY: key }).values.MORTISE_MASTER_KEY).toEqual(Buffer.alloc(32, 7));
  expect(
    readConfig({ MORTISE_MASTER_KEY_PREVIOUS: `${hex}, ${key}` }).values.MORTISE_MASTER_KEY_PREVIOUS,
  ).toEqual([Buffer.alloc(32, 7), Buffer.alloc(32, 7)]);
});

test('settings are shown with where they came from, and no secret among them', () => {
  const secrets = {
    DATABASE_URL: 'postgresql://u:hunter2@h/d',
    MORTISE_MASTER_KEY: key,
    MORTISE_MASTER_KEY_PREVIOUS: key,
    MORTISE_OPERATOR_KEY: 'mor_operator_hunter2hunter2',
  };
  const shown = showConfig(readConfig({ ...secrets, MORTISE_PORT: '4001' }), new Set());
  expect(JSON.stringify(shown)).not.toMatch(/hunter2|BwcH/);
  for (const name of Object.keys(secrets)) {
    expect(shown.find((one) => one.key === name)).toMatchObject({
      value: null,
      secret: true,
      source: 'environment',
    });
  }
  const bySource = Object.fromEntries(shown.map((one) => [one.key, [one.value, one.source]]));
  expect(bySource).toMatchObject({
    MORTISE_PORT: ['4001', 'environment'],
    MORTISE_ROLE: ['all', 'default'],
    MORTISE_PUBLIC_URL: [null, 'unset'],
  });
  expect(
    showConfig(readConfig({}), new Set(['MORTISE_MASTER_KEY'])).find(
      (one) => one.key === 'MORTISE_MASTER_KEY',
    )?.source,
  ).toBe('generated');
});

test('what a process of ours inherits holds no secret setting, and all the rest', () => {
  const kept = { PATH: '/bin', NODE_EXTRA_CA_CERTS: '/ca.pem', MORTISE_LOG_LEVEL: 'info' };
  const secret = {
    DATABASE_URL: 'postgresql://u:p@db/x',
    MORTISE_MASTER_KEY: key,
    MORTISE_MASTER_KEY_PREVIOUS: key,
    MORTISE_OPERATOR_KEY: 'x'.repeat(30),
  };
  expect(environmentWithoutSecrets({ ...kept, ...secret })).toEqual(kept);
});
