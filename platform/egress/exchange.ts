import type { Dispatcher } from 'undici';
import { dispatchHop, type HopRequest } from './dispatch-hop.ts';
import { EgressError } from './egress-error.ts';
import { flatten } from './flatten-headers.ts';
import type { ConnectionAware, ConnectionRecord } from './guarded-client.ts';
import { judgeFailure } from './judge-failure.ts';

/** One hop: a request already checked, and the limits that still apply to it. */
export interface Hop extends HopRequest {
  timeoutMs: number;
  maxResponseBytes: number;
  whenTooLarge: 'fail' | 'truncate';
  signal: AbortSignal | undefined;
}

export interface RawResponse {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  truncated: boolean;
  firstByteAt: number;
  connection: ConnectionRecord | undefined;
}

/**
 * Sends one hop and gathers its answer.
 * The time limit runs from here, so that a request still waiting for a connection ends on time too.
 * @throws EgressError
 */
export function exchange(dispatcher: Dispatcher, hop: Hop): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    dispatchHop(dispatcher, hop, new Gatherer(hop, resolve, reject));
  });
}

class Gatherer implements ConnectionAware {
  connection?: ConnectionRecord;
  ended = false;
  readonly #hop: Hop;
  readonly #resolve: (response: RawResponse) => void;
  readonly #reject: (error: EgressError) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort = (): void => this.fail(new EgressError('EGRESS_ABORTED', 'The request was cancelled.'));
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #size = 0;
  #status = 0;
  #headers: Record<string, string> = {};
  #firstByteAt = 0;

  constructor(hop: Hop, resolve: (response: RawResponse) => void, reject: (error: EgressError) => void) {
    this.#hop = hop;
    this.#resolve = resolve;
    this.#reject = reject;
    const host = hop.url.host;
    this.#timer = setTimeout(
      () => this.fail(new EgressError('EGRESS_TIMEOUT', `${host} did not answer in full in time.`)),
      hop.timeoutMs,
    );
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
    this.#firstByteAt = performance.now();
    this.#status = status;
    this.#headers = flatten(headers);
    const announced = Number(this.#headers['content-length']);
    const bodiless = this.#hop.method === 'HEAD' || status === 204 || status === 304;
    if (this.#hop.whenTooLarge === 'fail' && announced > this.#hop.maxResponseBytes && !bodiless) {
      this.#tooLarge(controller);
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.ended) return;
    const room = this.#hop.maxResponseBytes - this.#size;
    if (chunk.length <= room) {
      this.#chunks.push(chunk);
      this.#size += chunk.length;
    } else if (this.#hop.whenTooLarge === 'truncate') {
      this.#chunks.push(chunk.subarray(0, room));
      this.#succeed(true);
      controller.abort(new EgressError('EGRESS_TOO_LARGE', 'Enough was read.'));
    } else {
      this.#tooLarge(controller);
    }
  }

  onResponseEnd(): void {
    // The client frees the connection one turn of the event loop after this call. Answering only then lets a
    // caller who sends one request after another use one connection instead of opening several.
    queueMicrotask(() => setImmediate(() => this.#succeed(false)));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(judgeFailure(error, this.#hop.url.host));
  }

  fail(error: EgressError): void {
    if (!this.#end()) return;
    this.#reject(error);
    this.#controller?.abort(error);
  }

  #tooLarge(controller: Dispatcher.DispatchController): void {
    const limit = this.#hop.maxResponseBytes;
    const error = new EgressError(
      'EGRESS_TOO_LARGE',
      `${this.#hop.url.host} answered more than ${limit} bytes.`,
    );
    this.#controller = controller;
    this.fail(error);
  }

  #succeed(truncated: boolean): void {
    if (!this.#end()) return;
    const only = this.#chunks.length === 1 ? this.#chunks[0] : undefined;
    this.#resolve({
      status: this.#status,
      headers: this.#headers,
      body: only ?? Buffer.concat(this.#chunks),
      truncated,
      firstByteAt: this.#firstByteAt,
      connection: this.connection,
    });
  }

  #end(): boolean {
    if (this.ended) return false;
    this.ended = true;
    clearTimeout(this.#timer);
    this.#hop.signal?.removeEventListener('abort', this.#onAbort);
    return true;
  }
}
