/** A failure of the launcher that a person can act on: `message` says what to do, `code` is stable. */
export class LaunchError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {unknown} [cause]
   */
  constructor(code, message, cause) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'LaunchError';
    this.code = code;
  }
}

/**
 * What to print for an error at the top of a command: message and code for one of ours, else the whole stack.
 * @param {unknown} error
 * @returns {string}
 */
export function describeLaunchError(error) {
  if (error instanceof LaunchError) return `${error.message} [${error.code}]`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
