import type { Consent } from '@mortise/contract';
import { locale, text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { Facts } from '../../ui/facts.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';

type Withdrawal = NonNullable<Consent['withdrawal']>;
const figure = new Intl.NumberFormat(locale);

/** When a grant was withdrawn, what that stopped, and who has been told. */
export function WithdrawalCard({ withdrawal }: { withdrawal: Withdrawal }) {
  const { notices } = withdrawal;
  return (
    <Card title={text.consent.withdrawalTitle}>
      <Facts
        rows={[
          [text.consent.withdrawnAt, <RelativeTime key="at" at={withdrawal.at} />],
          [text.consent.withdrawnBy, withdrawal.by.name],
          [text.consent.reason, withdrawal.reason],
          [
            text.consent.stopped,
            <span key="stopped" className="figures">
              {figure.format(withdrawal.stopped)}
            </span>,
          ],
        ]}
      />
      {notices.length === 0 ? null : (
        <>
          <h3 className="mt-4 mb-2 font-medium">{text.consent.notices}</h3>
          <ul className="flex flex-col gap-2">
            {notices.map((notice) => (
              <li key={notice.to} className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <span className="min-w-0 flex-1 truncate">{notice.to}</span>
                <NoticePill notice={notice} />
                {notice.error === null ? null : (
                  <span className="w-full text-sm text-pretty text-bad">{notice.error}</span>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

function NoticePill({ notice }: { notice: Withdrawal['notices'][number] }) {
  if (notice.toldAt !== null) return <StatusPill tone="good">{text.consent.told}</StatusPill>;
  return notice.error === null ? (
    <StatusPill tone="info" live>
      {text.consent.telling}
    </StatusPill>
  ) : (
    <StatusPill tone="warn">{text.consent.tellingFailed(figure.format(notice.attempts))}</StatusPill>
  );
}
