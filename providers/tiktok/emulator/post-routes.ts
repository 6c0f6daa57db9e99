import { readJson } from '../../kit/emulator/index.ts';
import { failure, success } from './envelopes.ts';
import { apiRoute } from './guard.ts';
import type { EmulatorRequest, Route, World } from '../../kit/emulator/index.ts';

const PRIVACY = ['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY'];

interface Post {
  accountId: string;
  status: 'PUBLISH_COMPLETE' | 'SEND_TO_USER_INBOX';
  videoId?: string;
}

/**
 * Posting (paths and shapes unconfirmed): creator info, a video or photos posted directly or into the inbox, the state
 * of it. Files are taken as sent; a public post is a video at once. The demo app counts as audited, so that it may
 * post publicly. Posts are known as long as the emulator runs.
 */
export function postRoutes(world: World): Route[] {
  const posts = new Map<string, Post>();
  const base = '/v2/post/publish';
  const publish = ['video.publish'];
  let next = 1;

  const keep = (kind: 'v' | 'p', place: 'pub' | 'inbox', post: Post) => {
    const id = `${kind}_${place}_url~v2.${7_500_000_000_000 + next++}`;
    posts.set(id, post);
    return success({ publish_id: id });
  };

  const direct = (kind: 'v' | 'p') => (request: EmulatorRequest, accountId: string) => {
    const { post_info: info, source_info: source } = readJson(request) ?? {};
    const { title: given, privacy_level: privacy } = (info ?? {}) as Record<string, unknown>;
    const title = typeof given === 'string' ? given : '';
    if (source === undefined) return failure('invalid_params', 'source_info is required');
    if (typeof privacy !== 'string' || !PRIVACY.includes(privacy)) {
      return failure('invalid_params', `privacy_level must be one of ${PRIVACY.join(', ')}`);
    }
    const fields = {
      title,
      video_description: title,
      duration: '15',
      view_count: '0',
    };
    const video =
      privacy === 'PUBLIC_TO_EVERYONE' ? world.records.create(accountId, 'videos', fields) : undefined;
    return keep(kind, 'pub', {
      accountId,
      status: 'PUBLISH_COMPLETE',
      ...(video === undefined ? {} : { videoId: video.id }),
    });
  };

  const video = direct('v');
  const photos = direct('p');
  return [
    apiRoute(
      world,
      { method: 'POST', path: `${base}/creator_info/query/`, scopes: publish },
      (_request, { account }) =>
        success({
          creator_username: account.detail.slice(1),
          creator_nickname: account.name,
          privacy_level_options: PRIVACY,
          max_video_post_duration_sec: 600,
        }),
    ),
    apiRoute(
      world,
      { method: 'POST', path: `${base}/video/init/`, scopes: publish },
      (request, { account }) => video(request, account.id),
    ),
    apiRoute(
      world,
      { method: 'POST', path: `${base}/content/init/`, scopes: publish },
      (request, { account }) => photos(request, account.id),
    ),
    apiRoute(
      world,
      { method: 'POST', path: `${base}/inbox/video/init/`, scopes: ['video.upload'] },
      (request, { account }) =>
        readJson(request)?.['source_info'] === undefined
          ? failure('invalid_params', 'source_info is required')
          : keep('v', 'inbox', { accountId: account.id, status: 'SEND_TO_USER_INBOX' }),
    ),
    apiRoute(
      world,
      {
        method: 'POST',
        path: `${base}/status/fetch/`,
        scopes: ['video.upload', 'video.publish'],
        perMinute: 30,
      },
      (request, { account }) => {
        const post = posts.get(String(readJson(request)?.['publish_id']));
        if (post?.accountId !== account.id) return failure('invalid_params', 'The publish_id is invalid.');
        const { status, videoId } = post;
        return success({ status, publicaly_available_post_id: videoId === undefined ? [] : [videoId] });
      },
    ),
  ];
}
