import { useSyncExternalStore } from 'react';
import { locale } from '../messages/index.ts';
import { absoluteText, relativeText } from './moment-text.ts';

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all that is shown, started by the first and stopped by the last. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const tell of listeners) tell();
  }, 15_000);
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
  // What arrives between two ticks must not be told as the future.
  const nowMs = Math.max(tick, date.getTime() <= Date.now() ? date.getTime() : tick);
  return (
    <time dateTime={at} title={absoluteText(date, locale)} className={className ?? 'whitespace-nowrap'}>
      {relativeText(date, nowMs, locale)}
    </time>
  );
}
