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

/**
 * Says which types are not for callers to publish or define: all in the families of Mortise's own, and those that
 * follow from the resources of the providers.
 */
export function reservedTypes(providerTypes: readonly { type: string }[]): (type: string) => boolean {
  const familyOf = (type: string) => type.slice(0, type.indexOf('.'));
  const ownFamilies = new Set(ownEventTypes.map(({ type }) => familyOf(type)));
  const ofProviders = new Set(providerTypes.map(({ type }) => type));
  return (type) => ownFamilies.has(familyOf(type)) || ofProviders.has(type);
}
