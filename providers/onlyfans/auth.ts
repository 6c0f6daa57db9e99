import { bearer } from '../kit/index.ts';

/** The team's API key at the gateway, without end and without refresh. */
export const auth = bearer({
  name: 'token',
  label: 'API key of onlyfansapi.com',
  secret: true,
  required: true,
  help: 'Console of onlyfansapi.com, API Keys. It opens every creator that is connected to the team.',
});
