/** A browser's memory for cookies, as far as one site needs it. */
export class CookieJar {
  readonly #cookies = new Map<string, string>();

  /** The lines of Set-Cookie as they came last, attributes included. */
  last: string[] = [];

  take(response: Response): void {
    const lines = response.headers.getSetCookie();
    if (lines.length > 0) this.last = lines;
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(';');
      const at = pair.indexOf('=');
      const gone = attributes.some((attribute) => attribute.trim().toLowerCase() === 'max-age=0');
      if (gone) this.#cookies.delete(pair.slice(0, at));
      else this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }

  /** As the header Cookie; empty when there are none. */
  toString(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** The platform's fetch with these cookies. Redirects are not followed. */
  fetch: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    if (this.#cookies.size > 0) headers.set('cookie', this.toString());
    const response = await fetch(input, { redirect: 'manual', ...init, headers });
    this.take(response);
    return response;
  };
}
