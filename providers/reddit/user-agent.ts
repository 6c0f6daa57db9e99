/**
 * `<platform>:<app id>:<version> (by /u/<user>)`, as Reddit wants it: generic ones are throttled. The client's id makes
 * each operator's own; before there is a token, nobody's name is known (that an app's name may stand there is
 * unconfirmed).
 */
export function userAgent(app = 'mortise', user = 'mortise'): string {
  return `server:${app}:1.0.0 (by /u/${user})`;
}
