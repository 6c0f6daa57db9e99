import { text } from '../../messages/index.ts';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';

interface PersonEmailFieldProps {
  value: string | undefined;
  error: string | undefined;
  /** Nothing entered is undefined. */
  onChange: (value: string | undefined) => void;
}

/** The address by which providers know a person, where it is needed to tell them. */
export function PersonEmailField({ value, error, onChange }: PersonEmailFieldProps) {
  return (
    <Field
      label={text.consent.personEmail}
      optional={text.consent.optional}
      hint={text.consent.personEmailHint}
      error={error}
    >
      {(control) => (
        <Input
          {...control}
          type="email"
          name="person-email"
          autoComplete="off"
          value={value ?? ''}
          onChange={({ target }) => {
            const given = target.value.trim();
            onChange(given === '' ? undefined : given);
          }}
        />
      )}
    </Field>
  );
}
