import type { Provider } from '@mortise/providers/kit';

/** A provider's emulator as it can be reached in this installation. */
export interface SandboxTarget {
  hosts: Readonly<Record<string, string>>;
  client: { id: string; secret: string };
}

/** The providers that are installed, and the emulators that run here. Given in the composition. */
export interface ProviderRegistry {
  all: readonly Provider[];
  find(id: string): Provider | undefined;
  /** undefined when no sandbox runs. */
  sandbox(id: string): SandboxTarget | undefined;
}
