import { company, defineEmulator, random, seedOf } from '../../kit/emulator/index.ts';
import { faultResponse } from './envelopes.ts';
import { oauthRoutes } from './oauth-routes.ts';
import { postRoutes } from './post-routes.ts';
import { userRoutes } from './user-routes.ts';
import { videoRoutes } from './video-routes.ts';
import { webhook } from './webhook.ts';

const DAY_MS = 24 * 3_600_000;
const EPOCH = Date.UTC(2025, 0, 6, 9);

const HOOKS = [
  'Wait for it',
  'How it is made',
  'One minute of calm',
  'You asked for it',
  'Before and after',
  'POV',
] as const;
const TAGS = ['#fyp', '#smallbusiness', '#artesanato', '#behindthescenes', '#feitoamao'] as const;

/**
 * TikTok as its pages describe it: rotating refresh tokens, videos newest first, posting, an error object everywhere,
 * signed webhooks. An account's id is its open id, its `user.id` the union id.
 */
export const tiktokEmulator = defineEmulator({
  id: 'tiktok',
  name: 'TikTok',
  color: '#d61f45',
  logo: new URL('../logo.svg', import.meta.url),
  hosts: ['api', 'www'],
  faultHost: 'api',
  client: { id: 'awq7k2m9x4c1rt8v', secret: 'hP3vZs8LqW0nYb6JtRk4XeDc1MfGu9Ao', name: 'Mortise' },
  accounts: [
    {
      id: '723f5c1e-84d2-4b0a-9c37-e61d20f8ab95',
      name: 'Padaria Aurora',
      detail: '@padaria.aurora',
      user: { id: 'c9c60f44-a68e-4f5d-84dd-ce22faeb0ba1', email: 'lia@padaria-aurora.example' },
    },
    {
      id: '0be94d37-51fa-4e6c-b2d8-9a7c3f1460de',
      name: 'Northwind Atelier',
      detail: '@northwind.atelier',
      user: { id: '5d2a7f10-93be-4c48-8e06-b1f4d7a9c352', email: 'helena@northwind-atelier.example' },
    },
  ],
  collections: [
    {
      name: 'videos',
      label: 'Videos',
      count: 380,
      fields: [
        { name: 'title', label: 'Title', type: 'text' },
        { name: 'video_description', label: 'Description', type: 'text' },
        { name: 'view_count', label: 'Views', type: 'text' },
        { name: 'like_count', label: 'Likes', type: 'text' },
      ],
      idOf: (index) => String(7_455_000_000_000_000_000n + BigInt(index) * 90_071n),
      generate(source, index, accountId) {
        const createdAt = EPOCH + index * 1.5 * DAY_MS + source.int(0, 80_000) * 1000;
        const { city } = company(random(seedOf('place', accountId, index)), index);
        const views = source.int(200, 90_000);
        const part = (from: number, to: number): string =>
          String(Math.floor((views * source.int(from, to)) / 1000));
        return {
          createdAt,
          updatedAt: createdAt,
          fields: {
            title: `${source.pick(HOOKS)} · ${city}`,
            video_description: `${source.pick(HOOKS)} ${source.pick(TAGS)} ${source.pick(TAGS)}`,
            duration: String(source.int(9, 90)),
            view_count: String(views),
            like_count: part(20, 120),
            comment_count: part(1, 12),
            share_count: part(0, 8),
          },
        };
      },
    },
  ],
  // Two hours and 180 days, by the pages of November 2026; the code's life is unconfirmed.
  tokens: {
    accessTtlMs: 7_200_000,
    codeTtlMs: 600_000,
    rotateRefresh: true,
    refreshTtlMs: 180 * DAY_MS,
    length: 72,
  },
  routes: (world) => [
    ...oauthRoutes(world),
    ...userRoutes(world),
    ...videoRoutes(world),
    ...postRoutes(world),
  ],
  faultResponse,
  webhook,
});
