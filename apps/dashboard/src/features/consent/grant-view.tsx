import { readPurpose, type Consent } from '@mortise/contract';
import { useMay } from '../../app/me.ts';
import { useRead } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { Card } from '../../ui/card.tsx';
import { CodeView } from '../../ui/code-view.tsx';
import { Facts } from '../../ui/facts.tsx';
import { IdText } from '../../ui/id-text.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { ConsentPill } from './consent-pill.tsx';
import { WithdrawButton } from './withdraw-button.tsx';
import { WithdrawalCard } from './withdrawal-card.tsx';
import { WordingText } from './wording-text.tsx';

/** One grant: who, when, where and to which text, and what became of it. */
export function GrantView({ grant }: { grant: Consent }) {
  const { purpose, evidence, withdrawal } = grant;
  const mayAct = useMay('developer');
  const mayWithdraw = mayAct && withdrawal === null && grant.replacedBy === null;
  return (
    <>
      <PageHeader
        title={purpose.name}
        status={<ConsentPill status={grant.status} />}
        description={<span className="font-mono text-sm [overflow-wrap:anywhere]">{grant.subjectId}</span>}
        back={<BackLink to="/consent">{text.app.pages.consent}</BackLink>}
        actions={mayWithdraw ? <WithdrawButton grant={grant} /> : undefined}
      />
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-5">
          {withdrawal === null ? null : <WithdrawalCard consentId={grant.id} withdrawal={withdrawal} />}
          <Card title={text.consent.evidence} description={text.consent.evidenceLead}>
            <Evidence evidence={evidence} />
          </Card>
          <AgreedText grant={grant} />
        </div>
        <Card title={text.consent.details}>
          <Facts
            rows={[
              [text.consent.grantedAt, <RelativeTime key="granted" at={grant.grantedAt} />],
              [
                text.consent.expiresAt,
                grant.expiresAt === null ? (
                  text.consent.never
                ) : (
                  <RelativeTime key="expires" at={grant.expiresAt} />
                ),
              ],
              [
                text.consent.purpose,
                <TextLink key="purpose" to="/consent/$id" params={{ id: purpose.id }}>
                  {purpose.name}
                </TextLink>,
              ],
              [text.consent.textVersion, text.consent.versionNumber(grant.textVersion)],
              [text.consent.by, grant.recordedBy.name],
              [
                text.consent.replacedBy,
                grant.replacedBy === null ? null : (
                  <TextLink key="later" to="/consent/$id" params={{ id: grant.replacedBy }}>
                    {text.consent.laterGrant}
                  </TextLink>
                ),
              ],
              [text.consent.id, <IdText key="id" value={grant.id} />],
            ]}
          />
          <div className="mt-4">
            <LinkButton size="sm" to="/traces/$id" params={{ id: grant.traceId }}>
              {text.consent.followTrace}
            </LinkButton>
          </div>
        </Card>
      </div>
    </>
  );
}

function Evidence({ evidence }: { evidence: Consent['evidence'] }) {
  const { ip, userAgent, locale, sourceUrl, details } = evidence;
  if (Object.keys(evidence).length === 0) return <p className="text-ink-faint">{text.consent.noEvidence}</p>;
  return (
    <div className="flex flex-col gap-4">
      <Facts
        rows={[
          [
            text.consent.ip,
            ip === undefined ? null : (
              <span key="ip" className="font-mono text-sm">
                {ip}
              </span>
            ),
          ],
          [text.consent.locale, locale],
          [text.consent.sourceUrl, sourceUrl],
          [text.consent.userAgent, userAgent],
        ]}
      />
      {details === undefined ? null : <CodeView value={details} label={text.consent.moreEvidence} />}
    </div>
  );
}

/** The very words, in the language they were shown in when that is known. */
function AgreedText({ grant }: { grant: Consent }) {
  const purpose = useRead(readPurpose, { params: { id: grant.purpose.id } });
  const texts = purpose.data?.texts.find(({ version }) => version === grant.textVersion)?.texts;
  if (texts === undefined) return null;
  const { locale } = grant.evidence;
  const shown = locale === undefined ? undefined : texts[locale];
  return (
    <Card title={text.consent.textShown}>
      <WordingText texts={locale === undefined || shown === undefined ? texts : { [locale]: shown }} />
    </Card>
  );
}
