const dayMs = 24 * 60 * 60 * 1_000;
/** Without a listing of what was deleted, only a full run finds it; and so it is with late changes to what a window
 * of creation times no longer covers. */
const fullEveryMs = dayMs;
/** With one, a full run still finds what was purged and so stands in neither listing. */
const fullEveryWithListingMs = 7 * dayMs;

/**
 * Whether a run reads everything or what has changed. Pure. The first run is full; so is every run of a resource
 * that cannot be read by change time; so is a scheduled one when the last full one is long past.
 */
export function chooseMode(
  asked: 'full' | 'incremental',
  about: {
    resource: { incremental?: { window?: string }; deleted?: unknown };
    trigger: string;
    watermark: Date | null;
    fullAt: Date | null;
    now: Date;
  },
): 'full' | 'incremental' {
  const { resource, trigger, watermark, fullAt, now } = about;
  if (asked === 'full' || resource.incremental === undefined || watermark === null || fullAt === null)
    return 'full';
  const blind = resource.deleted === undefined || resource.incremental.window === 'created';
  const everyMs = blind ? fullEveryMs : fullEveryWithListingMs;
  return trigger === 'schedule' && now.getTime() - fullAt.getTime() >= everyMs ? 'full' : 'incremental';
}
