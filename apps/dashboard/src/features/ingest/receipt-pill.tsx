import type { Receipt } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { StatusPill, type Tone } from '../../ui/status-pill.tsx';

const states: Record<Receipt['state'], Tone> = {
  waiting: 'info',
  held: 'neutral',
  retrying: 'warn',
  processed: 'good',
  failed: 'bad',
  none: 'neutral',
};

/** How a receipt stands: its verdict where that ends it, else its processing. */
export function ReceiptPill({ receipt }: { receipt: Pick<Receipt, 'verdict' | 'state'> }) {
  const { verdict, state } = receipt;
  // A duplicate that was replayed has a state of its own.
  if (verdict === 'accepted' || state !== 'none') {
    return (
      <StatusPill tone={states[state]} live={state === 'waiting' || state === 'retrying'}>
        {text.ingest.states[state]}
      </StatusPill>
    );
  }
  return (
    <StatusPill tone={verdict === 'refused' ? 'bad' : 'neutral'}>{text.ingest.verdicts[verdict]}</StatusPill>
  );
}
