/** How far a provider's front, whose Date we read, and the clocks behind its records may disagree, at the most. */
const disagreementMs = 60 * 60 * 1_000;

/**
 * The provider time up to which a run that has just succeeded knows every change. Pure.
 *
 * The greatest change time read is the provider's own word, whatever its clocks or ours say, and nothing up to it
 * can be missing, so it is preferred; what changed while the run was reading may be missing, so the start of the run
 * caps it. Where nothing has changed for long it would stand still, and after an import in bulk every run would read
 * the whole import again: it then follows the start of the run at an hour's distance.
 *
 * @param run.startAt provider time of the run's start
 * @param run.newestAt the greatest change time read, if any was
 * @param previous the watermark before the run
 */
export function safeWatermark(run: { startAt: Date; newestAt?: Date }, previous: Date | null): Date {
  const start = run.startAt.getTime();
  const known = Math.max(run.newestAt?.getTime() ?? 0, previous?.getTime() ?? 0, start - disagreementMs);
  return new Date(Math.min(known, start));
}

/**
 * Provider time at which an answer's contents were read: its Date header less the time the call took.
 *
 * @param tookMs from sending the request to having the answer
 * @returns undefined when the provider sends no Date that can be read
 */
export function providerTime(headers: Readonly<Record<string, string>>, tookMs: number): Date | undefined {
  const at = Date.parse(headers.date ?? '');
  return Number.isNaN(at) ? undefined : new Date(at - Math.max(0, tookMs));
}

/** Provider time by our own clock, for providers that do not tell theirs: early enough to be safe with a wrong clock. */
export function guessedProviderTime(now: Date): Date {
  return new Date(now.getTime() - disagreementMs);
}
