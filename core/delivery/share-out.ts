import { createHash } from 'node:crypto';

/**
 * The part of a whole that one of several processes has: they add up to the whole. What does not divide goes to those
 * that a hash ranks first for this key, so that it is spread over the processes, and one that comes or goes moves
 * little.
 *
 * @param sharers all who share, this one included; where it is not among them its part is 0
 */
export function shareOut(whole: number, key: string, sharers: readonly string[], own: string): number {
  if (!sharers.includes(own)) return 0;
  const [each, rest] = [Math.floor(whole / sharers.length), whole % sharers.length];
  if (rest === 0) return each;
  const ownRank = rank(key, own);
  const before = sharers.filter((other) => other !== own && rank(key, other) < ownRank).length;
  return before < rest ? each + 1 : each;
}

function rank(key: string, sharer: string): string {
  return createHash('sha256').update(`${key} ${sharer}`).digest('hex');
}
