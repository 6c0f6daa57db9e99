import { readTenantKey } from '@mortise/contract';
import { KeyRound } from 'lucide-react';
import { useRead } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { Facts } from '../../ui/facts.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { ReadBody } from '../../ui/read-body.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';

/** How old the organisation's key is. @param props.linked with the way to the page of keys, for other pages */
export function KeyCard({ linked = true }: { linked?: boolean }) {
  const key = useRead(readTenantKey, {});
  return (
    <Card title={text.vault.keyTitle} description={text.vault.keyLead}>
      <ReadBody read={key} waiting={<SkeletonRows rows={2} />}>
        {({ createdAt, olderKeys }) => (
          <Facts
            rows={[
              [
                text.vault.made,
                createdAt === null ? text.vault.notMade : <RelativeTime key="made" at={createdAt} />,
              ],
              [text.vault.older, linked ? null : text.vault.olderCount(olderKeys)],
            ]}
          />
        )}
      </ReadBody>
      {linked ? (
        <LinkButton to="/settings/keys" className="mt-3" icon={<KeyRound aria-hidden />}>
          {text.vault.open}
        </LinkButton>
      ) : null}
    </Card>
  );
}
