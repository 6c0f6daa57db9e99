import { Logger as GraphileLogger, type LogLevel } from 'graphile-worker';
import type { Logger } from '../telemetry/index.ts';

/** The part of the process's logger that the queue uses. */
export type QueueLogger = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

const levels: Record<LogLevel, keyof QueueLogger> = {
  error: 'error',
  warning: 'warn',
  info: 'debug',
  debug: 'debug',
};

/** Passes graphile-worker's own messages on. Its "info" speaks of every single job, hence debug here. */
export function graphileLogger(logger: QueueLogger): GraphileLogger {
  return new GraphileLogger((scope) => (level, message, meta) => {
    const method = levels[level];
    if (method === 'debug') return;
    // Its meta carries the whole job; the payload has no place in a log.
    logger[method]({ ...scope, ...(meta['error'] instanceof Error ? { err: meta['error'] } : {}) }, message);
  });
}
