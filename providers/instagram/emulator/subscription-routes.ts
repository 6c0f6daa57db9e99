import { json } from '../../kit/emulator/index.ts';
import { parameter } from './comment-routes.ts';
import { missing, wrongParameter } from './envelopes.ts';
import { graphRoute } from './guard.ts';
import type { Act } from './guard.ts';
import type { Route, World } from '../../kit/emulator/index.ts';

const SCOPE = 'instagram_business_basic';
const FIELDS = new Set(
  [
    'comments live_comments mentions messages message_reactions message_edit messaging_postbacks messaging_seen',
    'messaging_referral messaging_optins messaging_handover standby story_insights',
  ]
    .join(' ')
    .split(' '),
);

/**
 * Which fields an account tells of. Deliveries here depend on the target of the control page alone, so that a demo
 * needs no further call.
 */
export function subscriptionRoutes(world: World): Route[] {
  const subscribed = new Map<string, string[]>();
  const own =
    (act: Act): Act =>
    (request, caller, id) =>
      id === caller.account.id ? act(request, caller, id) : missing(id);

  const subscribe: Act = (request, { account }) => {
    const fields = parameter(request, 'subscribed_fields').split(',').filter(Boolean);
    const unknown = fields.find((field) => !FIELDS.has(field));
    if (fields.length === 0 || unknown !== undefined) {
      return wrongParameter(`Param subscribed_fields must be one of {${[...FIELDS].join(', ')}}`);
    }
    subscribed.set(account.id, fields);
    return json(200, { success: true });
  };

  const show: Act = (_request, { account }) => {
    const fields = subscribed.get(account.id);
    return json(200, { data: fields === undefined ? [] : [{ subscribed_fields: fields }] });
  };

  const unsubscribe: Act = (_request, { account }) => {
    subscribed.delete(account.id);
    return json(200, { success: true });
  };

  return [
    graphRoute(world, 'POST', '/:id/subscribed_apps', SCOPE, own(subscribe)),
    graphRoute(world, 'GET', '/:id/subscribed_apps', SCOPE, own(show)),
    graphRoute(world, 'DELETE', '/:id/subscribed_apps', SCOPE, own(unsubscribe)),
  ];
}
