import type { Connection, Integration } from '@mortise/contract';
import type { ConnectRequest } from './use-connect.ts';

/** An account that is to be connected, or mended. */
export interface AccountRequest extends Omit<ConnectRequest, 'inputs'> {
  environment: Integration['environment'];
}

/** What mends a connection: the same account, once more. */
export function reconnectionOf(connection: Connection): AccountRequest {
  const { id, provider, integrationId, environment } = connection;
  return { provider, integrationId, environment, reconnect: id };
}
