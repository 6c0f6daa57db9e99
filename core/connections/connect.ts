import type { ConnectDeps } from './connect-deps.ts';
import { accountRoutes } from './account-routes.ts';
import { testHandler, validateHandler } from './check-settings.ts';
import { connectWithFieldsHandler } from './connect-with-fields.ts';
import { finishConnectHandler } from './finish-connect.ts';
import type { HintFeed } from './ports.ts';
import { readStatusHandler } from './read-status.ts';
import type { Refresher } from './refresh.ts';
import { openConnectHandler, startConnectHandler } from './start-connect.ts';

/** The handlers that connect an account: in a browser, in the order in which it comes by, and by what is entered; what is known and can be done without
 * the connection's id, by the provider's own. */
export function connectRoutes(deps: ConnectDeps & { refresher: Refresher; heard?: HintFeed }) {
  return {
    start: startConnectHandler(deps),
    open: openConnectHandler(deps),
    finish: finishConnectHandler(deps),
    withFields: connectWithFieldsHandler(deps),
    status: readStatusHandler(deps),
    test: testHandler(deps),
    validate: validateHandler(deps),
    account: accountRoutes(deps),
  };
}
