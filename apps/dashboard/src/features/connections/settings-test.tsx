import { testIntegration, type RouteOutput } from '@mortise/contract';
import { CircleAlert, CircleCheck, FlaskRound } from 'lucide-react';
import { useSend, type SendInput } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { tellDone, tellFailure } from '../../ui/toast.tsx';
import { RetryIn } from './retry-in.tsx';

type Checks = RouteOutput<typeof testIntegration>['checks'];

/** What stands in a form now, saved or not. */
export type SettingsAttempt = SendInput<typeof testIntegration>['body'];

interface SettingsTestProps {
  body: SettingsAttempt;
  /** The provider's name. */
  provider: string;
  label: string;
  hint?: string;
}

/** Asks the provider with what was entered, before it is saved, and says what came of it. */
export function SettingsTest({ body, provider, label, hint }: SettingsTestProps) {
  const test = useSend(testIntegration, {
    ownError: true,
    onDone: ({ checks }) => {
      const failed = checks.find(({ ok }) => !ok);
      if (failed === undefined) tellDone(text.connections.settingsGood);
      else tellFailure(text.connections.settingsBad, wordsOf(failed, provider));
    },
  });
  // An answer holds for what was asked; the form may have moved on since.
  const isCurrent = !test.isPending && JSON.stringify(test.variables?.body) === JSON.stringify(body);
  return (
    <div className="flex flex-col gap-2.5">
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <Button icon={<FlaskRound aria-hidden />} busy={test.isPending} onClick={() => test.mutate({ body })}>
          {label}
        </Button>
        {hint === undefined ? null : <span className="text-sm text-ink-faint">{hint}</span>}
      </span>
      {isCurrent ? <FormError error={test.error} /> : null}
      {isCurrent && test.data !== undefined ? (
        <Results checks={test.data.checks} provider={provider} />
      ) : null}
    </div>
  );
}

function Results({ checks, provider }: { checks: Checks; provider: string }) {
  return (
    <div role="status">
      <ul className="flex flex-col gap-2 rounded-lg border border-line p-4">
        {checks.map((check) => (
          <li key={check.name} className="flex items-start gap-2.5">
            {check.ok ? (
              <CircleCheck className="mt-0.5 size-4.5 shrink-0 text-good" aria-hidden />
            ) : (
              <CircleAlert className="mt-0.5 size-4.5 shrink-0 text-bad" aria-hidden />
            )}
            <div className="min-w-0 [overflow-wrap:anywhere]">
              <p className="font-medium">{text.connections.checks[check.name]}</p>
              <p className="text-sm text-ink-soft">
                {check.ok ? text.connections.checkGood : wordsOf(check, provider)}
              </p>
              <RetryIn seconds={check.retryAfterSeconds} />
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Which address is wrong, and why, only the server knows; the other reasons have their sentences here. */
function wordsOf({ name, fault, message }: Checks[number], provider: string): string {
  if (fault === null || name === 'hosts') return message;
  const words = text.connections.faults[fault];
  return `${words.title(provider)}. ${words.text(provider)}`;
}
