import type { WebhookSettings } from '@mortise/contract';
import { useState } from 'react';
import { text } from '../../messages/index.ts';
import { NumberField } from '../../ui/number-field.tsx';
import { Segments } from '../../ui/segments.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { errorUnder } from './faults.ts';
import { FormSection } from './form-section.tsx';
import { scheduleOf, scheduleText } from './schedule-text.ts';
import type { SectionProps } from './section-props.ts';
import { settingsWords } from './settings-words.ts';

/** What happens when the endpoint does not accept a delivery, and how long it has to. */
export function RetriesSection({ settings, change, errors }: SectionProps) {
  const { retry, timeoutMs } = settings;
  const [schedule, setSchedule] = useState(retry.schedule === null ? '' : scheduleText(retry.schedule));
  const set = (next: Partial<WebhookSettings['retry']>) => change({ retry: { ...retry, ...next } });
  return (
    <FormSection
      title={text.webhookForm.retries}
      summary={settingsWords.retries(settings)}
      isWrong={
        errorUnder(errors, 'settings.retry') !== undefined || errors['settings.timeoutMs'] !== undefined
      }
    >
      <div className="flex flex-col items-start gap-1.5">
        <span className="font-medium">{text.webhookForm.retriesLabel}</span>
        <Segments
          label={text.webhookForm.retriesLabel}
          value={retry.enabled ? 'on' : 'off'}
          choices={[
            { value: 'on', label: text.webhookForm.retriesOn },
            { value: 'off', label: text.webhookForm.retriesOff },
          ]}
          onChange={(value) => set({ enabled: value === 'on' })}
        />
      </div>
      {retry.enabled ? (
        <>
          <NumberField
            label={text.webhookForm.attempts}
            hint={text.webhookForm.attemptsHint}
            max={30}
            value={retry.attempts}
            error={errors['settings.retry.attempts']}
            onChange={(attempts) => set({ attempts })}
          />
          <TextField
            label={text.webhookForm.schedule}
            hint={text.webhookForm.scheduleHint}
            name="retry-schedule"
            autoComplete="off"
            value={schedule}
            error={
              errorUnder(errors, 'settings.retry.schedule') === undefined
                ? undefined
                : text.webhookForm.scheduleBroken
            }
            onChange={(next) => {
              setSchedule(next);
              // What is no length of time becomes a list that the contract refuses.
              set({ schedule: next.trim() === '' ? null : (scheduleOf(next) ?? []) });
            }}
          />
        </>
      ) : null}
      <NumberField
        label={text.webhookForm.timeout}
        hint={text.webhookForm.timeoutHint}
        max={60}
        value={timeoutMs / 1000}
        error={errors['settings.timeoutMs'] === undefined ? undefined : text.webhookForm.timeoutHint}
        onChange={(seconds) => change({ timeoutMs: Math.round(seconds * 1000) })}
      />
    </FormSection>
  );
}
