import { json } from '../../kit/emulator/index.ts';
import { parameter } from './comment-routes.ts';
import { missing, wrongParameter } from './envelopes.ts';
import { graphRoute } from './guard.ts';
import type { Act } from './guard.ts';
import type { Route, World } from '../../kit/emulator/index.ts';

const SCOPE = 'instagram_business_content_publish';
const DAY_MS = 24 * 3_600_000;
/** Posts in 24 hours (unconfirmed). */
const QUOTA = 100;

/** Publishing in two steps: a container, then its publication. Containers live as long as the emulator runs. */
export function publishRoutes(world: World): Route[] {
  const containers = new Map<string, { accountId: string; fields: Record<string, string> }>();
  let next = 17_889_000_000_000n;

  const contain: Act = (request, { account }, id) => {
    if (id !== account.id) return missing(id);
    const [image, video, children] = ['image_url', 'video_url', 'children'].map((name) =>
      parameter(request, name),
    );
    if (!image && !video && !children)
      return wrongParameter('Only photo or video can be accepted as media type.');
    const media_type = children ? 'CAROUSEL_ALBUM' : video ? 'VIDEO' : 'IMAGE';
    const container = String((next += 7n)) + '005';
    containers.set(container, {
      accountId: account.id,
      fields: {
        caption: parameter(request, 'caption'),
        media_type,
        media_product_type: media_type === 'VIDEO' ? 'REELS' : 'FEED',
        like_count: '0',
      },
    });
    return json(200, { id: container });
  };

  const used = (accountId: string): number => {
    const from = world.now().getTime() - DAY_MS;
    return world.records.all(accountId, 'media').filter((one) => one.createdAt > from).length;
  };

  const publish: Act = (request, { account }, id) => {
    const creation = parameter(request, 'creation_id');
    const container = containers.get(creation);
    if (id !== account.id || container?.accountId !== account.id) return missing(creation || id);
    if (used(account.id) >= QUOTA)
      return wrongParameter('The user has reached the publishing limit of the day');
    containers.delete(creation);
    return json(200, { id: world.records.create(account.id, 'media', container.fields).id });
  };

  const limit: Act = (_request, { account }, id) => {
    if (id !== account.id) return missing(id);
    const config = { quota_total: QUOTA, quota_duration: DAY_MS / 1000 };
    return json(200, { data: [{ quota_usage: used(account.id), config }] });
  };

  return [
    graphRoute(world, 'POST', '/:id/media', SCOPE, contain),
    graphRoute(world, 'POST', '/:id/media_publish', SCOPE, publish),
    graphRoute(world, 'GET', '/:id/content_publishing_limit', SCOPE, limit),
  ];
}
