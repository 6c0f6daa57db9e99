import type { Source } from '@mortise/contract';
import { locale, text } from '../../messages/index.ts';
import { Badge } from '../../ui/badge.tsx';
import { Facts } from '../../ui/facts.tsx';
import { IdText } from '../../ui/id-text.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { dedupeText } from './dedupe-text.ts';
import { sizeText } from './size.ts';

/** How a source is set. */
export function SourceFacts({ source }: { source: Source }) {
  const format = new Intl.NumberFormat(locale);
  const limits = text.sourceForm.limitsSummary(
    sizeText(source.maxBytes, locale),
    format.format(source.perMinute),
  );
  return (
    <Facts
      rows={[
        [text.ingest.scheme, text.ingest.schemes[source.scheme.type]],
        [
          text.ingest.eventType,
          source.eventType === null ? null : (
            <Badge key="type" mono>
              {source.eventType}
            </Badge>
          ),
        ],
        [text.ingest.allow, source.allow.length === 0 ? null : source.allow.join(', ')],
        [
          text.sourceForm.duplicates,
          source.dedupe.by === 'none'
            ? text.sourceForm.noneSummary
            : text.sourceForm.duplicatesSummary(dedupeText(source.dedupe), source.dedupeHours),
        ],
        [text.ingest.limits, limits],
        [text.sourceForm.processor, source.processor],
        [text.ingest.sentOn, source.forward ? text.ingest.sentOnYes : text.ingest.sentOnNo],
        [text.ingest.keeps, text.ingest.keepsText(source.keepDays)],
        [text.ingest.created, <RelativeTime key="created" at={source.createdAt} />],
        [text.ingest.changed, <RelativeTime key="changed" at={source.updatedAt} />],
        [text.ingest.id, <IdText key="id" value={source.id} />],
      ]}
    />
  );
}
