import { RotateCw, TriangleAlert } from 'lucide-react';
import { sayError } from '../app/say-error.ts';
import { text } from '../messages/index.ts';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';

interface ErrorStateProps {
  error: unknown;
  onRetry?: (() => void) | undefined;
}

/** What a page or a list shows when it could not be read: in plain words, with the request's id for support. */
export function ErrorState({ error, onRetry }: ErrorStateProps) {
  const { title, advice, requestId } = sayError(error);
  return (
    <div role="alert" className="flex flex-col items-center px-6 py-14 text-center">
      <span className="mb-3.5 grid size-11 place-items-center rounded-xl bg-bad-soft text-bad" aria-hidden>
        <TriangleAlert className="size-5" />
      </span>
      <p className="text-lg font-semibold">{title}</p>
      <p className="mt-1 max-w-[46ch] text-pretty text-ink-soft">{advice}</p>
      {onRetry === undefined ? null : (
        <Button className="mt-4.5" icon={<RotateCw aria-hidden />} onClick={onRetry}>
          {text.ui.tryAgain}
        </Button>
      )}
      {requestId === undefined ? null : (
        <p className="mt-4 flex items-center gap-1 text-sm text-ink-faint">
          <span className="whitespace-nowrap">{text.ui.requestId}</span>{' '}
          <code className="font-mono break-all">{requestId}</code>
          <CopyButton value={requestId} label={text.ui.copyRequestId} />
        </p>
      )}
    </div>
  );
}
