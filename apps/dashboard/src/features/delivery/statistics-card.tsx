import { readWebhookStatistics } from '@mortise/contract';
import { useRead } from '../../app/use-read.ts';
import { locale, text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { Facts } from '../../ui/facts.tsx';
import { durationText } from '../../ui/moment-text.ts';
import { ReadBody } from '../../ui/read-body.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';

const number = new Intl.NumberFormat(locale);

/** What became of a webhook's attempts in the last day. */
export function StatisticsCard({ webhookId }: { webhookId: string }) {
  const statistics = useRead(readWebhookStatistics, { params: { id: webhookId }, query: { hours: 24 } });
  return (
    <Card title={text.delivery.statisticsTitle}>
      <ReadBody read={statistics} waiting={<Skeleton className="h-28" />}>
        {({ delivered, failed, retried, skipped, meanMs, longestMs, perHour }) => (
          <div className="flex flex-col gap-3">
            <Sparkline
              values={perHour.map((hour) => hour.delivered)}
              label={text.delivery.statisticsChart(number.format(delivered))}
              className="h-10 w-full"
            />
            <Facts
              rows={[
                [text.delivery.statisticsDelivered, number.format(delivered)],
                [text.delivery.statisticsRetried, number.format(retried)],
                [text.delivery.statisticsFailed, number.format(failed)],
                [text.delivery.statisticsSkipped, skipped === 0 ? undefined : number.format(skipped)],
                [
                  text.delivery.statisticsTime,
                  meanMs === null || longestMs === null
                    ? undefined
                    : text.delivery.statisticsTimes(
                        durationText(meanMs, locale),
                        durationText(longestMs, locale),
                      ),
                ],
              ]}
            />
          </div>
        )}
      </ReadBody>
    </Card>
  );
}
