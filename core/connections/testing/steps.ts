import type { StrictIdentityProvider } from './strict-identity-provider.ts';

/**
 * Where a renewal stands, in order. A process says so over HTTP and waits for the answer, so that a test can have it
 * stand still at a step for as long as it likes, and kill whom it likes there.
 */
export type Step = 'before the lease' | 'leased' | 'rotated' | 'answered' | 'stored';

const path = (step: Step) => `/step/${encodeURIComponent(step)}/`;

/** In a process of the test: tells that a step is reached, and goes on when the test lets it. */
export async function reach(step: Step, providerUrl: string): Promise<void> {
  const answer = await fetch(`${providerUrl}${path(step)}${process.pid}`);
  await answer.arrayBuffer();
}

/**
 * In the test: holds whoever reaches the step first, once.
 *
 * @returns when it is reached, and how to let it go on
 */
export function holdAt(
  provider: StrictIdentityProvider,
  step: Step,
): { reached: Promise<void>; release: () => void } {
  let release = () => {};
  let arrived = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  const reached = new Promise<void>((resolve) => (arrived = resolve));
  const wanted = step === 'rotated' ? '/token' : path(step);
  let taken = false;
  provider.after = async (asked) => {
    if (taken || !asked.startsWith(wanted)) return;
    taken = true;
    arrived();
    await gate;
  };
  return { reached, release };
}

/** The processes that have made renewals so far, the last one last. */
export function couriersOf(provider: StrictIdentityProvider): number[] {
  const pids = provider.seen
    .filter((one) => one.path.startsWith(path('leased')))
    .map((one) => Number(one.path.split('/').at(-1)));
  return [...new Set(pids.toReversed())].toReversed();
}
