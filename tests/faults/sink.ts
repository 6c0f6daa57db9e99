import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** How the customer's endpoint behaves. `down`: nothing listens; `hanging`: it takes requests and never answers. */
export type Behaviour = 'up' | 'down' | 'hanging';

/** A customer's endpoint that keeps book: what it has acknowledged, how often, and whether the signature was right. */
export class Sink {
  /** For each event's number: the message ids under which it was acknowledged, and how often each. */
  readonly acknowledged = new Map<number, Map<string, number>>();
  forged = 0;
  /** Refused because the sender's clock was off by more than the tolerance of Standard Webhooks. */
  stale = 0;
  #server: Server | undefined;
  #port = 0;
  #behaviour: Behaviour = 'down';
  #hung = new Set<ServerResponse>();
  readonly #verifiers = new Map<string, Webhook>();

  /** The address of one of its paths. */
  url(name: string): string {
    return `http://127.0.0.1:${this.#port}/${name}`;
  }

  get port(): number {
    return this.#port;
  }

  /** @param secret what a path's webhook signs with */
  expect(name: string, secret: string): void {
    this.#verifiers.set(`/${name}`, new Webhook(secret));
  }

  /** Answers to the deliveries acknowledged past the first of each message, over all paths. */
  get duplicates(): number {
    let sum = 0;
    for (const messages of this.acknowledged.values())
      for (const times of messages.values()) sum += times - 1;
    return sum;
  }

  get deliveries(): number {
    let sum = 0;
    for (const messages of this.acknowledged.values()) sum += messages.size;
    return sum;
  }

  async become(behaviour: Behaviour): Promise<void> {
    this.#behaviour = behaviour;
    for (const response of this.#hung) response.destroy();
    this.#hung = new Set();
    if (behaviour === 'down') {
      const server = this.#server;
      this.#server = undefined;
      if (server === undefined) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    } else if (this.#server === undefined) await this.#listen();
  }

  async #listen(): Promise<void> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        if (this.#behaviour === 'hanging') this.#hung.add(response);
        else this.#take(request.url ?? '', request.headers, Buffer.concat(parts).toString(), response);
      });
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  #take(
    path: string,
    headers: Record<string, string | string[] | undefined>,
    body: string,
    response: ServerResponse,
  ): void {
    try {
      this.#verifiers.get(path)!.verify(body, headers as Record<string, string>);
    } catch (error) {
      if (String(error).includes('timestamp')) this.stale += 1;
      else this.forged += 1;
      response.writeHead(401).end();
      return;
    }
    const { data } = JSON.parse(body) as { data: { n: number } };
    // The same event at two paths is two deliveries.
    const message = `${path} ${String(headers['webhook-id'])}`;
    const messages = this.acknowledged.get(data.n) ?? new Map<string, number>();
    this.acknowledged.set(data.n, messages.set(message, (messages.get(message) ?? 0) + 1));
    response.writeHead(204).end();
  }
}
