import { ProviderError } from './provider-error.ts';
import type { ConsentRegister, HttpRequestSpec, HttpResponse, KnownPerson, Problem } from './types.ts';

/**
 * Tells a provider that a person withdrew: finds them, and declines what is not declined yet. It may be repeated, also
 * after a crash between the provider's answer and whoever noted it: the second time finds nothing left to do.
 *
 * @param call makes one authenticated call; throws an error with the provider's `problem` when it is refused
 * @param category the provider's own, out of `register.categories`
 * @returns `unknown_person` where the provider knows nobody by this, or cannot be asked by it; nobody is made then
 * @throws what `call` throws, other than that the person is not found; ProviderError for an answer that cannot be read
 */
export async function tellWithdrawal(
  register: ConsentRegister,
  call: (spec: HttpRequestSpec) => Promise<HttpResponse>,
  person: KnownPerson,
  category: string,
): Promise<'told' | 'unknown_person'> {
  const question = register.find(person);
  if (question === undefined) return 'unknown_person';
  try {
    const answer = await call(question);
    const found = understood(() => register.read(answer, person));
    if (found === undefined) return 'unknown_person';
    const declining = understood(() => register.decline(found, category));
    // Somebody who is deleted between the two calls is unknown, too.
    if (declining !== undefined) await call(declining);
    return 'told';
  } catch (error) {
    if (problemOf(error)?.kind === 'not_found') return 'unknown_person';
    throw error;
  }
}

/** What cannot be read is the provider's fault; what a parser says of it, which repeats it in part, is for the log alone. */
function understood<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const message = 'The answer is not what it is known to be';
    throw Object.assign(new ProviderError({ kind: 'provider_error', message }), { cause });
  }
}

function problemOf(error: unknown): Problem | undefined {
  return error instanceof Error && 'problem' in error ? (error.problem as Problem) : undefined;
}
