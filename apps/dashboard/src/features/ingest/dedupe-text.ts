import type { Dedupe } from '@mortise/contract';
import { text } from '../../messages/index.ts';

/** By what a request is known when it comes again, in words. */
export function dedupeText(dedupe: Dedupe): string {
  const { dedupeBy } = text.ingest;
  if (dedupe.by === 'header') return dedupeBy.header(dedupe.name);
  if (dedupe.by === 'pointer') return dedupeBy.pointer(dedupe.pointer);
  return dedupeBy[dedupe.by];
}
