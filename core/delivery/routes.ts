import { logRoutes } from './log-routes.ts';
import { replayRoutes } from './replay-routes.ts';
import type { DeliveryRoutesOptions } from './route-options.ts';
import { signingRoutes } from './signing-routes.ts';
import { tryRoutes } from './try-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

/** The handlers of the contract's webhook and delivery routes. */
export function deliveryRoutes(options: DeliveryRoutesOptions) {
  return {
    ...webhookRoutes(options),
    ...signingRoutes(options),
    ...tryRoutes(options),
    ...logRoutes(options),
    replays: replayRoutes(options),
  };
}
