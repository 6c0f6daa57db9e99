import { webhookSettings, type Webhook, type WebhookSettings as Settings } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card } from '../../ui/card.tsx';
import { Facts } from '../../ui/facts.tsx';
import { IdText } from '../../ui/id-text.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { usePurposes } from '../consent/use-purposes.ts';
import { everything } from '../delivery/event-choice.ts';
import { CertificateLine } from './certificate-line.tsx';
import { settingsWords } from './settings-words.ts';

const sections: readonly {
  label: string;
  keys: readonly (keyof Settings)[];
  words: (settings: Settings, nameOf: (key: string) => string) => string;
}[] = [
  { label: text.webhookForm.filter, keys: ['filter'], words: settingsWords.filter },
  { label: text.webhookForm.transform, keys: ['transform'], words: settingsWords.transform },
  { label: text.webhookForm.auth, keys: ['auth'], words: settingsWords.auth },
  { label: text.webhookForm.retries, keys: ['retry', 'timeoutMs'], words: settingsWords.retries },
  {
    label: text.webhookForm.limits,
    keys: ['concurrency', 'rateLimit', 'orderBy'],
    words: settingsWords.limits,
  },
  { label: text.webhookForm.request, keys: ['method', 'headers'], words: settingsWords.request },
  { label: text.webhookForm.consent, keys: ['consent'], words: settingsWords.consent },
  { label: text.webhookForm.retention, keys: ['retentionDays'], words: settingsWords.retention },
];

const defaults = webhookSettings.parse({});

function isDefault(settings: Settings, key: keyof Settings): boolean {
  return JSON.stringify(settings[key]) === JSON.stringify(defaults[key]);
}

/** How a webhook is set, where that differs from the defaults. */
export function SettingsFacts({ webhook }: { webhook: Webhook }) {
  const { id, events, settings } = webhook;
  const purposes = usePurposes();
  const nameOf = (key: string) => purposes.find((purpose) => purpose.key === key)?.name ?? key;
  return (
    <Card title={text.delivery.settingsTitle} description={text.webhookForm.othersDefault}>
      <Facts
        rows={[
          [
            text.delivery.events,
            events.includes(everything) ? (
              text.delivery.everything
            ) : (
              <span key="events" className="flex flex-wrap gap-1.5">
                {events.map((one) => (
                  <Badge key={one} mono>
                    {one}
                  </Badge>
                ))}
              </span>
            ),
          ],
          ...sections
            .filter(({ keys }) => keys.some((key) => !isDefault(settings, key)))
            .map(({ label, words }) => [label, words(settings, nameOf)] as const),
          [
            text.webhookForm.certificate,
            settings.auth.kind === 'mtls' ? (
              <CertificateLine key="certificate" pem={settings.auth.certificate} />
            ) : null,
          ],
          [text.delivery.created, <RelativeTime key="created" at={webhook.createdAt} />],
          [text.delivery.changed, <RelativeTime key="changed" at={webhook.updatedAt} />],
          [text.delivery.id, <IdText key="id" value={id} />],
        ]}
      />
    </Card>
  );
}
