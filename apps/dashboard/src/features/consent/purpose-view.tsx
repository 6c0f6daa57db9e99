import type { readPurpose, RouteOutput } from '@mortise/contract';
import { useMay } from '../../app/me.ts';
import { text } from '../../messages/index.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { Card } from '../../ui/card.tsx';
import { Facts } from '../../ui/facts.tsx';
import { IdText } from '../../ui/id-text.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';
import { countText } from './count-text.ts';
import { PurposeActions } from './purpose-actions.tsx';
import { WordingText } from './wording-text.tsx';

/** A purpose with every text it ever had. */
export function PurposeView({ purpose }: { purpose: RouteOutput<typeof readPurpose> }) {
  const { id, name, key, texts, archivedAt } = purpose;
  const mayAct = useMay('admin');
  const isActive = archivedAt === null;
  return (
    <>
      <PageHeader
        title={name}
        status={
          <StatusPill tone={isActive ? 'good' : 'neutral'}>
            {isActive ? text.consent.active : text.consent.archived}
          </StatusPill>
        }
        description={<span className="font-mono text-sm">{key}</span>}
        back={<BackLink to="/consent">{text.app.pages.consent}</BackLink>}
        actions={mayAct ? <PurposeActions purpose={purpose} latest={texts[0]?.texts ?? {}} /> : undefined}
      />
      <div className="flex flex-col gap-5">
        {isActive ? null : (
          <Notice tone="info" title={text.consent.archivedTitle}>
            {text.consent.archivedText}
          </Notice>
        )}
        <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.8fr)_minmax(0,1fr)]">
          <section aria-labelledby="texts" className="flex min-w-0 flex-col gap-3">
            <h2 id="texts" className="text-lg font-semibold">
              {text.consent.textsTitle}
            </h2>
            {texts.map((one) => (
              <Card key={one.version}>
                <div className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1">
                  <h3 className="figures font-medium">{text.consent.versionNumber(one.version)}</h3>
                  {one.version === purpose.textVersion ? (
                    <StatusPill tone="accent">{text.consent.current}</StatusPill>
                  ) : null}
                  {one.requiresRenewal ? <StatusPill tone="warn">{text.consent.renewal}</StatusPill> : null}
                  <span className="ml-auto text-sm text-ink-faint">
                    <RelativeTime at={one.publishedAt} /> {text.consent.publishedBy(one.publishedBy)}
                  </span>
                </div>
                <WordingText texts={one.texts} />
              </Card>
            ))}
          </section>
          <Card
            title={text.consent.details}
            className="max-xl:row-start-1"
            actions={
              <LinkButton size="sm" to="/consent" search={{ purposeId: id }}>
                {text.consent.seeGrants}
              </LinkButton>
            }
          >
            <Facts
              rows={[
                [text.consent.basis, text.consent.bases[purpose.legalBasis]],
                [
                  text.consent.providerCategory,
                  text.consent.providerCategories[purpose.providerCategory ?? 'untold'],
                ],
                [text.consent.inForce, text.consent.people(countText(purpose.inForce))],
                [text.consent.leastVersion, text.consent.versionNumber(purpose.leastTextVersion)],
                [text.consent.createdAt, <RelativeTime key="created" at={purpose.createdAt} />],
                [text.consent.changedAt, <RelativeTime key="changed" at={purpose.updatedAt} />],
                [text.consent.id, <IdText key="id" value={id} />],
              ]}
            />
          </Card>
        </div>
      </div>
    </>
  );
}
