import type { ConnectDeps } from './connect-deps.ts';
import { finishConnectHandler } from './finish-connect.ts';
import { openConnectHandler, startConnectHandler } from './start-connect.ts';

/** The handlers of an authorisation in a browser, in the order in which it comes by. */
export function connectRoutes(deps: ConnectDeps) {
  return {
    start: startConnectHandler(deps),
    open: openConnectHandler(deps),
    finish: finishConnectHandler(deps),
  };
}
