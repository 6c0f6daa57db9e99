import type { Dispatcher } from 'undici';
import type { EgressError } from './egress-error.ts';
import { judgeFailure } from './judge-failure.ts';
import type { ConnectionAware } from './guarded-client.ts';

/** One hop as it goes on the wire, already checked. */
export interface HopRequest {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
}

/** Who takes the answer; it may have ended already, by a signal that had fired before. */
interface HopHandler extends ConnectionAware {
  readonly ended: boolean;
  fail(error: EgressError): void;
}

/** Sends one hop to its handler, which is told of every failure, one to begin with included. */
export function dispatchHop(dispatcher: Dispatcher, hop: HopRequest, handler: HopHandler): void {
  if (handler.ended) return;
  try {
    dispatcher.dispatch(
      {
        origin: hop.url.origin,
        path: hop.url.pathname + hop.url.search,
        method: hop.method,
        headers: hop.headers,
        body: hop.body ?? null,
      },
      handler,
    );
  } catch (error) {
    handler.fail(judgeFailure(error, hop.url.host));
  }
}
