import { useSyncExternalStore } from 'react';
import { locale } from '../messages/index.ts';
import { absoluteText, relativeText } from './moment-text.ts';

const tickMs = 15_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all that is shown, started by the first and stopped by the last. */
function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) now = Date.now();
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const tell of listeners) tell();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

interface RelativeTimeProps {
  /** RFC 3339. */
  at: string;
  className?: string;
}

/** How long ago, with the exact moment on hover. */
export function RelativeTime({ at, className }: RelativeTimeProps) {
  const tick = useSyncExternalStore(subscribe, () => now);
  const date = new Date(at);
  const aheadMs = date.getTime() - tick;
  // What arrived since the last tick has just happened and must not be told as the future.
  const nowMs = aheadMs > 0 && aheadMs < 2 * tickMs ? date.getTime() : tick;
  return (
    <time dateTime={at} title={absoluteText(date, locale)} className={className ?? 'whitespace-nowrap'}>
      {relativeText(date, nowMs, locale)}
    </time>
  );
}
