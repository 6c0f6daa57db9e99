import type { Connection, Integration, ProviderFault } from '@mortise/contract';
import { count, figure } from './count.ts';

const environments: Record<Integration['environment'], string> = { live: 'Live', sandbox: 'Sandbox' };
const statuses: Record<Connection['status'], string> = {
  connected: 'Connected',
  needs_reconnect: 'Needs reconnecting',
  disconnected: 'Disconnected',
};
const categories: Readonly<Record<string, string>> = {
  crm: 'CRM',
  accounting: 'Accounting',
  commerce: 'Commerce',
  documents: 'Documents',
  messaging: 'Messaging',
  payments: 'Payments',
  signature: 'E-signature',
  storage: 'Storage',
  support: 'Support',
};

/** What went wrong at a provider, and the way on. */
const faults: Record<
  ProviderFault,
  { title: (provider: string) => string; text: (provider: string) => string }
> = {
  client_missing: {
    title: () => 'The client id or secret is missing',
    text: (provider) => `Enter both; they are those of your own app at ${provider}.`,
  },
  wrong_client: {
    title: (provider) => `${provider} does not know this app`,
    text: () =>
      'The client id or secret is wrong, or the redirect address is not registered there. Check both.',
  },
  wrong_key: {
    title: (provider) => `${provider} does not accept what was entered`,
    text: () => 'Check that it is complete and still in force there, then enter it again.',
  },
  unreachable: {
    title: (provider) => `${provider} could not be reached`,
    text: () => 'Nothing has changed. Check the base URLs in the settings and the network, then try again.',
  },
  unauthorized: {
    title: (provider) => `${provider} no longer accepts this connection`,
    text: () => 'Reconnect the account; its syncs and records are kept.',
  },
  forbidden: {
    title: (provider) => `${provider} does not allow this to the account`,
    text: (provider) =>
      `A permission or scope is missing. Grant it at ${provider}, then connect the account again.`,
  },
  rate_limited: {
    title: (provider) => `${provider} takes no more requests for now`,
    text: () => 'Nothing has changed. It will take requests again after a while.',
  },
  provider_unavailable: {
    title: (provider) => `${provider} did not answer properly`,
    text: () => 'Nothing has changed. This usually passes: try again in a few minutes.',
  },
  provider_refused: {
    title: (provider) => `${provider} refused`,
    text: () =>
      'Nothing has changed. Your account there may lack a permission that the integration asks for.',
  },
};

export const connections = {
  faults,
  tryAgainIn: (duration: string) => `Try again in ${duration}.`,

  lead: 'Services that your accounts are connected to, and those you can add.',
  leadEmpty: 'Pick a service. Its sandbox shows the whole way in a minute, without an account there.',
  environments,
  environment: 'Environment',
  statuses,
  categoryOf: (category: string) =>
    categories[category] ?? category.charAt(0).toUpperCase() + category.slice(1),
  status: 'Status',

  mineTitle: 'Your integrations',
  integration: 'Integration',
  accounts: 'Accounts',
  accountCount: (n: number) => (n === 0 ? 'No account yet' : count(n, 'account', 'accounts')),
  created: 'Created',
  id: 'Id',
  galleryTitle: 'Add an integration',
  galleryEmptyTitle: 'No providers installed',
  galleryEmpty: 'This installation knows no third-party service yet.',
  search: 'Find a provider',
  noMatchTitle: 'No provider matches',
  noMatch: 'Try a shorter word.',
  syncs: (labels: string) => `Syncs ${labels}`,
  trySandbox: 'Try it in the sandbox',
  trySandboxOf: (provider: string) => `Try it in the sandbox: ${provider}`,
  configure: 'Configure',
  configureOf: (provider: string) => `Configure ${provider}`,
  mayNot: 'Your role does not add integrations. Ask an admin or owner.',
  sandboxName: (provider: string) => `${provider} sandbox`,

  createTitle: (provider: string) => `Add ${provider}`,
  createText: 'An integration is your own setup of a service. Accounts are connected to it afterwards.',
  create: 'Create integration',
  createdToast: 'Integration created',
  name: 'Name',
  nameHint: 'Shown wherever someone chooses between several.',
  sandboxTitle: 'The sandbox is an emulator',
  sandboxText: (provider: string) =>
    `It runs inside this installation, speaks ${provider}’s API and holds made-up data. Nothing leaves this machine, ` +
    'and no account or app registration is needed. To work with real data, add a live integration.',
  sandboxShort: (provider: string) => `Emulates ${provider} inside this installation, with made-up data.`,
  liveText: (provider: string) =>
    `The real service. It needs an app that you have registered at ${provider}.`,
  liveFieldsText: (provider: string) =>
    `The real service. Accounts are connected by a key or token that ${provider} gives you.`,
  noSandbox: 'There is no sandbox of this service here.',
  redirectUri: 'Redirect address',
  redirectUriHint: (provider: string) => `Enter it in your app at ${provider}, exactly as it stands here.`,
  copyRedirectUri: 'Copy redirect address',
  clientId: 'Client id',
  clientIdHint: 'Of your own app at the provider.',
  clientSecret: 'Client secret',
  clientSecretHint: 'Kept sealed. It is never shown again.',
  clientSecretSet: 'A secret is set and sealed.',
  replaceSecret: 'Replace',
  keepSecret: 'Keep the present one',
  clientLater: 'Both can be added later, before the first account is connected.',

  integrationMissingClient: 'One step is missing',
  integrationMissingClientText: (provider: string) =>
    `Give the client id and secret of your app at ${provider} below; then accounts can be connected.`,
  connect: 'Connect account',
  connectAnother: 'Connect another account',
  connectionsOfEmptyTitle: 'No account connected yet',
  connectionsOfEmpty: (provider: string) =>
    `You are sent to ${provider} to give consent, and come back connected.`,
  connectionsOfEmptyFields: (provider: string) =>
    `You enter what ${provider} gives you for access; it is checked there at once and kept sealed.`,
  connectionsOfEmptyClient: (provider: string) =>
    `${provider} knows your own client by its id and secret: nobody is asked there, and no browser is sent on.`,
  clientText: (provider: string) =>
    `The integration’s own client is exchanged at ${provider} at once, and again whenever its token nears its end. Nobody is asked there.`,
  clientSandboxText: (provider: string) =>
    `The emulator of ${provider} knows a client of its own. There is nothing to enter.`,
  clientKept:
    'Leave both empty to use those in the settings. The client of another account cuts off those that are connected here: give that account an integration of its own.',
  fieldsTitle: (provider: string, again: boolean) =>
    again ? `Reconnect the account at ${provider}` : `Connect an account at ${provider}`,
  fieldsText: (provider: string) =>
    `${provider} is asked at once whose account this is. What you enter is kept sealed and never shown again.`,
  fieldsSandboxText: (provider: string) =>
    `The emulator of ${provider} has accounts of its own. Its control page names them with what to enter here.`,
  inputsTitle: (provider: string) => `Which ${provider}?`,
  inputsText: (provider: string) =>
    `${provider} has an address for each customer. You give consent there next.`,
  inputsConfirm: (provider: string) => `Continue to ${provider}`,
  optional: 'Optional',
  settingsTitle: 'Settings',
  advanced: 'Advanced: addresses, scopes, calls and features',
  timeout: 'Longest wait for an answer, in seconds',
  timeoutHint: 'Of one call. Leave empty for 30, or what the call needs.',
  timeoutRange: 'Between 1 and 120 seconds.',
  retries: 'Further tries of a call that failed',
  retriesHint: 'Only of calls that may be repeated. Leave empty for 3, or 5 where the service asks to wait.',
  retriesRange: 'A whole number from 0 to 10.',
  features: 'What it may be used for',
  featuresHint: 'What is switched off is refused at once. A sync under way ends; what it has read stays.',
  featureResource: (label: string) => `Sync ${label}`,
  featureProxy: 'Calls through the proxy',
  featureWebhooks: 'Taking in webhooks of the service',
  testSettings: 'Test these settings',
  testSettingsHint: 'The service is asked with what stands here. Nothing is saved.',
  testSecretHint:
    'A secret that is kept is not sent to addresses that are not saved yet: enter it to test both.',
  testEntries: 'Test what was entered',
  settingsGood: 'These settings work',
  settingsBad: 'These settings do not work',
  checks: {
    hosts: 'Addresses',
    client: 'Client id and secret',
    key: 'What was entered',
    provider: 'The service',
  },
  checkGood: 'Fine',
  hosts: 'Base URLs',
  hostsHint: 'Replace the provider’s own addresses, for a region or a proxy. Leave empty to use those.',
  hostName: (n: number) => `Name of address ${n}`,
  hostUrl: (n: number) => `URL of address ${n}`,
  addHost: 'Add address',
  removeHost: (n: number) => `Remove address ${n}`,
  ownScopes: 'Ask for scopes of my own',
  ownScopesHint: 'Otherwise the provider’s standard ones are asked for.',
  scopes: 'Scopes',
  scopesHint: 'One a line. Connected accounts keep theirs until they are reconnected.',
  standardScopes: 'Standard scopes',
  saved: 'Integration saved',
  deleteIntegration: 'Delete integration',
  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteText: 'Its settings and its client secret are erased. This cannot be undone.',
  deleteBlocked: 'An integration can be deleted once its accounts are disconnected.',
  deleted: 'Integration deleted',
  more: 'More actions',

  listLead: 'Accounts at other services that this organisation may use.',
  account: 'Account',
  lastUsed: 'Last used',
  emptyTitle: 'No accounts connected',
  empty: 'Connect an account from an integration; its sandbox needs none of your own.',
  toIntegrations: 'Go to integrations',
  noneMatchTitle: 'No connection matches',
  noneMatch: 'No account is in this state.',
  allStatuses: 'Any status',
  allIntegrations: 'All integrations',

  connectedTitle: (account: string) => `Connected as ${account}`,
  connectedText: 'Everything is ready. Choose below what to sync.',
  reasonTitle: {
    needs_reconnect: 'This account has to be reconnected',
    disconnected: 'This account is disconnected',
  },
  needsReconnectText: 'Syncs wait until then. What was synced so far stays as it is.',
  disconnectedText: 'Its secrets are erased here, and nothing is synced. Reconnect to use it again.',
  test: 'Test connection',
  testGood: (message: string, duration: string) => `${message} in ${duration}`,
  testGoodToast: (duration: string) => `The connection works: answered in ${duration}`,
  testGoodTitle: 'The connection works',
  testBadTitle: 'The connection does not work',
  reconnect: 'Reconnect',
  reconnectOf: (account: string) => `Reconnect ${account}`,
  disconnect: 'Disconnect',
  disconnectTitle: (account: string) => `Disconnect ${account}?`,
  disconnectText: (provider: string) =>
    `${provider} is asked to revoke the access where it can, the secrets kept here are erased, and nothing is synced any more.`,
  disconnectRecords: 'What becomes of its records',
  disconnectKeep: 'Keep the records',
  disconnectKeepHint: (records: number | undefined) =>
    records === undefined
      ? 'They stay readable and are no longer updated.'
      : records === 0
        ? 'There are none so far.'
        : `${count(records, 'record stays', 'records stay')} readable and ${records === 1 ? 'is' : 'are'} no longer updated.`,
  disconnectErase: 'Erase the records',
  disconnectEraseHint: (records: number | undefined, syncs: number) =>
    records === undefined || syncs === 0
      ? 'Records, syncs and runs are deleted. This cannot be undone.'
      : `${count(records, 'record', 'records')} and ${count(syncs, 'sync', 'syncs')} with all runs are deleted. This cannot be undone.`,
  disconnectAndErase: 'Disconnect and erase',
  disconnected: (account: string) => `${account} is disconnected`,
  disconnectedErased: (account: string, records: number | undefined) =>
    records === undefined || records === 0
      ? `${account} is disconnected, nothing of it is kept`
      : `${account} is disconnected, ${count(records, 'record is', 'records are')} erased`,
  eraseRecords: 'Erase records',
  eraseTitle: (account: string) => `Erase what was synced from ${account}?`,
  eraseText: 'The account stays disconnected. It can be connected again and synced from the start.',
  erased: (account: string) => `The records of ${account} are erased`,
  tabs: 'Connection',
  tabResources: 'Syncing',
  tabRecords: 'Records',
  tabRuns: 'Runs',
  tabCalls: 'Calls',
  call: 'Call',
  callTook: 'Took',
  callAnswer: 'Answer',
  callWhen: 'When',
  noAnswer: 'None',
  callsEmptyTitle: 'No calls yet',
  callsEmpty: 'What your backend asks of the service in this account’s name, through the proxy, shows here.',
  apiDocs: 'How to call it',

  switchAccount: 'Switch account',
  findAccount: 'Find an account',
  noAccountMatches: 'No account matches.',
  allAccounts: 'All accounts',
  othersWait: (n: number) =>
    n === 1 ? '1 other account needs reconnecting' : `${figure(n)} other accounts need reconnecting`,
  editLabel: 'Edit label and notes',
  labelTitle: 'Label and notes',
  labelText: 'Yours alone: the service never sees them, and reconnecting keeps them.',
  label: 'Label',
  labelHint: (name: string) => `Shown in place of ${name}. Leave it empty to use that name.`,
  labelSaved: 'Label and notes saved',
  notes: 'Notes',
  notesHint: 'Your own keys and texts. Your backend reads them as metadata.',
  noteKey: (n: number) => `Key of note ${n}`,
  noteValue: (n: number) => `Text of note ${n}`,
  removeNote: (n: number) => `Remove note ${n}`,
  addNote: 'Add note',
  noteProblems: {
    no_key: 'Give this text a key.',
    key_twice: 'This key stands above already. Give this one another.',
  },
  accountAtProvider: 'Name at the service',
  openAccount: 'Account page',
  accountTitle: 'Account',
  detailsTitle: 'Details',
  accountId: 'Account id',
  expires: 'Token expires',
  expiresHint: 'renewed by itself before',
  refreshed: 'Token renewed',
  connectedAt: 'Connected',
  events: 'Events of this connection',

  failures: {
    cancelled: {
      title: 'You did not give consent',
      text: (provider: string) =>
        `Nothing has changed. You can go back to ${provider} and allow it whenever you like.`,
    },
    state_invalid: {
      title: 'The way back had lapsed',
      text: () =>
        'Giving consent took longer than ten minutes, or the page was opened a second time. Start once more.',
    },
    other_browser: {
      title: 'The consent came back in another browser',
      text: () =>
        'For your safety it only counts in the browser where it was begun. Start here, and finish here.',
    },
    wrong_client: faults.wrong_client,
    unreachable: faults.unreachable,
    unauthorized: {
      title: (provider: string) => `${provider} took its consent back`,
      text: () => 'It gave access and then refused it, which usually passes. Start once more.',
    },
    forbidden: faults.forbidden,
    rate_limited: faults.rate_limited,
    provider_unavailable: faults.provider_unavailable,
    provider_refused: faults.provider_refused,
    wrong_account: {
      title: 'That was another account',
      text: (provider: string, account: string) =>
        `Sign in to ${provider} as ${account}, whose connection this is. Or connect the other account as one of its own.`,
    },
  },
  theService: 'The service',
  thisAccount: 'another account',
  tryAgain: 'Try again',
  checkSettings: 'Check settings',
  connectOther: 'Connect it as a new account',
};
