import type { Dedupe, Scheme, Source } from '@mortise/contract';
import { newScheme } from './new-scheme.ts';

/** What a source's form holds. */
export interface SourceValues {
  name: string;
  scheme: Scheme;
  eventType: string | undefined;
  secret: string | undefined;
  allow: string[];
  maxBytes: number;
  perMinute: number;
  /** Left out for a new one: what is usual for its scheme. */
  dedupe: Dedupe | undefined;
  dedupeHours: number;
  forward: boolean;
  processor: string | null;
  keepDays: number;
}

/** What each section of the form is given. */
export interface SectionProps {
  values: SourceValues;
  change: (change: Partial<SourceValues>) => void;
  /** By the field's path from the form's root. */
  errors: Readonly<Record<string, string | undefined>>;
}

/** What the form begins with: what the source is, or what the contract says where nothing is said. */
export function firstValues(source: Source | undefined): SourceValues {
  return {
    name: source?.name ?? '',
    scheme: source?.scheme ?? newScheme('standard'),
    eventType: source?.eventType ?? undefined,
    secret: undefined,
    allow: source?.allow ?? [],
    maxBytes: source?.maxBytes ?? 1024 * 1024,
    perMinute: source?.perMinute ?? 6_000,
    dedupe: source?.dedupe,
    dedupeHours: source?.dedupeHours ?? 72,
    forward: source?.forward ?? true,
    processor: source?.processor ?? null,
    keepDays: source?.keepDays ?? 30,
  };
}
