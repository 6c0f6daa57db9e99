import {
  faultOf,
  faultReason,
  ProviderCallError,
  readLiveConnections,
  type ProviderCaller,
} from '@mortise/core/connections';
import type { TellOutcome, Telling, WithdrawalTeller } from '@mortise/core/consent';
import { MortiseError } from '@mortise/core/kernel';
import { holdsRecord } from '@mortise/core/sync';
import type { Database, Tx } from '@mortise/platform/database';
import {
  ProviderError,
  tellWithdrawal,
  type ConsentRegister,
  type KnownPerson,
  type Provider,
} from '@mortise/providers/kit';

export interface ProviderTellerDeps {
  db: Database;
  caller: ProviderCaller;
  findProvider: (id: string) => Provider | undefined;
}

const emailLike = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

/**
 * Tells connected providers of a withdrawal: every connection of a provider that can be told has a notice of its own, and
 * its calls go out as all calls of a connection do. A connection that waits to be made anew is told once it is; one that
 * is disconnected before that cannot be told any more, and the notice says so.
 *
 * The ledger knows a person by the host product's own id. A provider is told of the person by, in this order: the record
 * that was synced from it under that same id; the e-mail address that came with the withdrawal; the id itself, where it
 * is an e-mail address. Nobody is guessed: without any of these the notice ends and says what is missing.
 */
export function createProviderTeller({ db, caller, findProvider }: ProviderTellerDeps): WithdrawalTeller {
  return {
    name: 'providers',

    async addressees(tx, { tenantId, providerCategory }) {
      if (providerCategory === null) return [];
      const live = await readLiveConnections(tx, tenantId);
      return live.flatMap(({ id, provider: providerId, integrationName }) => {
        const provider = findProvider(providerId);
        if (provider?.consent?.categories[providerCategory] === undefined) return [];
        return [{ key: id, name: nameOf(provider, integrationName), connectionId: id }];
      });
    },

    async tell(telling, connectionId, signal) {
      const { tenantId, providerCategory } = telling;
      const found = await db.tenant(tenantId, async (tx) => {
        const [live] = await readLiveConnections(tx, tenantId, { id: connectionId });
        if (live === undefined) return undefined;
        const provider = findProvider(live.provider);
        const people = provider?.consent?.resource;
        const persons = people === undefined ? [] : await personsOf(tx, telling, connectionId, people);
        return { provider, persons };
      });
      if (found === undefined) return ended('The account was disconnected before it could be told.');
      const { provider, persons } = found;
      if (provider === undefined) return later('The provider is not installed here any more.');
      if (providerCategory === null)
        return ended('The purpose says by now that providers are not told of withdrawals.');
      const category = provider.consent?.categories[providerCategory];
      if (provider.consent === undefined || category === undefined)
        return ended(`${provider.name} cannot be told of withdrawals by this version.`);
      if (persons.length === 0) return ended(unmapped(provider));
      try {
        const open = await caller.open(tenantId, connectionId);
        return await tellOf(provider, provider.consent, persons, category, (spec) =>
          open.call(spec, { signal }),
        );
      } catch (error) {
        signal.throwIfAborted();
        return judgeError(error, provider);
      }
    },
  };
}

/** The ways to name the person there, the surest first. */
async function personsOf(
  tx: Tx,
  { tenantId, subjectId, email }: Telling,
  connectionId: string,
  resource: string,
): Promise<KnownPerson[]> {
  const isRecord = await holdsRecord(tx, tenantId, { connectionId, resource, externalId: subjectId });
  const address = email ?? (emailLike.test(subjectId) ? subjectId : undefined);
  return [
    ...(isRecord ? [{ externalId: subjectId }] : []),
    ...(address === undefined ? [] : [{ email: address }]),
  ];
}

async function tellOf(
  provider: Provider,
  register: ConsentRegister,
  persons: readonly KnownPerson[],
  category: string,
  call: Parameters<typeof tellWithdrawal>[1],
): Promise<TellOutcome> {
  for (const person of persons) {
    if ((await tellWithdrawal(register, call, person, category)) === 'told') return { state: 'told' };
  }
  return {
    state: 'unknown_person',
    reason: `${provider.name} has nobody of this id or e-mail address, so there was nothing to withdraw.`,
  };
}

/** What an error of a call means for the notice. Its words are ours: a provider's may repeat anything. Pure. */
function judgeError(error: unknown, provider: Provider): TellOutcome {
  if (error instanceof MortiseError) {
    return error.code === 'not_found'
      ? ended('The account was disconnected before it could be told.')
      : later(`${provider.name} cannot be called: ${error.message}`);
  }
  if (!(error instanceof ProviderCallError || error instanceof ProviderError)) throw error;
  const reason = faultReason(faultOf(error, 'call'), provider.name);
  const { kind, retryAfterMs, providerCode } = error.problem;
  if (kind === 'invalid') {
    const code = providerCode === undefined ? '' : ` It answered ${providerCode}.`;
    return ended(`${reason}${code}`);
  }
  return { state: 'later', reason, ...(retryAfterMs === undefined ? {} : { waitMs: retryAfterMs }) };
}

const nameOf = ({ name }: Provider, integrationName: string) =>
  integrationName.includes(name) ? integrationName : `${name}, ${integrationName}`;

const unmapped = ({ name }: Provider) =>
  `${name} knows people by its own contacts and by e-mail address, and nothing says who this person is there: no synced contact has their id, and no e-mail address was given. Tell it again with their address.`;

const ended = (reason: string): TellOutcome => ({ state: 'ended', reason });
const later = (reason: string): TellOutcome => ({ state: 'later', reason });
