import type { Source } from '@mortise/contract';
import { locale, text } from '../../messages/index.ts';
import { Badge } from '../../ui/badge.tsx';
import { Facts } from '../../ui/facts.tsx';
import { IdText } from '../../ui/id-text.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';

function dedupeText({ dedupe }: Source): string {
  const { dedupeBy } = text.ingest;
  if (dedupe.by === 'header') return dedupeBy.header(dedupe.name);
  if (dedupe.by === 'pointer') return dedupeBy.pointer(dedupe.pointer);
  return dedupeBy[dedupe.by];
}

/** How a source is set. */
export function SourceFacts({ source }: { source: Source }) {
  const format = new Intl.NumberFormat(locale);
  const limits = text.ingest.limitsText(
    format.format(Math.round(source.maxBytes / 1024)),
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
        [text.ingest.dedupe, dedupeText(source)],
        [text.ingest.limits, limits],
        [text.ingest.keeps, text.ingest.keepsText(source.keepDays)],
        [text.ingest.created, <RelativeTime key="created" at={source.createdAt} />],
        [text.ingest.changed, <RelativeTime key="changed" at={source.updatedAt} />],
        [text.ingest.id, <IdText key="id" value={source.id} />],
      ]}
    />
  );
}
