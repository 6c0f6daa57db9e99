import { listEvents } from '@mortise/contract';
import { useState } from 'react';
import { useRead } from '../../app/use-read.ts';
import { locale, text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { CodeField } from '../../ui/code-field.tsx';
import { CodeView } from '../../ui/code-view.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Field } from '../../ui/field.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { relativeText } from '../../ui/moment-text.ts';
import { Notice } from '../../ui/notice.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { HeaderTable } from '../delivery/header-table.tsx';
import { brokenLine } from './json-fault.ts';
import { dataOf, type TrySource } from './try-question.ts';
import type { TryOut } from './use-try-out.ts';

interface TryOutPanelProps {
  source: TrySource;
  onSource: (source: TrySource) => void;
  tryOut: TryOut;
}

const mostEvents = 30;
const ownEvent = { kind: 'own', type: 'contact.updated', data: '{\n  "id": "1"\n}' } as const;

/** Tries the form on an event: whether it matches and by what, and what would be sent. */
export function TryOutPanel({ source, onSource, tryOut }: TryOutPanelProps) {
  const events = useRead(listEvents, { query: { limit: mostEvents } });
  const [now] = useState(Date.now);
  const rows = events.data?.data ?? [];
  return (
    <Card title={text.webhookForm.tryTitle} description={text.webhookForm.tryLead}>
      <div className="flex flex-col gap-4 pt-2">
        <Field
          label={text.webhookForm.tryEvent}
          hint={events.data?.data.length === 0 ? text.webhookForm.tryNone : undefined}
        >
          {(control) => (
            <Select
              {...control}
              value={source.kind === 'event' ? source.id : source.kind}
              choices={[
                { value: 'none', label: text.webhookForm.tryChoose },
                { value: 'own', label: text.webhookForm.tryOwn },
                ...rows.map(({ id, type, occurredAt }) => ({
                  value: id,
                  label: `${type} · ${relativeText(new Date(occurredAt), now, locale)}`,
                })),
              ]}
              onChange={(value) =>
                onSource(
                  value === 'none'
                    ? { kind: 'none' }
                    : value === 'own'
                      ? ownEvent
                      : { kind: 'event', id: value },
                )
              }
            />
          )}
        </Field>
        {source.kind === 'own' ? (
          <>
            <TextField
              label={text.webhookForm.tryType}
              name="try-type"
              autoComplete="off"
              value={source.type}
              onChange={(type) => onSource({ ...source, type: type.trim() })}
            />
            <CodeField
              label={text.webhookForm.tryData}
              value={source.data}
              fault={
                dataOf(source.data) === undefined
                  ? { message: text.webhookForm.tryDataBroken, line: brokenLine(source.data) }
                  : undefined
              }
              onChange={(data) => onSource({ ...source, data })}
            />
          </>
        ) : null}
        <Outcome source={source} tryOut={tryOut} />
      </div>
    </Card>
  );
}

function Outcome({ source, tryOut }: Pick<TryOutPanelProps, 'source' | 'tryOut'>) {
  const { answer, error, isOld } = tryOut;
  if (source.kind === 'none') return <p className="text-pretty text-ink-faint">{text.webhookForm.tryIdle}</p>;
  if (tryOut.isBroken) return <Notice tone="warn">{text.webhookForm.tryInvalid}</Notice>;
  if (error !== null) return <FormError error={error} />;
  if (answer === undefined) return null;
  const { tone, title } = verdictOf(answer);
  return (
    <div aria-live="polite" aria-busy={isOld} className="flex min-w-0 flex-col gap-4">
      <Notice tone={tone} title={title}>
        <p>{answer.reason}</p>
        {answer.error === null ? null : <p>{answer.error}</p>}
      </Notice>
      {answer.request === null ? null : (
        <>
          <div className="min-w-0">
            <h3 className="mb-1.5 text-sm font-medium text-ink-soft">{text.webhookForm.tryBody}</h3>
            <CodeView value={answer.request.body} label={text.webhookForm.tryBody} maxHeight="18rem" />
          </div>
          <Disclosure label={text.webhookForm.tryHeaders}>
            <HeaderTable
              title={text.webhookForm.tryMethod(
                answer.request.method,
                answer.request.url ?? text.webhookForm.tryNoUrl,
              )}
              label={text.webhookForm.tryHeaders}
              headers={answer.request.headers}
            />
          </Disclosure>
        </>
      )}
      <Disclosure label={text.webhookForm.tryEventBody} open={answer.request === null}>
        <CodeView value={answer.event} label={text.webhookForm.tryEventBody} maxHeight="18rem" />
      </Disclosure>
    </div>
  );
}

/** What matters first: whether it is wanted at all, and then whether it could be made. */
function verdictOf({ matched, outcome }: NonNullable<TryOut['answer']>): {
  tone: 'good' | 'warn' | 'bad' | 'info';
  title: string;
} {
  if (outcome === 'failed') return { tone: 'bad', title: text.webhookForm.tryFailed };
  if (!matched) return { tone: 'info', title: text.webhookForm.tryNotMatched };
  if (outcome === 'skipped') return { tone: 'info', title: text.webhookForm.trySkipped };
  return { tone: 'good', title: text.webhookForm.tryMatched };
}
