import type { connectWithFields } from '@mortise/contract';
import type { Account, Credential } from '@mortise/providers/kit';
import { bareId, MortiseError, notFound, type Handler } from '../kernel/index.ts';
import { checkFields } from './check-fields.ts';
import type { ConnectDeps } from './connect-deps.ts';
import { faultError, faultOf } from './fault.ts';
import { httpThrough } from './fetch-through.ts';
import { keepConnection } from './keep-connection.ts';
import { targetOf, type ProviderTarget } from './oauth-client.ts';
import { showConnection } from './show.ts';
import { readConnectionRow, readIntegrationRow } from './store.ts';

/** The person waits: what has not been answered by then counts as away. */
const patienceMs = 25_000;

/** Connects an account by what a person has entered: nothing is kept unless the provider takes it. */
export function connectWithFieldsHandler(deps: ConnectDeps): Handler<typeof connectWithFields> {
  const { db } = deps;
  return async (context, { params, body }) => {
    const { tenantId } = context;
    const integrationId = bareId('integration', params.id);
    const reconnectId = body.reconnect === undefined ? null : bareId('connection', body.reconnect);
    const target = await db.tenant(tenantId, async (tx) => {
      const integration = await readIntegrationRow(tx, tenantId, integrationId);
      if (integration === undefined) throw notFound();
      if (reconnectId !== null) {
        const connection = await readConnectionRow(tx, tenantId, reconnectId);
        if (connection === undefined || connection.integration_id !== integrationId) throw notFound();
      }
      return targetOf(tx, deps, tenantId, integration);
    });
    const { provider } = target;
    if (provider.auth.kind === 'oauth2') {
      throw new MortiseError('unprocessable', {
        detail: `${provider.name} is connected by giving consent there, not by entering something here.`,
      });
    }
    const values = checkFields(provider.auth.fields, body.values, 'body.values');
    const credential: Credential = { kind: 'fields', values };
    const account = await whoseIs(deps, target, credential);
    const kept = await keepConnection(deps, context, {
      integrationId,
      reconnectId,
      provider: provider.id,
      account,
      scopes: [],
      credential,
      inputs: {},
    });
    if (kept === 'integration_gone') throw notFound();
    if (kept === 'wrong_account') {
      throw new MortiseError('wrong_account', {
        detail: `That is another account, ${account.name}. Enter what belongs to the account you are mending, or connect this one as one of its own.`,
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
