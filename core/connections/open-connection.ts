import { setTimeout as sleep } from 'node:timers/promises';
import { newTraceId } from '@mortise/platform/telemetry';
import { buildRequest, type HttpRequestSpec, type HttpResponse, type Problem } from '@mortise/providers/kit';
import { MortiseError, notFound } from '../kernel/index.ts';
import { ProviderCallError, type ProviderCaller } from './caller.ts';
import { readCredential } from './credential-store.ts';
import { httpThrough } from './fetch-through.ts';
import { judgeCall } from './judge-call.ts';
import { markNeedsReconnect } from './mark.ts';
import { targetOf } from './oauth-client.ts';
import type { ProviderRegistry } from './ports.ts';
import { RateBudgets } from './rate-budget.ts';
import { createRefresher, isFresh, type RefreshDeps } from './refresh.ts';
import { readConnectionRow, readIntegrationRow } from './store.ts';

/**
 * Makes calls in the name of connections: budget, credential, egress, verdict, and another try where one makes sense.
 * The budgets are this process's own.
 */
export function createProviderCaller(deps: RefreshDeps & { registry: ProviderRegistry }): ProviderCaller {
  const { db, vault, egress, clock } = deps;
  const budgets = new RateBudgets(clock);
  const refresher = createRefresher(deps);

  return {
    async open(tenantId, connectionId) {
      const { target, first, integrationId } = await db.tenant(tenantId, async (tx) => {
        const connection = await readConnectionRow(tx, tenantId, connectionId);
        if (connection === undefined) throw notFound();
        if (connection.status !== 'connected') {
          throw new MortiseError('needs_reconnect', { detail: connection.reason ?? 'The account was disconnected.' });
        }
        const integration = await readIntegrationRow(tx, tenantId, connection.integration_id);
        const credential = await readCredential(tx, vault, tenantId, connectionId);
        if (integration === undefined || credential === undefined) {
          throw new MortiseError('needs_reconnect', { detail: 'The account was disconnected.' });
        }
        const provider = await targetOf(tx, deps, tenantId, integration);
        return { target: provider, first: credential, integrationId: integration.id };
      });
      const { provider, hosts } = target;
      let held = first;

      async function call(spec: HttpRequestSpec, options: { signal?: AbortSignal } = {}): Promise<HttpResponse> {
        const { signal } = options;
        const waiting = signal === undefined ? {} : { signal };
        const budgetName = spec.budget ?? 'default';
        const budget = provider.api.rateLimits[budgetName] ?? provider.api.rateLimits.default;
        const payer = `${budget.scope === 'client' ? (target.client?.id ?? integrationId) : connectionId}/${budgetName}`;
        let refreshed = false;
        for (let attempt = 1; ; attempt++) {
          for (let waitMs = budgets.spend(payer, budget); waitMs > 0; waitMs = budgets.spend(payer, budget)) {
            await sleep(waitMs, undefined, waiting);
          }
          if (!isFresh(held, clock.now())) {
            held = await refresher.newerThan({ tenantId, connectionId }, target, held.version);
            refreshed = true;
          }
          const used = held;
          const request = provider.auth.authenticate(
            buildRequest(hosts, spec, provider.api.headers),
            used.credential,
            clock.now(),
          );
          let problem: Problem | 'unanswered';
          let cause: unknown;
          try {
            const response = await httpThrough(egress, signal)(request);
            const verdict = provider.api.classify(response, clock.now());
            if (verdict.kind === 'ok') return response;
            problem = verdict;
          } catch (error) {
            if (signal?.aborted === true) throw signal.reason;
            problem = 'unanswered';
            cause = error;
          }
          const decision = judgeCall(spec, problem, attempt, refreshed);
          const told: Problem =
            problem === 'unanswered'
              ? { kind: 'provider_error', message: `${provider.name} did not answer` }
              : problem;
          if (decision.act === 'retry') {
            if (decision.pauseBudget) budgets.pause(payer, decision.waitMs);
            else await sleep(decision.waitMs, undefined, waiting);
          } else if (decision.act === 'refresh') {
            held = await refresher.newerThan({ tenantId, connectionId }, target, used.version);
            refreshed = true;
          } else if (decision.act === 'reconnect') {
            const reason = `${provider.name} no longer accepts this connection. Connect the account again.`;
            await markNeedsReconnect(deps, { tenantId, connectionId, traceId: newTraceId() }, reason);
            throw new ProviderCallError({ ...told, message: reason }, { needsReconnect: true, cause });
          } else {
            throw new ProviderCallError(told, { cause });
          }
        }
      }

      return { tenantId, connectionId, integrationId, provider, call };
    },
  };
}
