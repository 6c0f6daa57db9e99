import type { Webhook } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { Notice } from '../../ui/notice.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { NextAttempt } from './next-attempt.tsx';

/** Why nothing is sent to an endpoint that fails, since when, and when it is tried again. */
export function CircuitNotice({ webhook: { circuit, status } }: { webhook: Webhook }) {
  if (status !== 'active' || circuit.state === 'closed') return null;
  return (
    <Notice
      tone="warn"
      title={circuit.state === 'open' ? text.delivery.circuitOpenTitle : text.delivery.circuitProbingTitle}
    >
      {circuit.reason === null ? null : <p>{circuit.reason}</p>}
      <p>{text.delivery.circuitText}</p>
      <p className="mt-1 flex flex-wrap gap-x-4 text-ink-soft">
        {circuit.since === null ? null : (
          <span>
            {text.delivery.circuitSince} <RelativeTime at={circuit.since} />
          </span>
        )}
        {circuit.until === null || circuit.state !== 'open' ? null : (
          <span>
            {text.delivery.circuitNext} <NextAttempt at={circuit.until} />
          </span>
        )}
      </p>
    </Notice>
  );
}
