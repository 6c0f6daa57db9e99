/**
 * The emulator base: what every provider's emulator shares, so that a provider's `emulator/` folder holds only the
 * API it publishes.
 *
 * An emulator is a definition (`defineEmulator`): hosts, demo accounts, collections generated from a seed, routes
 * that speak the provider's API, its shape of a failure, its signed webhook. `new Emulator(definition, options)`
 * gives the running thing: `handle(request)` answers framework-free, `world` holds records, tokens, faults and
 * limits, and the control page works on the world alone, so that it never learns a provider's name.
 *
 * What most providers have alike is given: `oauthRoutes` (consent, tokens, revocation), `gate` (credential and limit).
 *
 * Why so: the same adapter must be proven over real HTTP against something that refuses wrong verifiers, spends
 * codes once, counts requests, signs its webhooks and fails on demand. State is deterministic (ids and contents
 * depend on the seed alone), small to store (edits and tokens only), and survives a restart through a snapshot.
 *
 * Flow: request -> fault on demand, if one is set -> route -> log. A change of a record -> snapshot is due ->
 * webhook to the target, if one is set.
 *
 * Only tests and apps/sandbox import this.
 */
export * from './types.ts';
export { defineEmulator } from './define-emulator.ts';
export { Emulator } from './emulator.ts';
export type { EmulatorOptions, EmulatorSnapshot, RequestLogEntry, SentWebhook } from './emulator.ts';
export type { Fault, FaultKind } from './fault-box.ts';
export { bearerOf, html, json, readForm, readJson, redirect } from './answers.ts';
export { consentRoutes } from './consent.ts';
export { basicOf, gate } from './gate.ts';
export type { GateOptions } from './gate.ts';
export { oauthRoutes } from './oauth-routes.ts';
export type { OAuthRoutesOptions } from './oauth-routes.ts';
export { readMessage, sendResponse } from './node-http.ts';
export { serveEmulator } from './serve-emulator.ts';
export type { TokenPair } from './token-store.ts';
export { escapeHtml, page } from './page.ts';
export { company, person, slug } from './people.ts';
export { random, seedOf } from './random.ts';
export type { Random } from './random.ts';
