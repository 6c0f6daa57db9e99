import pino from 'pino';
import { prettyLine } from './pretty-line.ts';
import { createRedactor } from './redact.ts';

/** `logger.info({ connectionId }, 'Connection refreshed')`: ids in the object, a sentence as the message. */
export type Logger = pino.Logger;

export interface LoggerOptions {
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /** One readable line per entry for a person at a terminal, in place of JSON. */
  pretty?: boolean;
  /** Key names to hide besides the known ones. */
  redact?: readonly string[];
  /** Where lines go; the process's standard output when absent. */
  write?: (line: string) => void;
}

/**
 * The process's logger. Secrets are hidden in every entry, in child bindings and in errors, whoever logs them;
 * see `redact.ts` for what counts as one.
 */
export function createLogger({ level, pretty = false, redact = [], write }: LoggerOptions): Logger {
  const redactor = createRedactor(redact);
  const out = write ?? ((line: string) => void process.stdout.write(line));
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (entry) => redactor.entry(entry),
      },
      // The redactor has made a plain copy of the error already.
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(args, method) {
          const clean = args.map((arg: unknown) => (typeof arg === 'string' ? redactor.text(arg) : arg));
          // Without a message pino takes the error's own, uncleaned.
          const error = errorOf(args[0]);
          if (args.length === 1 && error !== undefined) clean.push(redactor.text(error.message));
          method.apply(this, clean as typeof args);
        },
      },
    },
    { write: pretty ? (line: string) => out(prettyLine(line)) : out },
  );
  // Pino's formatter for bindings is not inherited by children, so they are cleaned on the way in.
  const original = logger as unknown as {
    child: (this: Logger, bindings: pino.Bindings, options?: object) => Logger;
  };
  const child = original.child;
  original.child = function cleanChild(bindings, options) {
    return child.call(this, redactor.entry(bindings), options);
  };
  return logger;
}

function errorOf(entry: unknown): Error | undefined {
  if (entry instanceof Error) return entry;
  return typeof entry === 'object' && entry !== null && 'err' in entry && entry.err instanceof Error
    ? entry.err
    : undefined;
}
