import { readConsent, type Consent } from '@mortise/contract';
import { useMay } from '../../app/me.ts';
import { useRead } from '../../app/use-read.ts';
import { locale, text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { Facts } from '../../ui/facts.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { NoticeRow } from './notice-row.tsx';
import { TellAgainButton } from './tell-again-button.tsx';

const figure = new Intl.NumberFormat(locale);
/** No hint tells of notices: while one waits, the grant is read anew this often. */
const rereadMs = 5_000;

interface WithdrawalCardProps {
  consentId: string;
  withdrawal: NonNullable<Consent['withdrawal']>;
}

/** When a grant was withdrawn, what that stopped, and who has been told. */
export function WithdrawalCard({ consentId, withdrawal }: WithdrawalCardProps) {
  const { notices } = withdrawal;
  const mayAct = useMay('developer');
  const isWaiting = notices.some(({ state }) => state === 'waiting');
  useRead(readConsent, { params: { id: consentId } }, { enabled: isWaiting, everyMs: rereadMs });
  const canTellAgain = notices.some(
    ({ state, nextAt }) => nextAt !== null || !['waiting', 'told'].includes(state),
  );
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
      {notices.length === 0 ? (
        <p className="mt-4 text-sm text-pretty text-ink-soft">{text.consent.nobodyTold}</p>
      ) : (
        <>
          <div className="mt-4 mb-2 flex flex-wrap items-center justify-between gap-2">
            <h3 className="font-medium">{text.consent.notices}</h3>
            {mayAct && canTellAgain ? <TellAgainButton consentId={consentId} /> : null}
          </div>
          <ul className="flex flex-col gap-3">
            {notices.map((notice) => (
              <NoticeRow key={`${notice.to} ${notice.connectionId}`} notice={notice} />
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
