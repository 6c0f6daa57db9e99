import type { EmulatedAccount, EmulatedRecord } from '../../kit/emulator/index.ts';

/** A thing as listings tell it, in its wrapping. A deleted one keeps its place and loses author and text. */
export function thing(record: EmulatedRecord, account: EmulatedAccount): { kind: string; data: object } {
  const [kind = '', id = ''] = record.id.split('_');
  const { fields } = record;
  const gone = record.archivedAt !== undefined;
  const number = (name: string): number => Number(fields[name] ?? 0);
  const base = {
    id,
    name: record.id,
    created: record.createdAt / 1000,
    created_utc: Math.floor(record.createdAt / 1000),
  };
  if (kind === 't5') {
    return {
      kind,
      data: {
        ...base,
        display_name: fields['display_name'],
        title: fields['title'],
        public_description: fields['public_description'],
        subscribers: number('subscribers'),
        url: `/r/${fields['display_name']}/`,
        over18: false,
      },
    };
  }
  const own = {
    ...base,
    author: gone ? '[deleted]' : account.name,
    author_fullname: `t2_${account.id}`,
    subreddit: fields['subreddit'],
    edited: fields['edited'] === undefined || fields['edited'] === '' ? false : number('edited'),
    score: number('score'),
    permalink: `/r/${fields['subreddit']}/comments/${(fields['link_id'] ?? record.id).slice(3)}/_/${kind === 't1' ? `${id}/` : ''}`,
  };
  if (kind === 't1') {
    const { link_id, link_title, parent_id } = fields;
    return {
      kind,
      data: { ...own, body: gone ? '[deleted]' : fields['body'], link_id, link_title, parent_id },
    };
  }
  const self = fields['kind'] !== 'link';
  return {
    kind,
    data: {
      ...own,
      title: fields['title'],
      is_self: self,
      selftext: self ? (gone ? '[deleted]' : (fields['text'] ?? '')) : '',
      url: self ? `https://www.reddit.com${own.permalink}` : fields['url'],
      num_comments: number('num_comments'),
      over_18: false,
    },
  };
}
