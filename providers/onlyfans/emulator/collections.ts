import { person } from '../../kit/emulator/index.ts';
import { CHATS, CREATORS, creatorId, creatorNumber, fanNumber, idUnder } from './numbers.ts';
import type { Collection, Random } from '../../kit/emulator/index.ts';

const DAY_MS = 86_400_000;
const LATEST = Date.UTC(2026, 10, 18, 18);

const LINES = [
  'Good morning! Did you see the new set?',
  'When is the next stream?',
  'Thank you for the tip!',
  'The behind-the-scenes video is up.',
  'Loved the last post.',
  'Is the workout plan still available?',
  'There is a discount for renewals this week.',
  'See you on Friday.',
] as const;

/** Index 0 is the newest. */
function ago(source: Random, index: number, everyMs: number): number {
  return LATEST - index * everyMs - source.int(0, everyMs - 1);
}

export const creators: Collection = {
  name: 'creators',
  label: 'Creators',
  count: CREATORS,
  fields: [
    { name: 'display_name', label: 'Name', type: 'text' },
    { name: 'onlyfans_username', label: 'User name', type: 'text' },
    { name: 'is_authenticated', label: 'Session is good', type: 'text' },
  ],
  idOf: creatorId,
  generate(source, index) {
    const who = person(source, index, 'mail.example');
    const at = ago(source, index, 60 * DAY_MS);
    return {
      createdAt: at,
      updatedAt: at,
      fields: {
        display_name: `${who.given} ${who.family}`,
        onlyfans_username: `${who.given}.${index}`.toLowerCase(),
        onlyfans_id: String(creatorNumber(index)),
        is_authenticated: 'true',
      },
    };
  },
};

export const fans: Collection = {
  name: 'fans',
  label: 'Fans',
  count: 600,
  fields: [
    { name: 'name', label: 'Name', type: 'text' },
    { name: 'username', label: 'User name', type: 'text' },
    { name: 'price', label: 'Price', type: 'text' },
    { name: 'total', label: 'Spent', type: 'text' },
    { name: 'expires', label: 'Expires', type: 'text' },
  ],
  idOf: (index) => idUnder(index, fanNumber(index)),
  generate(source, index) {
    const who = person(source, index, 'mail.example');
    const at = ago(source, index, DAY_MS);
    const [tips, paid] = [source.int(0, 40) * 5, source.int(0, 30) * 4];
    return {
      createdAt: at,
      updatedAt: at,
      fields: {
        name: `${who.given} ${who.family}`,
        username: `u${fanNumber(index)}`,
        price: source.pick(['0', '4.99', '9.99', '14.99']),
        tips: String(tips),
        messages: String(paid),
        total: String(tips + paid),
        expires: new Date(at + source.int(1, 24) * 30 * DAY_MS).toISOString(),
      },
    };
  },
};

export const chats: Collection = {
  name: 'chats',
  label: 'Chats',
  count: CHATS,
  fields: [
    { name: 'unread', label: 'Unread', type: 'text' },
    { name: 'muted', label: 'Muted', type: 'text' },
  ],
  // A chat is its fan's.
  idOf: (index) => idUnder(index, fanNumber(index)),
  generate(source, index) {
    const at = ago(source, index, DAY_MS);
    return {
      createdAt: at,
      updatedAt: at,
      fields: { unread: String(source.int(0, 3)), muted: String(source.int(0, 9) === 0) },
    };
  },
};

export const messages: Collection = {
  name: 'messages',
  label: 'Messages',
  count: 900,
  fields: [
    { name: 'text', label: 'Text', type: 'text' },
    { name: 'price', label: 'Price', type: 'text' },
  ],
  // Creators and chats are both dealt out by turns, so that a chat's messages have its creator.
  idOf: (index) => idUnder(index % CHATS, fanNumber(index % CHATS), 1_900_000_000 + index),
  generate(source, index) {
    const at = ago(source, index, 6 * 3_600_000);
    return {
      createdAt: at,
      updatedAt: at,
      fields: {
        text: source.pick(LINES),
        price: source.pick(['0', '0', '0', '12']),
        from: source.pick(['fan', 'creator']),
      },
    };
  },
};

export const transactions: Collection = {
  name: 'transactions',
  label: 'Transactions',
  count: 1200,
  fields: [
    { name: 'description', label: 'What for', type: 'text' },
    { name: 'amount', label: 'Amount', type: 'text' },
    { name: 'status', label: 'Status', type: 'text' },
  ],
  idOf: (index) => idUnder(index, `tr${(0x9e3779b1 + index).toString(16)}`),
  generate(source, index) {
    const at = ago(source, index, 4 * 3_600_000);
    // Of the same creator: as far from it as the creators are many.
    const fan = (index % CREATORS) + CREATORS * source.int(0, 60);
    return {
      createdAt: at,
      updatedAt: at,
      fields: {
        description: source.pick(['Subscription', 'Tip', 'Payment for message', 'Post purchase']),
        amount: String(source.int(1, 30) * 5),
        status: index < 80 ? 'loading' : 'done',
        fan: String(fanNumber(fan)),
      },
    };
  },
};
