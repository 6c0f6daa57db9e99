import { listEventTypes } from '@mortise/contract';
import { useId, useState } from 'react';
import { useRead } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { covers, everything, familiesOf, familiesWith, toggle } from './event-choice.ts';

interface EventPickerProps {
  value: readonly string[];
  onChange: (value: string[]) => void;
  error?: string | undefined;
}

/** Which types of event: single ones, whole families, or everything. */
export function EventPicker({ value, onChange, error }: EventPickerProps) {
  const id = useId();
  const types = useRead(listEventTypes, {});
  const families = familiesOf(types.data?.data ?? []);
  const known = families.flatMap((family) => [family.subscription, ...family.types.map(({ type }) => type)]);
  // What was chosen elsewhere and is not among the types: it can be taken out here.
  const others = value.filter((one) => one !== everything && !known.includes(one));
  const isAll = value.includes(everything);
  const [search, setSearch] = useState('');
  const shown = familiesWith(families, search);
  const set = (subscription: string) => (on: boolean) => onChange(toggle(value, subscription, on));
  return (
    <fieldset
      aria-describedby={`${id}-hint${error === undefined ? '' : ` ${id}-error`}`}
      // Where the form puts the focus when nothing is chosen.
      aria-invalid={error === undefined ? undefined : true}
      tabIndex={-1}
      className="min-w-0 rounded-sm"
    >
      <legend className="mb-1.5 font-medium">{text.delivery.picker}</legend>
      {error === undefined ? null : (
        <p id={`${id}-error`} className="mb-1.5 text-sm text-bad">
          {text.delivery.pickedNone}
        </p>
      )}
      <div className="rounded-lg border border-line-strong bg-surface">
        <div className={isAll ? 'px-3.5 py-2.5' : 'border-b px-3.5 py-2.5'}>
          <Checkbox
            checked={isAll}
            onChange={set(everything)}
            label={text.delivery.pickerAll}
            hint={text.delivery.pickerAllHint}
          />
        </div>
        <div className="border-b px-3.5 py-2.5" hidden={isAll}>
          <SearchInput
            label={text.delivery.pickerSearch}
            placeholder={text.delivery.pickerSearch}
            value={search}
            onSearch={setSearch}
            className="w-full"
          />
        </div>
        <div className="flex max-h-80 flex-col gap-3 overflow-y-auto px-3.5 py-3" hidden={isAll}>
          {types.isPending ? <Skeleton className="h-24 w-full" /> : null}
          {types.isError ? <p className="text-sm text-bad">{text.delivery.pickerFailed}</p> : null}
          {shown.map(({ name, subscription, types: members }) => {
            const isFamily = isAll || value.includes(subscription);
            return (
              <div key={name} className="flex flex-col gap-1.5">
                <Checkbox
                  checked={isFamily}
                  disabled={isAll}
                  onChange={set(subscription)}
                  label={
                    <>
                      {text.delivery.pickerFamily(name)}{' '}
                      <code className="font-mono text-sm text-ink-faint">{subscription}</code>
                    </>
                  }
                />
                <div className="ml-7">
                  <Disclosure
                    label={
                      <span className="text-sm font-normal">
                        {text.delivery.pickerSingle(members.length)}
                      </span>
                    }
                    open={search !== '' || members.some(({ type }) => value.includes(type))}
                  >
                    <div className="flex flex-col gap-2">
                      {members.map(({ type, description }) => (
                        <Checkbox
                          key={type}
                          checked={isFamily || covers(value, type)}
                          disabled={isFamily}
                          onChange={set(type)}
                          label={<code className="font-mono text-sm break-all">{type}</code>}
                          hint={description === '' ? undefined : description}
                        />
                      ))}
                    </div>
                  </Disclosure>
                </div>
              </div>
            );
          })}
          {types.isSuccess && shown.length === 0 ? (
            <p className="text-sm text-ink-faint">{text.delivery.pickerNoMatch}</p>
          ) : null}
          {others.map((one) => (
            <Checkbox
              key={one}
              checked
              onChange={set(one)}
              label={<code className="font-mono text-sm break-all">{one}</code>}
            />
          ))}
        </div>
      </div>
      <p id={`${id}-hint`} className="mt-1.5 text-sm text-pretty text-ink-faint">
        {text.delivery.pickerHint}
      </p>
    </fieldset>
  );
}
