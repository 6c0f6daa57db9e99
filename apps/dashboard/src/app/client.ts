import { createClient } from '@mortise/sdk';
import { activeTenant } from './session.ts';

/** The client of all pages behind sign-in: same site, the session's cookie, the organisation chosen now. */
export const client = createClient({ baseUrl: '', tenant: activeTenant });

/** The client of whoever has no organisation yet: sign-in, setup, invitations, and the question who this is. */
export const person = createClient({ baseUrl: '' });
