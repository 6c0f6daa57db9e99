import type { Caller } from './call.ts';
import { errorOfNetwork, errorOfResponse } from './error.ts';
import { retryAfterMs } from './retry.ts';

export interface Login {
  email: string;
  password: string;
}

/**
 * Opens a session: the answer sets a cookie, which the browser keeps.
 * @throws MortiseError `unauthenticated` when email and password do not belong together
 */
export async function signIn(caller: Caller, login: Login): Promise<void> {
  await post(caller, '/api/auth/sign-in/email', { email: login.email, password: login.password });
}

/** Ends the session of the cookie. */
export async function signOut(caller: Caller): Promise<void> {
  await post(caller, '/api/auth/sign-out', {});
}

async function post(caller: Caller, path: string, body: unknown): Promise<void> {
  const headers = caller.headers();
  headers.set('content-type', 'application/json');
  headers.set('accept', 'application/json');
  const request: RequestInit = {
    method: 'POST',
    headers,
    credentials: 'same-origin',
    body: JSON.stringify(body),
  };
  const response = await caller
    .fetch(`${caller.baseUrl.replace(/\/+$/, '')}${path}`, request)
    .catch((cause: unknown) => {
      throw errorOfNetwork(cause);
    });
  if (!response.ok)
    throw await errorOfResponse(response, retryAfterMs(response.headers.get('retry-after'), Date.now()));
  await response.body?.cancel();
}
