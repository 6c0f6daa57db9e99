import { updateSync, type Sync } from '@mortise/contract';
import { useState } from 'react';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { scheduleChoices, scheduleOf, scheduleValue } from './schedules.ts';

const formId = 'schedule-form';

/** Changes how often a sync runs. */
export function ScheduleDialog({ sync, label, onClose }: { sync: Sync; label: string; onClose: () => void }) {
  const [value, setValue] = useState(scheduleValue(sync.everyMinutes));
  const save = useSend(updateSync, { done: text.sync.rescheduledToast, onDone: onClose });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={text.sync.scheduleTitle(label)}
      description={text.sync.scheduleText}
      footer={
        <>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button variant="primary" type="submit" form={formId} busy={save.isPending}>
            {text.ui.save}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({
            params: { id: sync.id },
            body: { everyMinutes: scheduleOf(value) },
            ifMatch: sync.version,
          });
        }}
      >
        <Field label={text.sync.schedule}>
          {(control) => (
            <Select
              {...control}
              value={value}
              choices={scheduleChoices(sync.everyMinutes)}
              onChange={setValue}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
