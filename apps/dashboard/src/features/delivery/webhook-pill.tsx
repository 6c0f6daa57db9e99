import type { Webhook } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { StatusPill, type Tone } from '../../ui/status-pill.tsx';

const tones: Record<Webhook['status'], Tone> = { active: 'good', paused: 'neutral', disabled: 'bad' };

/** A webhook's state. */
export function WebhookPill({ status }: { status: Webhook['status'] }) {
  return <StatusPill tone={tones[status]}>{text.delivery.webhookStatuses[status]}</StatusPill>;
}
