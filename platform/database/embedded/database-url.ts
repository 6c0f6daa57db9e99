/** The superuser's connection string; the password is base64url and needs no escaping. */
export function databaseUrl(port: number, password: string): string {
  return `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
}
