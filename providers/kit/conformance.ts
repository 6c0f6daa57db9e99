/**
 * What every provider must pass, against its own emulator, over real HTTP: the adapter and the emulator are written
 * from one sheet, and this suite holds both to the kit's promises. Bound to no test runner: it gives named checks,
 * each with an emulator of its own.
 *
 *   for (const { name, run } of providerConformance({ provider, emulator, samples })) test(name, run);
 */
import { apiChecks } from './conformance/api-checks.ts';
import { consentChecks } from './conformance/consent-checks.ts';
import { oauthChecks } from './conformance/oauth-checks.ts';
import { resourceChecks } from './conformance/resource-checks.ts';
import { webhookChecks } from './conformance/webhook-checks.ts';
import type { Check, Subject } from './conformance/stage.ts';

export type { Check, Subject } from './conformance/stage.ts';

/** The checks that apply to this provider. A failed one throws an AssertionError. */
export function providerConformance(subject: Subject): Check[] {
  return [
    ...oauthChecks(subject),
    ...apiChecks(subject),
    ...Object.values(subject.provider.resources).flatMap((resource) => resourceChecks(subject, resource)),
    ...webhookChecks(subject),
    ...consentChecks(subject),
  ];
}
