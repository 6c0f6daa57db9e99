import type { Source } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { StatusPill } from '../../ui/status-pill.tsx';

/** A source's state. */
export function SourcePill({ status }: { status: Source['status'] }) {
  return (
    <StatusPill tone={status === 'active' ? 'good' : 'neutral'}>{text.ingest.statuses[status]}</StatusPill>
  );
}
