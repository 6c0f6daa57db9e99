import { MortiseError, spendFrom } from '@mortise/core/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from './auth.ts';
import type { Access } from './table.ts';

/** Requests a minute: of one person or one address, of the host backend, of one address to what takes a link's secret. */
export interface RateLimits {
  standard: number;
  operator: number;
  links: number;
}

const perMs = 60_000;

/** One address; of IPv6 the network of 64 bits, since whoever has one address there has all of them. */
export function addressGroup(ip: string): string {
  if (ip.includes('.')) return ip.slice(ip.lastIndexOf(':') + 1);
  const [head = '', tail = ''] = ip.split('%', 1)[0]!.split('::', 2);
  const before = head.split(':').filter(Boolean);
  const after = tail.split(':').filter(Boolean);
  const filled = ip.includes('::')
    ? [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after]
    : before;
  return filled
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/**
 * Counts requests a caller, says in each answer how many are left (draft-ietf-httpapi-ratelimit-headers) and refuses
 * what is over: a bucket a caller, which holds a minute's requests and fills again evenly. Counted in this process alone:
 * it is there against one caller that crowds out the others, not as a quota, and so costs no round trip.
 *
 * @param now milliseconds by a clock that nobody sets: set back, the other would refuse everybody for as long
 */
export function createRateLimit(limits: RateLimits, now = () => performance.now()) {
  const fullAt = new Map<string, number>();
  let sweptAt = 0;

  function forget(at: number): void {
    if (at - sweptAt < perMs) return;
    sweptAt = at;
    for (const [key, moment] of fullAt) if (moment <= at) fullAt.delete(key);
  }

  /** @throws MortiseError rate_limited */
  return function spend(
    request: FastifyRequest,
    reply: FastifyReply,
    access: Access,
    caller: Caller | undefined,
  ): void {
    const address = `address ${addressGroup(request.ip)}`;
    const [policy, key, requests] =
      access === 'link'
        ? (['link', `link ${address}`, limits.links] as const)
        : caller?.actor.kind === 'operator'
          ? (['operator', 'operator', limits.operator] as const)
          : (['standard', caller?.userId ?? address, limits.standard] as const);
    const at = now();
    forget(at);
    const { waitMs, fullAt: after, left } = spendFrom({ holds: requests, perMs }, fullAt.get(key), at);
    fullAt.set(key, after);
    reply.header('ratelimit-policy', `"${policy}";q=${requests};w=${perMs / 1000}`);
    reply.header('ratelimit', `"${policy}";r=${left};t=${Math.ceil((after - at) / 1000)}`);
    if (waitMs > 0) {
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      throw new MortiseError('rate_limited', {
        detail: `Try again in ${retryAfterSeconds} s.`,
        retryAfterSeconds,
      });
    }
  };
}
