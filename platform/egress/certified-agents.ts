import { createHash } from 'node:crypto';
import type { Agent } from 'undici';
import type { ClientTls } from './port.ts';

interface Entry {
  readonly agent: Agent;
  inUse: number;
  idle: NodeJS.Timeout | undefined;
}

/** The connections of each client certificate, apart from all others; closed when nobody has used them for a while. */
export class CertifiedAgents {
  readonly #newAgent: (tls: ClientTls) => Agent;
  readonly #idleMs: number;
  readonly #entries = new Map<string, Entry>();
  readonly #fingerprints = new WeakMap<ClientTls, string>();

  constructor(newAgent: (tls: ClientTls) => Agent, idleMs: number) {
    this.#newAgent = newAgent;
    this.#idleMs = idleMs;
  }

  /** Acts with the agent of a certificate, which is not closed as long as any act is under way. */
  async use<T>(tls: ClientTls, act: (agent: Agent) => Promise<T>): Promise<T> {
    const fingerprint = this.#fingerprintOf(tls);
    let entry = this.#entries.get(fingerprint);
    if (entry === undefined)
      this.#entries.set(fingerprint, (entry = { agent: this.#newAgent(tls), inUse: 0, idle: undefined }));
    clearTimeout(entry.idle);
    entry.inUse += 1;
    try {
      return await act(entry.agent);
    } finally {
      entry.inUse -= 1;
      if (entry.inUse === 0) this.#closeLater(fingerprint, entry);
    }
  }

  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const entry of entries) clearTimeout(entry.idle);
    await Promise.all(entries.map((entry) => entry.agent.close()));
  }

  #closeLater(fingerprint: string, entry: Entry): void {
    if (this.#entries.get(fingerprint) !== entry) return;
    entry.idle = setTimeout(() => {
      this.#entries.delete(fingerprint);
      void entry.agent.close();
    }, this.#idleMs).unref();
  }

  #fingerprintOf(tls: ClientTls): string {
    let fingerprint = this.#fingerprints.get(tls);
    if (fingerprint === undefined) {
      const hash = createHash('sha256').update(JSON.stringify([tls.cert, tls.key, tls.ca ?? null]));
      this.#fingerprints.set(tls, (fingerprint = hash.digest('base64')));
    }
    return fingerprint;
  }
}
