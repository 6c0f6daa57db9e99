import type { WebhookSettings } from '@mortise/contract';
import { judgeCertificate } from './client-certificate.ts';

export interface Issue {
  path: string;
  message: string;
}

/** What the secret part of an auth is called. */
const secretNames: Partial<Record<WebhookSettings['auth']['kind'], string>> = {
  basic: 'the password',
  bearer: 'the token',
  header: 'the value of the header',
  hmac: 'the secret',
  oauth2: 'the client secret',
  mtls: 'the private key, in PEM',
};

/**
 * Judges a webhook's settings as a whole, beyond what the contract can say of their parts.
 *
 * @param webhook.authSecret in force with these settings, given now or kept; undefined when there is none
 * @returns what is wrong and where; nothing when it can be kept
 */
export function judgeSettings(
  webhook: { url: string; settings: WebhookSettings; authSecret: string | undefined },
  now: Date,
): Issue[] {
  const { settings, authSecret } = webhook;
  const { auth } = settings;
  const name = secretNames[auth.kind];
  if (name === undefined)
    return authSecret === undefined
      ? []
      : [{ path: 'authSecret', message: 'is of no use without settings.auth' }];
  if (authSecret === undefined) return [{ path: 'authSecret', message: `must be given: ${name}` }];
  switch (auth.kind) {
    case 'bearer':
      return /^[\u0021-\u007e]{1,8000}$/.test(authSecret)
        ? []
        : [{ path: 'authSecret', message: 'must be plain text without spaces' }];
    case 'header':
      return /^[\u0021-\u007e]([\t\u0020-\u007e]{0,7998}[\u0021-\u007e])?$/.test(authSecret)
        ? []
        : [{ path: 'authSecret', message: 'must be plain text on one line' }];
    case 'mtls':
      return [...judgeTls(auth, authSecret, now), ...(webhook.url.startsWith('https:') ? [] : [needsTls])];
    default:
      return [];
  }
}

const needsTls: Issue = { path: 'url', message: 'must be https for a client certificate to be shown' };

function judgeTls(auth: Extract<WebhookSettings['auth'], { kind: 'mtls' }>, key: string, now: Date): Issue[] {
  const fault = judgeCertificate({ certificate: auth.certificate, ca: auth.ca, key }, now);
  if (fault === undefined) return [];
  return [
    { path: fault.part === 'key' ? 'authSecret' : `settings.auth.${fault.part}`, message: fault.message },
  ];
}
