import type { SealedPlace } from '@mortise/core/vault';

/**
 * Every column that holds something sealed, a line each, and how its row is named where it was sealed: what a rotation
 * of keys has to seal anew. A room that begins to seal adds its line; a key is never removed while any column names it.
 */
export const sealedPlaces: readonly SealedPlace[] = [
  { table: 'credentials', rowColumn: 'connection_id', rowType: 'uuid', field: 'sealed' },
  { table: 'integrations', rowColumn: 'id', rowType: 'uuid', field: 'client_secret' },
  { table: 'oauth_states', rowColumn: 'state_hash', rowType: 'hex', field: 'sealed' },
  { table: 'webhooks', rowColumn: 'id', rowType: 'uuid', field: 'auth_secret' },
  { table: 'webhook_secrets', rowColumn: 'id', rowType: 'uuid', field: 'sealed' },
  { table: 'sources', rowColumn: 'id', rowType: 'uuid', field: 'token_sealed' },
  { table: 'source_secrets', rowColumn: 'id', rowType: 'uuid', field: 'sealed' },
  { table: 'idempotency_keys', rowColumn: 'key', rowType: 'text', field: 'response' },
];
