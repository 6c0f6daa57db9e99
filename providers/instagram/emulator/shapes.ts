import { edge } from './edge.ts';
import { select } from './select-fields.ts';
import type { Asked } from './select-fields.ts';
import type { EmulatedAccount, EmulatedRecord, World } from '../../kit/emulator/index.ts';

const DEFAULT_LIMIT = 25;

/** Graph's spelling of a time. */
function graphTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}+0000`;
}

/** The comments under one post. */
export function commentsOn(world: World, accountId: string, post: string): EmulatedRecord[] {
  return world.records
    .all(accountId, 'comments')
    .filter((one) => one.fields['media_id'] === post && (one.fields['parent_id'] ?? '') === '');
}

/** A post as the API shows it. */
export function mediaShape(world: World, account: EmulatedAccount, url: string, asked: readonly Asked[]) {
  return (record: EmulatedRecord): unknown => {
    const { id, fields } = record;
    const video = fields['media_type'] === 'VIDEO';
    // Addresses of the content network are signed anew for every answer.
    const signed = `https://scontent.example/${id}.${video ? 'mp4' : 'jpg'}?oe=${world.now().getTime().toString(16)}`;
    const comments = (): EmulatedRecord[] =>
      commentsOn(world, account.id, id).filter((one) => one.archivedAt === undefined);
    const read = (one: Asked): unknown => {
      if (one.name === 'timestamp') return graphTime(record.createdAt);
      if (one.name === 'username') return account.detail;
      if (one.name === 'permalink') return `https://www.instagram.com/p/${BigInt(id).toString(36)}/`;
      if (one.name === 'media_url') return signed;
      if (one.name === 'thumbnail_url') return video ? signed.replace('.mp4', '.jpg') : undefined;
      if (one.name === 'like_count') return Number(fields['like_count'] ?? 0);
      if (one.name === 'comments_count') return comments().length;
      if (one.name !== 'comments') return fields[one.name];
      const limit = Number(one.args['limit'] ?? DEFAULT_LIMIT);
      const link = new URL(url);
      link.pathname = link.pathname.replace(/[^/]+(\/media)?$/, `${id}/comments`);
      const shape = commentShape(one.below);
      const page = edge(comments(), { limit, after: one.args['after'] ?? null, url: link.href }, shape);
      return page?.data.length === 0 ? undefined : page;
    };
    return select(asked, read, id);
  };
}

/** A comment as the API shows it. */
export function commentShape(asked: readonly Asked[]) {
  return (record: EmulatedRecord): unknown => {
    const { id, fields } = record;
    const read = (one: Asked): unknown => {
      if (one.name === 'timestamp') return graphTime(record.createdAt);
      if (one.name === 'like_count') return Number(fields['like_count'] ?? 0);
      if (one.name === 'hidden') return fields['hidden'] === 'true';
      if (one.name === 'media') return { id: fields['media_id'] };
      if (one.name === 'from') return writerOf(record);
      return fields[one.name];
    };
    return select(asked, read, id);
  };
}

/** Who wrote a comment: an id scoped to the app, and a name. */
export function writerOf({ fields }: EmulatedRecord): { id: string; username: string } {
  const username = fields['username'] ?? '';
  return { id: `2${BigInt(`0x${Buffer.from(username).toString('hex') || '0'}`) % 10n ** 15n}`, username };
}
