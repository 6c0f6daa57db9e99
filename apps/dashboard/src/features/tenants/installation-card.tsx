import { listSettings, type Setting } from '@mortise/contract';
import { MortiseError } from '@mortise/sdk';
import { useRead } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card } from '../../ui/card.tsx';
import { ReadBody } from '../../ui/read-body.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';

/** The settings in force, where each came from, secrets left out. */
export function InstallationCard() {
  const settings = useRead(listSettings, {});
  if (settings.error instanceof MortiseError && settings.error.code === 'forbidden') {
    return (
      <Card title={text.settings.installationTitle}>
        <p className="text-ink-soft">{text.settings.installationForbidden}</p>
      </Card>
    );
  }
  return (
    <Card
      title={text.settings.installationTitle}
      description={
        settings.data === undefined ? undefined : text.settings.installationLead(settings.data.version)
      }
      flush
    >
      <ReadBody read={settings} waiting={<SkeletonRows rows={8} />}>
        {(found) => (
          <dl className="divide-y border-t">
            {found.data.map((setting) => (
              <div
                key={setting.key}
                className="grid gap-x-5 gap-y-1 px-4 py-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)] sm:px-5"
              >
                <dt className="min-w-0">
                  <code className="font-mono text-sm font-medium break-all">{setting.key}</code>
                  <span className="block text-sm text-ink-faint">{setting.description}</span>
                </dt>
                <dd className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 sm:justify-end">
                  <SettingValue setting={setting} />
                  <Badge>{text.settings.sources[setting.source]}</Badge>
                </dd>
              </div>
            ))}
          </dl>
        )}
      </ReadBody>
    </Card>
  );
}

function SettingValue({ setting }: { setting: Setting }) {
  if (setting.secret) {
    return (
      <span className="text-sm text-ink-soft">
        {setting.source === 'unset' ? text.settings.secretUnset : text.settings.secretSet}
      </span>
    );
  }
  return setting.value === null || setting.value === '' ? null : (
    <code className="min-w-0 font-mono text-sm break-all sm:text-right">{setting.value}</code>
  );
}
