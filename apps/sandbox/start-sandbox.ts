import { emulators } from '@mortise/providers/emulators.ts';
import { Emulator } from '@mortise/providers/kit/emulator';
import { controlApi } from './control-api.ts';
import { controlPage } from './page/control-page.ts';
import { serve } from './serve.ts';
import { Sinks } from './sinks.ts';
import { StateFile } from './state-file.ts';
import type { OutgoingWebhook } from '@mortise/providers/kit/emulator';

export interface SandboxOptions {
  /** 0 takes a free one. */
  port: number;
  host?: string;
  /** The same seed gives the same accounts, records and ids. */
  seed?: number;
  /** Contacts, or whatever an emulator calls its first collection, in each account. */
  contactsPerAccount?: number;
  /** Records in each account by collection name, over the emulators' own counts. */
  counts?: Readonly<Record<string, number>>;
  /** Keeps edits and tokens over restarts. */
  dataFile?: string;
  /** False lets any number of requests through. */
  enforceLimits?: boolean;
  /** Where the product takes people back, for providers that have it registered and not in the request. */
  redirectUri?: (providerId: string) => string;
  now?: () => Date;
}

export interface SandboxProvider {
  id: string;
  /** Base URLs by the provider's host names: overrides for its `hosts`. */
  hosts: Record<string, string>;
  /** The OAuth client registered there. */
  client: { id: string; secret: string };
  /** What its webhooks are signed with, or repeat. */
  webhookSecrets: readonly string[];
}

export interface Sandbox {
  url: string;
  port: number;
  providers: SandboxProvider[];
  /** Has one provider post its webhooks to a URL from now on. @throws RangeError when there is none of this id */
  subscribe(providerId: string, url: string): Promise<void>;
  /** Stops listening, breaks open connections, writes what is unwritten. */
  close(): Promise<void>;
}

const WEBHOOK_TIMEOUT_MS = 10_000;

/** Starts the sandbox. Rejects when the port is taken, or the data file cannot be read or written. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const seed = options.seed ?? 1;
  const running = new Map<string, Emulator>();
  const state = new StateFile(options.dataFile, seed, () =>
    Object.fromEntries([...running].map(([id, emulator]) => [id, emulator.snapshot()])),
  );
  for (const definition of emulators) {
    const first = definition.collections[0]?.name;
    const counts = {
      ...(options.contactsPerAccount === undefined || first === undefined
        ? {}
        : { [first]: options.contactsPerAccount }),
      ...options.counts,
    };
    const emulator = new Emulator(definition, {
      seed,
      counts,
      send: postWebhook,
      onStateChange: () => state.touch(),
      ...(options.redirectUri === undefined ? {} : { redirectUri: options.redirectUri(definition.id) }),
      ...(options.now === undefined ? {} : { now: options.now }),
      ...(options.enforceLimits === undefined ? {} : { enforceLimits: options.enforceLimits }),
    });
    running.set(definition.id, emulator);
  }
  for (const [id, snapshot] of Object.entries(await state.load())) running.get(id)?.restore(snapshot);

  const sinks = new Sinks();
  const server = await serve({
    port: options.port,
    host: options.host ?? '127.0.0.1',
    emulators: running,
    sinks,
    control: controlApi({ emulators: running, sinks, seed }),
    page: (url) => controlPage(running, url),
    settled: () => state.settled(),
  });
  const providers = [...running.values()].map(({ definition: { id, hosts, client, webhookSecrets } }) => ({
    id,
    hosts: Object.fromEntries(hosts.map((host) => [host, `${server.url}/${id}/${host}`])),
    client: { id: client.id, secret: client.secret },
    webhookSecrets: webhookSecrets ?? [client.secret],
  }));
  return {
    url: server.url,
    port: server.port,
    providers,
    async subscribe(providerId, url) {
      const emulator = running.get(providerId);
      if (emulator === undefined) throw new RangeError(`The sandbox has no ${providerId}`);
      emulator.setTarget({ url });
      await state.settled();
    },
    async close() {
      await server.close();
      await state.settled();
    },
  };
}

async function postWebhook(url: string, webhook: OutgoingWebhook): Promise<number> {
  const response = await fetch(url, {
    method: webhook.method,
    headers: webhook.headers,
    body: webhook.body,
    redirect: 'manual',
    signal: AbortSignal.timeout(WEBHOOK_TIMEOUT_MS),
  });
  await response.body?.cancel();
  return response.status;
}
