import { text } from '../../messages/index.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Field } from '../../ui/field.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { errorUnder } from './faults.ts';
import { FormSection } from './form-section.tsx';
import type { SectionProps } from './section-props.ts';
import { settingsWords } from './settings-words.ts';

const orders = ['none', 'all', 'by'] as const;
const firstPointer = '/data/id';

/** How much the endpoint gets at once, and in which order. */
export function LimitsSection({ settings, change, errors }: SectionProps) {
  const { concurrency, rateLimit, orderBy } = settings;
  const order = orderBy === null ? 'none' : orderBy === '' ? 'all' : 'by';
  return (
    <FormSection
      title={text.webhookForm.limits}
      summary={settingsWords.limits(settings)}
      isWrong={['concurrency', 'rateLimit', 'orderBy'].some(
        (name) => errorUnder(errors, `settings.${name}`) !== undefined,
      )}
    >
      <NumberField
        label={text.webhookForm.concurrency}
        hint={text.webhookForm.concurrencyHint}
        max={100}
        value={concurrency}
        error={errors['settings.concurrency']}
        onChange={(next) => change({ concurrency: next })}
      />
      <Checkbox
        checked={rateLimit !== null}
        label={text.webhookForm.rateLimited}
        onChange={(on) => change({ rateLimit: on ? { requests: 100, perSeconds: 1 } : null })}
      />
      {rateLimit === null ? null : (
        <div className="flex flex-wrap gap-x-6 gap-y-3 pl-7">
          <NumberField
            label={text.webhookForm.requests}
            max={100_000}
            value={rateLimit.requests}
            error={errors['settings.rateLimit.requests']}
            onChange={(requests) => change({ rateLimit: { ...rateLimit, requests } })}
          />
          <NumberField
            label={text.webhookForm.perSeconds}
            max={3600}
            value={rateLimit.perSeconds}
            error={errors['settings.rateLimit.perSeconds']}
            onChange={(perSeconds) => change({ rateLimit: { ...rateLimit, perSeconds } })}
          />
        </div>
      )}
      <Field label={text.webhookForm.order}>
        {(control) => (
          <Select
            {...control}
            value={order}
            choices={orders.map((value) => ({ value, label: text.webhookForm.orders[value] }))}
            onChange={(next) =>
              change({ orderBy: next === 'none' ? null : next === 'all' ? '' : firstPointer })
            }
          />
        )}
      </Field>
      {order === 'by' ? (
        <TextField
          label={text.webhookForm.pointer}
          hint={text.webhookForm.pointerHint}
          name="order-by"
          autoComplete="off"
          value={orderBy ?? ''}
          error={errors['settings.orderBy']}
          // An empty one would mean another order: what is taken out whole stays a pointer to nothing.
          onChange={(next) => change({ orderBy: next.trim() === '' ? '/' : next.trim() })}
        />
      ) : null}
    </FormSection>
  );
}
