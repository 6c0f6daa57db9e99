import type { MortiseErrorCode } from '@mortise/sdk';

/** What each coded error means to the person in front of the screen, and what they can do. */
export const errors: Record<MortiseErrorCode, { title: string; advice: string }> = {
  invalid_request: {
    title: 'Something in this is not right',
    advice: 'Check what you entered and try again.',
  },
  invalid_cursor: { title: 'This list has moved on', advice: 'Reload the page to start from the top.' },
  invalid_idempotency_key: { title: 'This could not be sent', advice: 'Reload the page and try again.' },
  tenant_required: { title: 'No organisation chosen', advice: 'Choose one at the top of the menu.' },
  unauthenticated: { title: 'You are signed out', advice: 'Sign in again to go on.' },
  forbidden: {
    title: 'Your role does not allow this',
    advice: 'Ask an admin or owner of this organisation.',
  },
  consent_required: {
    title: 'The person has not agreed to this',
    advice: 'Nothing was sent. Ask them for a grant of this purpose first.',
  },
  cross_site: {
    title: 'This came from another site',
    advice: 'Open the dashboard at its own address and try again.',
  },
  not_found: {
    title: 'There is nothing here',
    advice: 'It may have been deleted, or it belongs to another organisation.',
  },
  method_not_allowed: {
    title: 'This could not be sent',
    advice: 'Reload the page: a newer version may be running.',
  },
  conflict: {
    title: 'This conflicts with what is there',
    advice: 'Look at its present state and try again.',
  },
  already_exists: { title: 'This exists already', advice: 'Use the one there is, or choose another name.' },
  idempotency_in_flight: {
    title: 'This is still being done',
    advice: 'Wait a moment: the first try has not finished.',
  },
  setup_done: {
    title: 'This installation is set up already',
    advice: 'Sign in with the first owner’s account.',
  },
  link_expired: {
    title: 'This link no longer works',
    advice: 'It was used, withdrawn or has expired. Ask for a new one.',
  },
  version_mismatch: {
    title: 'It changed while you were editing',
    advice: 'Reload to see the change, then make yours.',
  },
  payload_too_large: { title: 'This is too large', advice: 'Send less at once.' },
  unsupported_media_type: { title: 'This could not be sent', advice: 'Reload the page and try again.' },
  idempotency_mismatch: { title: 'This could not be sent', advice: 'Reload the page and try again.' },
  event_id_reused: {
    title: 'This event id was used for other content',
    advice: 'Send what was sent under it before, or use a new id.',
  },
  event_type_reserved: {
    title: 'Events of this type are raised by Mortise alone',
    advice: 'Choose a name of your own.',
  },
  event_type_unknown: {
    title: 'This type of event is not defined',
    advice: 'Define it, take it out of the archive, or allow undefined types in the settings.',
  },
  event_data_invalid: {
    title: 'The data does not fit the schema of its type',
    advice: 'Correct the places named, or change the schema.',
  },
  unprocessable: {
    title: 'This cannot be done as it stands',
    advice: 'Check what you entered and try again.',
  },
  feature_off: {
    title: 'This is switched off for the integration',
    advice: 'Switch it on in the integration’s settings to go on.',
  },
  wrong_account: {
    title: 'That was another account',
    advice: 'Use the account whose connection this is, or connect the other as one of its own.',
  },
  wrong_client: {
    title: 'The provider does not know this app',
    advice: 'Check the client id and secret in the integration’s settings.',
  },
  wrong_key: {
    title: 'The provider does not accept what was entered',
    advice: 'Check that it is complete and still in force there, then enter it again.',
  },
  provider_forbidden: {
    title: 'The provider does not allow this to the account',
    advice: 'Grant the missing permission there, then connect the account again.',
  },
  provider_refused: {
    title: 'The provider refused this',
    advice: 'Check the account’s permissions at the provider.',
  },
  needs_reconnect: {
    title: 'This connection has to be made anew',
    advice: 'Reconnect the account, then try again.',
  },
  rate_limited: { title: 'Too many requests', advice: 'Wait a moment and try again.' },
  provider_rate_limited: {
    title: 'The provider takes no more requests for now',
    advice: 'Nothing has changed. Try again in a few minutes.',
  },
  overloaded: { title: 'More work is waiting than can be held', advice: 'Try again in a moment.' },
  provider_unavailable: {
    title: 'The provider did not answer properly',
    advice: 'Try again in a few minutes.',
  },
  provider_unreachable: {
    title: 'The provider could not be reached',
    advice: 'Nothing has changed. Check the base URLs and the network, then try again.',
  },
  internal: {
    title: 'Something failed on our side',
    advice: 'Try again. If it keeps failing, pass on the request id.',
  },
  not_ready: { title: 'The service is starting', advice: 'Try again in a few seconds.' },
  network: { title: 'The server cannot be reached', advice: 'Check your connection. Nothing was lost.' },
  unexpected_answer: {
    title: 'The server gave an unexpected answer',
    advice: 'Reload the page: a newer version may be running.',
  },
};
