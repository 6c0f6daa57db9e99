import { documentView, signerView } from './views.ts';
import type {
  Change,
  EmulatedRecord,
  OutgoingWebhook,
  WebhookTarget,
  World,
} from '../../kit/emulator/index.ts';

/**
 * The whole document with the type of the event, and the header that was registered with the webhook: the sandbox's
 * secret as a bearer token. A new name or folder is told to nobody.
 */
export function webhook(change: Change, _target: WebhookTarget, world: World): OutgoingWebhook | undefined {
  const told = read(change, world);
  if (told === undefined) return undefined;
  const view = documentView(world, told.document);
  const body = {
    ...view,
    // Deliveries speak of a refused document in Portuguese.
    status: view['status'] === 'refused' ? 'recusado' : view['status'],
    event_type: told.type,
    ...(told.signer === undefined ? {} : { signer_who_signed: signerView(told.signer) }),
  };
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${world.definition.client.secret}`,
    },
    body: JSON.stringify(body),
  };
}

interface Told {
  type: string;
  document: EmulatedRecord;
  signer?: EmulatedRecord;
}

function read({ record, kind, changedFields }: Change, world: World): Told | undefined {
  if (record.collection === 'documents') {
    if (kind === 'created') return { type: 'doc_created', document: record };
    if (kind === 'archived') return { type: 'doc_deleted', document: record };
    if (changedFields.includes('signers')) return { type: 'created_signer', document: record };
    const type = changedFields.includes('status') ? STATES[record.fields['status'] ?? ''] : undefined;
    return type === undefined ? undefined : { type, document: record };
  }
  if (record.collection !== 'signers' || kind !== 'updated' || !changedFields.includes('status'))
    return undefined;
  const document = world.records
    .all(record.accountId, 'documents')
    .find((one) => (one.fields['signers'] ?? '').split(',').includes(record.id));
  if (document === undefined) return undefined;
  if (record.fields['status'] === 'signed') return { type: 'doc_signed', document, signer: record };
  return record.fields['status'] === 'link-opened' ? { type: 'doc_viewed', document } : undefined;
}

const STATES: Readonly<Record<string, string>> = {
  signed: 'doc_signed',
  refused: 'doc_refused',
  expired: 'doc_expired',
};
