import { count, figure } from './count.ts';

export const overview = {
  lead: (tenant: string) => `${tenant} at a glance, as it happens.`,
  figures: 'Figures',
  connections: 'Connections',
  connectionsNote: (needsReconnect: number) =>
    needsReconnect === 0 ? 'All working' : `${count(needsReconnect, 'needs', 'need')} reconnecting`,
  noConnections: 'None yet',
  records: 'Records',
  recordsNote: (active: number, running: number) =>
    running === 0
      ? count(active, 'active sync', 'active syncs')
      : `${count(running, 'sync', 'syncs')} running now`,
  events: 'Events, 24 h',
  eventsNote: (perHour: string) => `${perHour} per hour`,
  deliveries: 'Delivered, 24 h',
  deliveriesNote: (failed: number, waiting: number) =>
    failed === 0 && waiting === 0
      ? 'None failed, none waiting'
      : `${figure(failed)} failed, ${figure(waiting)} waiting`,
  chartTitle: 'Last 24 hours',
  chartLead: 'Events and deliveries by the hour',
  chartEmpty: 'Nothing happened in the last 24 hours. As soon as a sync finds changes, they show here.',
  hour: 'Hour',
  series: { events: 'Events', delivered: 'Delivered', failed: 'Failed' },
  attentionTitle: 'Needs attention',
  attentionNone: 'Nothing. All connections work, and nothing has failed in 24 hours.',
  reconnect: (account: string) => `${account} has to be reconnected`,
  runFailed: (resource: string) => `Sync of ${resource} failed`,
  deliveryFailed: (type: string, webhook: string) => `${type} could not be delivered to ${webhook}`,
  webhookDisabled: (name: string) => `Webhook ${name} is disabled`,
  allFailedDeliveries: 'All failed deliveries',
  recentTitle: 'Latest events',
  allEvents: 'All events',
  recentEmpty: 'No events yet.',
  startTitle: 'First steps',
  startLead: (done: number, all: number) => `${done} of ${all} done`,
  steps: {
    integration: {
      title: 'Configure an integration',
      text: 'Choose a provider; its sandbox works without an account there.',
    },
    connection: {
      title: 'Connect an account',
      text: 'Consent at the provider, and you come back connected.',
    },
    sync: { title: 'Sync a resource', text: 'Its records are fetched once, then only what changed.' },
    webhook: { title: 'Subscribe a webhook', text: 'Each change is signed and delivered to your endpoint.' },
  },
  stepDone: 'Done',
  stepOpen: 'To do',
};
