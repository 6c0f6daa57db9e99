import { createHmac } from 'node:crypto';
import type { WebhookSettings } from '@mortise/contract';

type Auth = WebhookSettings['auth'];

/** What an attempt shows in place of a secret. */
export const hidden = '[hidden]';

/**
 * The header by which a webhook's endpoint knows the caller; nothing where that is done otherwise or not at all.
 *
 * @param secret the secret part of the auth; with oauth2 the access token
 */
export function authHeaders(auth: Auth, secret: string, body: Uint8Array): Record<string, string> {
  switch (auth.kind) {
    case 'basic':
      // RFC 7617, in UTF-8.
      return { authorization: `Basic ${Buffer.from(`${auth.username}:${secret}`).toString('base64')}` };
    case 'bearer':
    case 'oauth2':
      return { authorization: `Bearer ${secret}` };
    case 'header':
      return { [auth.name.toLowerCase()]: secret };
    case 'hmac': {
      const digest = createHmac(auth.algorithm, secret).update(body).digest(auth.encoding);
      return { [auth.header.toLowerCase()]: auth.prefix + digest };
    }
    case 'none':
    case 'mtls':
      return {};
  }
}

/** Whether the header that an auth gives is a secret itself: an HMAC of the body opens nothing. */
export const isSecretHeader = (auth: Auth) => auth.kind !== 'hmac';
