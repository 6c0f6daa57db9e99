import { random, seedOf, slug } from '../../kit/emulator/index.ts';
import type { Collection } from '../../kit/emulator/index.ts';

const EPOCH = Date.UTC(2025, 0, 6, 9);
const STEP_MS = 24 * 3_600_000;
/** One post that everybody writes under, so that its comments fill more than one page. */
const VIRAL = { post: 3, comments: 120 };

const mediaId = (index: number): string => String(17_900_000_000_000n + BigInt(index) * 41n) + '207';
const commentId = (index: number): string => String(18_020_000_000_000n + BigInt(index) * 23n) + '611';

const MOMENTS = [
  'First light',
  'Fresh this morning',
  'Behind the counter',
  'A quiet corner',
  'New in the window',
  'Saturday',
] as const;
const THINGS = [
  'sourdough',
  'a walnut chair',
  'pão de queijo',
  'linen by the metre',
  'orange cake',
  'the oak table',
] as const;
const TAGS = ['#handmade', '#slow', '#feitoamao', '#smallbusiness', '#bairro'] as const;
const REMARKS = [
  'Lovely!',
  'Do you ship to Recife?',
  'How much is it?',
  'I want this one 😍',
  'Que lindo!',
  'Open on Sunday?',
  'Best in town.',
  'Ainda tem?',
] as const;
const WRITERS = [
  'ana',
  'bruno',
  'clara',
  'diego',
  'elif',
  'felipe',
  'hana',
  'ivan',
  'lara',
  'marcos',
] as const;

/**
 * Posts, one every other day or so since January 2025, and comments, some under each. Both accounts have the same ids
 * with other contents; no call sees two accounts.
 */
export const collections: readonly Collection[] = [
  {
    name: 'media',
    label: 'Posts',
    count: 640,
    fields: [
      { name: 'caption', label: 'Caption', type: 'text' },
      { name: 'media_type', label: 'Type', type: 'text' },
      { name: 'media_product_type', label: 'Shown as', type: 'text' },
      { name: 'like_count', label: 'Likes', type: 'text' },
    ],
    idOf: mediaId,
    generate(source, index) {
      const createdAt = EPOCH + index * STEP_MS + source.int(0, 40_000) * 1000;
      const media_type = source.pick(['IMAGE', 'IMAGE', 'CAROUSEL_ALBUM', 'VIDEO'] as const);
      return {
        createdAt,
        updatedAt: createdAt,
        fields: {
          caption: `${source.pick(MOMENTS)}: ${source.pick(THINGS)}\n${source.pick(TAGS)} ${source.pick(TAGS)}`,
          media_type,
          media_product_type: media_type === 'VIDEO' ? 'REELS' : 'FEED',
          like_count: String(source.int(4, 900)),
        },
      };
    },
  },
  {
    name: 'comments',
    label: 'Comments',
    count: 1800,
    fields: [
      { name: 'text', label: 'Text', type: 'text' },
      { name: 'username', label: 'Written by', type: 'text' },
      { name: 'media_id', label: 'Post', type: 'text' },
    ],
    idOf: commentId,
    generate(source, index, accountId) {
      const post = index < VIRAL.comments ? VIRAL.post : Math.floor(index / 3);
      const writer = source.pick(WRITERS);
      const createdAt = EPOCH + post * STEP_MS + 50_000_000 + source.int(0, 30_000) * 1000;
      return {
        createdAt,
        updatedAt: createdAt,
        fields: {
          text: source.pick(REMARKS),
          username: `${slug(writer)}.${random(seedOf('writer', accountId, index)).int(10, 99)}`,
          media_id: mediaId(post),
          like_count: String(source.int(0, 12)),
        },
      };
    },
  },
];
