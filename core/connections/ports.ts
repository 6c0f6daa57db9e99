import type { Provider } from '@mortise/providers/kit';

/** A provider's emulator as it can be reached in this installation. */
export interface SandboxTarget {
  hosts: Readonly<Record<string, string>>;
  client: { id: string; secret: string };
  /** What its webhooks are signed with, or repeat, where that is not the client's secret: one an account. */
  webhookSecrets?: readonly string[];
}

/** Hints of every process, this one's included: what is kept in memory is dropped by them. */
export interface HintFeed {
  /**
   * @param hear is told the kind of the hint and its tenant, bare; the kind `resync`, without a tenant, when some may
   *   have been missed
   */
  subscribe(hear: (kind: string, tenantId: string | undefined) => void): void;
}

/** The providers that are installed, and the emulators that run here. Given in the composition. */
export interface ProviderRegistry {
  all: readonly Provider[];
  find(id: string): Provider | undefined;
  /** undefined when no sandbox runs. */
  sandbox(id: string): SandboxTarget | undefined;
}
