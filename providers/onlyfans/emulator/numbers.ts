/** How many creators a team has. What stands under them is dealt out by turns. */
export const CREATORS = 3;
/** How many fans somebody has written with: the first of them. */
export const CHATS = 200;

export function creatorId(index: number): string {
  return `acct_${(0x5a17c0de + index * 7919).toString(16)}`;
}

/** OnlyFans' own number of a creator, which messages are from. */
export function creatorNumber(index: number): number {
  return 310_000_000 + index * 1009;
}

export function fanNumber(index: number): number {
  return 458_000_000 + index * 37;
}

/** A record's id within a team: its creator's, then its own. */
export function idUnder(index: number, ...own: readonly (string | number)[]): string {
  return [creatorId(index % CREATORS), ...own].join(':');
}

/** Its last part, which is what the gateway calls it. */
export function ownPart(id: string): string {
  return id.slice(id.lastIndexOf(':') + 1);
}
