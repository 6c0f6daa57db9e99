import { listSigningKeys } from '@mortise/contract';
import { useRead } from '../../app/use-read.ts';
import { locale, text } from '../../messages/index.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Card } from '../../ui/card.tsx';
import { absoluteText } from '../../ui/moment-text.ts';
import { ReadBody } from '../../ui/read-body.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';

/** The keys that sign a webhook's deliveries now: while one takes over from another, both. */
export function SigningKeys({ webhookId }: { webhookId: string }) {
  const keys = useRead(listSigningKeys, { params: { id: webhookId } });
  return (
    <Card title={text.webhookForm.keysTitle} description={text.webhookForm.keysLead} flush>
      <ReadBody read={keys} waiting={<SkeletonRows rows={1} />}>
        {({ data }) => (
          <ul className="divide-y border-t">
            {data.map(({ kind, publicKey, createdAt, expiresAt }) => (
              <li key={createdAt} className="px-4 py-2.5 sm:px-5">
                <p className="flex flex-wrap items-baseline justify-between gap-x-3">
                  <span className="font-medium">{text.webhookForm.signings[kind].name}</span>
                  <span className="text-sm text-ink-faint">
                    {expiresAt === null
                      ? text.webhookForm.keyNow
                      : `${text.webhookForm.keyUntil} ${absoluteText(new Date(expiresAt), locale)}`}
                  </span>
                </p>
                {publicKey === null ? (
                  <p className="text-sm text-ink-faint">
                    {text.webhookForm.keyHmac}, <RelativeTime at={createdAt} />
                  </p>
                ) : (
                  <p className="flex items-start gap-1 text-sm">
                    <code className="min-w-0 font-mono break-all">{publicKey}</code>
                    <CopyButton
                      value={publicKey}
                      label={text.ui.copyValue(text.webhookForm.publicKey.toLowerCase())}
                    />
                  </p>
                )}
              </li>
            ))}
          </ul>
        )}
      </ReadBody>
    </Card>
  );
}
