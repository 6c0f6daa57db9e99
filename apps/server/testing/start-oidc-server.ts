import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import Provider from 'oidc-provider';

/** What a token endpoint answered. */
interface Issued {
  access_token: string;
  refresh_token: string;
  expires_in: number;
}

export type OidcServer = Awaited<ReturnType<typeof startOidcServer>>;

/**
 * An authorisation server that none of us has written (the package `oidc-provider`), as strict as it can be set: PKCE
 * for everybody, one exact redirect URI, the client by HTTP Basic alone, tokens of a minute, refresh tokens that rotate
 * and of which one that comes a second time ends the grant (RFC 9700 4.14.2). Its pages are forms, as a person sees them.
 */
export async function startOidcServer(redirectUri: string) {
  const client = { id: 'mortise', secret: `s+/:${randomBytes(24).toString('base64')}` };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const provider = new Provider(url, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_basic',
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' }] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, asking, token) => 'clientId' in token && token.clientId === asking.clientId,
      },
    },
    renderError: (ctx, { error, error_description: description }) => {
      ctx.type = 'text/plain';
      ctx.body = `${error}: ${description}`;
    },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    ttl: {
      AccessToken: 60,
      AuthorizationCode: 30,
      Grant: 600,
      IdToken: 60,
      Interaction: 300,
      RefreshToken: 600,
      Session: 600,
    },
  });
  const issued: Issued[] = [];
  const refused: string[] = [];
  let revokedGrants = 0;
  provider.on('grant.success', (ctx) => void issued.push(ctx.body as Issued));
  provider.on('grant.error', (_ctx, error) => void refused.push(error.message));
  provider.on('grant.revoked', () => void (revokedGrants += 1));

  const standard = provider.callback();
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = '', headers } = request;
    // The package takes a client's secret in parameters too, whatever the client is registered with.
    if (path.startsWith('/token') && headers.authorization?.startsWith('Basic ') !== true) {
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"invalid_client"}');
      return undefined;
    }
    if (!path.startsWith('/interaction/')) return standard(request, response);
    try {
      await interact(request, response);
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
    return undefined;
  }

  /** The person's side: a page with a form to sign in, then one to consent. */
  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (request.method !== 'POST') {
      const inside =
        prompt.name === 'login'
          ? '<input name="account">'
          : '<button name="decision" value="allow">Allow</button><button name="decision" value="deny">Cancel</button>';
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(`<form method="post" data-prompt="${prompt.name}">${inside}</form>`);
      return;
    }
    const form = new URLSearchParams(await text(request));
    if (form.get('decision') === 'deny') {
      const denied = { error: 'access_denied', error_description: 'The person said no.' };
      return provider.interactionFinished(request, response, denied, { mergeWithLastSubmission: false });
    }
    const account = form.get('account');
    if (prompt.name === 'login' && account !== null) {
      const login = { login: { accountId: account } };
      return provider.interactionFinished(request, response, login, { mergeWithLastSubmission: false });
    }
    const accountId = session?.accountId ?? '';
    const grant = new provider.Grant({ accountId, clientId: String(params['client_id']) });
    grant.addOIDCScope(String(params['scope']));
    const consent = { consent: { grantId: await grant.save() } };
    return provider.interactionFinished(request, response, consent, { mergeWithLastSubmission: true });
  }

  return {
    url,
    client,
    /** What the token endpoint has given out, in order. */
    issued,
    /** Why it refused, in order. */
    refused,
    revokedGrants: () => revokedGrants,
    /** Lets what was given out and refused so far be no part of what is counted. */
    countAnew(): void {
      issued.length = 0;
      refused.length = 0;
      revokedGrants = 0;
    },
    /** Ends every access token before its time; the refresh tokens stay good. */
    async expireAccess(): Promise<void> {
      for (const { access_token: token } of issued) await (await provider.AccessToken.find(token))?.destroy();
    },
    /** Shows the token endpoint a refresh token, as a thief would who has the client's secret too. */
    refresh: (refreshToken: string): Promise<Response> =>
      fetch(`${url}/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from([client.id, client.secret].map(encodeURIComponent).join(':')).toString('base64')}`,
        },
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
      }),
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
