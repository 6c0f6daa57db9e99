import { company, random, seedOf, slug } from '../../kit/emulator/index.ts';
import type { Collection, Random } from '../../kit/emulator/index.ts';

/** The newest is of this morning; the older they are, the further apart. */
const LATEST = Date.UTC(2026, 10, 20, 9);
const HOUR_MS = 3_600_000;
const IDS = 60_466_176;

const COMMUNITIES = [
  'smallbusiness',
  'woodworking',
  'InteriorDesign',
  'ceramics',
  'Bicycling',
  'Coffee',
  'Baking',
  'DIY',
  'ecommerce',
  'sewing',
] as const;

const OPENINGS = [
  'What we learned from',
  'Looking for feedback on',
  'A year of',
  'Before and after:',
  'How do you handle',
  'We just opened',
  'Show and tell:',
] as const;

const SUBJECTS = [
  'our first workshop tour',
  'shipping fragile orders',
  'a restored oak bench',
  'seasonal opening hours',
  'the new glaze line',
  'wholesale prices',
  'a customer who returned everything',
  'packaging without plastic',
  'the spring market',
] as const;

const REPLIES = [
  'Thanks! We used a water-based finish, two coats.',
  'Good question. We ship twice a week, Tuesdays & Fridays.',
  'Same here: <3 items per order is where it stops paying off.',
  'We tried that for a season and went back.',
  'Happy to share the template, it is nothing special.',
  'It depends on the humidity more than on the wood.',
  'You can find the measurements in the second picture.',
] as const;

/** Base 36, as ids are; a lower index is newer. */
const idAt = (kind: string, index: number): string =>
  // Past the generated ones come those that are made later: their ids go on upwards.
  `${kind}_${(index < 1_000_000 ? IDS - index * 37 : IDS + index).toString(36)}`;

const titleOf = (source: Random): string => `${source.pick(OPENINGS)} ${source.pick(SUBJECTS)}`;

/** The account's posts, comments and communities. */
export const collections: readonly Collection[] = [
  {
    name: 'posts',
    label: 'Posts',
    count: 260,
    fields: [
      { name: 'title', label: 'Title', type: 'text' },
      { name: 'subreddit', label: 'Community', type: 'text' },
      { name: 'text', label: 'Text', type: 'text' },
      { name: 'score', label: 'Score', type: 'text' },
    ],
    idOf: (index) => idAt('t3', index),
    generate(source, index) {
      const title = titleOf(source);
      const link = source.next() < 0.25;
      const shop = company(source, index);
      const content: Record<string, string> = link
        ? { url: `https://${shop.domain}/${slug(title)}` }
        : { text: `${title}. ${source.pick(REPLIES)}` };
      return {
        ...times(source, index),
        fields: {
          title,
          subreddit: source.pick(COMMUNITIES),
          kind: link ? 'link' : 'self',
          ...content,
          score: String(source.int(0, 900)),
          num_comments: String(source.int(0, 120)),
        },
      };
    },
  },
  {
    name: 'comments',
    label: 'Comments',
    count: 900,
    fields: [
      { name: 'body', label: 'Text', type: 'text' },
      { name: 'subreddit', label: 'Community', type: 'text' },
      { name: 'link_title', label: 'Under', type: 'text' },
      { name: 'score', label: 'Score', type: 'text' },
    ],
    idOf: (index) => idAt('t1', index),
    generate(source, index, accountId) {
      // Under posts of other people.
      const at = source.int(0, 399);
      const link = random(seedOf('link', accountId, at));
      const link_id = `t3_${(IDS * 2 + at * 11).toString(36)}`;
      return {
        ...times(source, index),
        fields: {
          body: source.pick(REPLIES),
          subreddit: link.pick(COMMUNITIES),
          parent_id: link_id,
          link_id,
          link_title: titleOf(link),
          score: String(source.int(-4, 300)),
        },
      };
    },
  },
  {
    name: 'subreddits',
    label: 'Communities',
    count: 40,
    fields: [
      { name: 'display_name', label: 'Name', type: 'text' },
      { name: 'title', label: 'Title', type: 'text' },
      { name: 'public_description', label: 'Description', type: 'text' },
    ],
    idOf: (index) => idAt('t5', index),
    generate(source, index) {
      const first = COMMUNITIES[index];
      const about = company(source, index);
      const name = first ?? `${slug(about.name, '_').slice(0, 16)}_${index}`;
      return {
        ...times(source, index),
        fields: {
          display_name: name,
          title: first === undefined ? about.name : `All about ${first}`,
          public_description: `${about.industry} in ${about.city} and elsewhere.`,
          subscribers: String(source.int(900, 2_000_000)),
        },
      };
    },
  },
];

function times(source: Random, index: number): { createdAt: number; updatedAt: number } {
  const hours = index + index * index * 0.01;
  const at = LATEST - Math.floor(hours * 3600) * 1000 - source.int(0, 3000) * 1000;
  return { createdAt: at, updatedAt: Math.min(LATEST, at + source.int(0, 30) * HOUR_MS) };
}
