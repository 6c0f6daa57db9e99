import type { Scheme } from '@mortise/contract';
import { MortiseError } from '../kernel/index.ts';
import type { IngestDeps } from './deps.ts';
import { readNetworks } from './networks.ts';
import { faultOf } from './source-secret.ts';
import type { SourceValues } from './source-store.ts';
import { templateFault } from './verify-hmac.ts';

function refuse(path: string, message: string): never {
  throw new MortiseError('unprocessable', { detail: message, issues: [{ path, message }] });
}

/** @throws MortiseError unprocessable when the settings do not go together */
export function checkSettings(
  { processors }: Pick<IngestDeps, 'processors'>,
  source: SourceValues,
  isOfIntegration: boolean,
): void {
  const { scheme, allow, dedupe, processor } = source;
  if (isOfIntegration !== (scheme.type === 'provider')) {
    const why = isOfIntegration
      ? 'What a provider posts is verified in the provider’s way.'
      : 'There is no provider whose way this could be: give integrationId, or choose another scheme.';
    refuse('scheme', why);
  }
  if (!isOfIntegration && dedupe.by === 'provider') refuse('dedupe', 'Only a provider tells its own keys.');
  if (isOfIntegration && source.event_type !== null)
    refuse('eventType', 'The provider says what happened, and so the type of its events.');
  const fault = scheme.type === 'hmac' ? templateFault(scheme) : undefined;
  if (fault !== undefined) refuse('scheme.template', fault);
  try {
    readNetworks(allow);
  } catch (error) {
    refuse('allow', error instanceof Error ? error.message : String(error));
  }
  if (scheme.type === 'ip' && allow.length === 0)
    refuse('allow', 'Name the addresses that may post: nothing else verifies them.');
  if (processor !== null && !Object.hasOwn(processors, processor))
    refuse('processor', `There is no such processor here. Known: ${Object.keys(processors).join(', ')}.`);
}

/** @throws MortiseError unprocessable when a secret that somebody gave is none in the scheme */
export function checkSecret(scheme: Scheme, secret: string | undefined): void {
  const fault = secret === undefined ? undefined : faultOf(scheme, secret);
  if (fault !== undefined) refuse('secret', fault);
}
