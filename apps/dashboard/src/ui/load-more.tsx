import { text } from '../messages/index.ts';
import { Button } from './button.tsx';

interface LoadMoreProps {
  shown: number;
  hasMore: boolean;
  busy: boolean;
  onMore: () => void;
}

/** The foot of a list: how many rows there are, and the way to the next. */
export function LoadMore({ shown, hasMore, busy, onMore }: LoadMoreProps) {
  return (
    <div className="flex min-h-12 items-center justify-between gap-4 border-t px-4 py-2 text-sm text-ink-faint sm:px-5">
      <span className="figures" aria-live="polite">
        {text.ui.rowsShown(shown, hasMore)}
      </span>
      {hasMore ? (
        <Button size="sm" busy={busy} onClick={onMore}>
          {text.ui.loadMore}
        </Button>
      ) : null}
    </div>
  );
}
