/**
 * Tenants: the organisations that use the host product, the people in them, and how those people sign in.
 *
 * Why tenants and roles are ours and only passwords and sessions the sign-in library's: a membership, its audit entry
 * and the invitation it used up have to commit together and stand behind the tenant wall, which no library that
 * brings its own queries can do (docs/decisions/0003).
 *
 * Flow: the first start prints a one-time link (`newSetupLink`); whoever opens it becomes the first owner. Further
 * people come by invitation, which gives at most the inviter's own role. The host product's backend makes tenants
 * with the operator key and acts for them by the header Mortise-Tenant. `createSignIn` says who a cookie belongs to;
 * `membershipsOf` says for which tenants that person may act, and as what.
 *
 * Guarantees: links are single use, kept as hashes, and travel in the URL's fragment; a tenant never loses its last
 * owner, whatever happens at once.
 */
export { invitationRoutes } from './invitations.ts';
export { membershipsOf } from './people.ts';
export { tenantRoutes } from './routes.ts';
export { newSetupLink, setupRoutes } from './setup.ts';
export { clientAddressHeader, createSignIn, type SignIn, type SignedIn } from './sign-in.ts';
