import type { Hosts, InputField, OAuth2Auth } from '@mortise/providers/kit';
import type { Tx } from '@mortise/platform/database';
import { checkFields } from './check-fields.ts';
import { checkReachable } from './check-hosts.ts';
import type { ConnectDeps } from './connect-deps.ts';
import { readCredential } from './credential-store.ts';
import { targetOf } from './oauth-client.ts';
import type { IntegrationRow } from './store.ts';

/** What may fill a part of a host where its provider says no more. */
const hostPart = '[\\w.-]+';

/**
 * What is asked before an account is connected, as it is checked: it becomes part of an address, so it must not be able
 * to lead elsewhere; and only what the address still lacks has to be there.
 */
export function inputFields({ inputs }: Pick<OAuth2Auth, 'inputs'>, hosts: Hosts): InputField[] {
  const lacking = (name: string) => Object.values(hosts).some((base) => base.includes(`{${name}}`));
  return inputs.map((field) => ({
    ...field,
    required: field.required && lacking(field.name),
    pattern: field.pattern ?? hostPart,
  }));
}

/**
 * What has to be known before a provider can be asked: as given; on a reconnect as it was given the first time.
 * Only what a host still lacks has to be there: a sandbox knows its own address.
 *
 * @param asked.at where it stands in the request
 * @throws MortiseError invalid_request field by field; unprocessable when they lead to where no call may go
 */
export async function inputsFor(
  tx: Tx,
  deps: ConnectDeps,
  tenantId: string,
  integration: IntegrationRow,
  asked: { given: Record<string, string> | undefined; at: string; reconnectId: string | null },
): Promise<Readonly<Record<string, string>>> {
  const { given, at, reconnectId } = asked;
  const { provider, hosts } = await targetOf(tx, deps, tenantId, integration);
  if (provider.auth.kind !== 'oauth2') return {};
  if (given === undefined && reconnectId !== null) {
    const held = await readCredential(tx, deps.vault, tenantId, reconnectId);
    if (held !== undefined) return held.inputs;
  }
  const inputs = checkFields(inputFields(provider.auth, hosts), given ?? {}, at);
  const filled = await targetOf(tx, deps, tenantId, integration, inputs);
  checkReachable(deps.egress, Object.values(filled.hosts));
  return inputs;
}
