import { sourceStatistics } from '@mortise/contract';
import { useRead } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { Figure } from '../../ui/figure.tsx';
import { ReadBody } from '../../ui/read-body.tsx';

/** What arrived at a source in the last day. */
export function SourceFigures({ id }: { id: string }) {
  const statistics = useRead(sourceStatistics, { params: { id }, query: {} });
  return (
    <Card title={text.ingest.dayTitle}>
      <ReadBody read={statistics}>
        {({ perHour }) => {
          const sum = (name: 'accepted' | 'duplicate' | 'refused' | 'failed') =>
            perHour.reduce((total, hour) => total + hour[name], 0);
          const [refused, failed] = [sum('refused'), sum('failed')];
          return (
            <div className="grid grid-cols-2 gap-4 sm:grid-cols-4">
              <Figure label={text.ingest.verdicts.accepted} value={sum('accepted')} />
              <Figure label={text.ingest.verdicts.duplicate} value={sum('duplicate')} />
              <Figure
                label={text.ingest.verdicts.refused}
                value={refused}
                tone={refused > 0 ? 'warn' : undefined}
              />
              <Figure
                label={text.ingest.states.failed}
                value={failed}
                tone={failed > 0 ? 'bad' : undefined}
              />
            </div>
          );
        }}
      </ReadBody>
    </Card>
  );
}
