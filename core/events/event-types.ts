/** The types of event that Mortise itself raises, whatever the provider. */
export const ownEventTypes: readonly { type: string; description: string }[] = [
  { type: 'connection.created', description: 'An account was connected' },
  { type: 'connection.reconnected', description: 'An account that is known already was connected again' },
  {
    type: 'connection.needs_reconnect',
    description: 'The provider no longer accepts the credential of a connection',
  },
  { type: 'connection.disconnected', description: 'A connection was ended and its secrets were erased' },
  { type: 'request.received', description: 'Somebody posted to a source that names no type of its own' },
  { type: 'consent.granted', description: 'A person consented to a purpose' },
  { type: 'consent.withdrawn', description: 'A person withdrew a consent' },
  { type: 'sync.succeeded', description: 'A sync run came to its end' },
  { type: 'sync.failed', description: 'A sync run was given up' },
  {
    type: 'webhook.tested',
    description: 'Someone pressed the test button of a webhook; sent to that webhook alone',
  },
  {
    type: 'webhook.disabled',
    description: 'A webhook was disabled because its endpoint asked for it or kept failing',
  },
];
