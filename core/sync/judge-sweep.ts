const smallNumber = 20;
const largeShare = 0.5;
const tolerance = 0.9;

export interface SweepFigures {
  /** Records held, deleted ones left out. */
  held: number;
  /** Of these, how many the provider no longer listed. */
  gone: number;
  /** How many the provider said there are, and how many it gave. */
  expected: number | null;
  fetched: number;
  /** Records that came without a readable id: each may be one of those that seem gone. */
  nameless: number;
  /** What a person has confirmed, by asking for a full run by hand after this guard had refused. */
  confirmed: number;
}

export type SweepVerdict =
  | { kind: 'delete' }
  | { kind: 'keep'; reason: string }
  | { kind: 'refuse'; reason: string };

/**
 * Whether what a full run has not met may be deleted. Pure. A provider that answers an empty or a short list by
 * mistake must not empty ours: past 20 records and half of what is held a person has to say so.
 */
export function judgeSweep(figures: SweepFigures): SweepVerdict {
  const { held, gone, expected, fetched, nameless, confirmed } = figures;
  if (gone === 0) return { kind: 'delete' };
  if (nameless > 0) {
    return {
      kind: 'keep',
      reason: `nothing was deleted, because ${count(nameless, 'record')} came without a readable id and may be among the ${gone} not met`,
    };
  }
  if (gone <= smallNumber || gone <= confirmed) return { kind: 'delete' };
  const many = gone > held * largeShare;
  const short = expected !== null && fetched < expected * tolerance;
  if (!many && !short) return { kind: 'delete' };
  const odd = short ? ` It said there are ${expected} and gave ${fetched}.` : '';
  return {
    kind: 'refuse',
    reason:
      `The provider no longer lists ${gone} of the ${held} records held.${odd} Nothing was deleted. ` +
      'If they are really gone, start a full run by hand: that confirms it.',
  };
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
