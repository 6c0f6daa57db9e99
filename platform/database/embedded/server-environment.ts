/** The whole environment of PostgreSQL's programs: nothing of ours, and no PG… variable of the shell's. */
export function serverEnvironment(): Record<string, string> {
  return { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
}
