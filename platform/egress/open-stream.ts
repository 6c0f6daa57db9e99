import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { dispatchHop, type HopRequest } from './dispatch-hop.ts';
import { EgressError } from './egress-error.ts';
import { flatten } from './flatten-headers.ts';
import type { ConnectionAware, ConnectionRecord } from './guarded-client.ts';
import { judgeFailure } from './judge-failure.ts';

/** A request already checked, and the limits of its answer. */
export interface StreamHop extends HopRequest {
  /** Until the headers of the answer, any wait for a connection included. */
  timeoutMs: number;
  /** Between two pieces of the body, while the reader wants more. */
  idleTimeoutMs: number;
  /** For the whole exchange, however slow the reader. */
  lifetimeMs: number;
  maxResponseBytes: number;
  signal: AbortSignal | undefined;
}

export interface RawStream {
  status: number;
  headers: Record<string, string>;
  body: Readable;
  connection: ConnectionRecord | undefined;
}

/**
 * Sends one hop and hands its answer on while it comes in. The reader sets the pace: what they have not taken waits in
 * the provider's connection, but for one buffer here. A body that is destroyed hangs up.
 * @throws EgressError; the body fails with one too.
 */
export function openStream(dispatcher: Dispatcher, hop: StreamHop): Promise<RawStream> {
  return new Promise((resolve, reject) => {
    dispatchHop(dispatcher, hop, new Streamer(hop, resolve, reject));
  });
}

class Streamer implements ConnectionAware {
  connection?: ConnectionRecord;
  ended = false;
  readonly #hop: StreamHop;
  readonly #resolve: (response: RawStream) => void;
  readonly #reject: (error: EgressError) => void;
  readonly #lifetime: NodeJS.Timeout;
  readonly #onAbort = (): void => this.fail(new EgressError('EGRESS_ABORTED', 'The request was cancelled.'));
  #patience: NodeJS.Timeout | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #body: Readable | undefined;
  #size = 0;

  constructor(hop: StreamHop, resolve: (response: RawStream) => void, reject: (error: EgressError) => void) {
    this.#hop = hop;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#lifetime = setTimeout(() => this.#late(), hop.lifetimeMs);
    this.#wait(hop.timeoutMs);
    hop.signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (hop.signal?.aborted === true) this.#onAbort();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It timed out or was cancelled while it waited for a connection: nothing of it may be sent.
    if (this.ended)
      controller.abort(new EgressError('EGRESS_ABORTED', 'The request had ended before it was sent.'));
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200 || this.ended) return;
    this.#controller = controller;
    this.#body = new Readable({
      read: () => {
        if (this.ended) return;
        this.#wait(this.#hop.idleTimeoutMs);
        controller.resume();
      },
      destroy: (error, done) => {
        if (this.#end()) controller.abort(error ?? new EgressError('EGRESS_ABORTED', 'Nobody reads on.'));
        done(error);
      },
    });
    // It may fail before its reader listens, which must not end the process; whoever reads it later is told all the same.
    this.#body.on('error', () => {});
    this.#wait(this.#hop.idleTimeoutMs);
    this.#resolve({ status, headers: flatten(headers), body: this.#body, connection: this.connection });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.ended || this.#body === undefined) return;
    this.#size += chunk.length;
    const { maxResponseBytes, url, idleTimeoutMs } = this.#hop;
    if (this.#size > maxResponseBytes) {
      this.fail(
        new EgressError('EGRESS_TOO_LARGE', `${url.host} answered more than ${maxResponseBytes} bytes.`),
      );
    } else if (this.#body.push(chunk)) {
      this.#wait(idleTimeoutMs);
    } else {
      clearTimeout(this.#patience);
      controller.pause();
    }
  }

  onResponseEnd(): void {
    if (this.#end()) this.#body?.push(null);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(judgeFailure(error, this.#hop.url.host));
  }

  fail(error: EgressError): void {
    if (!this.#end()) return;
    if (this.#body === undefined) this.#reject(error);
    else this.#body.destroy(error);
    this.#controller?.abort(error);
  }

  #late(): void {
    this.fail(new EgressError('EGRESS_TIMEOUT', `${this.#hop.url.host} did not answer in full in time.`));
  }

  #wait(ms: number): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#late(), ms);
  }

  #end(): boolean {
    if (this.ended) return false;
    this.ended = true;
    clearTimeout(this.#lifetime);
    clearTimeout(this.#patience);
    this.#hop.signal?.removeEventListener('abort', this.#onAbort);
    return true;
  }
}
