import { MortiseError } from '@mortise/sdk';
import { useState } from 'react';
import type { z } from 'zod';
import { text } from '../messages/index.ts';
import { issueText } from './issue-text.ts';

type Errors = Readonly<Record<string, string | undefined>>;

export interface Form<V, O> {
  values: V;
  set: <K extends keyof V>(name: K, value: V[K]) => void;
  /** Several at once. */
  setAll: (values: Partial<V>) => void;
  /** By field name; deeper paths are joined by dots. */
  errors: Errors;
  /** Checks, then gives what was parsed to `send`; refusals of single fields come back as their errors. */
  submit: (send: (parsed: O) => Promise<unknown> | void) => (event?: { preventDefault: () => void }) => void;
  /** What went wrong besides single fields. */
  error: unknown;
  isBusy: boolean;
  reset: (values?: V) => void;
}

/**
 * A form over a schema of the contract: `useForm(createWebhook.body, { name: '', … })`.
 * Nothing is told wrong before the first submit; after it each change is checked again at once.
 */
export function useForm<V extends object, S extends z.ZodType>(schema: S, initial: V): Form<V, z.output<S>> {
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<Errors>({});
  const [error, setError] = useState<unknown>(undefined);
  const [isBusy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);

  const check = (given: V) => {
    const parsed = schema.safeParse(given);
    setErrors(parsed.success ? {} : errorsOf(parsed.error));
    return parsed;
  };

  const setAll = (change: Partial<V>) => {
    // Two changes of one event must not lose the first.
    setValues((latest) => ({ ...latest, ...change }));
    setError(undefined);
    if (tried) check({ ...values, ...change });
  };

  return {
    values,
    errors,
    error,
    isBusy,
    set: (name, value) => setAll({ [name]: value } as unknown as Partial<V>),
    setAll,
    submit: (send) => (event) => {
      event?.preventDefault();
      if (isBusy) return;
      setTried(true);
      setError(undefined);
      const parsed = check(values);
      if (!parsed.success) return focusFirstInvalid();
      setBusy(true);
      void Promise.resolve(send(parsed.data))
        .catch((failure: unknown) => {
          const fields = fieldErrorsOf(failure);
          setErrors(fields);
          setError(Object.keys(fields).some((name) => name in values) ? undefined : failure);
          if (Object.keys(fields).length > 0) focusFirstInvalid();
        })
        .finally(() => setBusy(false));
    },
    reset: (next = initial) => {
      setValues(next);
      setErrors({});
      setError(undefined);
      setTried(false);
    },
  };
}

function errorsOf(error: z.ZodError): Errors {
  const first: Record<string, string> = {};
  for (const issue of error.issues) first[issue.path.join('.')] ??= issueText(issue);
  return first;
}

/** The server's refusals of single fields; it names them from the request's root (`body.email`). */
export function fieldErrorsOf(error: unknown): Errors {
  if (!(error instanceof MortiseError)) return {};
  return Object.fromEntries(
    error.issues.map((issue) => [
      issue.path.replace(/^(?:body|query|params)\./, ''),
      tellable(issue.message),
    ]),
  );
}

/** The server's words go on from the value ("must be …"), or are a sentence already. */
function tellable(message: string): string {
  return /^[a-z]/.test(message) ? text.forms.format(message) : message;
}

/** Whoever cannot see what turned red is put there. */
function focusFirstInvalid(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}
