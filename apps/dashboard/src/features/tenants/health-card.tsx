import { readReady, type RouteOutput } from '@mortise/contract';
import { MortiseError } from '@mortise/sdk';
import { useRead } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { ReadBody } from '../../ui/read-body.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';
import { actionText } from '../audit/action-text.ts';

/** Whether the service has what it needs. */
export function HealthCard() {
  const ready = useRead(readReady, {});
  if (ready.error instanceof MortiseError && ready.error.status === 503) {
    return (
      <Card title={text.settings.healthTitle} description={text.settings.healthLead}>
        <StatusPill tone="bad">{text.settings.notReady}</StatusPill>
      </Card>
    );
  }
  return (
    <Card title={text.settings.healthTitle} description={text.settings.healthLead}>
      <ReadBody read={ready} waiting={<SkeletonRows rows={3} />}>
        {(found: RouteOutput<typeof readReady>) => (
          <ul className="divide-y">
            {Object.entries(found.checks).map(([name, check]) => (
              <li key={name} className="flex items-center justify-between gap-4 py-2">
                <span className="min-w-0">
                  <span className="block font-medium">{actionText(name)}</span>
                  <span className="block text-sm text-ink-faint [overflow-wrap:anywhere]">
                    {check.detail}
                  </span>
                </span>
                <StatusPill tone={check.ok ? 'good' : 'bad'}>
                  {check.ok ? text.settings.ok : text.settings.notOk}
                </StatusPill>
              </li>
            ))}
          </ul>
        )}
      </ReadBody>
    </Card>
  );
}
