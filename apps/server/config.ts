import { isIP } from 'node:net';
import { z } from 'zod';
import type { Setting } from '@mortise/contract';
import { parseAllowList } from '@mortise/platform/egress/allow-list.ts';

/** How one setting is read, and what is said about it in the start-up log, the docs and the settings page. */
interface Option {
  schema: z.ZodType;
  description: string;
  example: string;
  secret?: boolean;
}

const port = z.coerce.number().int().min(0).max(65_535);
const onOff = z.enum(['on', 'off']);
const key32 = z.string().transform((text, context) => {
  const bytes = Buffer.from(text.trim(), /^[0-9a-f]{64}$/i.test(text.trim()) ? 'hex' : 'base64');
  if (bytes.length !== 32) context.addIssue({ code: 'custom', message: 'must be 32 bytes in base64 or hex' });
  return bytes;
});
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ''),
);
const perMinute = z.coerce.number().int().min(1).max(10_000_000);

/** An address or a CIDR range. */
function isNetwork(entry: string): boolean {
  const [address = '', bits, ...rest] = entry.split('/');
  const family = isIP(address);
  const most = family === 6 ? 128 : 32;
  return (
    family !== 0 &&
    rest.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
  );
}

/** Whether what stands behind the URL is a host alone: paths, queries and credentials would be lost in links made of it. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return true;
  const { pathname, search, hash, username, password } = new URL(text);
  return pathname === '/' && search === '' && hash === '' && username === '' && password === '';
}

/** Every setting there is. Nothing else reads the environment. */
const options = {
  MORTISE_PORT: {
    schema: port.default(4000),
    description: 'Port of the API and the dashboard',
    example: '4000',
  },
  MORTISE_HOST: {
    schema: z.string().min(1).default('127.0.0.1'),
    description: 'Address to listen on; 0.0.0.0 opens it to the network',
    example: '127.0.0.1',
  },
  MORTISE_PUBLIC_URL: {
    schema: z
      .url({ protocol: /^https?$/ })
      .refine(isOrigin, 'must be scheme, host and port alone')
      .optional(),
    description: 'Where browsers and providers reach this installation',
    example: 'https://integrations.example.com',
  },
  MORTISE_DATA: {
    schema: z.string().min(1).default('.mortise'),
    description: 'Data folder: embedded database, generated keys, sandbox',
    example: '.mortise',
  },
  DATABASE_URL: {
    schema: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    description: 'A PostgreSQL of your own (15 or later); without it an embedded one runs',
    example: 'postgresql://mortise:secret@db.example.com:5432/mortise',
    secret: true,
  },
  MORTISE_MASTER_KEY: {
    schema: key32.optional(),
    description:
      'The key that seals all secrets, 32 bytes; with an embedded database it is made on first run',
    example: 'the output of: openssl rand -base64 32',
    secret: true,
  },
  MORTISE_MASTER_KEY_PREVIOUS: {
    schema: list.pipe(z.array(key32)).optional(),
    description: 'Earlier master keys, comma-separated, that still open what they sealed',
    example: 'the value MORTISE_MASTER_KEY had before',
    secret: true,
  },
  MORTISE_OPERATOR_KEY: {
    schema: z
      .string()
      .regex(/^[\x21-\x7e]{24,200}$/, 'must be 24 to 200 visible ASCII characters')
      .optional(),
    description:
      "The host backend's credential to create tenants and act for them; made on first run when unset",
    example: 'mor_operator_ and at least 24 random characters',
    secret: true,
  },
  MORTISE_ROLE: {
    schema: z.enum(['all', 'api', 'worker']).default('all'),
    description: 'What this process does: everything, requests only, or background work only',
    example: 'all',
  },
  MORTISE_SANDBOX: {
    schema: onOff.optional(),
    description:
      "Whether the providers' emulators run beside the product; on by default on a loopback address",
    example: 'on',
  },
  MORTISE_SANDBOX_PORT: {
    schema: port.default(4010),
    description: "Port of the providers' emulators and their control page",
    example: '4010',
  },
  MORTISE_EGRESS_ALLOW: {
    schema: list
      .superRefine((entries, context) => {
        try {
          parseAllowList(entries);
        } catch (error) {
          context.addIssue({ code: 'custom', message: (error as Error).message });
        }
      })
      .default([]),
    description:
      'Internal hosts that may be called all the same: names, name:port, or CIDR ranges, comma-separated',
    example: 'crm.internal:8443,10.20.0.0/16',
  },
  MORTISE_TRUST_PROXY: {
    schema: list
      .refine((entries) => entries.every(isNetwork), 'must be addresses or CIDR ranges, comma-separated')
      .default([]),
    description: 'Addresses or CIDR ranges of the proxies whose X-Forwarded-* headers are believed',
    example: '10.0.0.0/8',
  },
  MORTISE_RATE_LIMIT: {
    schema: perMinute.default(600),
    description: 'Requests a minute of one person, or of one address without a session, to one process',
    example: '600',
  },
  MORTISE_RATE_LIMIT_OPERATOR: {
    schema: perMinute.default(6_000),
    description: 'Requests a minute with the operator key to one process',
    example: '6000',
  },
  MORTISE_RATE_LIMIT_LINKS: {
    schema: perMinute.default(30),
    description:
      'Requests a minute of one address to what takes the secret of a link: setup, invitations, the way back from a provider',
    example: '30',
  },
  MORTISE_ENABLE: {
    schema: list.default([]),
    description:
      'Providers that are off unless named here, comma-separated; the start-up log says what enabling each means',
    example: 'name-of-the-provider',
  },
  MORTISE_LOG_LEVEL: {
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    description: 'The least serious entries that are logged',
    example: 'info',
  },
} as const satisfies Record<string, Option>;

type Key = keyof typeof options;

/** The settings as they were read: `values` typed, `given` which of them the environment stated. */
export interface Config {
  values: { [K in Key]: z.output<(typeof options)[K]['schema']> };
  given: ReadonlySet<string>;
}

/** One or more settings that cannot be used. The message lists each with what is wrong and an example. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID';
}

/**
 * Reads and checks all settings at once.
 *
 * @param environment as `process.env`; an empty value counts as not given
 * @param overrides what was said on the command line, by the same names
 * @throws ConfigError that names every wrong or unknown setting
 */
export function readConfig(
  environment: Record<string, string | undefined> = process.env,
  overrides: Record<string, string> = {},
): Config {
  const given = new Set<string>();
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, option] of Object.entries<Option>(options)) {
    const raw = (overrides[key] ?? environment[key])?.trim();
    if (raw !== undefined && raw !== '') given.add(key);
    const result = option.schema.safeParse(raw === '' ? undefined : raw);
    if (result.success) values[key] = result.data;
    else
      problems.push(
        `${key}: ${result.error.issues[0]?.message ?? 'is wrong'}. Example: ${key}=${option.example}`,
      );
  }
  for (const key of Object.keys(environment)) {
    // A misspelt setting that silently does nothing costs an evening.
    if (key.startsWith('MORTISE_') && !(key in options)) problems.push(`${key}: there is no such setting`);
  }
  if (problems.length > 0)
    throw new ConfigError(`Settings cannot be used:\n${problems.map((p) => `  ${p}`).join('\n')}`);
  return { values: values as Config['values'], given };
}

/** The environment for a process that is told its secrets otherwise. */
export function environmentWithoutSecrets(
  environment: Record<string, string | undefined> = process.env,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(environment).filter(([key]) => (options as Record<string, Option>)[key]?.secret !== true),
  );
}

/** The settings for showing: in force, with where each came from, and secrets left out. */
export function showConfig(config: Config, generated: ReadonlySet<string>): Setting[] {
  return Object.entries<Option>(options).map(([key, option]) => {
    const value = config.values[key as Key];
    const secret = option.secret === true;
    const source = config.given.has(key)
      ? 'environment'
      : generated.has(key)
        ? 'generated'
        : value === undefined
          ? 'unset'
          : 'default';
    const shown =
      value === undefined || secret ? null : Array.isArray(value) ? value.join(',') : String(value);
    return { key, description: option.description, value: shown, secret, source };
  });
}
