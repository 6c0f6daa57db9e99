import { readJson } from '../../kit/emulator/index.ts';
import { failure, success } from './envelopes.ts';
import { apiRoute, readFields } from './guard.ts';
import type { EmulatedRecord, Route, World } from '../../kit/emulator/index.ts';

const LARGEST = 20;
const TEXTS = ['title', 'video_description'];
const NUMBERS = ['duration', 'like_count', 'comment_count', 'share_count', 'view_count'];
const KNOWN = ['id', 'create_time', 'cover_image_url', 'share_url', 'embed_link', ...TEXTS, ...NUMBERS];

/** Videos: newest first before a time, or by their ids. */
export function videoRoutes(world: World): Route[] {
  const live = (accountId: string): EmulatedRecord[] =>
    world.records.all(accountId, 'videos').filter((one) => one.archivedAt === undefined);
  const scopes = ['video.list'];

  return [
    apiRoute(world, { method: 'POST', path: '/v2/video/list/', scopes }, (request, { account }) => {
      const names = readFields(request, KNOWN);
      if (!Array.isArray(names)) return names;
      const { max_count: count = 10, cursor } = readJson(request) ?? {};
      if (!Number.isInteger(count) || Number(count) < 1 || Number(count) > LARGEST) {
        return failure('invalid_params', `max_count must be between 1 and ${LARGEST}`);
      }
      if (cursor !== undefined && !Number.isInteger(cursor)) {
        return failure('invalid_params', 'cursor must be a timestamp in milliseconds');
      }
      const before = live(account.id)
        .filter((one) => cursor === undefined || one.createdAt < Number(cursor))
        .toSorted((a, b) => b.createdAt - a.createdAt);
      const rows = before.slice(0, Number(count));
      return success({
        videos: rows.map((one) => shape(one, names, account.detail)),
        // Tells a time on the last page, too.
        cursor: rows.at(-1)?.createdAt ?? Number(cursor ?? world.now().getTime()),
        has_more: before.length > rows.length,
      });
    }),

    apiRoute(world, { method: 'POST', path: '/v2/video/query/', scopes }, (request, { account }) => {
      const names = readFields(request, KNOWN);
      if (!Array.isArray(names)) return names;
      const filters = readJson(request)?.['filters'] as { video_ids?: unknown } | undefined;
      const ids = filters?.video_ids;
      if (!Array.isArray(ids) || ids.length === 0 || ids.length > LARGEST) {
        return failure('invalid_params', `video_ids must list between 1 and ${LARGEST} ids`);
      }
      const found = live(account.id).filter((one) => ids.includes(one.id));
      return success({ videos: found.map((one) => shape(one, names, account.detail)) });
    }),
  ];
}

function shape({ id, fields, createdAt }: EmulatedRecord, names: readonly string[], handle: string) {
  const link = `https://www.tiktok.com/${handle}/video/${id}`;
  const read = (name: string): unknown => {
    if (name === 'id') return id;
    if (name === 'create_time') return Math.floor(createdAt / 1000);
    if (name === 'cover_image_url') return `https://p16.example/${id}.image?x-expires=1795000000`;
    if (name === 'share_url') return `${link}?utm_campaign=tt4d_open_api`;
    if (name === 'embed_link') return link.replace('/video/', '/embed/');
    return NUMBERS.includes(name) ? Number(fields[name] ?? 0) : (fields[name] ?? '');
  };
  return Object.fromEntries(names.map((name) => [name, read(name)]));
}
