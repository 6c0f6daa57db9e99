import { creatorNumber, CREATORS, creatorId, ownPart } from './numbers.ts';
import type { EmulatedRecord, World } from '../../kit/emulator/index.ts';

const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, '+00:00');

export function creatorOf(record: EmulatedRecord): string {
  return record.id.split(':')[0] ?? '';
}

/** The chat of a message: one made through the API keeps it apart, since ids are numbered by turns. */
export function chatOf(record: EmulatedRecord): string {
  return record.fields['chat'] ?? record.id.split(':').slice(0, 2).join(':');
}

/** OnlyFans' own number of a creator's account. */
export function numberOf(creator: string): number {
  const index = Array.from({ length: CREATORS }, (_, at) => at).find((at) => creatorId(at) === creator);
  return creatorNumber(index ?? CREATORS);
}

export function creatorView(record: EmulatedRecord): Record<string, unknown> {
  const { display_name, onlyfans_username, onlyfans_id, is_authenticated } = record.fields;
  const good = is_authenticated === 'true';
  return {
    id: record.id,
    onlyfans_id: Number(onlyfans_id),
    onlyfans_username,
    display_name,
    onlyfans_email: `${onlyfans_username ?? ''}@mail.example`,
    is_authenticated: good,
    authentication_progress: good ? 'authenticated' : 'session_expired',
    // The gateway passes OnlyFans' own answer on, its session's secrets included.
    onlyfans_user_data: { id: Number(onlyfans_id), csrf: 'of-csrf-secret', wsAuthToken: 'of-ws-secret' },
  };
}

export function person(record: EmulatedRecord): Record<string, unknown> {
  const { name, username } = record.fields;
  return { id: Number(ownPart(record.id)), name, username, isVerified: false, view: 's' };
}

export function isExpired(record: EmulatedRecord, now: Date): boolean {
  return Date.parse(record.fields['expires'] ?? '') < now.getTime();
}

export function fanView(record: EmulatedRecord, now: Date): Record<string, unknown> {
  const { price, tips, messages, total, expires } = record.fields;
  const expired = isExpired(record, now);
  return {
    ...person(record),
    displayName: '',
    lastSeen: iso(now.getTime()),
    subscribedOn: !expired,
    subscribedOnExpiredNow: expired,
    subscribedOnData: {
      price: Number(price),
      subscribeAt: iso(record.createdAt),
      renewedAt: null,
      expiredAt: expires,
      tipsSumm: Number(tips),
      messagesSumm: Number(messages),
      totalSumm: Number(total),
    },
  };
}

export function messageView(record: EmulatedRecord): Record<string, unknown> {
  const price = Number(record.fields['price'] ?? 0);
  const fromFan = record.fields['from'] === 'fan';
  return {
    responseType: 'message',
    id: Number(ownPart(record.id)),
    text: `<p>${record.fields['text'] ?? ''}</p>`,
    price,
    isFree: price === 0,
    isTip: false,
    isOpened: price === 0,
    mediaCount: 0,
    media: [],
    fromUser: { id: fromFan ? Number(ownPart(chatOf(record))) : numberOf(creatorOf(record)), _view: 's' },
    createdAt: iso(record.createdAt),
    changedAt: iso(record.updatedAt),
  };
}

/** The live messages of a chat, newest first. */
export function messagesOf(world: World, team: string, chat: string): EmulatedRecord[] {
  return world.records
    .all(team, 'messages')
    .filter((one) => one.archivedAt === undefined && chatOf(one) === chat)
    .toSorted((a, b) => b.createdAt - a.createdAt || Number(ownPart(b.id)) - Number(ownPart(a.id)));
}

/** The newest live message of each chat. */
export function newestByChat(world: World, team: string): ReadonlyMap<string, EmulatedRecord> {
  const newest = new Map<string, EmulatedRecord>();
  for (const one of world.records.all(team, 'messages')) {
    if (one.archivedAt !== undefined) continue;
    const chat = chatOf(one);
    if ((newest.get(chat)?.createdAt ?? -1) < one.createdAt) newest.set(chat, one);
  }
  return newest;
}

export function chatView(
  world: World,
  record: EmulatedRecord,
  last: EmulatedRecord | undefined,
): Record<string, unknown> {
  const fan = world.records.get(record.accountId, 'fans', record.id);
  return {
    fan: fan === undefined ? { id: Number(ownPart(record.id)) } : person(fan),
    canSendMessage: true,
    isMutedNotifications: record.fields['muted'] === 'true',
    unreadMessagesCount: Number(record.fields['unread'] ?? 0),
    lastMessage: last === undefined ? null : messageView(last),
  };
}

export function transactionView(world: World, record: EmulatedRecord): Record<string, unknown> {
  const { amount, description, status, fan: number } = record.fields;
  const fan = world.records.get(record.accountId, 'fans', `${creatorOf(record)}:${number ?? ''}`);
  const gross = Number(amount);
  return {
    id: ownPart(record.id),
    amount: gross,
    // OnlyFans keeps a fifth.
    fee: gross / 5,
    net: gross - gross / 5,
    vatAmount: 0,
    taxAmount: 0,
    currency: 'USD',
    description: `${description ?? ''} from <a href="https://onlyfans.com/u${number ?? ''}">u${number ?? ''}</a>`,
    status,
    payoutPendingDays: 7,
    createdAt: iso(record.createdAt),
    user: fan === undefined ? { id: Number(number) } : person(fan),
  };
}
