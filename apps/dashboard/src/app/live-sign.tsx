import clsx from 'clsx';
import { text } from '../messages/index.ts';
import type { Liveness } from './live.ts';

/** Whether changes appear by themselves right now. */
export function LiveSign({ liveness }: { liveness: Liveness }) {
  const isGap = liveness === 'gap';
  return (
    <p
      role="status"
      title={isGap ? text.app.reconnectingHint : text.app.liveHint}
      className="flex items-center gap-2 px-2 text-xs text-ink-faint"
    >
      <span
        aria-hidden
        className={clsx(
          'size-1.5 rounded-full',
          liveness === 'live' ? 'bg-good' : 'animate-[breathe_1.4s_ease-in-out_infinite] bg-warn',
        )}
      />
      {liveness === 'live' ? text.app.live : text.app.reconnecting}
    </p>
  );
}
