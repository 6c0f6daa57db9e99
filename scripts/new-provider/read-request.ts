import { parseArgs } from 'node:util';

export const authKinds = ['oauth2', 'api-key', 'basic', 'bearer'] as const;
export type AuthKind = (typeof authKinds)[number];

/** What is to be scaffolded. */
export interface ProviderRequest {
  id: string;
  /** As people write it. */
  name: string;
  auth: AuthKind;
  webhooks: boolean;
}

/** What the person who typed the command did wrong, in words for them. */
export class RequestError extends Error {}

const usage =
  'npm run new-provider -- <id> --name "<Name>" [--auth oauth2|api-key|basic|bearer] [--webhooks]';

/** What a provider's files and the kit call their own; `index` and the like would hide a file of the registry. */
const reserved = new Set([
  'kit',
  'index',
  'emulators',
  'provider',
  'providers',
  'emulator',
  'items',
  'auth',
  'api',
]);

/** Words that no variable may have for a name. */
const keywords =
  /^(?:await|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|false|finally|for|function|if|import|in|instanceof|let|new|null|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield)$/;

/**
 * The command line as a request.
 *
 * @throws RequestError that says what is wrong with it
 */
export function readRequest(args: readonly string[]): ProviderRequest {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        auth: { type: 'string', default: 'oauth2' },
        webhooks: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new RequestError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
  const { positionals, values } = parsed;
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0) throw new RequestError(`Give one id.\n${usage}`);
  const { name } = values;
  if (name === undefined) throw new RequestError(`Give the provider's name, as people write it.\n${usage}`);
  const auth = authKinds.find((kind) => kind === values.auth);
  if (auth === undefined)
    throw new RequestError(`“${values.auth}” is no way to authenticate: ${authKinds.join(', ')}.`);
  return { id: checkId(id), name: checkName(name), auth, webhooks: values.webhooks };
}

function checkId(id: string): string {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id) || id.length > 40)
    throw new RequestError(
      `“${id}” cannot be an id: lower case letters, digits and single dashes, as in acme-crm.`,
    );
  if (reserved.has(id) || keywords.test(id))
    throw new RequestError(`“${id}” cannot be an id: the code uses that word for something else.`);
  return id;
}

/** It goes into code, comments and SVG as it is. */
function checkName(name: string): string {
  if (!/^[\p{L}\p{N}][\p{L}\p{N} .&+()!’-]{0,59}$/u.test(name))
    throw new RequestError(
      `“${name}” cannot be a name: letters, digits, spaces and . & + ( ) ! ’ - are fine.`,
    );
  return name;
}

/** `acme-crm` as a variable: `acmeCrm`. */
export function camelCase(id: string): string {
  return id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
