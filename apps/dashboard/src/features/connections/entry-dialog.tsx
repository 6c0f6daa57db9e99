import { connectWithFields, type InputField } from '@mortise/contract';
import type { ReactNode } from 'react';
import { useForm } from '../../app/use-form.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { Input } from '../../ui/input.tsx';
import { SettingsTest, type SettingsAttempt } from './settings-test.tsx';

const formId = 'connect-entries';

interface EntryDialogProps {
  title: string;
  description: ReactNode;
  fields: readonly InputField[];
  /** Under which name the request carries them: refusals of single fields come back by it. */
  name: 'values' | 'inputs';
  confirm: string;
  /** The provider's name, and how what stands there may be tried before it is sent. */
  attempt?: { provider: string; bodyOf: (entries: Record<string, string>) => SettingsAttempt };
  onSend: (values: Record<string, string>) => Promise<unknown>;
  onClose: () => void;
}

/** Asks for what a provider wants to know. What is wrong with a field the server says, which knows its rules. */
export function EntryDialog(props: EntryDialogProps) {
  const { title, description, fields, name, confirm, attempt, onSend, onClose } = props;
  const keyOf = (field: InputField) => `${name}.${field.name}`;
  const entriesOf = (given: Record<string, string>) =>
    Object.fromEntries(
      fields.flatMap((field) => {
        const value = given[keyOf(field)] ?? '';
        return value === '' ? [] : [[field.name, value]];
      }),
    );
  const form = useForm<Record<string, string>, typeof connectWithFields.body.shape.values>(
    connectWithFields.body.shape.values,
    Object.fromEntries(fields.map((field) => [keyOf(field), ''])),
  );
  return (
    <Dialog
      open
      // What was pasted is not lost by a click beside it.
      sticky
      onOpenChange={onClose}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button variant="primary" type="submit" form={formId} busy={form.isBusy}>
            {confirm}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="flex flex-col gap-4.5"
        onSubmit={form.submit((given) => onSend(entriesOf(given)))}
      >
        {fields.map((field) => (
          <Field
            key={field.name}
            label={field.label}
            hint={field.help}
            error={form.errors[keyOf(field)]}
            optional={field.required ? undefined : text.connections.optional}
          >
            {(control) => (
              <Input
                {...control}
                name={field.name}
                type={field.secret ? 'password' : 'text'}
                autoComplete="off"
                autoCapitalize="off"
                spellCheck={false}
                required={field.required}
                placeholder={field.placeholder}
                value={form.values[keyOf(field)] ?? ''}
                onChange={(change) => form.set(keyOf(field), change.target.value)}
              />
            )}
          </Field>
        ))}
        {attempt === undefined ? null : (
          <SettingsTest
            body={attempt.bodyOf(entriesOf(form.values))}
            provider={attempt.provider}
            label={text.connections.testEntries}
          />
        )}
        <FormError error={form.error} />
      </form>
    </Dialog>
  );
}
