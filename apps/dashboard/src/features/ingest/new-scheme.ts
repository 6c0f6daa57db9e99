import { scheme, type Scheme } from '@mortise/contract';

/** The kinds that a source of nobody in particular may have, the best first. */
export const schemeTypes = [
  'standard',
  'hmac',
  'bearer',
  'basic',
  'ip',
  'none',
] as const satisfies Scheme['type'][];

/** A scheme of a kind as it begins, with what the contract says where nothing is said. */
export function newScheme(type: Scheme['type']): Scheme {
  return scheme.parse(type === 'hmac' ? { type, header: 'x-signature', prefix: 'sha256=' } : { type });
}
