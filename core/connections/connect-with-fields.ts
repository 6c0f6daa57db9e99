import type { connectWithFields } from '@mortise/contract';
import type { Account, Credential } from '@mortise/providers/kit';
import { bareId, MortiseError, notFound, type Handler } from '../kernel/index.ts';
import { checkFields } from './check-fields.ts';
import type { ConnectDeps } from './connect-deps.ts';
import { grantOfClient, type ClientGrant } from './connect-with-client.ts';
import { faultError, faultOf } from './fault.ts';
import { httpThrough } from './fetch-through.ts';
import { inputsFor } from './inputs-for.ts';
import { keepConnection } from './keep-connection.ts';
import { targetOf, type ProviderTarget } from './oauth-client.ts';
import { isByClient, showConnection } from './show.ts';
import { readConnectionRow, readIntegrationRow } from './store.ts';

/** The person waits: what has not been answered by then counts as away. */
const patienceMs = 25_000;

/**
 * Connects an account by what a person has entered, or by the integration's own OAuth client where the provider gives
 * that its token without asking anybody: nothing is kept unless the provider takes it.
 */
export function connectWithFieldsHandler(deps: ConnectDeps): Handler<typeof connectWithFields> {
  const { db } = deps;
  return async (context, { params, body }) => {
    const { tenantId } = context;
    const integrationId = bareId('integration', params.id);
    const reconnectId = body.reconnect === undefined ? null : bareId('connection', body.reconnect);
    const { integration, target, inputs } = await db.tenant(tenantId, async (tx) => {
      const row = await readIntegrationRow(tx, tenantId, integrationId);
      if (row === undefined) throw notFound();
      if (reconnectId !== null) {
        const connection = await readConnectionRow(tx, tenantId, reconnectId);
        if (connection === undefined || connection.integration_id !== integrationId) throw notFound();
      }
      const plain = await targetOf(tx, deps, tenantId, row);
      if (!isByClient(plain.provider)) return { integration: row, target: plain, inputs: {} };
      const given = Object.keys(body.values).length === 0 && reconnectId !== null ? undefined : body.values;
      const asked = { given, at: 'body.values', reconnectId };
      const filling = await inputsFor(tx, deps, tenantId, row, asked);
      return {
        integration: row,
        target: await targetOf(tx, deps, tenantId, row, filling),
        inputs: filling,
      };
    });
    const { provider } = target;
    const { auth } = provider;
    let grant: ClientGrant;
    if (auth.kind !== 'oauth2') {
      const values = checkFields(auth.fields, body.values, 'body.values');
      const credential: Credential = { kind: 'fields', values };
      grant = { account: await whoseIs(deps, target, credential), scopes: [], credential };
    } else if (isByClient(provider)) {
      const { scopes } = integration;
      grant = await grantOfClient(deps, { target, auth, scopes }, AbortSignal.timeout(patienceMs));
    } else {
      throw new MortiseError('unprocessable', {
        detail: `${provider.name} is connected by giving consent there, not by entering something here.`,
      });
    }
    const { account } = grant;
    const kept = await keepConnection(deps, context, {
      integrationId,
      reconnectId,
      provider: provider.id,
      ...grant,
      inputs,
    });
    if (kept === 'integration_gone') throw notFound();
    if (kept === 'wrong_account') {
      throw new MortiseError('wrong_account', {
        detail:
          auth.kind === 'oauth2'
            ? `The integration's client opens another account by now, ${account.name}. Set the client of the account you are mending, or connect this one as one of its own.`
            : `That is another account, ${account.name}. Enter what belongs to the account you are mending, or connect this one as one of its own.`,
      });
    }
    const row = await db.tenant(tenantId, (tx) =>
      readConnectionRow(tx, tenantId, bareId('connection', kept)),
    );
    if (row === undefined) throw notFound();
    return showConnection(row);
  };
}

/**
 * Whose account it is that a person has entered something for.
 *
 * @throws MortiseError with the code of what went wrong, in our words: a provider may repeat the secret
 */
async function whoseIs(
  deps: ConnectDeps,
  { provider, hosts, client }: ProviderTarget,
  credential: Credential,
): Promise<Account> {
  const http = httpThrough(deps.egress, AbortSignal.timeout(patienceMs));
  const now = () => deps.clock.now();
  try {
    return await provider.account({ hosts, http, now, credential, ...(client && { client }) });
  } catch (error) {
    throw faultError(faultOf(error, 'key'), provider);
  }
}
