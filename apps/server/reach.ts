import type { ProviderRegistry } from '@mortise/core/connections';
import { createEgress, type Egress } from '@mortise/platform/egress';
import { providers as known } from '@mortise/providers';
import type { Provider } from '@mortise/providers/kit';
import type { Sandbox } from '@mortise/sandbox';
import { version } from './version.ts';

/** What decides whom a process may call. It can be handed to another process as it is. */
export interface ReachOptions {
  /** Internal hosts that may be called, as the operator lists them. */
  allow: readonly string[];
  /** Flags of the providers that are off unless named. */
  enabled: readonly string[];
  sandbox: Pick<Sandbox, 'url' | 'port' | 'providers'> | undefined;
}

/**
 * The providers and the way out to them: the same for the server and for its courier.
 *
 * @param all every provider there is; a test may bring its own
 */
export function composeReach(
  { allow, enabled, sandbox }: ReachOptions,
  all: readonly Provider[] = known,
): {
  egress: Egress;
  providers: readonly Provider[];
  registry: ProviderRegistry;
} {
  const sandboxHosts = sandbox === undefined ? [] : [`${new URL(sandbox.url).hostname}:${sandbox.port}`];
  const providers = all.filter(
    ({ availability }) => availability === undefined || enabled.includes(availability.flag),
  );
  return {
    egress: createEgress({
      allow: [...allow, ...sandboxHosts],
      userAgent: `Mortise/${version}`,
      defaultTimeoutMs: 30_000,
      maxResponseBytes: 32 * 1024 * 1024,
    }),
    providers,
    registry: {
      all: providers,
      find: (id) => providers.find((provider) => provider.id === id),
      sandbox: (id) => sandbox?.providers.find((candidate) => candidate.id === id),
    },
  };
}
