import type { Role } from '@mortise/contract';

const roles: Record<Role, string> = {
  owner: 'Owner',
  admin: 'Admin',
  developer: 'Developer',
  viewer: 'Viewer',
};

export const app = {
  product: 'Mortise',
  documentTitle: (page: string) => `${page} · Mortise`,
  skipToContent: 'Skip to content',
  mainNavigation: 'Main',
  openMenu: 'Open menu',
  menu: 'Menu',
  organisation: 'Organisation',
  switchOrganisation: 'Switch organisation',
  account: 'Account',
  signOut: 'Sign out',
  theme: 'Appearance',
  themes: { system: 'System', light: 'Light', dark: 'Dark' },
  live: 'Live',
  reconnecting: 'Reconnecting',
  liveHint: 'Changes appear as they happen',
  reconnectingHint: 'Changes appear once the server answers again',
  roles,
  groups: { integrate: 'Integrate', deliver: 'Deliver', observe: 'Observe', organisation: 'Organisation' },
  pages: {
    overview: 'Overview',
    integrations: 'Integrations',
    connections: 'Connections',
    consent: 'Consent',
    syncs: 'Syncs',
    records: 'Records',
    webhooks: 'Webhooks',
    deliveries: 'Deliveries',
    events: 'Events',
    audit: 'Audit log',
    members: 'Members',
    settings: 'Settings',
  },
  notFoundTitle: 'There is no such page',
  notFound: 'The address may be mistyped, or the page has moved.',
  toOverview: 'Go to overview',
  noTenantsTitle: 'You belong to no organisation',
  noTenants:
    'Your account works, but nobody has invited you yet, or your membership has ended. Ask an owner to invite you.',
};
