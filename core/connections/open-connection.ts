import { setTimeout as timersSleep } from 'node:timers/promises';
import type { Database } from '@mortise/platform/database';
import { EgressError, type Egress } from '@mortise/platform/egress';
import { newTraceId } from '@mortise/platform/telemetry';
import {
  buildRequest,
  type Credential,
  type HttpRequest,
  type HttpRequestSpec,
  type HttpResponse,
  type Problem,
  type Verdict,
} from '@mortise/providers/kit';
import type { Events } from '../events/index.ts';
import { MortiseError, notFound, type Clock, type Hints } from '../kernel/index.ts';
import type { Vault } from '../vault/index.ts';
import { ProviderCallError, type ProviderAnswer, type StreamingCaller } from './caller.ts';
import { readCredential, type ReadCredential } from './credential-store.ts';
import { judgeUse, type Use } from './features.ts';
import { httpThrough } from './fetch-through.ts';
import { judgeCall } from './judge-call.ts';
import { markNeedsReconnect } from './mark.ts';
import { targetOf, type ProviderTarget } from './oauth-client.ts';
import type { ProviderRegistry } from './ports.ts';
import { blotted } from './proxy-blot.ts';
import { streamThrough } from './proxy-stream.ts';
import { RateBudgets } from './rate-budget.ts';
import { slotsIn } from './rate-budget-store.ts';
import { isFresh, type Refresher } from './refresh.ts';
import { readConnectionRow, readIntegrationRow, readIntegrationVersion, touchConnection } from './store.ts';
import { safeCause, withoutSecrets } from './without-secrets.ts';

/** Waits; rejects with the signal's reason as soon as it fires. */
export type Sleep = (ms: number, signal: AbortSignal | undefined) => Promise<void>;

const systemSleep: Sleep = async (ms, signal) => {
  await timersSleep(ms, undefined, signal === undefined ? {} : { signal });
};

export interface CallerDeps {
  db: Database;
  vault: Vault;
  events: Events;
  egress: Egress;
  hints: Hints;
  clock: Clock;
  registry: ProviderRegistry;
  refresher: Refresher;
  sleep?: Sleep;
  /** A clock that is never set, for rate budgets. Default: the process's own. */
  elapsedMs?: () => number;
}

/** What one open connection works with; `held` moves on with each refresh. */
interface Opened {
  tenantId: string;
  connectionId: string;
  integrationId: string;
  use: Use | undefined;
  target: ProviderTarget;
  held: ReadCredential;
}

/** How one try goes out. With `drop`, refusals are given back instead of thrown, and what is not given back is dropped. */
interface Way<T> {
  send(request: HttpRequest, credential: Credential): Promise<{ answer: T; verdict: Verdict }>;
  drop?(answer: T): void;
}

/**
 * Makes calls in the name of connections: budget, credential, egress, verdict, and another try where one makes sense.
 * The budgets are shared with every process on the same database.
 */
export function createProviderCaller(deps: CallerDeps): StreamingCaller & { stop(): Promise<void> } {
  const { db, vault, egress, clock, refresher, sleep = systemSleep } = deps;
  const budgets = new RateBudgets(slotsIn(db), deps.elapsedMs ?? (() => performance.now()));

  function load(tenantId: string, connectionId: string, use: Use | undefined): Promise<Opened> {
    return db.tenant(tenantId, async (tx) => {
      const connection = await readConnectionRow(tx, tenantId, connectionId);
      if (connection === undefined) throw notFound();
      if (connection.status !== 'connected') {
        throw new MortiseError('needs_reconnect', {
          detail: connection.reason ?? 'The account was disconnected.',
        });
      }
      const integration = await readIntegrationRow(tx, tenantId, connection.integration_id);
      const held = await readCredential(tx, vault, tenantId, connectionId);
      if (integration === undefined || held === undefined) {
        throw new MortiseError('needs_reconnect', { detail: 'The account was disconnected.' });
      }
      const target = await targetOf(tx, deps, tenantId, integration, held.inputs);
      judgeUse(target.settings.features, use);
      await touchConnection(tx, tenantId, connectionId);
      return { tenantId, connectionId, integrationId: integration.id, use, target, held };
    });
  }

  /** Takes over settings that were changed since they were read, by whichever process. */
  async function keepUp(opened: Opened): Promise<void> {
    const { tenantId, connectionId, integrationId, target, use } = opened;
    const version = await db.tenant(tenantId, (tx) => readIntegrationVersion(tx, tenantId, integrationId));
    if (version !== target.settings.version) Object.assign(opened, await load(tenantId, connectionId, use));
  }

  const gathering = (opened: Opened, signal: AbortSignal | undefined): Way<HttpResponse> => ({
    send: async (request) => {
      const answer = await httpThrough(egress, signal)(request);
      return { answer, verdict: opened.target.provider.api.classify(answer, clock.now()) };
    },
  });

  const streaming = (opened: Opened, signal: AbortSignal | undefined): Way<ProviderAnswer> => ({
    send: async (request, credential) => {
      const { provider, client } = opened.target;
      const { answer, verdict } = await streamThrough(egress, provider, request, signal, () => clock.now());
      return { answer: blotted(answer, credential, client), verdict };
    },
    drop: ({ body }) => void body.destroy(),
  });

  async function call<T>(
    opened: Opened,
    spec: HttpRequestSpec,
    way: Way<T>,
    signal: AbortSignal | undefined,
    onAttempt?: (attempt: number) => void,
  ): Promise<T> {
    signal?.throwIfAborted();
    await keepUp(opened);
    const { tenantId, connectionId, target } = opened;
    const { provider, settings } = target;
    const budgetName = spec.budget ?? 'default';
    const budget = provider.api.rateLimits[budgetName] ?? provider.api.rateLimits.default;
    const payer = payerOf(opened, budget.scope, budgetName);
    let refreshed = false;

    async function renew(version: number): Promise<void> {
      opened.held = await unlessAborted(
        refresher.newerThan({ tenantId, connectionId, provider }, version),
        signal,
      );
      refreshed = true;
      const { expiresAt } = opened.held;
      if (expiresAt === undefined || expiresAt > clock.now()) return;
      throw new ProviderCallError({
        kind: 'provider_error',
        message: `${provider.name} gave a token that had lapsed when it came`,
      });
    }

    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      for (;;) {
        const waitMs = await budgets.spend(payer, budget);
        if (waitMs === 0) break;
        await sleep(waitMs, signal);
      }
      if (!isFresh(opened.held, clock.now())) await renew(opened.held.version);
      const used = opened.held;
      const request = provider.auth.authenticate(
        buildRequest(
          target.hosts,
          settings.timeoutMs === null ? spec : { ...spec, timeoutMs: settings.timeoutMs },
          provider.api.headers,
        ),
        used.credential,
        clock.now(),
      );
      onAttempt?.(attempt);
      let problem: Problem | 'unanswered';
      let refusal: { answer: T } | undefined;
      let cause: { cause?: unknown } = {};
      try {
        const { answer, verdict } = await way.send(request, used.credential);
        if (verdict.kind === 'ok') return answer;
        refusal = { answer };
        problem = withoutSecrets(verdict, used.credential, target.client);
      } catch (error) {
        signal?.throwIfAborted();
        // What the guard refuses will not be let out at the next try.
        if (way.drop !== undefined && error instanceof EgressError && !error.retryable) throw error;
        problem = 'unanswered';
        cause = safeCause(error);
      }
      const decision = judgeCall(spec, problem, attempt, refreshed, settings.retries);
      if (way.drop !== undefined && refusal !== undefined) {
        const renewable = decision.act === 'refresh' && provider.auth.kind === 'oauth2';
        if (decision.act !== 'retry' && !renewable) return refusal.answer;
        way.drop(refusal.answer);
      }
      const told: Problem =
        problem === 'unanswered'
          ? { kind: 'provider_error', message: `${provider.name} did not answer` }
          : problem;
      switch (decision.act) {
        case 'retry':
          if (decision.pauseBudget) await budgets.pause(payer, budget, decision.waitMs);
          else await sleep(decision.waitMs, signal);
          break;
        case 'refresh':
          await renew(used.version);
          break;
        case 'reconnect': {
          const reason = `${provider.name} no longer accepts this connection. Connect the account again.`;
          const refused = { tenantId, connectionId, traceId: newTraceId(), version: used.version };
          if (await markNeedsReconnect(deps, refused, reason)) {
            throw new ProviderCallError({ ...told, message: reason }, { needsReconnect: true, ...cause });
          }
          // Somebody has connected it anew since this call began, or has ended it, which is told here.
          opened.held = (await load(tenantId, connectionId, opened.use)).held;
          refreshed = false;
          break;
        }
        default:
          throw new ProviderCallError(told, cause);
      }
    }
  }

  return {
    /** Gives back what it holds of rate budgets, so that whoever comes next need not wait for it to lapse. */
    stop: () => budgets.giveBack(),
    async open(tenantId, connectionId, use) {
      const opened = await load(tenantId, connectionId, use);
      const { integrationId, target } = opened;
      return {
        tenantId,
        connectionId,
        integrationId,
        provider: target.provider,
        call: (spec, { signal } = {}) => call(opened, spec, gathering(opened, signal), signal),
        stream: (spec, { signal, onAttempt } = {}) =>
          call(opened, spec, streaming(opened, signal), signal, onAttempt),
      };
    },
  };
}

/** Whose budget it is. An OAuth client's is shared by everybody who comes with that client. */
function payerOf(
  { connectionId, integrationId, target }: Opened,
  scope: string | undefined,
  budgetName: string,
): string {
  const owner =
    scope === 'client' ? `${target.provider.id}/${target.client?.id ?? integrationId}` : connectionId;
  return `${owner}/${budgetName}`;
}

/** Waits for what others wait for too, as long as this caller wants it; the others go on waiting. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(asError(signal.reason));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

const asError = (reason: unknown) => (reason instanceof Error ? reason : new Error(String(reason)));
