import { useId } from 'react';

interface ChoiceCardsProps<T extends string> {
  label: string;
  value: T;
  choices: readonly { value: T; label: string; hint: string }[];
  onChange: (value: T) => void;
}

/** One of a few that need a sentence each: the platform's radio buttons, each with its explanation. */
export function ChoiceCards<T extends string>({ label, value, choices, onChange }: ChoiceCardsProps<T>) {
  const id = useId();
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 font-medium">{label}</legend>
      <div className="divide-y rounded-lg border border-line-strong bg-surface">
        {choices.map((choice) => (
          <div key={choice.value} className="flex items-start gap-2.5 px-3.5 py-2.5">
            <input
              type="radio"
              id={`${id}-${choice.value}`}
              name={id}
              aria-describedby={`${id}-${choice.value}-hint`}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
              className="mt-0.75 size-4 shrink-0 appearance-none rounded-full border border-ink-faint bg-surface checked:border-5 checked:border-accent"
            />
            <div className="min-w-0">
              <label htmlFor={`${id}-${choice.value}`} className="block font-medium">
                {choice.label}
              </label>
              <span id={`${id}-${choice.value}-hint`} className="block text-sm text-pretty text-ink-faint">
                {choice.hint}
              </span>
            </div>
          </div>
        ))}
      </div>
    </fieldset>
  );
}
