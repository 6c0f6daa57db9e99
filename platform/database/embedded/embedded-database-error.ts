/**
 * - `EMBEDDED_PG_PLATFORM_MISSING`: no PostgreSQL binaries for this machine, or they do not run on it
 * - `EMBEDDED_PG_UNREACHABLE_FOLDER`: the account PostgreSQL runs under cannot enter the data folder
 * - `EMBEDDED_PG_FOLDER_NOT_WRITABLE`: we cannot write in the data folder ourselves
 * - `EMBEDDED_PG_NO_ACCOUNT`: no named account to run under
 * - `EMBEDDED_PG_FOREIGN_CLUSTER`: the files are another user's, another version's, or not a database
 * - `EMBEDDED_PG_PASSWORD`: the kept password is gone or is not this database's
 * - `EMBEDDED_PG_IN_USE`: another live process runs this data folder
 * - `EMBEDDED_PG_INIT_FAILED`, `EMBEDDED_PG_START_FAILED`: PostgreSQL's own refusal, with the end of its log
 * - `EMBEDDED_PG_STOP_FAILED`: a PostgreSQL that we may not signal, or that does not end
 */
export type EmbeddedDatabaseErrorCode =
  | 'EMBEDDED_PG_PLATFORM_MISSING'
  | 'EMBEDDED_PG_UNREACHABLE_FOLDER'
  | 'EMBEDDED_PG_FOLDER_NOT_WRITABLE'
  | 'EMBEDDED_PG_NO_ACCOUNT'
  | 'EMBEDDED_PG_FOREIGN_CLUSTER'
  | 'EMBEDDED_PG_PASSWORD'
  | 'EMBEDDED_PG_IN_USE'
  | 'EMBEDDED_PG_INIT_FAILED'
  | 'EMBEDDED_PG_START_FAILED'
  | 'EMBEDDED_PG_STOP_FAILED';

/** A start or stop that failed for a reason a person can act on: `message` says what to do, `code` is stable. */
export class EmbeddedDatabaseError extends Error {
  readonly code: EmbeddedDatabaseErrorCode;

  constructor(code: EmbeddedDatabaseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedDatabaseError';
    this.code = code;
  }
}
