/**
 * The sandbox: every provider's emulator, on one port, with a control page.
 *
 * Why: connecting, syncing and failing must be tried without an account anywhere, in development, in tests and in a
 * demo. The product is given `hosts` from here instead of the real ones and cannot tell the difference.
 *
 * Addresses: `/<provider>/<host>/…` is the provider's API or screen; `/` is the control page; `/_control/…` is what
 * the page and tests pull levers with (listed in `control-api.ts`); `/_sink/<name>` takes webhooks that the product
 * sends out, keeps them, and answers as told.
 *
 * Nothing here names a provider: the page is drawn from the emulators' own descriptions. State is in memory,
 * deterministic by `seed`; with `dataFile` it outlives the process, kill -9 included: whatever changed is on disk
 * before the answer that tells of it.
 *
 * Flow: `serve.ts` (HTTP) -> emulator, `control-api.ts`, `sinks.ts` or `page/` -> `state-file.ts` -> answer.
 */
export { startSandbox } from './start-sandbox.ts';
export type { Sandbox, SandboxOptions } from './start-sandbox.ts';
