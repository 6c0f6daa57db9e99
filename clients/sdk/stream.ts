import { hint, type Hint } from '@mortise/contract';
import { createParser } from 'eventsource-parser';
import type { Caller } from './call.ts';
import { errorOfResponse, MortiseError } from './error.ts';
import { pause, retryAfterMs } from './retry.ts';

export interface StreamOptions {
  /** Something changed: read it anew. After a gap comes `{ kind: 'resync' }`: read everything anew. */
  onHint: (hint: Hint) => void;
  /** The stream stands, the first time and after each gap. */
  onOpen?: (() => void) | undefined;
  /** The stream broke off; the next try comes in so many milliseconds. */
  onGap?: ((delayMs: number) => void) | undefined;
  /** Ends the stream. */
  signal?: AbortSignal | undefined;
  /** A connection silent for longer than this is taken for dead: proxies drop streams without a word. */
  silenceMs?: number | undefined;
  /** The first wait after a gap, doubled up to the longest. */
  firstDelayMs?: number | undefined;
  maxDelayMs?: number | undefined;
}

/** A refusal that trying again cannot mend: signed out, not allowed, no such path. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 425 && status !== 429;
}

/**
 * Listens to /api/stream until the signal aborts, over as many connections as that takes.
 * Resolves when aborted. @throws MortiseError when the server refuses the stream for good
 */
export async function streamHints(caller: Caller, options: StreamOptions): Promise<void> {
  const { signal, silenceMs = 60_000, firstDelayMs = 500, maxDelayMs = 30_000 } = options;
  let lastEventId = '';
  let opened = false;
  let failures = 0;
  const isOver = () => signal?.aborted === true;
  while (!isOver()) {
    let askedMs = 0;
    const silence = watchSilence(silenceMs);
    try {
      const headers = caller.headers();
      headers.set('accept', 'text/event-stream');
      if (lastEventId !== '') headers.set('last-event-id', lastEventId);
      const response = await caller.fetch(`${caller.baseUrl.replace(/\/+$/, '')}/api/stream`, {
        headers,
        cache: 'no-store',
        credentials: 'same-origin',
        signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
      });
      if (!response.ok || response.body === null) {
        const error = await errorOfResponse(
          response,
          retryAfterMs(response.headers.get('retry-after'), Date.now()),
        );
        if (isFinal(response.status)) throw error;
        askedMs = error.retryAfterMs ?? 0;
      } else {
        options.onOpen?.();
        if (opened) options.onHint({ kind: 'resync' });
        opened = true;
        failures = 0;
        const read = (data: string, id: string | undefined) => {
          if (id !== undefined) lastEventId = id;
          const told = hintOf(data);
          if (told) options.onHint(told);
        };
        await readEvents(response.body, silence.heard, read, (ms) => (askedMs = ms));
      }
    } catch (error) {
      if (isOver()) return;
      if (error instanceof MortiseError) throw error;
    } finally {
      silence.stop();
    }
    if (isOver()) return;
    const delayMs = Math.round(askedMs + Math.random() * Math.min(maxDelayMs, firstDelayMs * 2 ** failures));
    failures += 1;
    options.onGap?.(delayMs);
    await pause(delayMs, signal).catch(() => undefined);
  }
}

async function readEvents(
  body: ReadableStream<Uint8Array>,
  heard: () => void,
  onData: (data: string, id: string | undefined) => void,
  onRetry: (ms: number) => void,
): Promise<void> {
  const parser = createParser({ onEvent: (event) => onData(event.data, event.id), onRetry });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    parser.feed(decoder.decode(value, { stream: true }));
  }
}

/** What is not a hint (a newer server's kind) is passed over: the reader would not know what to do with it. */
function hintOf(data: string): Hint | undefined {
  try {
    const parsed = hint.safeParse(JSON.parse(data));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function watchSilence(silenceMs: number) {
  const controller = new AbortController();
  const cut = () => controller.abort(new DOMException('The stream fell silent', 'TimeoutError'));
  let timer = setTimeout(cut, silenceMs);
  return {
    signal: controller.signal,
    heard: () => {
      clearTimeout(timer);
      timer = setTimeout(cut, silenceMs);
    },
    stop: () => clearTimeout(timer),
  };
}
