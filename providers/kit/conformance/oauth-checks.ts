import assert from 'node:assert/strict';
import { ProviderError } from '../provider-error.ts';
import { authorize, check, consent, REDIRECT_URI } from './stage.ts';
import type { Check, Stage, Subject } from './stage.ts';
import type { OAuth2Auth, ProblemKind, TokenSet } from '../types.ts';

/** OAuth as RFC 6749, 7636 and 7009 promise it, on the adapter's way. */
export function oauthChecks(subject: Subject): Check[] {
  const { auth } = subject.provider;
  if (auth.kind !== 'oauth2') return [];
  const one = (name: string, act: (stage: Stage, auth: OAuth2Auth) => Promise<void>): Check =>
    check(subject, `oauth: ${name}`, (stage) => act(stage, auth));

  if (auth.grant === 'client_credentials') {
    return [
      one('the client’s own token works, and another is asked for when it has run out', async (stage) => {
        const tokens = await auth.clientCredentials(stage.oauth);
        assert.equal(await kindOf(stage, tokens), 'ok');
        stage.clock.advance(subject.emulator.tokens.accessTtlMs + 1000);
        assert.equal(await kindOf(stage, tokens), 'auth_expired');
        assert.equal(await kindOf(stage, await auth.clientCredentials(stage.oauth)), 'ok');
      }),
      one('a wrong client secret is the operator’s to mend', async (stage) => {
        const client = { ...stage.oauth.client, secret: 'wrong' };
        await fails('forbidden', auth.clientCredentials({ ...stage.oauth, client }));
      }),
    ];
  }

  return [
    one('consent comes back with its own state and a code', async (stage) => {
      const { code, params, state } = await consent(stage, auth);
      assert.equal(params['state'], state);
      assert.ok(code);
    }),
    subject.refusal === 'page'
      ? one('a refusal gives no code and goes back nowhere', async (stage) => {
          assert.deepEqual((await consent(stage, auth, 'deny')).params, {});
        })
      : one('a refusal comes back as access_denied with its state, and no code', async (stage) => {
          const { code, params, state } = await consent(stage, auth, 'deny');
          assert.deepEqual([params['error'], params['state'], code], ['access_denied', state, undefined]);
        }),
    one('an unknown client is refused on the screen and never redirected', async (stage) => {
      stage.oauth.client = { id: 'nobody', secret: 'nothing' };
      await assert.rejects(consent(stage, auth), /answered 4\d\d/);
    }),
    one('a code gives tokens that expire when the provider says', async (stage) => {
      const tokens = await authorize(stage, auth);
      assert.ok(tokens.accessToken);
      const { accessTtlMs } = subject.emulator.tokens;
      assert.equal(tokens.expiresAt?.getTime(), stage.clock.now.getTime() + accessTtlMs);
    }),
    one('a code works once', async (stage) => {
      const { code = '', params, verifier } = await consent(stage, auth);
      const ctx = {
        ...stage.oauth,
        code,
        redirectUri: REDIRECT_URI,
        codeVerifier: verifier,
        callback: params,
      };
      await auth.exchangeCode(ctx);
      await fails('revoked', auth.exchangeCode(ctx));
    }),
    ...(auth.pkce
      ? [
          one('a wrong or missing verifier gives nothing', async (stage) => {
            const { code = '' } = await consent(stage, auth);
            const ctx = { ...stage.oauth, code, redirectUri: REDIRECT_URI };
            await fails('revoked', auth.exchangeCode({ ...ctx, codeVerifier: 'x'.repeat(43) }));
            await fails('revoked', auth.exchangeCode(ctx));
          }),
        ]
      : []),
    one('an expired code gives nothing', async (stage) => {
      const { code = '', verifier } = await consent(stage, auth);
      stage.clock.advance(subject.emulator.tokens.codeTtlMs + 1);
      await fails(
        'revoked',
        auth.exchangeCode({ ...stage.oauth, code, redirectUri: REDIRECT_URI, codeVerifier: verifier }),
      );
    }),
    one('a wrong client secret is the operator’s to mend, not the person’s', async (stage) => {
      const { code = '', verifier } = await consent(stage, auth);
      const client = { ...stage.oauth.client, secret: 'wrong' };
      const ctx = { ...stage.oauth, client, code, redirectUri: REDIRECT_URI, codeVerifier: verifier };
      await fails('forbidden', auth.exchangeCode(ctx));
    }),
    one('a refresh gives a working token and keeps what the reply omits', async (stage) => {
      const tokens = await authorize(stage, auth);
      const { accessTtlMs } = subject.emulator.tokens;
      // A token that is its own refresh token can be renewed only while it lives.
      const own = tokens.refreshToken === tokens.accessToken;
      const age = own ? auth.refreshNotBeforeMs : Math.max(accessTtlMs, auth.refreshNotBeforeMs);
      stage.clock.advance(age + 1000);
      assert.equal(await kindOf(stage, tokens), own ? 'ok' : 'auth_expired');
      const fresh = await auth.refresh({ ...stage.oauth, tokens });
      assert.notEqual(fresh.accessToken, tokens.accessToken);
      assert.ok((fresh.expiresAt?.getTime() ?? 0) > stage.clock.now.getTime());
      assert.ok(fresh.refreshToken);
      assert.deepEqual(fresh.scopes, tokens.scopes);
      assert.equal(await kindOf(stage, fresh), 'ok');
    }),
    ...(auth.refreshNotBeforeMs > 0
      ? [
          one('a token too young to be refreshed is no reason to connect again', async (stage) => {
            const tokens = await authorize(stage, auth);
            await assert.rejects(auth.refresh({ ...stage.oauth, tokens }), (error) => {
              assert.ok(error instanceof ProviderError && error.kind !== 'revoked', String(error));
              return true;
            });
            assert.equal(await kindOf(stage, tokens), 'ok');
          }),
        ]
      : []),
    one('a grant that was ended at the provider asks for a new connection', async (stage) => {
      const tokens = await authorize(stage, auth);
      for (const grant of stage.emulator.world.tokens.list())
        stage.emulator.world.tokens.revokeGrant(grant.id);
      await fails('revoked', auth.refresh({ ...stage.oauth, tokens }));
      assert.equal(await kindOf(stage, tokens), 'auth_expired');
    }),
    ...(auth.revocable
      ? [
          one('revoked tokens are honoured no more', async (stage) => {
            const tokens = await authorize(stage, auth);
            await auth.revoke({ ...stage.oauth, tokens });
            await fails('revoked', auth.refresh({ ...stage.oauth, tokens }));
            assert.equal(await kindOf(stage, tokens), 'auth_expired');
            await auth.revoke({ ...stage.oauth, tokens });
          }),
        ]
      : []),
  ];
}

async function kindOf(stage: Stage, tokens: TokenSet): Promise<string> {
  const { provider } = stage.subject;
  const response = await stage.call({ kind: 'oauth2', tokens }, provider.test);
  return provider.api.classify(response, stage.clock.now).kind;
}

async function fails(kind: ProblemKind, promise: Promise<unknown>): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof ProviderError, `not a ProviderError: ${String(error)}`);
    assert.equal(error.kind, kind);
    return true;
  });
}
