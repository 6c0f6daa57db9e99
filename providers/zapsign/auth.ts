import { bearer } from '../kit/index.ts';

/**
 * A static API token, without end and without scopes. There is no OAuth and no call that revokes it: a person makes
 * a new one in the settings. ZapSign's other way, a JWT of one hour for a user's name and password, is not offered:
 * it would keep a person's password.
 */
export const auth = bearer({
  name: 'token',
  label: 'API token',
  secret: true,
  required: true,
  help: 'Settings, Integrations, ZapSign API. The sandbox has an account and a token of its own.',
  placeholder: 'c7f35c84-7893-4087-b4fb-d1f06c23…',
});
