import { Toaster as Sonner, toast } from 'sonner';
import { sayError } from '../app/say-error.ts';
import { useTheme } from '../app/theme.ts';
import { text } from '../messages/index.ts';

/** Says in a corner that something went well. */
export function tellDone(message: string): void {
  toast.success(message);
}

/** Says in a corner that something was tried and did not work, although the server did its part: a test, a job. */
export function tellFailure(title: string, description: string): void {
  toast.error(title, { description, duration: 10_000 });
}

/** Says in a corner what went wrong, in plain words, with the request's id. */
export function tellError(error: unknown): void {
  const { title, advice, requestId } = sayError(error);
  const description = requestId === undefined ? advice : `${advice} ${text.ui.requestIdIs(requestId)}`;
  toast.error(title, { description, duration: 10_000 });
}

/** Where they appear; once, in the root. */
export function Toaster() {
  const { shown } = useTheme();
  return (
    <Sonner
      theme={shown}
      position="bottom-right"
      containerAriaLabel={text.ui.notices}
      gap={10}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-[min(22rem,calc(100vw-2rem))] items-start gap-3 rounded-lg border border-line bg-raised px-4 py-3 font-sans text-base text-ink shadow-pop',
          title: 'font-medium',
          description: 'mt-0.5 text-sm text-ink-soft [overflow-wrap:anywhere]',
          success: '[&_[data-icon]]:text-good',
          error: '[&_[data-icon]]:text-bad',
        },
      }}
    />
  );
}
